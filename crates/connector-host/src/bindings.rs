//! The part of the WIT contract that any connector has, generated from `wit/`.
//!
//! The typed functions of `kosha:paypal/connector` have no bindings here: looking all of them up in each new
//! instance took longer than making it. `testing/typed.rs` calls them by their names.

#[allow(missing_docs, unreachable_pub, unused_qualifications, clippy::all, reason = "generated")]
mod generated {
    wasmtime::component::bindgen!({
        path: "wit",
        world: "kosha:connector/connector",
        imports: { default: async },
        exports: { default: async },
    });
}

pub use generated::kosha::connector::connection::{Delegation, EnvironmentKind as Environment};
pub(crate) use generated::{
    ConnectorPre,
    kosha::connector::{connection, journal, types},
};
pub use generated::{
    exports::kosha::connector::{actions, triggers},
    kosha::connector::types::{Failure, FailureKind, File, Issue, Reply},
};
