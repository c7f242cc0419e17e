//! A token that was obtained elsewhere.

use std::future::ready;

use super::{AccessToken, TokenError, TokenRequest, TokenSource};
use crate::{secret::Secret, transport::BoxFuture};

/// An access token that was obtained elsewhere and cannot be renewed here. Once PayPal refuses it, calls fail with
/// `connection-unavailable`.
#[derive(Clone, Debug)]
pub struct StaticToken(Secret);

impl StaticToken {
    /// Takes a token.
    #[must_use]
    pub fn new(token: Secret) -> Self {
        Self(token)
    }
}

impl TokenSource for StaticToken {
    fn obtain(&self, request: TokenRequest) -> BoxFuture<Result<AccessToken, TokenError>> {
        let refused = "PayPal refused the access token, and it cannot be renewed here";
        Box::pin(ready(match request.refused {
            true => Err(TokenError::Refused(refused.to_owned())),
            false => Ok(AccessToken::new(self.0.clone())),
        }))
    }

    fn secrets(&self) -> Vec<Secret> {
        vec![self.0.clone()]
    }
}
