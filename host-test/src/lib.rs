//! The command line of the PayPal connector, the fixtures, the bench, `listen` and `serve`, on `connector-host` and
//! `paypal-simulator`.
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail"))]

pub mod bench;
pub mod dry_run;
pub mod fixture;
pub mod listen;
pub mod serve;
pub mod trigger;

pub use listen::Listener;

/// What to do next after PayPal's refusals and after replies that are no payment yet, as JSON: `issues`, `kinds`, `replies` and
/// `subjects`, which [`connector_mcp::NextSteps`] reads. For models, and for whoever else tells people.
pub const NEXT_STEPS: &str = include_str!("next_steps.json");

/// The component that was built with this crate.
pub const COMPONENT: &str = env!("PAYPAL_CONNECTOR");
