//! What an error of the client means, in words that hold no value of a statement and no password.

use std::error::Error as _;

use deadpool_postgres::PoolError;
use tokio_postgres::{Error, error::SqlState};

use crate::journal::JournalError;

use super::options::Timeouts;

/// Explains why there is no connection.
pub(super) fn no_connection(error: &PoolError, timeouts: Timeouts) -> JournalError {
    JournalError::unavailable(match error {
        PoolError::Backend(error) => explain(error),
        PoolError::Timeout(_) => timeouts.no_connection(),
        // None of these happens: the pool is never closed, has no hooks, and knows its runtime.
        other => other.to_string(),
    })
}

/// Returns whether an error leaves it open if the statement was carried out. If the server answers, it was not, unless
/// the server is ending: it may do so between a commit and its answer.
pub(super) fn is_undecided(error: &Error) -> bool {
    match error.as_db_error() {
        Some(answer) => [SqlState::ADMIN_SHUTDOWN, SqlState::CRASH_SHUTDOWN].contains(answer.code()),
        None => true,
    }
}

/// Explains an error. The server's details and hints are left out, as they quote rows.
pub(super) fn explain(error: &Error) -> String {
    let Some(answer) = error.as_db_error() else {
        // Each error has a part of the message.
        let mut message = error.to_string();
        let mut cause = error.source();
        while let Some(inner) = cause {
            message = format!("{message}: {inner}");
            cause = inner.source();
        }
        return format!("the database: {message}");
    };
    let reason = match answer.code() {
        code if [SqlState::INVALID_PASSWORD, SqlState::INVALID_AUTHORIZATION_SPECIFICATION].contains(code) => {
            "the database refuses the user or the password"
        }
        code if *code == SqlState::INVALID_CATALOG_NAME => "the server has no database of this name",
        code if *code == SqlState::INSUFFICIENT_PRIVILEGE => {
            "the user may not use the journal's tables: it needs SELECT and INSERT on kosha_journal, and SELECT on \
             kosha_journal_schema"
        }
        code if *code == SqlState::TOO_MANY_CONNECTIONS => "the database has too many connections",
        code if *code == SqlState::READ_ONLY_SQL_TRANSACTION => "the database is read-only, as a replica is",
        code if *code == SqlState::DISK_FULL => "the disk of the database is full",
        code if *code == SqlState::QUERY_CANCELED => "the database took too long, and gave up",
        code if *code == SqlState::CANNOT_CONNECT_NOW => "the database is starting or stopping",
        code => return format!("the database: {} (SQLSTATE {})", answer.message(), code.code()),
    };
    reason.to_owned()
}
