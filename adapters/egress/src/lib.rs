//! Stands between the connector and its host's HTTP client, in hosts that have no hook for outgoing requests. It lets requests
//! go to PayPal's hosts, by https, or to a simulator on this machine instead; every other request is denied. Method, path,
//! header fields and body pass unchanged.
//!
//! It reads one environment variable, `PAYPAL_BASE_URL`: the origin of the simulator, such as `http://127.0.0.1:4010`. If it is
//! set and is no such origin, every request is denied.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail"))]

#[cfg(target_family = "wasm")]
mod component;
#[cfg(any(target_family = "wasm", test))]
mod origin;
#[cfg(any(target_family = "wasm", test))]
mod route;
#[cfg(target_family = "wasm")]
#[path = "../../../src/component/stdio.rs"]
mod stdio;
