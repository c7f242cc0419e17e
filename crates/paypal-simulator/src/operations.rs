//! The API's operations, one file per resource, and the table of them.

mod authorizations;
mod captures;
pub(crate) mod disputes;
mod events;
mod identity;
pub(crate) mod invoices;
pub(crate) mod operation;
pub(crate) mod orders;
mod plans;
mod products;
mod refunds;
pub(crate) mod routes;
pub(crate) mod subscriptions;
mod trackers;
mod webhooks;
