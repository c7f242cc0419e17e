//! The forms of input, outcome and problem, which are the gateway's: its own files, so that a client can move between both.
#![allow(unreachable_pub, reason = "the gateway's")]

mod bindings {
    pub(super) use connector_host::{Failure, FailureKind, Reply, actions};
}

use connector_host::{json, schema};

/// A host with its port, as clients write it.
#[path = "../../../adapters/gateway/src/authority.rs"]
pub(super) mod authority;
#[path = "../../../adapters/gateway/src/described.rs"]
pub(super) mod described;
#[path = "../../../adapters/gateway/src/input.rs"]
pub(super) mod input;
#[path = "../../../adapters/gateway/src/media_type.rs"]
pub(super) mod media_type;
#[allow(dead_code, reason = "the gateway has its own way to a tenant's permits")]
#[path = "../../../adapters/gateway/src/outcome.rs"]
pub(super) mod outcome;
#[path = "../../../adapters/gateway/src/own.rs"]
pub(super) mod own;
#[allow(dead_code, reason = "some kinds are the gateway's alone")]
#[path = "../../../adapters/gateway/src/problem.rs"]
pub(super) mod problem;
#[path = "../../../adapters/gateway/src/wanted.rs"]
pub(super) mod wanted;
