//! Runs an action by its id. Also the composed actions, which are not one request: they are made of others, or done by
//! the connector itself. The catalogue marks them with `x-composed`; the build finds their functions here by id.

pub(crate) mod acknowledgement;
mod calls;
pub(crate) mod changes;
pub(crate) mod choices;
mod composed;
pub(crate) mod disputes;
pub(crate) mod events;
pub(crate) mod invoices;
pub(crate) mod ipn;
pub(crate) mod orders;
pub(crate) mod payers;
pub(crate) mod run;
pub(crate) mod subscriptions;
pub(crate) mod test_connection;
pub(crate) mod transactions;
pub(crate) mod triggers;
