//! Where the access tokens of a connection come from.

mod answer;
mod client_credentials;
mod endpoint;
mod refresh_token;
mod static_token;
mod unconfigured;

use std::{sync::Arc, time::Duration};

use crate::{secret::Secret, transport::BoxFuture};

pub use client_credentials::ClientCredentials;
pub use endpoint::TokenEndpoint;
pub use refresh_token::RefreshToken;
pub use static_token::StaticToken;
pub use unconfigured::Unconfigured;

/// Where the access tokens of a connection come from: [`ClientCredentials`], [`RefreshToken`], [`StaticToken`], or a platform's
/// own, such as its vault.
///
/// A [`Connection`](crate::Connection) asks once for however many calls wait, keeps the token until shortly before it expires,
/// and asks again when PayPal refuses it. Between failures it pauses, for longer each time. The token never enters a
/// component.
pub trait TokenSource: Send + Sync {
    /// Obtains a token. It takes 30 seconds at most; then it counts as [`TokenError::Unreachable`].
    ///
    /// The errors are [`TokenError`]'s. Their texts reach the caller of an action, without the connection's secrets.
    fn obtain(&self, request: TokenRequest) -> BoxFuture<Result<AccessToken, TokenError>>;

    /// What of it must not leave the host, such as a client secret: it is replaced in whatever PayPal answers, in errors, in
    /// the journal, and in what a component prints. The tokens themselves are known already.
    fn secrets(&self) -> Vec<Secret> {
        Vec::new()
    }
}

impl<T: TokenSource + ?Sized> TokenSource for Arc<T> {
    fn obtain(&self, request: TokenRequest) -> BoxFuture<Result<AccessToken, TokenError>> {
        (**self).obtain(request)
    }

    fn secrets(&self) -> Vec<Secret> {
        (**self).secrets()
    }
}

/// What a token source is asked.
#[derive(Clone)]
#[non_exhaustive]
pub struct TokenRequest {
    /// Whether PayPal has refused the token of before, so that the same one is of no use.
    pub refused: bool,
    /// PayPal's token endpoint, as the connection reaches it. A source that has tokens from elsewhere does not use it.
    pub endpoint: TokenEndpoint,
}

/// A token that was granted. Printing it does not print it.
#[derive(Clone, Debug)]
pub struct AccessToken {
    /// The token, as it stands behind `Bearer` in the header field.
    pub token: Secret,
    /// How long it is good; without an end if that is not known.
    pub expires_in: Option<Duration>,
    /// The OAuth 2.0 scopes that it was granted with, if they are known.
    pub scopes: Option<Vec<String>>,
}

impl AccessToken {
    /// A token of which nothing more is known.
    #[must_use]
    pub fn new(token: Secret) -> Self {
        Self { token, expires_in: None, scopes: None }
    }
}

/// Why there is no token. It becomes `kosha:connector/connection.connection-error`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// The connection has no credentials, or not all of them; says which are missing.
    #[error("{0}")]
    NotConfigured(String),
    /// The credentials were refused.
    #[error("{0}")]
    Refused(String),
    /// No answer came, or one that may pass.
    #[error("{reason}")]
    Unreachable {
        /// What happened.
        reason: String,
        /// How long to wait before the next request, if that was said.
        retry_after: Option<Duration>,
    },
}

impl TokenError {
    /// No answer, for a reason that may pass.
    #[must_use]
    pub fn unreachable(reason: impl Into<String>) -> Self {
        Self::Unreachable { reason: reason.into(), retry_after: None }
    }
}
