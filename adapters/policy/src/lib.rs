//! The policy of the components that stand between the connector and its host's HTTP client, in hosts that have no hook for
//! outgoing requests. It lets requests go to PayPal's hosts, by https, or to a simulator on this machine instead; every other
//! request is denied. Method, path, header fields and body pass unchanged.
//!
//! `handler::Egress`, which only a component has, reads one environment variable, `PAYPAL_BASE_URL`: the origin of the
//! simulator, such as `http://127.0.0.1:4010`. If it is set and is no such origin, every request is denied.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail"))]

#[cfg(target_family = "wasm")]
pub mod handler;
mod origin;
mod route;

pub use origin::Origin;
pub use route::Route;

/// The environment variable with the origin of a simulator.
pub const BASE_URL: &str = "PAYPAL_BASE_URL";
