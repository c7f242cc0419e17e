//! Journals: the history of a tenant's resources.

pub(crate) mod allowance;
#[cfg(feature = "sqlite")]
mod files;
mod memory;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(test)]
mod tests;
mod watched;

use std::{error::Error, fmt, sync::Arc};

use crate::transport::BoxFuture;

pub use crate::bindings::journal::Entry;
pub use memory::MemoryJournal;
#[cfg(feature = "postgres")]
pub use postgres::{PostgresJournal, options::PostgresOptions};
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

/// The journal of one tenant: [`MemoryJournal`], `SqliteJournal` (feature `sqlite`), `PostgresJournal` (feature
/// `postgres`), or your own. See `kosha:connector/journal`.
///
/// Its futures are polled by tasks of a tokio runtime, and must not block it: work that blocks, for instance on a disk,
/// goes to `tokio::task::spawn_blocking`. They borrow nothing, so that they can be spawned.
///
/// When a call is dropped or runs out of time, so is the future that it waits for. What has been begun by then may be
/// abandoned or done to the end, later; either way the entry is there whole or not at all. No component is left that
/// could draw a conclusion from it, and an entry says what has happened, so that a late one is as true as any.
pub trait Journal: Send + Sync {
    /// Appends an entry under a subject, unless the subject has one with the same id. Resolves to whether it was
    /// appended, as soon as it is sure to last. Of two at once with the same id, one gets true.
    ///
    /// A component appends one entry after the other, each when the one before has resolved; they are kept in this
    /// order.
    ///
    /// # Errors
    /// If it cannot be written, or if it is not known whether it was written. The message reaches the caller of an
    /// action, without the connection's secrets.
    fn append(&self, subject: String, entry: Entry) -> BoxFuture<Result<bool, JournalError>>;

    /// Resolves to the entries of a subject, oldest first.
    ///
    /// # Errors
    /// If they cannot be read.
    fn entries(&self, subject: String) -> BoxFuture<Result<Vec<Entry>, JournalError>>;
}

impl<T: Journal + ?Sized> Journal for Arc<T> {
    fn append(&self, subject: String, entry: Entry) -> BoxFuture<Result<bool, JournalError>> {
        (**self).append(subject, entry)
    }

    fn entries(&self, subject: String) -> BoxFuture<Result<Vec<Entry>, JournalError>> {
        (**self).entries(subject)
    }
}

/// Why a journal cannot be opened, written or read.
#[derive(Debug)]
#[non_exhaustive]
pub enum JournalError {
    /// The entries of a subject exceed the limit for reading, 16 MiB.
    TooLong,
    /// The entry was sent to be written, and no answer came: it may be there, now or later. If it has an id, it can be
    /// appended again: true then means that it was not there, and false that it is, by this attempt or another one.
    /// Without an id it could then be there twice.
    OutcomeUnknown {
        /// What happened, which may be shown to a user.
        reason: String,
    },
    /// It cannot be opened, written or read now. An entry was not written.
    Unavailable {
        /// The reason, which may be shown to a user.
        reason: String,
        /// The cause, whose message is the reason. `source()` is the cause's own, so that nothing is printed twice.
        cause: Option<Box<dyn Error + Send + Sync>>,
    },
}

impl JournalError {
    /// Creates an [`Unavailable`](Self::Unavailable) for that reason.
    #[must_use]
    pub fn unavailable(reason: impl Into<String>) -> Self {
        Self::Unavailable { reason: reason.into(), cause: None }
    }

    /// Creates an [`Unavailable`](Self::Unavailable) from its cause, with its message as the reason.
    #[must_use]
    pub fn caused_by(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let cause = cause.into();
        Self::Unavailable { reason: cause.to_string(), cause: Some(cause) }
    }
}

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(f, "its entries have more than {MAX_READ} bytes, the limit for reading"),
            Self::OutcomeUnknown { reason } => write!(f, "{reason}; whether the entry was written is not known"),
            Self::Unavailable { reason, .. } => f.write_str(reason),
        }
    }
}

impl Error for JournalError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unavailable { cause: Some(cause), .. } => cause.source(),
            Self::Unavailable { cause: None, .. } | Self::OutcomeUnknown { .. } | Self::TooLong => None,
        }
    }
}

/// Returns the runtime that polls this, whose threads a journal uses.
///
/// # Errors
/// If there is none.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
fn runtime() -> Result<tokio::runtime::Handle, JournalError> {
    tokio::runtime::Handle::try_current().map_err(|_| JournalError::unavailable("it needs a tokio runtime"))
}
