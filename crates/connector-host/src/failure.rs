//! Failures that the host itself reports.

use crate::bindings::{Failure, FailureKind};

/// The [`Failure::name`] of a call that was made while the connector was closing.
pub const HOST_SHUTTING_DOWN: &str = "HOST_SHUTTING_DOWN";

/// The [`Failure::name`] of an action that does more than read, for a tenant that is [`read_only`](crate::Tenant::read_only).
pub const READ_ONLY: &str = "READ_ONLY";

impl Failure {
    /// Returns a failure of the kind `denied`. Programs can tell the host's reasons apart by the name.
    pub(crate) fn denied(name: &str, message: impl Into<String>) -> Self {
        Self { name: Some(name.to_owned()), ..Self::unsent(FailureKind::Denied, message) }
    }

    /// Returns a failure that the host reports before anything is sent.
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
