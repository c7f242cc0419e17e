//! Errors of reading artefacts.

use crate::printable::printable;

/// Why a component cannot be read from a registry or an image layout. It contains no login and no token.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OciError {
    /// The reference is not in one of its two forms.
    #[error("{reference}: {reason}; expected oci://HOST/NAME@sha256:DIGEST or oci-layout:DIRECTORY@sha256:DIGEST")]
    Reference {
        /// What was given.
        reference: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The image layout cannot be read.
    #[error("{path}: {reason}")]
    Layout {
        /// The directory, or a file in it.
        path: String,
        /// The reason.
        reason: String,
    },
    /// The configured login for the registry cannot be used.
    #[error("the login for {registry}: {reason}")]
    Login {
        /// The registry's host and port.
        registry: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The registry cannot be reached, or does not give the artefact.
    #[error("the registry {registry} {reason}")]
    Registry {
        /// Its host and port.
        registry: String,
        /// What it did.
        reason: String,
    },
    /// What was read is not what its digest, its size or its media type says, or not a component.
    #[error("{what}: {reason}")]
    Refused {
        /// The reference, or the digest of a part.
        what: String,
        /// The reason.
        reason: String,
    },
}

impl OciError {
    pub(super) fn registry(registry: &str, reason: impl Into<String>) -> Self {
        Self::Registry { registry: registry.to_owned(), reason: reason.into() }
    }
}

/// Returns a piece of untrusted text for an error.
pub(super) fn quoted(text: &str) -> String {
    let start: String = text.chars().take(100).collect();
    format!("`{}`", printable(&start).replace('\n', " "))
}
