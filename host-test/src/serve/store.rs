//! What `serve` keeps, in one directory: an SQLite file, and the key of the secrets in it.
//!
//! ```text
//! DIR/serve.sqlite     the journal of every account, and the tables of `schema`; -wal and -shm beside it
//! DIR/key              the key that secrets are sealed with, mode 600
//! DIR/lock             held by the process that serves
//! DIR/simulator.sqlite the simulator's own world: it stands for PayPal, and is no part of what is kept here
//! ```

mod directory;
mod error;
mod lock;
mod schema;
mod seal;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use connector_host::SqliteJournal;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, params};
use tokio::sync::Mutex;

pub use error::StoreError;
pub use lock::Lock;
pub(crate) use seal::Seal;

/// The name of the database.
const FILE: &str = "serve.sqlite";

/// How long to wait for another process that is writing, such as `serve keys add`.
const PATIENCE: Duration = Duration::from_secs(5);

/// The store. Clones are the same store.
///
/// What is set (connections, keys) is on disk when a write returns (`synchronous=FULL`). What is recorded (calls, events)
/// survives the end of the process, also by SIGKILL, but not a loss of power (`synchronous=NORMAL`): what must not be lost is in
/// the journal besides.
#[derive(Clone)]
pub struct Store {
    directory: Arc<Path>,
    settings: Arc<Mutex<Connection>>,
    records: Arc<Mutex<Connection>>,
    journal: SqliteJournal,
    seal: Arc<Seal>,
}

impl Store {
    /// Opens the store in a directory, which is made if it is not there. It blocks.
    ///
    /// # Errors
    /// If the directory or a file in it cannot be used, or has another program's or a newer release's data.
    pub fn open(directory: &Path) -> Result<Self, StoreError> {
        directory::make(directory)?;
        let file = directory.join(FILE);
        directory::make_file(&file)?;
        // It says what it is if it is no journal, and leaves it unchanged.
        let journal = SqliteJournal::open(&file)?;
        let mut settings = connect(&file, "FULL")?;
        schema::prepare(&mut settings)?;
        let seal = seal::open(directory, &settings)?;
        let records = connect(&file, "NORMAL")?;
        let shared = |connection| Arc::new(Mutex::new(connection));
        Ok(Self {
            directory: directory.into(),
            settings: shared(settings),
            records: shared(records),
            journal,
            seal: Arc::new(seal),
        })
    }

    /// Opens the store in a directory that has been served from. Nothing is made. It blocks.
    ///
    /// # Errors
    /// If nothing has been served from it, or as [`Self::open`].
    pub fn open_existing(directory: &Path) -> Result<Self, StoreError> {
        if directory.join(FILE).try_exists().map_err(|cause| StoreError::file(directory, cause))? {
            return Self::open(directory);
        }
        Err(StoreError::Missing { directory: directory.to_owned() })
    }

    /// Reads what the process that serves has left for others under a name.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(crate) async fn state(&self, name: &'static str) -> Result<Option<String>, StoreError> {
        let select = "SELECT value FROM serve_state WHERE name = ?1";
        let read = move |connection: &mut Connection| {
            Ok(connection.query_row(select, [name], |row| row.get::<_, Vec<u8>>(0)).optional()?)
        };
        Ok(self.settings(read).await?.map(|it| String::from_utf8_lossy(&it).into_owned()))
    }

    /// Leaves something for other processes under a name.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(crate) async fn set_state(&self, name: &'static str, value: String) -> Result<(), StoreError> {
        let write = "INSERT INTO serve_state VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2";
        let set = move |connection: &mut Connection| Ok(connection.execute(write, params![name, value.into_bytes()])?);
        self.settings(set).await.map(drop)
    }

    /// Returns the journal of an account.
    pub(crate) fn journal(&self, account: &str) -> SqliteJournal {
        self.journal.for_tenant(account)
    }

    /// Returns what seals secrets.
    pub(crate) fn seal(&self) -> Arc<Seal> {
        self.seal.clone()
    }

    /// Returns the path of a file in the directory.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// Reads or writes what is set.
    ///
    /// # Errors
    /// If the work fails.
    pub(crate) async fn settings<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        run(&self.settings, work).await
    }

    /// Reads or writes what is recorded.
    ///
    /// # Errors
    /// If the work fails.
    pub(crate) async fn records<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        run(&self.records, work).await
    }
}

/// Does work where it may block. Those that wait for their turn take no thread.
async fn run<T: Send + 'static>(
    connection: &Arc<Mutex<Connection>>,
    work: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let mut connection = connection.clone().lock_owned().await;
    tokio::task::spawn_blocking(move || work(&mut connection)).await.map_err(|_| StoreError::Stopped)?
}

fn connect(file: &Path, synchronous: &str) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // What is deleted, such as a connection with its sealed secrets, is not left in the file.
    connection.pragma_update(None, "secure_delete", true)?;
    Ok(connection)
}
