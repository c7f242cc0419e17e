//! The log of calls, which has no inputs and no answers.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

use connector_host::{Failure, Reply, json};
use rusqlite::{OptionalExtension as _, params};
use serde::Deserialize;

use super::record::{COLUMNS, Record};
use crate::serve::{
    forms::outcome::KINDS,
    query::{self, Check},
    store::{Store, StoreError},
    time,
    violation::{Location, Violation},
};

/// How many calls are kept, of all connections.
const KEPT: i64 = 100_000;

/// After how many calls those beyond the bound are removed.
const SWEEP: u64 = 500;

/// The longest message that is kept, in characters.
const MESSAGE: usize = 500;

/// The most calls of a page.
const PAGE: u32 = 200;

/// The log of calls.
pub(crate) struct Log {
    store: Store,
    count: AtomicU64,
}

/// A call that runs.
pub(crate) struct Running {
    id: i64,
    began: Instant,
}

impl Running {
    /// Returns its number.
    pub(super) fn id(&self) -> i64 {
        self.id
    }
}

/// Which calls are wanted, the newest first.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Filter {
    /// Only those with a lower number.
    before: Option<i64>,
    /// How many, 1 to 200; by default 50.
    limit: Option<u32>,
    /// Only those of this action.
    action: Option<String>,
    /// Only those with this outcome.
    outcome: Option<String>,
}

/// What a call can come to besides the kinds of failures.
const OUTCOMES: [&str; 4] = ["reply", "running", "refused", "interrupted"];

impl Check for Filter {
    fn wrong(&self) -> Vec<Violation> {
        let known = || OUTCOMES.into_iter().chain(KINDS.map(json::kind));
        let unknown = self.outcome.as_deref().filter(|it| !known().any(|known| known == *it));
        let unknown = unknown.map(|_| {
            let expected = format!("expected one of {}", known().collect::<Vec<_>>().join(", "));
            Violation::invalid("outcome", expected).at(Location::Query)
        });
        query::limit(self.limit, PAGE).into_iter().chain(unknown).collect()
    }
}

impl Filter {
    /// Whether it begins at the newest call.
    pub(crate) fn is_first_page(&self) -> bool {
        self.before.is_none()
    }
}

/// What a call came to.
pub(crate) enum Ended<'a> {
    Outcome(&'a Result<Reply, Failure>),
    /// It was not run.
    Refused(&'a str),
    /// Nobody waits for it any more, and it had changed nothing.
    Dropped,
}

impl Log {
    /// Opens the log of a process that begins to serve: calls without an end were cut off with the last process.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(crate) async fn open(store: Store) -> Result<Self, StoreError> {
        let update = "UPDATE serve_calls SET outcome = 'interrupted' WHERE outcome IS NULL";
        store.records(move |connection| Ok(connection.execute(update, [])?)).await?;
        Ok(Self::beside(store))
    }

    /// Returns the log for a process beside the one that serves: calls without an end may be running in another one.
    pub(crate) fn beside(store: Store) -> Self {
        Self { store, count: AtomicU64::new(0) }
    }

    /// Notes that a call begins.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(crate) async fn begin(
        &self,
        connection: &str,
        action: &str,
        caller: &str,
        request_id: &str,
    ) -> Result<Running, StoreError> {
        let texts = [connection, action, &time::now(), caller, request_id].map(str::to_owned);
        let sweep = self.count.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1;
        let insert =
            "INSERT INTO serve_calls (connection, action, began, caller, request_id) VALUES (?1, ?2, ?3, ?4, ?5)";
        let begun = self.store.records(move |connection| {
            connection.execute(insert, texts)?;
            let id = connection.last_insert_rowid();
            if sweep {
                connection.execute("DELETE FROM serve_calls WHERE id <= ?1", [id - KEPT])?;
            }
            Ok(id)
        });
        Ok(Running { id: begun.await?, began: Instant::now() })
    }

    /// Notes what a call came to.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(crate) async fn end(&self, running: &Running, ended: Ended<'_>) -> Result<(), StoreError> {
        let (id, duration) = (running.id, i64::try_from(running.began.elapsed().as_millis()).unwrap_or(i64::MAX));
        let short = |text: &str| text.chars().take(MESSAGE).collect::<String>();
        let (outcome, status, name, message, attempts, debug_id, key) = match ended {
            Ended::Outcome(Ok(it)) => {
                ("reply", Some(it.status), None, None, it.attempts, it.debug_id.clone(), it.idempotency_key.clone())
            }
            Ended::Outcome(Err(it)) => {
                let message = Some(short(&it.message));
                let key = it.idempotency_key.clone();
                (json::kind(it.kind), it.status, it.name.clone(), message, it.attempts, it.debug_id.clone(), key)
            }
            Ended::Refused(reason) => ("refused", None, None, Some(short(reason)), 0, None, None),
            Ended::Dropped => ("interrupted", None, None, Some("cancelled".to_owned()), 0, None, None),
        };
        let update = "UPDATE serve_calls SET outcome = ?2, status = ?3, name = ?4, message = ?5, duration_ms = ?6, \
                      attempts = ?7, debug_id = ?8, idempotency_key = ?9 WHERE id = ?1";
        let write = move |connection: &mut rusqlite::Connection| {
            let row = params![id, outcome, status, name, message, duration, attempts, debug_id, key];
            Ok(connection.execute(update, row)?)
        };
        self.store.records(write).await.map(drop)
    }

    /// Returns a call of a connection by its number.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(crate) async fn one(&self, connection: &str, id: i64) -> Result<Option<Record>, StoreError> {
        let select = format!("SELECT {COLUMNS} FROM serve_calls WHERE connection = ?1 AND id = ?2");
        let name = connection.to_owned();
        let read = move |connection: &mut rusqlite::Connection| {
            Ok(connection.query_row(&select, params![name, id], Record::of).optional()?)
        };
        self.store.records(read).await
    }

    /// Returns a page of the calls of a connection, the newest first.
    ///
    /// # Errors
    /// If they cannot be read.
    pub(crate) async fn page(&self, connection: &str, filter: &Filter) -> Result<Vec<Record>, StoreError> {
        let select = format!(
            "SELECT {COLUMNS} FROM serve_calls WHERE connection = ?1 AND id < ?2 AND (?3 IS NULL OR action = ?3) \
             AND (?4 IS NULL OR coalesce(outcome, 'running') = ?4) ORDER BY id DESC LIMIT ?5"
        );
        let (name, before) = (connection.to_owned(), filter.before.unwrap_or(i64::MAX));
        let (action, outcome) = (filter.action.clone(), filter.outcome.clone());
        let limit = filter.limit.unwrap_or(query::LIMIT);
        let read = move |connection: &mut rusqlite::Connection| {
            let mut statement = connection.prepare(&select)?;
            let rows = statement.query_map(params![name, before, action, outcome, limit], Record::of)?;
            Ok(rows.collect::<Result<_, _>>()?)
        };
        self.store.records(read).await
    }
}
