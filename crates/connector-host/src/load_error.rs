//! Why a component cannot be loaded as a connector.

use std::{io, path::PathBuf};

/// Why a component cannot be loaded as a connector.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The file cannot be read.
    #[error("{}: cannot be read: {source}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is no component.
    #[error("{name}: is not a WebAssembly component: {reason}")]
    NotAComponent {
        /// The file, or what else it is known by.
        name: String,
        /// Why, in a line.
        reason: String,
        /// All that wasmtime says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// It is not what [`Connector::precompile`](crate::Connector::precompile) makes, or was made by another version of wasmtime, for
    /// another machine, or by an engine of other options. Precompile it again.
    #[error("the component: cannot be loaded as a precompiled one: {reason}")]
    NotPrecompiled {
        /// Why, in a line.
        reason: String,
        /// All that wasmtime says.
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
    /// It is a component of another world, or of another version of the contract.
    #[error("{name}: is not a component of the world kosha:connector/connector: {reason}")]
    OtherWorld {
        /// The file, or what else it is known by.
        name: String,
        /// Why, in a line.
        reason: String,
        /// All that wasmtime says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl LoadError {
    /// Bytes that wasmtime does not compile.
    pub(crate) fn not_a_component(name: &str, error: wasmtime::Error) -> Self {
        Self::NotAComponent { name: name.to_owned(), reason: first_line(&error), source: error.into() }
    }

    /// Bytes that wasmtime does not take for compiled code.
    pub(crate) fn not_precompiled(error: wasmtime::Error) -> Self {
        Self::NotPrecompiled { reason: first_line(&error), source: Some(error.into()) }
    }
}

/// The cause of an error without what follows: of bytes that are no WebAssembly wasmtime shows a good many.
fn first_line(error: &wasmtime::Error) -> String {
    error.root_cause().to_string().lines().next().unwrap_or_default().to_owned()
}
