//! Serves a connector's actions by HTTP: any host of `wasi:http` can run it, composed with the connector and with an adapter
//! that holds the connections. `docs/service.md` describes the routes.
//!
//! ```text
//! request → head (limits, host, origin) → route → key → body → connections.begin → actions.invoke → outcome or problem
//! ```
//!
//! It knows nothing of the provider, except which actions receive its deliveries (`deliveries`).
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail"))]
#![cfg_attr(not(target_family = "wasm"), allow(dead_code, reason = "only the component serves"))]

mod actions;
mod authority;
mod bindings;
#[cfg(target_family = "wasm")]
mod body;
#[cfg(target_family = "wasm")]
mod component;
mod config;
mod deliveries;
mod described;
mod forward;
mod head;
mod host;
mod input;
/// The form of outcomes, of which there is this one definition.
#[path = "../../../crates/connector-host/src/json.rs"]
#[allow(dead_code, unreachable_pub, reason = "connector-host's")]
mod json;
mod keys;
mod media_type;
mod openapi;
mod outcome;
#[cfg(test)]
#[path = "outcome/tests.rs"]
mod outcome_tests;
mod own;
mod problem;
mod route;
/// An action's schemas.
#[path = "../../../crates/connector-host/src/schema.rs"]
#[allow(dead_code, unreachable_pub, reason = "connector-host's")]
mod schema;
#[cfg(target_family = "wasm")]
mod send;
mod serve;
#[cfg(target_family = "wasm")]
#[path = "../../../src/component/stdio.rs"]
mod stdio;
#[cfg(test)]
mod testing;
mod wanted;
