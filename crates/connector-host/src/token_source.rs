//! Sources of access tokens.

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

/// The source of a connection's access tokens: [`ClientCredentials`], [`RefreshToken`], [`StaticToken`], or your own,
/// such as a platform's vault.
///
/// A [`Connection`](crate::Connection) requests a token once for all calls that wait, keeps it until shortly before it
/// expires, and requests another when PayPal refuses it. After failures it pauses, longer each time. The token never
/// enters a component.
pub trait TokenSource: Send + Sync {
    /// Obtains a token. After 30 seconds it counts as [`TokenError::Unreachable`].
    ///
    /// The messages of errors reach the caller of an action, without the connection's secrets.
    fn obtain(&self, request: TokenRequest) -> BoxFuture<Result<AccessToken, TokenError>>;

    /// Returns the secrets that must not leave the host, such as a client secret. They are replaced in PayPal's
    /// responses, in errors, in the journal, and in what a component prints. The tokens themselves need not be listed.
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

/// A request for a token.
#[derive(Clone)]
#[non_exhaustive]
pub struct TokenRequest {
    /// Whether PayPal has refused the previous token, so that the same one is of no use.
    pub refused: bool,
    /// PayPal's token endpoint, by the connection's route. A source that has tokens from elsewhere ignores it.
    pub endpoint: TokenEndpoint,
}

/// A token that was granted. `Debug` does not show it.
#[derive(Clone, Debug)]
pub struct AccessToken {
    /// The token, as it follows `Bearer` in the header field.
    pub token: Secret,
    /// How long it is valid, if known.
    pub expires_in: Option<Duration>,
    /// Its OAuth 2.0 scopes, if known.
    pub scopes: Option<Vec<String>>,
    /// PayPal's id of the app that it was granted to (`app_id`), if known. It is not the client id, and no secret.
    pub app_id: Option<String>,
}

impl AccessToken {
    /// Creates one of which nothing else is known.
    #[must_use]
    pub fn new(token: Secret) -> Self {
        Self { token, expires_in: None, scopes: None, app_id: None }
    }
}

/// Why there is no token. The component gets it as `kosha:connector/connection.connection-error`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// Credentials are missing; the message says which.
    #[error("{0}")]
    NotConfigured(String),
    /// The credentials were refused.
    #[error("{0}")]
    Refused(String),
    /// There was no response, or a temporary error.
    #[error("{reason}")]
    Unreachable {
        /// What happened.
        reason: String,
        /// How long to wait before the next request, if known.
        retry_after: Option<Duration>,
    },
}

impl TokenError {
    /// Creates an [`Unreachable`](Self::Unreachable) for that reason.
    #[must_use]
    pub fn unreachable(reason: impl Into<String>) -> Self {
        Self::Unreachable { reason: reason.into(), retry_after: None }
    }
}
