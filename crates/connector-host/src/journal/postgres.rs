//! A journal in PostgreSQL.

mod explain;
pub(super) mod options;
mod schema;

use std::{pin::pin, sync::Arc};

use deadpool_postgres::{Object, Pool};
use futures_util::TryStreamExt as _;
use tokio::time::timeout;
use tokio_postgres::{
    Error, Row,
    types::{ToSql, Type},
};

use crate::{
    journal::{Entry, Journal, JournalError, MAX_READ, runtime, size},
    transport::BoxFuture,
};

use explain::{explain, is_undecided, no_connection};
use options::{PostgresOptions, Timeouts};

/// A journal in a table of PostgreSQL 11 or later, `kosha_journal`, which tenants, processes and machines may share.
/// Clones share the connections.
///
/// When [`Journal::append`] resolves, the entry is committed, and lasts as the server is configured: with
/// `synchronous_commit` (which is checked) it survives a crash of the server. A unique index prevents duplicates, so
/// this holds across machines. No journal may write to one server and read from another, such as a replica.
///
/// **Order.** Entries get their numbers when they are inserted, and are seen when they are committed. Those that one
/// call appends are in their order, as each is committed before the next one is sent. Of entries that are appended at
/// once, the one with the greater number may be seen first, so that the other one comes to be before it. Read a
/// subject as a whole; what comes after the last number that was seen is not all that is new.
///
/// **What is dropped.** A future that is dropped while it waits for a connection has done nothing. Once the statement
/// is sent, it is done to the end.
///
/// **Broken connections.** They are replaced, so that the journal works again as soon as the server does. If one breaks,
/// or the time runs out, after an entry was sent, that is [`JournalError::OutcomeUnknown`]: it is not sent again, since
/// the repeat could not be told from another one's entry.
///
/// PostgreSQL keeps no text with the character U+0000: such an entry is refused.
#[derive(Clone)]
pub struct PostgresJournal {
    pool: Pool,
    timeouts: Timeouts,
    tenant: Arc<str>,
}

impl PostgresJournal {
    /// Connects, and checks that the database has the journal's schema. It is the journal of the tenant with the empty
    /// name.
    ///
    /// # Errors
    /// If there is no connection, the schema is missing or newer, or the server does not wait until a commit lasts.
    pub async fn open(options: &PostgresOptions) -> Result<Self, JournalError> {
        runtime()?;
        let journal = Self { pool: options.pool()?, timeouts: options.timeouts, tenant: "".into() };
        schema::check(&journal.connection().await?, options.timeouts).await?;
        Ok(journal)
    }

    /// Makes the journal's schema in the database, if it is not there. Any number of processes may do so at once.
    ///
    /// The SQL is in `sql/` of the crate, and in `deploy/postgres/` of the repository, to be applied by other means.
    ///
    /// # Errors
    /// If there is no connection, or the role may not create tables.
    pub async fn migrate(options: &PostgresOptions) -> Result<(), JournalError> {
        runtime()?;
        let connection = options.pool()?.get().await.map_err(|error| no_connection(&error, options.timeouts))?;
        schema::migrate(&connection, options.timeouts).await
    }

    /// Returns the journal of another tenant in the same table, over the same connections. Tenants do not see each
    /// other's entries.
    #[must_use]
    pub fn for_tenant(&self, name: &str) -> Self {
        Self { tenant: name.into(), ..self.clone() }
    }

    async fn connection(&self) -> Result<Object, JournalError> {
        let found = timeout(self.timeouts.connect, self.pool.get()).await;
        let found = found.map_err(|_| JournalError::unavailable(self.timeouts.no_connection()))?;
        found.map_err(|error| no_connection(&error, self.timeouts))
    }

    async fn append_now(self, subject: String, entry: Entry) -> Result<bool, JournalError> {
        let runtime = runtime()?;
        keepable(&self.tenant, &subject, &entry)?;
        let connection = self.connection().await?;
        // A task of its own, so that the connection is not returned to the others with a statement that still runs.
        let task = runtime.spawn(async move {
            let Entry { id, time, event, status, details } = &entry;
            // The index is named, since a conflict of another one, such as that of `number`, is no duplicate.
            let insert = "INSERT INTO kosha_journal (tenant, subject, id, time, event, status, details) \
                          VALUES ($1, $2, $3, $4, $5, $6, $7) \
                          ON CONFLICT (kosha_journal_digest(tenant, subject, id)) WHERE id IS NOT NULL DO NOTHING \
                          RETURNING number";
            let tenant = &*self.tenant;
            let values: [&(dyn ToSql + Sync); 7] = [&tenant, &subject, id, time, event, status, details];
            let values = values.map(|value| (value, Type::TEXT));
            // It resolves when the server is ready for another statement, which is after the commit.
            let rows = connection.query_typed(insert, &values);
            let unknown = |reason| JournalError::OutcomeUnknown { reason };
            match timeout(self.timeouts.answer(), rows).await {
                Ok(Ok(rows)) => Ok(!rows.is_empty()),
                Ok(Err(error)) if is_undecided(&error) => Err(unknown(explain(&error))),
                Ok(Err(error)) => Err(JournalError::unavailable(explain(&error))),
                Err(_) => {
                    drop(Object::take(connection));
                    Err(unknown(self.timeouts.no_answer()))
                }
            }
        });
        task.await.unwrap_or_else(|error| Err(JournalError::OutcomeUnknown { reason: error.to_string() }))
    }

    async fn entries_now(self, subject: String) -> Result<Vec<Entry>, JournalError> {
        let runtime = runtime()?;
        // PostgreSQL cannot be asked for what it cannot keep.
        if self.tenant.contains('\0') || subject.contains('\0') {
            return Ok(Vec::new());
        }
        let connection = self.connection().await?;
        let task = runtime.spawn(async move {
            match timeout(self.timeouts.answer(), read(&connection, &self.tenant, &subject)).await {
                Ok(Ok(Some(entries))) => Ok(entries),
                Ok(Err(error)) if !is_undecided(&error) => Err(JournalError::unavailable(explain(&error))),
                // The rest is on its way, or nobody knows what is.
                rest => {
                    drop(Object::take(connection));
                    Err(match rest {
                        Ok(Ok(_)) => JournalError::TooLong,
                        Ok(Err(error)) => JournalError::unavailable(explain(&error)),
                        Err(_) => JournalError::unavailable(self.timeouts.no_answer()),
                    })
                }
            }
        });
        task.await.unwrap_or_else(|error| Err(JournalError::caused_by(error)))
    }
}

impl Journal for PostgresJournal {
    fn append(&self, subject: String, entry: Entry) -> BoxFuture<Result<bool, JournalError>> {
        Box::pin(self.clone().append_now(subject, entry))
    }

    fn entries(&self, subject: String) -> BoxFuture<Result<Vec<Entry>, JournalError>> {
        Box::pin(self.clone().entries_now(subject))
    }
}

/// Returns the entries of a subject, or `None` if they are too long.
async fn read(connection: &Object, tenant: &str, subject: &str) -> Result<Option<Vec<Entry>>, Error> {
    // The first condition is what the index has.
    let select = "SELECT id, time, event, status, details FROM kosha_journal \
                  WHERE kosha_journal_digest(tenant, subject) = kosha_journal_digest($1, $2) \
                  AND tenant = $1 AND subject = $2 ORDER BY number";
    let values = [(tenant, Type::TEXT), (subject, Type::TEXT)];
    let mut rows = pin!(connection.query_typed_raw(select, values).await?);
    let (mut entries, mut left) = (Vec::new(), MAX_READ);
    while let Some(row) = rows.try_next().await? {
        let entry = entry(&row)?;
        let Some(less) = left.checked_sub(size(&entry)) else { return Ok(None) };
        left = less;
        entries.push(entry);
    }
    Ok(Some(entries))
}

fn entry(row: &Row) -> Result<Entry, Error> {
    Ok(Entry {
        id: row.try_get(0)?,
        time: row.try_get(1)?,
        event: row.try_get(2)?,
        status: row.try_get(3)?,
        details: row.try_get(4)?,
    })
}

/// Checks that PostgreSQL can keep an entry.
fn keepable(tenant: &str, subject: &str, entry: &Entry) -> Result<(), JournalError> {
    let Entry { id, time, event, status, details } = entry;
    let fields = [
        ("tenant", Some(tenant)),
        ("subject", Some(subject)),
        ("id", id.as_deref()),
        ("time", Some(time)),
        ("event", Some(event)),
        ("status", status.as_deref()),
        ("details", Some(details)),
    ];
    match fields.into_iter().find(|(_, text)| text.is_some_and(|text| text.contains('\0'))) {
        Some((name, _)) => {
            let reason = format!("its `{name}` has the character U+0000, which PostgreSQL cannot keep");
            Err(JournalError::unavailable(reason))
        }
        None => Ok(()),
    }
}
