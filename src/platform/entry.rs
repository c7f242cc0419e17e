//! Entries of the platform's journal; see `kosha:connector/journal`.

use std::fmt;

use super::failure::{Failure, Kind};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// What tells it from another of its subject, where it can come twice: an event's id, or the
    /// action and the id of what it has made.
    pub id: Option<String>,
    /// When, RFC 3339 in UTC.
    pub time: String,
    /// What: the id of the action, or PayPal's event type.
    pub event: String,
    /// PayPal's status of the subject after it.
    pub status: Option<String>,
    /// More of it: a JSON object.
    pub details: String,
}

/// Why the journal cannot be written or read, in the platform's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NoJournal(pub String);

impl fmt::Display for NoJournal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the platform's journal is not at hand: {}", self.0)
    }
}

impl NoJournal {
    pub(crate) fn into_failure(self) -> Failure {
        Failure { retryable: true, ..Failure::unsent(Kind::ConnectionUnavailable, self.to_string()) }
    }
}
