//! The idempotency key of a call.

use super::arguments::Arguments;
use crate::{catalogue::Action, platform::failure::Failure};

/// The caller's key, or a new one if the action is idempotent. `None` for all other actions, for which PayPal ignores
/// keys.
pub(crate) struct Key {
    key: Option<String>,
    /// How long PayPal remembers it, in seconds.
    retention: Option<u32>,
}

impl Key {
    pub(crate) fn new(action: &Action, arguments: &Arguments) -> Self {
        let Some(idempotency) = &action.idempotency else { return Self { key: None, retention: None } };
        let own = arguments.options.idempotency_key.clone();
        let key = own.unwrap_or_else(|| uuid::Uuid::new_v4().to_string());
        Self { key: Some(key), retention: Some(idempotency.retention_seconds) }
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// A failure before the key was sent. It includes the key, unless the key itself was refused: that may contain line
    /// breaks, which would get into logs.
    pub(crate) fn unsent(&self, failure: Failure) -> Failure {
        let is_refused = failure.details.iter().any(|issue| issue.field.as_deref() == Some("/options/idempotency_key"));
        Failure { idempotency_key: self.key.clone().filter(|_| !is_refused), ..failure }
    }

    /// Adds how long PayPal remembers the key.
    pub(crate) fn retained(&self, failure: Failure) -> Failure {
        let retention = self.retention.filter(|_| failure.idempotency_key.is_some());
        Failure { idempotency_retention_seconds: retention, ..failure }
    }
}
