//! What an error of the client means, in words that hold no value of a statement and no password.

use std::error::Error as _;

use deadpool_postgres::PoolError;
use tokio_postgres::{
    Error,
    error::{DbError, Severity, SqlState},
};

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
/// the connection or the server ends with it: that may be between a commit and its answer. A pooler such as PgBouncer
/// says in this way (`FATAL`, 08P01) that it has lost the server; and the server, that it cannot write its log (`PANIC`).
pub(super) fn is_undecided(error: &Error) -> bool {
    error.as_db_error().is_none_or(|answer| ends_the_connection(answer) || answer.code().code().starts_with("08"))
}

fn ends_the_connection(answer: &DbError) -> bool {
    match answer.parsed_severity() {
        Some(severity) => matches!(severity, Severity::Fatal | Severity::Panic),
        // Of a server that is no PostgreSQL, and then not translated.
        None => ["FATAL", "PANIC"].contains(&answer.severity()),
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
        // No duplicate of an entry, which is no error.
        code if *code == SqlState::UNIQUE_VIOLATION => {
            "the sequence of kosha_journal.number is behind the entries, as after a restore: set it to the greatest \
             number (setval)"
        }
        code if *code == SqlState::QUERY_CANCELED => "the database took too long, and gave up",
        code if *code == SqlState::CANNOT_CONNECT_NOW => "the database is starting or stopping",
        code => return format!("the database: {} (SQLSTATE {})", answer.message(), code.code()),
    };
    reason.to_owned()
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};
    use tokio_postgres::{Config, NoTls};

    use super::*;

    /// A message of the protocol: its kind, its length and its body.
    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len() + 4).unwrap().to_be_bytes();
        [&[kind], &length[..], body].concat()
    }

    /// The error of a statement that a server answers with these fields.
    async fn answered(fields: &[&str]) -> Error {
        let (stream, mut server) = duplex(65536);
        let fields: Vec<u8> = fields.iter().flat_map(|field| [field.as_bytes(), b"\0"].concat()).collect();
        let answer = message(b'E', &[&fields[..], b"\0"].concat());
        tokio::spawn(async move {
            let mut asked = [0; 1024];
            assert_ne!(server.read(&mut asked).await.unwrap(), 0);
            let welcome = [message(b'R', &[0; 4]), message(b'Z', b"I")].concat();
            server.write_all(&welcome).await.unwrap();
            assert_ne!(server.read(&mut asked).await.unwrap(), 0);
            server.write_all(&[answer, message(b'Z', b"I")].concat()).await.unwrap();
        });
        let (client, connection) = Config::new().user("kosha").connect_raw(stream, NoTls).await.unwrap();
        tokio::spawn(connection);
        client.batch_execute("INSERT").await.unwrap_err()
    }

    #[tokio::test]
    async fn an_answer_that_ends_the_connection_decides_nothing() {
        for (fields, undecided) in [
            // PgBouncer has lost its server.
            (&["SFATAL", "VFATAL", "C08P01", "Mserver conn crashed?"][..], true),
            (&["SFATAL", "C08P01", "Mserver conn crashed?"], true),
            (&["SERROR", "VERROR", "C08006", "Mthe connection failed"], true),
            // The server cannot write its log, in English and in German.
            (&["SPANIC", "VPANIC", "C53100", "Mcould not write to file"], true),
            (&["SPANIK", "VPANIC", "C58030", "Mkonnte nicht in Datei schreiben"], true),
            (&["SFATAL", "VFATAL", "C57P01", "Mterminating connection"], true),
            (&["SERROR", "VERROR", "C53100", "Mcould not extend file"], false),
            (&["SFEHLER", "VERROR", "C57014", "Mstorniere Anfrage"], false),
            (&["SERROR", "C42P01", "Mno such table"], false),
        ] {
            let error = answered(fields).await;
            assert!(error.as_db_error().is_some(), "{fields:?}: {error:?}");
            assert_eq!(is_undecided(&error), undecided, "{fields:?}");
        }
    }
}
