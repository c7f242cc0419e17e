//! Why there is no engine.

use std::{error::Error, io, path::PathBuf};

/// Why there is no engine.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// Wasmtime does not start on this machine.
    #[error("cannot start wasmtime")]
    Wasmtime(#[source] Box<dyn Error + Send + Sync>),
    /// There is no thread for the clock by which guests are interrupted.
    #[error("cannot start the clock thread")]
    Thread(#[source] io::Error),
    /// The directory for compiled code cannot be used.
    #[error("cannot keep compiled code in {}", directory.display())]
    Cache {
        /// The directory.
        directory: PathBuf,
        /// Why.
        source: Box<dyn Error + Send + Sync>,
    },
    /// An option has a value that no engine can have.
    #[error("`{option}` {reason}")]
    Option {
        /// Its name in [`EngineOptions`](crate::EngineOptions).
        option: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// An existing engine lacks what connectors need.
    #[error("the wasmtime engine {missing}")]
    Unsuitable {
        /// What it lacks, and how it is had.
        missing: &'static str,
        /// What wasmtime says, where it says something.
        source: Option<Box<dyn Error + Send + Sync>>,
    },
}
