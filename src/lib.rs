//! PayPal's REST APIs as a connector component.
//!
//! A workflow platform loads the component, lists its actions and runs them with a tenant's connection; see `wit/` for the
//! contract and `README.md` for how to load it. This crate is that component when it is compiled for `wasm32-wasip2`.
//! Natively it is the component's core without its edges: everything between an action's arguments and the HTTP request,
//! and between the HTTP response and the outcome, without WIT or WASI, tested by plain unit tests.
//!
//! The rooms, each using only those below it (`tests/rooms/`):
//!
//! | room | what is in it |
//! | --- | --- |
//! | `component` | the exports and imports: WIT, WASI, waki |
//! | `actions` | runs an action by its id; composed actions |
//! | `call` | one request: input, check, request, response, retry, paging |
//! | `events`, `ipn` | incoming notifications: parsed and verified |
//! | `journal` | the entries that actions and events write to the platform's journal, and reading them |
//! | `catalogue` | the table of actions |
//! | `paypal` | facts about PayPal: money, resources |
//! | `platform` | what passes between the connector and the platform |
//! | `base` | documents, dates, decimals, spelling |
#![cfg_attr(not(target_family = "wasm"), forbid(unsafe_code))]
#![cfg_attr(target_family = "wasm", deny(unsafe_code))]
#![cfg_attr(
    not(target_family = "wasm"),
    allow(dead_code, unused_imports, reason = "only the exports use it, and native builds have none")
)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail"))]

mod actions;
mod base;
mod call;
mod catalogue;
#[cfg(target_family = "wasm")]
mod component;
mod events;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzz;
mod ipn;
mod journal;
mod paypal;
mod platform;
