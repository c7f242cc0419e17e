//! The API's operations, one file per resource, and the table of them.

mod accounting;
pub(crate) mod accounts;
mod authorizations;
pub(crate) mod balances;
mod captures;
pub(crate) mod disputes;
mod eligibility;
mod events;
mod identity;
mod invoice_templates;
pub(crate) mod invoices;
pub(crate) mod operation;
pub(crate) mod orders;
pub(crate) mod payouts;
mod plans;
mod products;
mod recurring_invoices;
mod refunds;
mod reminders;
pub(crate) mod routes;
mod settlement;
pub(crate) mod subscriptions;
mod trackers;
mod transactions;
pub(crate) mod vault;
mod webhook_lookups;
mod webhooks;
