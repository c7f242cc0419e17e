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
    /// It is no component, or no compiled one of this version of wasmtime and of this machine.
    #[error("{name}: is not a WebAssembly component: {reason}")]
    NotAComponent {
        /// The file, or what else it is known by.
        name: String,
        /// Why, in a line.
        reason: String,
        /// All that wasmtime says.
        source: Box<dyn std::error::Error + Send + Sync>,
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
