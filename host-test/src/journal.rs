//! Where the history of resources is kept.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

pub use crate::bindings::journal::Entry;

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

/// Why a journal cannot be written or read.
#[derive(Debug)]
pub struct JournalError(pub String);

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for JournalError {}

/// A journal that lasts as long as the process.
#[derive(Default)]
pub struct MemoryJournal(Mutex<HashMap<String, Vec<Entry>>>);

impl Journal for MemoryJournal {
    fn append(&self, subject: String, entry: Entry) -> Result<bool, JournalError> {
        // An entry is pushed whole or not at all: a panic elsewhere leaves nothing half-written.
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entries = entries.entry(subject).or_default();
        let is_new = entry.id.is_none() || entries.iter().all(|other| other.id != entry.id);
        if is_new {
            entries.push(entry);
        }
        Ok(is_new)
    }

    fn entries(&self, subject: &str) -> Result<Vec<Entry>, JournalError> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(entries.get(subject).cloned().unwrap_or_default())
    }
}
