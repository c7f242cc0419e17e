//! Gives the connector its connections and its journal, in hosts that have neither: it exports
//! `kosha:connector/connection` and `journal`, and `kosha:service/connections` for a service with several connections. The
//! configuration is in [environment variables](configuration). Tokens are obtained by client credentials or a refresh token
//! ([`endpoint`]), and renewed in time ([`renewal`]).
//!
//! Features: `guard` also exports `wasi:http/outgoing-handler` with the policy of `egress-policy`; `postgres` keeps tokens,
//! permits and the journal in PostgreSQL, for all hosts together. `docs/service.md` describes them.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail"))]
#![cfg_attr(not(target_family = "wasm"), allow(dead_code, reason = "only the component uses it all"))]

// Files of other crates, which have no other dependencies than those of this one.
#[path = "../../../crates/connector-host/src/token_source/answer.rs"]
mod answer;
#[allow(unreachable_pub, reason = "there it is public")]
#[path = "../../../crates/connector-host/src/secret.rs"]
mod secret;
#[cfg(target_family = "wasm")]
#[path = "../../../src/component/stdio.rs"]
mod stdio;

#[cfg(target_family = "wasm")]
mod component;
mod configuration;
mod endpoint;
mod obtain;
mod renewal;
mod store;
mod token;
