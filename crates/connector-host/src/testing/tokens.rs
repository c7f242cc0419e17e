//! Made-up tokens.

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

/// A source of made-up tokens: `{prefix}-1`, `{prefix}-2` and so on. Clones share the sequence.
#[derive(Clone, Debug)]
pub struct NumberedTokens {
    prefix: &'static str,
    granted: Arc<AtomicU64>,
}

impl NumberedTokens {
    /// Creates a source of tokens with that prefix.
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
