//! The journal's schema in the database.

use deadpool_postgres::Object;
use tokio::time::timeout;
use tokio_postgres::Error;

use crate::journal::JournalError;

use super::{explain::explain, options::Timeouts};

/// What to apply, one after the other: the first makes version 1. Also in `deploy/postgres/` of the repository.
const MIGRATIONS: [&str; 1] = [include_str!("../../../sql/001-journal.sql")];

/// The key of the lock, under which one process at a time migrates: "KPJL".
const LOCK: i64 = 0x4b50_4a4c;

/// Checks that the database has this version of the schema, and what the journal needs otherwise.
///
/// # Errors
/// If not.
pub(super) async fn check(connection: &Object, timeouts: Timeouts) -> Result<(), JournalError> {
    let facts = async {
        let settings = "SELECT current_setting('server_encoding'), current_setting('synchronous_commit')";
        let row = connection.query_typed_one(settings, &[]).await?;
        Ok((row.try_get::<_, String>(0)?, row.try_get::<_, String>(1)?, version(connection).await?))
    };
    let (encoding, commit, version) = within(timeouts, facts).await?;
    let refuse = |reason: String| Err(JournalError::unavailable(reason));
    if encoding != "UTF8" {
        return refuse(format!("the database has the encoding {encoding}; a journal needs UTF8"));
    }
    if commit == "off" {
        return refuse("the database has `synchronous_commit = off`: it would lose entries in a crash".to_owned());
    }
    let newest = MIGRATIONS.len();
    match usize::try_from(version) {
        Ok(version) if version == newest => Ok(()),
        Ok(version) if version > newest => refuse(format!(
            "the schema of the journal has version {version}, of a newer release; this one knows versions up to {newest}"
        )),
        _ => refuse(format!(
            "the schema of the journal has version {version} and not {newest}: apply deploy/postgres, or call \
             PostgresJournal::migrate"
        )),
    }
}

/// Applies what is missing.
///
/// # Errors
/// If it cannot be applied. Nothing is changed then.
pub(super) async fn migrate(connection: &Object, timeouts: Timeouts) -> Result<(), JournalError> {
    let work = async {
        // A connection that is closed without the commit rolls back.
        connection.batch_execute(&format!("BEGIN; SELECT pg_advisory_xact_lock({LOCK})")).await?;
        let applied = usize::try_from(version(connection).await?).unwrap_or_default();
        for migration in MIGRATIONS.iter().skip(applied) {
            connection.batch_execute(migration).await?;
        }
        connection.batch_execute("COMMIT").await
    };
    within(timeouts, work).await
}

/// Returns the version of the schema; 0 if there is none.
async fn version(connection: &Object) -> Result<i32, Error> {
    let exists = "SELECT to_regclass('kosha_journal_schema') IS NOT NULL";
    if !connection.query_typed_one(exists, &[]).await?.try_get(0)? {
        return Ok(0);
    }
    let version = "SELECT coalesce(max(version), 0) FROM kosha_journal_schema";
    connection.query_typed_one(version, &[]).await?.try_get(0)
}

async fn within<T>(timeouts: Timeouts, work: impl Future<Output = Result<T, Error>>) -> Result<T, JournalError> {
    match timeout(timeouts.answer(), work).await {
        Ok(done) => done.map_err(|error| JournalError::unavailable(explain(&error))),
        Err(_) => Err(JournalError::unavailable(timeouts.no_answer())),
    }
}
