//! Why a file cannot be the store.

use std::{error::Error, fmt, io};

/// A file cannot be used as the store, or cannot be written.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// It cannot be opened or made.
    Io(io::Error),
    /// SQLite's error: another process has it open, it is no database, or the disk is full.
    Sqlite(rusqlite::Error),
    /// It is a database of another program.
    Foreign,
    /// It has a world of this other version of the simulator.
    Version(String),
    /// It has a world of this other seed.
    Seed(String),
    /// A step could not be added before, so that no other can follow.
    Closed,
    /// A part of it is damaged.
    Damaged(serde_json::Error),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "{error}"),
            Self::Sqlite(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy) => {
                write!(f, "another process has it open: end that one, or use another file")
            }
            Self::Sqlite(error) => write!(f, "{error}"),
            Self::Foreign => write!(f, "it is the database of another program"),
            Self::Version(version) => {
                let own = env!("CARGO_PKG_VERSION");
                write!(
                    f,
                    "it was written by version {version} of the simulator, and this is {own}: remove it, or use that version"
                )
            }
            Self::Closed => write!(f, "it could not be written before"),
            Self::Seed(seed) => {
                write!(f, "its world has the seed {seed}: start with --seed {seed}, or use another file")
            }
            Self::Damaged(error) => write!(f, "it is damaged: {error}"),
        }
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Sqlite(error) => Some(error),
            Self::Damaged(error) => Some(error),
            Self::Closed | Self::Foreign | Self::Version(_) | Self::Seed(_) => None,
        }
    }
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Damaged(error)
    }
}
