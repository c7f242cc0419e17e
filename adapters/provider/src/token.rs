//! An access token, and why there is none.

use std::time::Duration;

use crate::secret::Secret;

/// An access token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) value: Secret,
    /// Its OAuth 2.0 scopes, if known.
    pub(crate) scopes: Option<Vec<String>>,
}

/// A token that PayPal has just granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Granted {
    pub(crate) token: Token,
    /// How long it is valid, if known.
    pub(crate) lifetime: Option<Duration>,
}

/// Why there is no token: the cases of `kosha:connector/connection.connection-error`. No message has a secret in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TokenError {
    /// Credentials are missing or wrong; the message says which.
    NotConfigured(String),
    /// PayPal refused the credentials.
    Refused(String),
    /// There was no answer, or a temporary error.
    Unreachable {
        reason: String,
        /// How long PayPal asks to wait, if it does.
        retry_after: Option<Duration>,
    },
}

impl TokenError {
    pub(crate) fn unreachable(reason: impl Into<String>) -> Self {
        Self::Unreachable { reason: reason.into(), retry_after: None }
    }
}
