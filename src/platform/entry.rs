//! Entries of the platform's journal; see `kosha:connector/journal`.

use std::fmt;

use super::failure::{Failure, Kind};

/// A journal entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Identifies the entry among those of its subject, if it can be appended twice: an event's id, or the action and
    /// the id of the resource that it created.
    pub id: Option<String>,
    /// When it happened, RFC 3339 in UTC.
    pub time: String,
    /// The id of the action, or PayPal's event type.
    pub event: String,
    /// PayPal's status of the subject afterwards.
    pub status: Option<String>,
    /// Further details: a JSON object.
    pub details: String,
}

/// Why the journal cannot be written or read, in the platform's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct JournalError(pub String);

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the platform's journal is not available: {}", self.0)
    }
}

impl JournalError {
    pub(crate) fn into_failure(self) -> Failure {
        Failure { retryable: true, ..Failure::unsent(Kind::ConnectionUnavailable, self.to_string()) }
    }
}
