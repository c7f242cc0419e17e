//! Where the history of resources is kept.

mod memory;
mod sqlite;

use std::{fmt, sync::Arc};

pub use crate::bindings::journal::Entry;
pub use memory::MemoryJournal;
pub use sqlite::SqliteJournal;

/// The journal of one connection; see `kosha:connector/journal`.
pub trait Journal: Send + Sync {
    /// Appends an entry under a subject, unless the subject has one with the same id. Returns whether it was appended.
    ///
    /// # Errors
    /// Where it cannot be kept.
    fn append(&self, subject: String, entry: Entry) -> Result<bool, JournalError>;

    /// The entries of a subject, the oldest first.
    ///
    /// # Errors
    /// Where they cannot be read.
    fn entries(&self, subject: &str) -> Result<Vec<Entry>, JournalError>;
}

impl<T: Journal + ?Sized> Journal for Arc<T> {
    fn append(&self, subject: String, entry: Entry) -> Result<bool, JournalError> {
        (**self).append(subject, entry)
    }

    fn entries(&self, subject: &str) -> Result<Vec<Entry>, JournalError> {
        (**self).entries(subject)
    }
}

/// Why a journal cannot be opened, written or read.
#[derive(Debug)]
pub struct JournalError(pub String);

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for JournalError {}
