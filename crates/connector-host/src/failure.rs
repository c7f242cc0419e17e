//! Failures that the host finds itself.

use crate::bindings::{Failure, FailureKind};

impl Failure {
    /// A failure that a host finds itself, before anything is sent.
    #[must_use]
    pub fn unsent(kind: FailureKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            status: None,
            name: None,
            details: Vec::new(),
            debug_id: None,
            retryable: false,
            retry_after_ms: None,
            request_sent: false,
            idempotency_key: None,
            idempotency_retention_seconds: None,
            attempts: 0,
            information_link: None,
            body: None,
        }
    }
}
