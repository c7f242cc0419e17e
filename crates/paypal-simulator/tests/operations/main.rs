//! The operations, called over HTTP: one file per resource. Every answer is held against PayPal's schema.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test panics to fail")]

mod pages;
mod payment_sources;
mod payments;
mod random;
mod request_schemas;
mod sandbox;
mod schemas;
mod vault;
