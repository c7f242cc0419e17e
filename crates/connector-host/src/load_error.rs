//! Errors of loading a component.

use std::{io, path::PathBuf};

/// Why a component cannot be loaded as a connector. The message has the reason, so the causes are fields and not
/// `source()`, which would print them again.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The file cannot be read.
    #[error("{}: cannot be read: {cause}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// The reason.
        cause: io::Error,
    },
    /// It is not a component.
    #[error("{name}: is not a WebAssembly component: {reason}")]
    NotAComponent {
        /// The file, or another name.
        name: String,
        /// The reason, in one line.
        reason: String,
        /// Wasmtime's error.
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// It was not made by [`Connector::precompiled`](crate::Connector::precompiled), or by another version of wasmtime,
    /// for another machine, or for an engine with other options. Precompile it again.
    #[error("cannot load the precompiled component: {reason}")]
    NotPrecompiled {
        /// The reason, in one line.
        reason: String,
        /// Wasmtime's error.
        cause: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
    /// It is a component of another world, or of another version of the contract.
    #[error("{name}: is not a component of the world kosha:connector/connector: {reason}")]
    OtherWorld {
        /// The file, or another name.
        name: String,
        /// The reason, in one line.
        reason: String,
        /// Wasmtime's error.
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl LoadError {
    /// The error of bytes that wasmtime does not compile.
    pub(crate) fn not_a_component(name: &str, error: wasmtime::Error) -> Self {
        Self::NotAComponent { name: name.to_owned(), reason: first_line(&error), cause: error.into() }
    }

    /// The error of bytes that wasmtime does not accept as compiled code.
    pub(crate) fn not_precompiled(error: wasmtime::Error) -> Self {
        Self::NotPrecompiled { reason: first_line(&error), cause: Some(error.into()) }
    }
}

/// Returns the first line of an error's cause. Wasmtime prints many if the bytes are not WebAssembly.
fn first_line(error: &wasmtime::Error) -> String {
    error.root_cause().to_string().lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn a_reason_is_told_once() {
        let wasmtime = || wasmtime::Error::msg("the reason");
        let read = LoadError::Read { file: "file".into(), cause: io::Error::other("the reason") };
        let (name, reason) = ("name".to_owned(), "the reason".to_owned());
        let world = LoadError::OtherWorld { name, reason, cause: wasmtime().into() };
        for error in
            [read, LoadError::not_a_component("name", wasmtime()), LoadError::not_precompiled(wasmtime()), world]
        {
            assert_eq!(error.to_string().matches("the reason").count(), 1, "{error}");
            assert!(error.source().is_none(), "{error:?}");
        }
    }
}
