//! The operations, called over HTTP: one file per resource. Every answer is held against PayPal's schema.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test panics to fail")]

mod accounts;
mod authorizations;
mod balances;
mod captures;
mod conditional_rules;
mod disputes;
mod eligibility;
mod hostile;
mod invoices;
mod invoices_time;
mod orders_time;
mod pages;
mod partners;
mod patches;
mod payment_links;
mod payment_sources;
mod payments;
mod payouts;
mod random;
mod recurring_invoices;
mod referenced_payouts;
mod refusals;
mod refused;
mod reminders;
mod request_schemas;
mod sandbox;
mod schemas;
mod server_time;
mod subscriptions;
mod trackers;
mod transactions;
mod vault;
mod web_profiles;
mod webhooks;
