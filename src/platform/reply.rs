//! The result of a call that succeeded.

use crate::{
    base::document::{Document, NotJson},
    platform::{
        failure::{Failure, Kind},
        file::File,
    },
};

/// The result of a call that succeeded; see `kosha:connector/types.reply`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// PayPal's document, unchanged.
    pub body: Option<String>,
    /// PayPal's id of the exchange.
    pub debug_id: Option<String>,
    /// The idempotency key that was sent.
    pub idempotency_key: Option<String>,
    /// How many times the request was sent.
    pub attempts: u32,
    /// The input of the next page.
    pub next: Option<String>,
    /// The file received instead of a document.
    pub file: Option<File>,
}

impl Reply {
    /// The reply of an action that sends nothing to PayPal.
    #[must_use]
    pub(crate) fn own(body: String) -> Self {
        Self {
            status: 200,
            body: Some(body),
            debug_id: None,
            idempotency_key: None,
            attempts: 0,
            next: None,
            file: None,
        }
    }

    /// The document of a read, as a tree.
    ///
    /// # Errors
    /// `malformed-reply` if it cannot be parsed.
    pub(crate) fn document(&self) -> Result<Document<'_>, Failure> {
        Document::parse(self.body.as_deref().unwrap_or_default())
            .map_err(|fault: NotJson| self.malformed(&fault.to_string()))
    }

    /// The failure of a read whose document is not as expected; `what` says how.
    pub(crate) fn malformed(&self, what: &str) -> Failure {
        Failure {
            status: Some(self.status),
            debug_id: self.debug_id.clone(),
            retryable: true,
            request_sent: true,
            attempts: self.attempts,
            body: self.body.clone(),
            ..Failure::unsent(Kind::MalformedReply, format!("PayPal answered with a document that {what}"))
        }
    }
}
