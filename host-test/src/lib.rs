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

/// The component that was built with this crate.
pub const COMPONENT: &str = env!("PAYPAL_CONNECTOR");
