//! Journals: the history of a tenant's resources.

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

/// The most that is read of a subject, in bytes: some 30,000 entries of this connector. A component writes them, and
/// the reader holds them in memory.
pub(crate) const MAX_READ: usize = 16 * 1024 * 1024;

/// Returns the length of an entry, in bytes.
pub(crate) fn size(Entry { id, time, event, status, details }: &Entry) -> usize {
    let optional = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    [optional(id), time.len(), event.len(), optional(status), details.len()].into_iter().fold(0, usize::saturating_add)
}

/// Returns the length of entries, in bytes.
pub(crate) fn total(entries: &[Entry]) -> usize {
    entries.iter().map(size).fold(0, usize::saturating_add)
}

/// The journal of one tenant. It is called from tasks of an async runtime: if it blocks, for instance on a disk, it
/// must not block the runtime (tokio has `block_in_place`). See `kosha:connector/journal`.
pub trait Journal: Send + Sync {
    /// Appends an entry under a subject, unless the subject has one with the same id. Returns whether it was appended.
    ///
    /// # Errors
    /// If it cannot be written.
    fn append(&self, subject: String, entry: Entry) -> Result<bool, JournalError>;

    /// Returns the entries of a subject, oldest first.
    ///
    /// # Errors
    /// If they cannot be read.
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
    /// The entries of a subject exceed the limit for reading, 16 MiB.
    #[error("its entries have more than {MAX_READ} bytes, the limit for reading")]
    TooLong,
    /// It cannot be opened, written or read now.
    #[error("{reason}")]
    Unavailable {
        /// The reason, which may be shown to a user.
        reason: String,
        /// The cause.
        source: Option<Box<dyn Error + Send + Sync>>,
    },
}

impl JournalError {
    /// Creates an [`Unavailable`](Self::Unavailable) for that reason.
    #[must_use]
    pub fn unavailable(reason: impl Into<String>) -> Self {
        Self::Unavailable { reason: reason.into(), source: None }
    }

    /// Creates an [`Unavailable`](Self::Unavailable) from its cause.
    #[must_use]
    pub fn caused_by(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let source = source.into();
        Self::Unavailable { reason: source.to_string(), source: Some(source) }
    }
}
