//! A journal in an SQLite file.

use std::{
    fs,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use rusqlite::{Connection, ErrorCode, OpenFlags, Row, params};
use tokio::{
    runtime::{Handle, RuntimeFlavor},
    task::block_in_place,
};

use crate::journal::{Entry, Journal, JournalError, MAX_READ, files::Files, size};

/// Marks the file as a journal: `PRAGMA application_id`, "KPJL".
const APPLICATION: i64 = 0x4b50_4a4c;

/// The format, in `PRAGMA user_version`: that of `TABLES`.
const VERSION: i64 = 1;

/// `number` is the order. An entry without an id is never a duplicate.
const TABLES: &str = "
    CREATE TABLE entries (
        number INTEGER PRIMARY KEY,
        tenant TEXT NOT NULL,
        subject TEXT NOT NULL,
        id TEXT,
        time TEXT NOT NULL,
        event TEXT NOT NULL,
        status TEXT,
        details TEXT NOT NULL
    ) STRICT;
    CREATE INDEX entries_of_a_subject ON entries (tenant, subject);
    CREATE UNIQUE INDEX entries_by_id ON entries (tenant, subject, id) WHERE id IS NOT NULL;
";

/// How long to wait for another process that is writing.
const PATIENCE: Duration = Duration::from_secs(5);

/// A journal in one file, which tenants and processes may share. Clones are the same journal.
///
/// It is crash-safe: when [`Journal::append`] returns, the entry is on disk (`journal_mode=WAL` with
/// `synchronous=FULL`, one sync each). It survives `kill -9`, a crash of the system and a loss of power, if the disk
/// keeps its promises. If `append` has not returned, the entry is there whole or not at all. While the journal is open
/// there are two more files beside it, `-wal` and `-shm`; a copy needs all three. The file must be on a local disk: WAL
/// needs shared memory, which network file systems do not have.
///
/// If the file is deleted or replaced while it is open, every call fails until it is back.
///
/// A unique index prevents duplicates, so this holds across threads and processes.
///
/// The calls block for about as long as a sync takes; `blocking` explains what that means in async code.
#[derive(Clone)]
pub struct SqliteJournal {
    connection: Arc<Mutex<Connection>>,
    files: Files,
    tenant: Arc<str>,
}

impl SqliteJournal {
    /// Opens a journal, or creates it. It is the journal of the tenant with the empty name.
    ///
    /// # Errors
    /// If the file is not a journal, has a newer format, or cannot be written.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, JournalError> {
        let path = path.as_ref();
        // SQLite does not treat "", ":memory:" and "file:..." as file names; with a directory in front it does.
        let file = if path.is_relative() { Path::new(".").join(path) } else { path.to_owned() };
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let opened = if fs::metadata(&file).is_ok_and(|it| it.is_dir()) {
            Err("it is a directory".to_owned())
        } else {
            Connection::open_with_flags(&file, flags).map_err(explain).and_then(|it| Self::of(it, &file))
        };
        let opened = opened.and_then(|journal| {
            let files = Files::of(&file).map_err(|error| error.to_string())?;
            Ok(Self { files, ..journal })
        });
        opened.map_err(|reason| JournalError::unavailable(format!("{}: {reason}", path.display())))
    }

    /// Opens a journal in memory.
    ///
    /// # Errors
    /// If there is not enough memory.
    pub fn in_memory() -> Result<Self, JournalError> {
        let connection = Connection::open_in_memory().map_err(explain);
        connection
            .and_then(|it| Self::of(it, Path::new("")))
            .map_err(|reason: String| JournalError::unavailable(reason))
    }

    /// Returns the journal of another tenant in the same file. Tenants do not see each other's entries. Any text is a
    /// name.
    #[must_use]
    pub fn for_tenant(&self, name: &str) -> Self {
        Self { tenant: name.into(), ..self.clone() }
    }

    fn of(mut connection: Connection, file: &Path) -> Result<Self, String> {
        prepare(&mut connection, file)?;
        Ok(Self { connection: Arc::new(Mutex::new(connection)), files: Files::default(), tenant: "".into() })
    }

    /// A panic while it is locked does no harm: the statement was rolled back when it was dropped.
    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Journal for SqliteJournal {
    fn append(&self, subject: String, entry: Entry) -> Result<bool, JournalError> {
        let Entry { id, time, event, status, details } = entry;
        let insert = "INSERT INTO entries (tenant, subject, id, time, event, status, details) \
                      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING";
        let values = params![&*self.tenant, subject, id, time, event, status, details];
        let append = || {
            let connection = self.connection();
            self.files.check()?;
            let appended = connection.execute(insert, values).map_err(explain)?;
            // The file may have been deleted meanwhile, with the entry.
            self.files.check()?;
            Ok(appended == 1)
        };
        blocking(append).map_err(|reason: String| JournalError::unavailable(reason))
    }

    fn entries(&self, subject: &str) -> Result<Vec<Entry>, JournalError> {
        let select = "SELECT id, time, event, status, details FROM entries \
                      WHERE tenant = ?1 AND subject = ?2 ORDER BY number";
        let read = || {
            let connection = self.connection();
            self.files.check()?;
            let mut statement = connection.prepare(select).map_err(explain)?;
            let (mut entries, mut left) = (Vec::new(), MAX_READ);
            for entry in statement.query_map(params![&*self.tenant, subject], entry).map_err(explain)? {
                let entry = entry.map_err(explain)?;
                let Some(less) = left.checked_sub(size(&entry)) else { return Ok(None) };
                left = less;
                entries.push(entry);
            }
            Ok(Some(entries))
        };
        blocking(read).map_err(|reason: String| JournalError::unavailable(reason))?.ok_or(JournalError::TooLong)
    }
}

fn entry(row: &Row) -> rusqlite::Result<Entry> {
    Ok(Entry { id: row.get(0)?, time: row.get(1)?, event: row.get(2)?, status: row.get(3)?, details: row.get(4)? })
}

/// Blocks this thread, but not its worker of a multi-thread runtime: the worker's other tasks move to another thread,
/// and other calls continue while the disk is slow or another process writes. (Other branches of the same task, as in a
/// `select!`, do wait.)
///
/// A separate thread behind a channel would not help: the trait is synchronous, so that the caller would block for the
/// result anyway, and a write that outlives its call would go unnoticed. In a single-thread runtime there is no other
/// thread, and everything waits, about a millisecond.
fn blocking<T>(work: impl FnOnce() -> T) -> T {
    match Handle::try_current() {
        Ok(handle) if handle.runtime_flavor() == RuntimeFlavor::MultiThread => block_in_place(work),
        _ => work(),
    }
}

/// Prepares a database that was just opened.
fn prepare(connection: &mut Connection, file: &Path) -> Result<(), String> {
    connection.busy_timeout(PATIENCE).map_err(explain)?;
    // First, so that another program's database is left unchanged. In one transaction, as another process may be
    // creating the file.
    let transaction = connection.transaction().map_err(explain)?;
    state(&transaction)?;
    drop(transaction);
    if connection.is_readonly("main").map_err(explain)? {
        return Err("it is not writable".to_owned());
    }
    // For a database in memory the mode is `memory`.
    write_ahead(connection).map_err(|error| match error.sqlite_error_code() {
        Some(ErrorCode::CannotOpen) => beside(file),
        _ => explain(error),
    })?;
    connection.pragma_update(None, "synchronous", "FULL").map_err(explain)?;
    // If several processes create the file at once, one does it and the others wait.
    connection.execute_batch("BEGIN IMMEDIATE").map_err(explain)?;
    let made = state(connection).and_then(|state| match state {
        State::Ready => Ok(()),
        State::New => {
            let marks = format!("PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION};");
            connection.execute_batch(&format!("{TABLES}{marks}")).map_err(explain)
        }
    });
    // Without the commit, closing the connection rolls it back.
    made.and_then(|()| connection.execute_batch("COMMIT").map_err(explain))
}

/// What a database is.
enum State {
    New,
    Ready,
}

fn state(connection: &Connection) -> Result<State, String> {
    let number = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(explain);
    let application = number("PRAGMA application_id")?;
    let version = number("PRAGMA user_version")?;
    match version {
        VERSION if application == APPLICATION => Ok(State::Ready),
        newer if application == APPLICATION && newer > VERSION => Err(format!(
            "it is a journal of format {newer}, of a newer release; this one knows formats up to {VERSION}"
        )),
        0 if application == 0 && number("SELECT count(*) FROM sqlite_schema")? == 0 => Ok(State::New),
        _ => Err("it is a database of another program, not a journal".to_owned()),
    }
}

/// Turns on write-ahead logging. SQLite does not wait by itself for another process that is doing the same.
fn write_ahead(connection: &Connection) -> rusqlite::Result<()> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0)) {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && Instant::now() < deadline => {
                thread::sleep(Duration::from_millis(5));
            }
            other => return other.map(drop),
        }
    }
}

/// Explains why a file that can be opened cannot be used.
fn beside(file: &Path) -> String {
    let directory = file.parent().unwrap_or(Path::new("."));
    format!("the directory {} is not writable, and the database needs two more files there", directory.display())
}

/// Explains an error of SQLite. Other errors are in SQLite's words, which quote no values.
fn explain(error: rusqlite::Error) -> String {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => "it is not an SQLite database".to_owned(),
        Some(ErrorCode::DatabaseCorrupt) => "the database is damaged".to_owned(),
        Some(ErrorCode::DiskFull) => "the disk is full".to_owned(),
        Some(ErrorCode::ReadOnly) => "it is not writable".to_owned(),
        Some(ErrorCode::PermissionDenied) => "it is not readable".to_owned(),
        Some(ErrorCode::CannotOpen) => {
            "it cannot be opened: its directory must exist, and it must be readable".to_owned()
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            format!("another process has been writing to it for {} seconds", PATIENCE.as_secs())
        }
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: Option<&str>, details: String) -> Entry {
        Entry {
            id: id.map(str::to_owned),
            time: "2026-07-28T10:30:00Z".to_owned(),
            event: "orders.create".to_owned(),
            status: None,
            details,
        }
    }

    #[test]
    fn a_full_disk_is_told_and_leaves_the_journal_whole() {
        let directory = tempfile::tempdir().unwrap();
        let journal = SqliteJournal::open(directory.path().join("journal")).unwrap();
        let pages = |sql: &str| journal.connection().query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        // A few pages more than there are: to SQLite this is a full disk.
        pages(&format!("PRAGMA max_page_count = {}", pages("PRAGMA page_count") + 4));
        let room = |details: usize| journal.append("order:1".to_owned(), entry(None, "x".repeat(details)));
        assert!(room(1_000).unwrap());
        assert_eq!(room(100_000).unwrap_err().to_string(), "the disk is full");
        assert_eq!(journal.entries("order:1").unwrap().len(), 1);
        pages("PRAGMA max_page_count = 1000000");
        assert!(room(100_000).unwrap());
        assert_eq!(journal.entries("order:1").unwrap().len(), 2);
    }

    #[test]
    fn a_history_that_is_too_long_is_not_read() {
        let journals: [Box<dyn Journal>; 2] =
            [Box::new(SqliteJournal::in_memory().unwrap()), Box::new(super::super::MemoryJournal::default())];
        for journal in journals {
            let append = |details| journal.append("order:1".to_owned(), entry(None, "x".repeat(details))).unwrap();
            assert!(append(MAX_READ / 2) && append(MAX_READ / 2 - 1000));
            assert_eq!(journal.entries("order:1").unwrap().len(), 2);
            append(1000);
            let error = journal.entries("order:1").unwrap_err().to_string();
            assert!(error.contains("more than 16777216 bytes"), "{error}");
            assert_eq!(journal.entries("order:2").unwrap().len(), 0);
        }
    }

    #[test]
    fn every_commit_is_synced() {
        let directory = tempfile::tempdir().unwrap();
        let journal = SqliteJournal::open(directory.path().join("journal")).unwrap();
        let connection = journal.connection();
        let mode: String = connection.query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
        let synchronous: i64 = connection.query_row("PRAGMA synchronous", [], |row| row.get(0)).unwrap();
        assert_eq!((&*mode, synchronous), ("wal", 2));
    }

    #[test]
    fn what_is_asked_of_a_journal_is_found_by_an_index() {
        let journal = SqliteJournal::in_memory().unwrap();
        let connection = journal.connection();
        let plan = "EXPLAIN QUERY PLAN SELECT * FROM entries WHERE tenant = '' AND subject = '' ORDER BY number";
        let plan: String = connection.query_row(plan, [], |row| row.get(3)).unwrap();
        assert!(plan.contains("entries_of_a_subject"), "{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_worker_goes_on_while_the_disk_is_slow() {
        let journal = SqliteJournal::in_memory().unwrap();
        // The holder releases the connection only after another task of the only worker has run.
        let (asked, heard) = std::sync::mpsc::channel();
        let (held, holds) = std::sync::mpsc::channel();
        let holder = {
            let journal = journal.clone();
            thread::spawn(move || {
                let connection = journal.connection();
                held.send(()).unwrap();
                heard.recv().unwrap();
                drop(connection);
            })
        };
        holds.recv().unwrap();
        let appended = tokio::spawn(async move {
            tokio::spawn(async move { asked.send(()).unwrap() });
            journal.append("order:1".to_owned(), entry(None, "{}".to_owned())).unwrap()
        });
        assert!(appended.await.unwrap());
        holder.join().unwrap();
    }
}
