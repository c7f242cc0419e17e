//! A PayPal to try things on: stateful, exact about money, and without a network.
//!
//! ```text
//! handle ── admission: who may ask
//!        ├─ control: what a payer or a test does
//!        └─ routes ── keys: has this been done already? ── orders, captures, ... ── Effects
//! ```
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail"))]

mod admission;
mod answer;
mod authorizations;
mod call;
mod captures;
mod charset;
mod clock;
mod control;
mod deliveries;
mod effects;
mod event_types;
mod events;
pub mod faults;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzz;
mod identity;
mod ids;
mod invoice_amount;
mod invoices;
mod ipn;
mod keys;
mod links;
mod money;
mod orders;
mod paging;
mod patch;
mod path;
mod plans;
mod products;
mod refunds;
mod refusal;
mod routes;
pub(crate) mod server;
mod signature;
mod simulator;
mod subscriptions;
mod tokens;
mod trackers;
mod webhooks;
mod world;

pub use deliveries::Delivery;
pub use effects::{Effects, Moved};
pub use faults::Faults;
pub use ipn::IpnMessage;
pub use server::{Limits, Server};
pub use signature::KeyError;
pub use simulator::Simulator;
