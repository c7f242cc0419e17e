//! Stands between the connector and its host's HTTP client, in hosts that have no hook for outgoing requests, and exports the
//! policy of `egress-policy`: requests go to PayPal's hosts, or to a simulator on this machine instead, and nowhere else.

#[cfg(target_family = "wasm")]
#[path = "../../../src/component/stdio.rs"]
mod stdio;

#[cfg(target_family = "wasm")]
egress_policy::handler::bindings::export!(Egress with_types_in egress_policy::handler::bindings);

#[cfg(target_family = "wasm")]
use egress_policy::handler::Egress;
