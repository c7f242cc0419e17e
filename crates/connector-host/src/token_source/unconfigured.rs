//! A connection without credentials.

use std::future::ready;

use super::{AccessToken, TokenError, TokenRequest, TokenSource};
use crate::transport::BoxFuture;

/// No credentials: every call that needs a token fails with `connection-unavailable` and a message about what is
/// missing.
#[derive(Clone, Debug)]
pub struct Unconfigured(String);

impl Unconfigured {
    /// Takes the message, such as `the token file /run/token is not there`.
    #[must_use]
    pub fn new(missing: impl Into<String>) -> Self {
        Self(missing.into())
    }
}

impl Default for Unconfigured {
    fn default() -> Self {
        Self::new("it has neither an access token nor a client id and secret")
    }
}

impl TokenSource for Unconfigured {
    fn obtain(&self, _: TokenRequest) -> BoxFuture<Result<AccessToken, TokenError>> {
        Box::pin(ready(Err(TokenError::NotConfigured(self.0.clone()))))
    }
}
