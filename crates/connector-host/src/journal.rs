//! Where the history of resources is kept.

pub(crate) mod allowance;
#[cfg(feature = "sqlite")]
mod files;
mod memory;
#[cfg(feature = "sqlite")]
mod sqlite;
mod watched;

use std::{error::Error, sync::Arc};

pub use crate::bindings::journal::Entry;
pub use memory::MemoryJournal;
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteJournal;
pub use watched::{Health, WatchedJournal};

/// The most that a subject's entries may have to be read, in bytes: some 30,000 of this connector. A component writes them, and
/// whoever reads them holds them.
pub(crate) const MAX_READ: usize = 16 * 1024 * 1024;

/// The length of an entry in bytes.
pub(crate) fn size(Entry { id, time, event, status, details }: &Entry) -> usize {
    let optional = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    [optional(id), time.len(), event.len(), optional(status), details.len()].into_iter().fold(0, usize::saturating_add)
}

/// The length of entries in bytes.
pub(crate) fn total(entries: &[Entry]) -> usize {
    entries.iter().map(size).fold(0, usize::saturating_add)
}

/// The journal of one connection, called from tasks of an async runtime: what blocks, as a disk does, must let the runtime go
/// on, as by tokio's `block_in_place`. See `kosha:connector/journal`.
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
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// A subject has more entries than are read at once: 16 MiB.
    #[error("its entries have more than {MAX_READ} bytes, which is the most that is read")]
    TooLong,
    /// It cannot be opened, written or read now.
    #[error("{reason}")]
    Unavailable {
        /// Why, in a sentence that may be shown to a user.
        reason: String,
        /// What it comes from.
        source: Option<Box<dyn Error + Send + Sync>>,
    },
}

impl JournalError {
    /// A journal that cannot be opened, written or read now, for that reason.
    #[must_use]
    pub fn unavailable(reason: impl Into<String>) -> Self {
        Self::Unavailable { reason: reason.into(), source: None }
    }

    /// The same with the error that it comes from.
    #[must_use]
    pub fn caused_by(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let source = source.into();
        Self::Unavailable { reason: source.to_string(), source: Some(source) }
    }
}
