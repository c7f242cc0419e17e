//! Why the store cannot be used.

use std::{io, path::PathBuf};

use connector_host::JournalError;

/// Why the store cannot be used. No message quotes what is stored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A file or the directory cannot be made or read.
    #[error("{}: {cause}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        cause: io::Error,
    },
    /// Another process serves from the directory.
    #[error("another `host-test serve` runs with the data in {}; stop it first, or name another directory by --data", directory.display())]
    InUse {
        /// The directory.
        directory: PathBuf,
    },
    /// Nothing has been served from the directory.
    #[error("nothing has been served from {} yet: start `host-test serve` with it, or name another directory by --data", directory.display())]
    Missing {
        /// The directory.
        directory: PathBuf,
    },
    /// A newer release has written the tables.
    #[error("the data is of format {found}, of a newer release; this one knows formats up to {known}")]
    Newer {
        /// The file's format.
        found: i64,
        /// The newest that is known.
        known: i64,
    },
    /// The key file does not fit the database.
    #[error("{}: {reason}", path.display())]
    Key {
        /// The key file.
        path: PathBuf,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A secret was sealed with another key, for another connection, or was changed.
    #[error("a secret in the database cannot be opened: it was changed, or sealed with another key")]
    Sealed,
    /// There is no randomness.
    #[error("the operating system gives no random numbers")]
    Random,
    /// The journal cannot be opened.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The database fails. SQLite's messages quote no values.
    #[error("the database: {0}")]
    Database(#[from] rusqlite::Error),
    /// The process is being stopped.
    #[error("the database is being closed")]
    Stopped,
}

impl StoreError {
    pub(super) fn file(path: impl Into<PathBuf>, cause: io::Error) -> Self {
        Self::File { path: path.into(), cause }
    }
}
