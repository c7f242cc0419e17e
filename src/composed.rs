//! Actions that are not one request: made of other actions, or done by the connector itself. The catalogue marks them by
//! `x-composed`; the build finds their functions here by their ids.

mod calls;
pub mod events;
pub mod ipn;
pub mod orders;
pub mod payment_links;
#[cfg(test)]
pub(crate) mod scripted;
pub mod subscriptions;
pub mod transactions;
pub mod triggers;
