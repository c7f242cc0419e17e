//! Tokens that are made up.

use std::{
    future::ready,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::{
    secret::Secret,
    token_source::{AccessToken, TokenError, TokenRequest, TokenSource},
    transport::BoxFuture,
};

/// Tokens that are made up, one after another: `{prefix}-1`, `{prefix}-2` and so on. Clones go on with each other's numbers.
#[derive(Clone, Debug)]
pub struct NumberedTokens {
    prefix: &'static str,
    granted: Arc<AtomicU64>,
}

impl NumberedTokens {
    /// Tokens with that prefix.
    #[must_use]
    pub fn new(prefix: &'static str) -> Self {
        Self { prefix, granted: Arc::default() }
    }
}

impl TokenSource for NumberedTokens {
    fn obtain(&self, _: TokenRequest) -> BoxFuture<Result<AccessToken, TokenError>> {
        let number = self.granted.fetch_add(1, Ordering::AcqRel) + 1;
        Box::pin(ready(Ok(AccessToken::new(Secret::new(format!("{}-{number}", self.prefix))))))
    }
}
