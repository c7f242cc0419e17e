//! The list of events.

use std::sync::Arc;

use rusqlite::{OptionalExtension as _, params};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::sync::broadcast;

use crate::serve::{
    query::{self, Check},
    store::{Store, StoreError},
    violation::Violation,
};

/// How many are kept of each connection, of those that were accepted and of those that were not, which anybody can send.
const KEPT: [(bool, i64); 2] = [(true, 10_000), (false, 1_000)];

/// How many times as many are kept of all connections.
const CONNECTIONS: i64 = 10;

/// How many a reader may be behind who watches.
const BEHIND: usize = 256;

/// The most events of a page.
const PAGE: u32 = 200;

/// An event, as it was received.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Event {
    /// Its number, which only grows.
    pub(crate) id: i64,
    #[serde(skip)]
    pub(crate) connection: String,
    /// How often it was delivered.
    pub(crate) deliveries: u32,
    /// Whether this tells of another delivery of what is in the list already.
    #[serde(skip)]
    pub(crate) is_again: bool,
    /// As `listen --json` prints it.
    pub(crate) received: Box<RawValue>,
}

/// Which events are wanted, the newest first.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Filter {
    /// Only those with a lower number.
    before: Option<i64>,
    /// How many, 1 to 200; by default 50.
    limit: Option<u32>,
    /// Only those that were accepted, or that were not.
    accepted: Option<bool>,
}

impl Check for Filter {
    fn wrong(&self) -> Vec<Violation> {
        query::limit(self.limit, PAGE).into_iter().collect()
    }
}

/// The list of events. Clones are the same list.
#[derive(Clone)]
pub(crate) struct Log {
    store: Store,
    news: broadcast::Sender<Arc<Event>>,
}

impl Log {
    pub(crate) fn new(store: Store) -> Self {
        Self { store, news: broadcast::Sender::new(BEHIND) }
    }

    /// Returns what comes from now on, of all connections.
    pub(crate) fn watch(&self) -> broadcast::Receiver<Arc<Event>> {
        self.news.subscribe()
    }

    /// Adds an event, and tells those who watch. `key` tells its repeats.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) async fn add(
        &self,
        connection: &str,
        accepted: bool,
        key: Option<&str>,
        document: String,
    ) -> Result<(), StoreError> {
        let (name, key, text) = (connection.to_owned(), key.map(str::to_owned), document.clone());
        let added = self.store.records(move |connection| {
            let insert = "INSERT INTO serve_events (connection, accepted, key, document) VALUES (?1, ?2, ?3, ?4)";
            connection.execute(insert, params![name, accepted, key, text])?;
            let id = connection.last_insert_rowid();
            let kept = KEPT.into_iter().find_map(|(of, kept)| (of == accepted).then_some(kept)).unwrap_or_default();
            // The indexes have all columns: each looks at one row beyond the bound.
            connection.execute(
                "DELETE FROM serve_events WHERE connection = ?1 AND accepted = ?2 AND id <= (SELECT id FROM serve_events \
                 WHERE connection = ?1 AND accepted = ?2 ORDER BY id DESC LIMIT 1 OFFSET ?3)",
                params![name, accepted, kept],
            )?;
            connection.execute(
                "DELETE FROM serve_events WHERE accepted = ?1 AND id <= \
                 (SELECT id FROM serve_events WHERE accepted = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
                params![accepted, kept.saturating_mul(CONNECTIONS)],
            )?;
            Ok(id)
        });
        let id = added.await?;
        self.tell(connection, id, 1, false, document);
        Ok(())
    }

    /// Counts another delivery of an event, which gets no line of its own, and tells those who watch. Returns false if the event
    /// is not in the list any more.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) async fn add_again(&self, connection: &str, key: &str, document: String) -> Result<bool, StoreError> {
        let names = [connection, key].map(str::to_owned);
        let counted = self.store.records(move |connection| {
            let update = "UPDATE serve_events SET deliveries = deliveries + 1 WHERE id = \
                          (SELECT max(id) FROM serve_events WHERE connection = ?1 AND key = ?2) RETURNING id, deliveries";
            let row = |row: &rusqlite::Row| Ok((row.get::<_, i64>(0)?, row.get::<_, u32>(1)?));
            Ok(connection.query_row(update, names, row).optional()?)
        });
        let Some((id, deliveries)) = counted.await? else { return Ok(false) };
        self.tell(connection, id, deliveries, true, document);
        Ok(true)
    }

    fn tell(&self, connection: &str, id: i64, deliveries: u32, is_again: bool, document: String) {
        if let Ok(received) = RawValue::from_string(document) {
            let connection = connection.to_owned();
            // Nobody may watch.
            _ = self.news.send(Arc::new(Event { id, connection, deliveries, is_again, received }));
        }
    }

    /// Returns a page of the events of a connection, the newest first.
    ///
    /// # Errors
    /// If they cannot be read.
    pub(crate) async fn page(&self, connection: &str, filter: Filter) -> Result<Vec<Event>, StoreError> {
        let limit = filter.limit.unwrap_or(query::LIMIT);
        let before = filter.before.unwrap_or(i64::MAX);
        let select = "SELECT id, deliveries, document FROM serve_events WHERE connection = ?1 AND id < ?2 \
                      AND (?3 IS NULL OR accepted = ?3) ORDER BY id DESC LIMIT ?4";
        self.read(select, connection, (before, filter.accepted, limit)).await
    }

    /// Returns the events of a connection after one, the oldest first, a page at most.
    ///
    /// # Errors
    /// If they cannot be read.
    pub(crate) async fn after(&self, connection: &str, id: i64) -> Result<Vec<Event>, StoreError> {
        let select = "SELECT id, deliveries, document FROM serve_events WHERE connection = ?1 AND id > ?2 \
                      AND (?3 IS NULL OR accepted = ?3) ORDER BY id LIMIT ?4";
        self.read(select, connection, (id, None, PAGE)).await
    }

    async fn read(
        &self,
        select: &'static str,
        connection: &str,
        (id, accepted, limit): (i64, Option<bool>, u32),
    ) -> Result<Vec<Event>, StoreError> {
        let name = connection.to_owned();
        let read = move |connection: &mut rusqlite::Connection| {
            let mut statement = connection.prepare(select)?;
            let row =
                |row: &rusqlite::Row| Ok((row.get::<_, i64>(0)?, row.get::<_, u32>(1)?, row.get::<_, String>(2)?));
            let rows = statement.query_map(params![name, id, accepted, limit], row)?;
            Ok(rows.collect::<Result<Vec<_>, _>>()?)
        };
        let rows = self.store.records(read).await?;
        let event = |(id, deliveries, document)| {
            let received = RawValue::from_string(document).ok()?;
            Some(Event { id, connection: connection.to_owned(), deliveries, is_again: false, received })
        };
        Ok(rows.into_iter().filter_map(event).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_connection_does_not_push_out_the_events_of_another() {
        let directory = tempfile::tempdir().unwrap();
        let log = Log::new(Store::open(directory.path()).unwrap());
        let add =
            async |connection: &str, accepted| log.add(connection, accepted, None, "{}".to_owned()).await.unwrap();
        add("quiet", false).await;
        add("busy", true).await;
        let [_, (_, kept)] = KEPT;
        for _ in 0..=kept {
            add("busy", false).await;
        }
        let count = async |connection: &str, accepted: bool| {
            let (connection, count) =
                (connection.to_owned(), "SELECT count(*) FROM serve_events WHERE connection = ?1 AND accepted = ?2");
            let read =
                log.store.records(move |it| Ok(it.query_row(count, params![connection, accepted], |row| row.get(0))?));
            read.await.unwrap()
        };
        assert_eq!((count("quiet", false).await, count("busy", true).await, count("busy", false).await), (1, 1, kept));
    }
}
