//! Runs an action by its id, and the actions that are not one request: made of others, or done by the connector itself. The
//! catalogue marks these by `x-composed`; the build finds their functions here by their ids.

pub(crate) mod acknowledgement;
mod calls;
mod composed;
pub mod events;
pub mod ipn;
pub mod orders;
pub mod payment_links;
pub mod run;
pub mod subscriptions;
pub mod test_connection;
pub mod transactions;
pub mod triggers;
