//! Errors of creating an engine.

use std::{error::Error, io, path::PathBuf};

/// Why an engine cannot be created.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// Wasmtime does not start on this machine.
    #[error("cannot start wasmtime")]
    Wasmtime(#[source] Box<dyn Error + Send + Sync>),
    /// No thread can be spawned for the epochs that interrupt guests.
    #[error("cannot start the clock thread")]
    Thread(#[source] io::Error),
    /// The directory for compiled code cannot be used.
    #[error("cannot keep compiled code in {}", directory.display())]
    Cache {
        /// The directory.
        directory: PathBuf,
        /// The reason.
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
        /// What it lacks, and how to get it.
        missing: &'static str,
        /// Wasmtime's error, if there is one.
        source: Option<Box<dyn Error + Send + Sync>>,
    },
}
