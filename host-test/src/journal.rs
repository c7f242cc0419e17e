//! Where the history of resources is kept.

mod files;
mod memory;
mod sqlite;
mod watched;

use std::{fmt, sync::Arc};

pub use crate::bindings::journal::Entry;
pub use memory::MemoryJournal;
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

/// Why entries that are more than [`MAX_READ`] are not read.
fn too_long() -> JournalError {
    JournalError(format!("its entries have more than {MAX_READ} bytes, which is the most that is read"))
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
#[derive(Debug)]
pub struct JournalError(pub String);

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for JournalError {}
