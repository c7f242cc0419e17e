//! PayPal's REST APIs as a connector component.
//!
//! A workflow platform loads the component, lists its actions and runs them with a tenant's connection; see `wit/` for the
//! contract and `README.md` for how to load it. This crate is that component when it is compiled for `wasm32-wasip2`.
//! Natively it is the component's core without its edges: everything between an action's arguments and the HTTP request,
//! and between the HTTP response and the outcome, which knows nothing of WIT or WASI and is tested by plain unit tests.
//!
//! The way of one call:
//! [`arguments`] → [`check`] against the [`catalogue`] → [`request`] → transport → [`exchange`] → [`reply`] or [`failure`], with [`retry`]
//! deciding whether to send again; [`call`] is that way from end to end.
#![cfg_attr(not(target_family = "wasm"), forbid(unsafe_code))]
#![cfg_attr(target_family = "wasm", deny(unsafe_code))]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail"))]

pub mod arguments;
pub mod call;
pub mod catalogue;
pub mod check;
pub mod composed;
mod currency;
pub mod date;
pub mod document;
pub mod environment;
pub mod error_code;
pub mod events;
pub mod exchange;
pub mod failure;
pub mod file;
pub mod ipn;
pub mod journal;
pub mod multipart;
mod open;
pub mod options;
mod order_update;
pub mod paging;
pub mod payment_link;
mod pointer;
pub mod probe;
pub mod raw_member;
pub mod reply;
pub mod request;
pub mod resource;
pub mod response;
pub mod retry;
mod spelling;
pub mod timeouts;
pub mod token;

#[cfg(target_family = "wasm")]
mod component;
#[cfg(target_family = "wasm")]
mod transport;
