//! The WIT contract, generated from `wit/`.

#[allow(missing_docs, unreachable_pub, unused_qualifications, clippy::all, reason = "generated")]
mod generated {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "connector",
        imports: { default: async },
        exports: { default: async },
    });
}

pub(crate) use generated::{
    ConnectorPre,
    kosha::connector::{connection, journal, types},
};
pub use generated::{
    exports::kosha::connector::actions,
    kosha::connector::types::{Failure, FailureKind, File, Issue, Reply},
};
