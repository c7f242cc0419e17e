//! A journal in an SQLite file.

use std::{
    fs,
    path::Path,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use rusqlite::{Connection, ErrorCode, OpenFlags, Row, params};
use tokio::sync::Mutex;

use crate::{
    journal::{Entry, Journal, JournalError, MAX_READ, files::Files, runtime, size},
    transport::BoxFuture,
};

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
/// It is crash-safe: when [`Journal::append`] resolves, the entry is on disk (`journal_mode=WAL` with
/// `synchronous=FULL`, one sync each). It survives `kill -9`, a crash of the system and a loss of power, if the disk
/// keeps its promises. If `append` has not resolved, the entry is there whole or not at all. While the journal is open
/// there are two more files beside it, `-wal` and `-shm`; a copy needs all three. The file must be on a local disk: WAL
/// needs shared memory, which network file systems do not have.
///
/// If the file is deleted or replaced while it is open, every call fails until it is back. If that happens while an entry
/// is written, it is [`JournalError::OutcomeUnknown`]: the entry is there, if the file comes back.
///
/// A unique index prevents duplicates, so this holds across threads and processes.
///
/// A sync blocks for milliseconds, and a slow disk for longer. It happens on a thread that tokio keeps for blocking, one
/// per journal at most; those that wait for their turn, first come, first served, take no thread. A future that is
/// dropped while it waits has done nothing. One that is dropped later has its work done to the end: a statement cannot
/// be taken back half-way, and the next one waits for it.
#[derive(Clone)]
pub struct SqliteJournal {
    connection: Arc<Mutex<Connection>>,
    files: Arc<Files>,
    tenant: Arc<str>,
}

impl SqliteJournal {
    /// Opens a journal, or creates it. It is the journal of the tenant with the empty name. It blocks: open it where the
    /// program starts.
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
            Ok(Self { files: Arc::new(files), ..journal })
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
        Ok(Self { connection: Arc::new(Mutex::new(connection)), files: Arc::default(), tenant: "".into() })
    }

    /// Does work on the connection, where it may block. After a panic the connection is as before: the statement was
    /// rolled back when it was dropped.
    async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce(&Connection, &Self) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        let connection = self.connection.clone().lock_owned().await;
        let done = runtime()?.spawn_blocking(move || {
            self.files.check().map_err(JournalError::unavailable)?;
            work(&connection, &self)
        });
        // If it fails, it was not begun, as the runtime is shutting down, or it has panicked.
        done.await.map_err(JournalError::caused_by)?
    }

    fn append_now(&self, connection: &Connection, subject: &str, entry: &Entry) -> Result<bool, JournalError> {
        let Entry { id, time, event, status, details } = entry;
        let insert = "INSERT INTO entries (tenant, subject, id, time, event, status, details) \
                      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING";
        let values = params![&*self.tenant, subject, id, time, event, status, details];
        let appended = connection.execute(insert, values).map_err(unavailable)?;
        // The file may have been deleted meanwhile, with the entry; or it was moved, and has the entry when it is back.
        self.files.check().map_err(|reason| JournalError::OutcomeUnknown { reason })?;
        Ok(appended == 1)
    }

    /// `None` if they are too long.
    fn entries_now(&self, connection: &Connection, subject: &str) -> Result<Option<Vec<Entry>>, JournalError> {
        let select = "SELECT id, time, event, status, details FROM entries \
                      WHERE tenant = ?1 AND subject = ?2 ORDER BY number";
        let mut statement = connection.prepare(select).map_err(unavailable)?;
        let (mut entries, mut left) = (Vec::new(), MAX_READ);
        for entry in statement.query_map(params![&*self.tenant, subject], entry).map_err(unavailable)? {
            let entry = entry.map_err(unavailable)?;
            let Some(less) = left.checked_sub(size(&entry)) else { return Ok(None) };
            left = less;
            entries.push(entry);
        }
        Ok(Some(entries))
    }
}

impl Journal for SqliteJournal {
    fn append(&self, subject: String, entry: Entry) -> BoxFuture<Result<bool, JournalError>> {
        Box::pin(self.clone().run(move |connection, this| this.append_now(connection, &subject, &entry)))
    }

    fn entries(&self, subject: String) -> BoxFuture<Result<Vec<Entry>, JournalError>> {
        let read = self.clone().run(move |connection, this| this.entries_now(connection, &subject));
        Box::pin(async { read.await?.ok_or(JournalError::TooLong) })
    }
}

fn entry(row: &Row) -> rusqlite::Result<Entry> {
    Ok(Entry { id: row.get(0)?, time: row.get(1)?, event: row.get(2)?, status: row.get(3)?, details: row.get(4)? })
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

fn unavailable(error: rusqlite::Error) -> JournalError {
    JournalError::unavailable(explain(error))
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
    use std::{
        pin::Pin,
        sync::mpsc,
        task::{Context, Poll, Waker},
    };

    use tokio::sync::MutexGuard;

    use super::*;

    fn poll<T>(future: &mut Pin<Box<impl Future<Output = T> + ?Sized>>) -> Poll<T> {
        future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
    }

    fn entry(id: Option<&str>, details: String) -> Entry {
        Entry {
            id: id.map(str::to_owned),
            time: "2026-07-28T10:30:00Z".to_owned(),
            event: "orders.create".to_owned(),
            status: None,
            details,
        }
    }

    /// The connection of a journal that nothing uses now.
    fn connection(journal: &SqliteJournal) -> MutexGuard<'_, Connection> {
        journal.connection.try_lock().unwrap()
    }

    #[tokio::test]
    async fn a_full_disk_is_told_and_leaves_the_journal_whole() {
        let directory = tempfile::tempdir().unwrap();
        let journal = SqliteJournal::open(directory.path().join("journal")).unwrap();
        let pages = |sql: &str| connection(&journal).query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        // A few pages more than there are: to SQLite this is a full disk.
        pages(&format!("PRAGMA max_page_count = {}", pages("PRAGMA page_count") + 4));
        let room = |details: usize| journal.append("order:1".to_owned(), entry(None, "x".repeat(details)));
        let entries = async || journal.entries("order:1".to_owned()).await.unwrap().len();
        assert!(room(1_000).await.unwrap());
        assert_eq!(room(100_000).await.unwrap_err().to_string(), "the disk is full");
        assert_eq!(entries().await, 1);
        pages("PRAGMA max_page_count = 1000000");
        assert!(room(100_000).await.unwrap());
        assert_eq!(entries().await, 2);
    }

    #[test]
    fn every_commit_is_synced() {
        let directory = tempfile::tempdir().unwrap();
        let journal = SqliteJournal::open(directory.path().join("journal")).unwrap();
        let connection = connection(&journal);
        let mode: String = connection.query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
        let synchronous: i64 = connection.query_row("PRAGMA synchronous", [], |row| row.get(0)).unwrap();
        assert_eq!((&*mode, synchronous), ("wal", 2));
    }

    #[test]
    fn what_is_asked_of_a_journal_is_found_by_an_index() {
        let journal = SqliteJournal::in_memory().unwrap();
        let connection = connection(&journal);
        let plan = "EXPLAIN QUERY PLAN SELECT * FROM entries WHERE tenant = '' AND subject = '' ORDER BY number";
        let plan: String = connection.query_row(plan, [], |row| row.get(3)).unwrap();
        assert!(plan.contains("entries_of_a_subject"), "{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }

    /// Blocks the connection until the sender sends or is dropped, as a slow disk does. Resolves when it is blocked.
    async fn block(journal: &SqliteJournal) -> (mpsc::Sender<()>, impl Future) {
        let (blocked, is_blocked) = tokio::sync::oneshot::channel();
        let (release, released) = mpsc::channel();
        let blocking = tokio::spawn(journal.clone().run(move |_, _| {
            _ = blocked.send(());
            _ = released.recv();
            Ok(())
        }));
        is_blocked.await.unwrap();
        (release, blocking)
    }

    /// In the runtime with one thread.
    #[tokio::test]
    async fn the_runtime_goes_on_while_the_disk_is_slow() {
        let journal = SqliteJournal::in_memory().unwrap();
        let (release, _) = block(&journal).await;
        let mut append = journal.append("order:1".to_owned(), entry(None, "{}".to_owned()));
        assert!(poll(&mut append).is_pending());
        tokio::spawn(async move { release.send(()).unwrap() });
        assert!(append.await.unwrap());
    }

    #[tokio::test]
    async fn what_is_dropped_is_done_whole_or_not_at_all() {
        let journal = SqliteJournal::in_memory().unwrap();
        let subject = || "order:1".to_owned();
        let (release, blocking) = block(&journal).await;
        let mut waiting = journal.append(subject(), entry(Some("waits"), "{}".to_owned()));
        assert!(poll(&mut waiting).is_pending());
        drop(waiting);
        release.send(()).unwrap();
        blocking.await;

        let (begun, has_begun) = mpsc::channel();
        let (release, released) = mpsc::channel::<()>();
        let work = journal.clone().run(move |connection, this| {
            begun.send(()).unwrap();
            _ = released.recv();
            this.append_now(connection, &subject(), &entry(Some("begun"), "{}".to_owned()))
        });
        let mut work = Box::pin(work);
        assert!(poll(&mut work).is_pending());
        has_begun.recv().unwrap();
        drop(work);
        release.send(()).unwrap();
        let ids: Vec<_> = journal.entries("order:1".to_owned()).await.unwrap().into_iter().map(|it| it.id).collect();
        assert_eq!(ids, [Some("begun".to_owned())], "it was written before the next one had its turn");
    }

    #[tokio::test]
    async fn a_panic_is_an_error_and_the_next_one_goes_on() {
        let journal = SqliteJournal::in_memory().unwrap();
        let panics = journal.clone().run::<()>(|_, _| panic!("on purpose"));
        assert!(panics.await.unwrap_err().to_string().contains("panicked"));
        assert!(journal.append("order:1".to_owned(), entry(None, "{}".to_owned())).await.unwrap());
    }

    #[tokio::test]
    async fn an_entry_in_a_file_that_is_moved_meanwhile_may_be_there() {
        let directory = tempfile::tempdir().unwrap();
        let [file, elsewhere] = ["journal", "elsewhere"].map(|name| directory.path().join(name));
        let journal = SqliteJournal::open(&file).unwrap();
        let append = || journal.append("order:1".to_owned(), entry(Some("WH-1"), "{}".to_owned()));
        let moved = {
            let [file, elsewhere] = [file.clone(), elsewhere.clone()];
            journal.clone().run(move |connection, this| {
                fs::rename(file, elsewhere).unwrap();
                this.append_now(connection, "order:1", &entry(Some("WH-1"), "{}".to_owned()))
            })
        };
        let error = moved.await.unwrap_err();
        assert!(matches!(error, JournalError::OutcomeUnknown { .. }), "{error:?}");
        assert!(error.to_string().contains("journal was deleted while it was open"), "{error}");
        // Before anything is written, it is certain.
        let error = append().await.unwrap_err();
        assert!(matches!(error, JournalError::Unavailable { .. }), "{error:?}");
        fs::rename(&elsewhere, &file).unwrap();
        assert!(!append().await.unwrap(), "it is there");
    }

    #[test]
    fn without_a_runtime_it_is_an_error() {
        let journal = SqliteJournal::in_memory().unwrap();
        let mut append = journal.append("order:1".to_owned(), entry(None, "{}".to_owned()));
        let Poll::Ready(Err(error)) = poll(&mut append) else { panic!("it was appended") };
        assert_eq!(error.to_string(), "it needs a tokio runtime");
    }
}
