//! The world over restarts: what has changed it, in an SQLite file. The simulator is deterministic, so that carrying all of it out
//! again, each at its own time, makes the same world: the same ids and the same tokens.
//!
//! A request is stored before it is carried out: what was answered is there after the process was killed, and what is there was
//! carried out, though its answer may not have reached anybody. The file has bodies as they came, but no client secret and no
//! token.

mod error;
mod form;
mod step;

use std::{
    fs::{OpenOptions, Permissions},
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::Path,
    time::Duration,
};

use rusqlite::{Connection, OptionalExtension as _, params};

pub use error::StoreError;
pub(crate) use form::{Secrets, conceal, reveal};
pub(crate) use step::{Step, Stored};

/// Which version has carried out the steps: another one may answer them differently.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// `PayS`, in the header of the file (<https://www.sqlite.org/pragma.html#pragma_application_id>).
const APPLICATION: i64 = 0x5061_7953;

const TABLES: &str = "
    CREATE TABLE world (seed TEXT NOT NULL, version TEXT NOT NULL);
    CREATE TABLE step (number INTEGER PRIMARY KEY, time INTEGER NOT NULL, step BLOB NOT NULL, body BLOB NOT NULL);
";

/// An open file, which no other process can open.
pub(crate) struct Store(Option<Connection>);

impl Store {
    /// Opens a file or makes it, readable by its owner only.
    ///
    /// # Errors
    /// If it cannot be opened, is another program's, or has the world of another version or seed.
    pub(crate) fn open(path: &Path, seed: u64) -> Result<Self, StoreError> {
        // SQLite gives its other files the same permissions.
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
        file.set_permissions(Permissions::from_mode(0o600))?;
        drop(file);
        let connection = Connection::open(path)?;
        // Who has it open keeps it: waiting is of no use.
        connection.busy_timeout(Duration::ZERO)?;
        connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE;")?;
        let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        let application: i64 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
        if tables > 0 && application != APPLICATION {
            return Err(StoreError::Foreign);
        }
        // A commit survives the process, if not the machine; that would need the disk's answer each time.
        connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;")?;
        if tables == 0 {
            connection.execute_batch(&format!("BEGIN; PRAGMA application_id = {APPLICATION}; {TABLES}"))?;
            connection.execute("INSERT INTO world VALUES (?1, ?2)", params![seed.to_string(), VERSION])?;
            connection.execute_batch("COMMIT")?;
        }
        let row = |row: &rusqlite::Row| Ok((row.get(0)?, row.get(1)?));
        let found: Option<(String, String)> =
            connection.query_row("SELECT seed, version FROM world", [], row).optional()?;
        match found {
            None => Err(StoreError::Foreign),
            Some((_, version)) if version != VERSION => Err(StoreError::Version(version)),
            Some((other, _)) if other != seed.to_string() => Err(StoreError::Seed(other)),
            Some(_) => Ok(Self(Some(connection))),
        }
    }

    /// Adds a step, and returns its number, from 1. When it returns, the step is there after a restart.
    ///
    /// # Errors
    /// If the file cannot be written, such as when the disk is full. Then the step may not be carried out.
    pub(crate) fn add(&mut self, time: u64, step: &Step, body: &[u8]) -> Result<u64, StoreError> {
        let connection = self.0.as_ref().ok_or(StoreError::Closed)?;
        let time = i64::try_from(time).unwrap_or(i64::MAX);
        let row = params![time, serde_json::to_vec(step)?, body];
        connection.execute("INSERT INTO step (time, step, body) VALUES (?1, ?2, ?3)", row)?;
        Ok(u64::try_from(connection.last_insert_rowid()).unwrap_or_default())
    }

    /// Closes the file: nothing more can be added.
    pub(crate) fn close(&mut self) {
        self.0 = None;
    }

    /// Hands out all steps in their order.
    ///
    /// # Errors
    /// If the file cannot be read, or a step is damaged.
    pub(crate) fn each(&self, mut replay: impl FnMut(Stored)) -> Result<(), StoreError> {
        let connection = self.0.as_ref().ok_or(StoreError::Closed)?;
        let mut statement = connection.prepare("SELECT time, step, body FROM step ORDER BY number")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let step = serde_json::from_slice(row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?)?;
            let time = u64::try_from(row.get::<_, i64>(0)?).unwrap_or_default();
            replay(Stored { time, step, body: row.get::<_, Vec<u8>>(2)?.into() });
        }
        Ok(())
    }
}
