//! The store in PostgreSQL, for all hosts together: `deploy/postgres` has its tables. All times are those of
//! the database's clock.

mod book;
mod problem;
mod sealed;
mod sql;

use std::time::Duration;

use egress_policy::Origin;

use super::{Entry, LONGEST_BACKOFF, NoPermit};
use crate::{endpoint::App, obtain::Book};

/// How long a permit is valid, unless it is returned earlier: as long as a slow call takes. A host that is killed keeps the
/// permits of its calls from the others for so long; if it were the longest time that a call may take, that would be minutes
/// without any permit.
const LEASE: Duration = Duration::from_secs(30);

/// How long to wait for a permit, and how long before each look.
const PATIENCE: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(50);

/// How long to wait before the next attempt, if others have kept all permits for [`PATIENCE`].
const BUSY: Duration = Duration::from_secs(1);

/// A value of a statement or a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Null,
    Number(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// What the store needs of its host.
pub(crate) trait Host {
    /// Runs a statement. Returns the values of its rows.
    ///
    /// # Errors
    /// What the database says.
    fn query(&mut self, statement: &str, values: Vec<Value>) -> Result<Vec<Vec<Value>>, String>;

    /// Returns random bytes.
    fn random(&mut self, length: usize) -> Vec<u8>;

    /// Returns how long some moment is ago, which is always the same one.
    fn now(&mut self) -> Duration;

    /// Does nothing for a time.
    fn sleep(&mut self, time: Duration);
}

/// The store.
#[derive(Debug, Default)]
pub(crate) struct Postgres<H>(H);

/// A permit for one call: a row with this number and this holder.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Permit {
    slot: i64,
    holder: String,
}

impl<H: Host> Postgres<H> {
    /// Whether what is appended is kept.
    pub(crate) const HAS_JOURNAL: bool = true;

    /// Returns the book about a connection's token.
    pub(crate) fn book<'a>(&'a mut self, connection: &str, app: &App, origin: &Origin) -> impl Book + use<'a, H> {
        book::TokenRow::new(&mut self.0, connection, app, origin)
    }

    /// Takes one of a connection's permits, of which there are `limit` on all hosts together.
    pub(crate) fn take(&mut self, connection: &str, limit: u32) -> Result<Permit, NoPermit> {
        let holder = self.holder();
        let (until, mut is_made) = (self.0.now() + PATIENCE, false);
        loop {
            let values = vec![text(connection), text(&holder), limit.into(), milliseconds(LEASE)];
            let taken = self.query("kosha_permit", sql::TAKE, values)?;
            if let Some([Value::Number(slot)]) = taken.first().map(Vec::as_slice) {
                return Ok(Permit { slot: *slot, holder });
            }
            let values = vec![text(connection), limit.into()];
            let why = self.query("kosha_backoff", sql::WHY_NONE, values)?;
            let (slots, back_off) = match why.first().map(Vec::as_slice) {
                Some([Value::Number(slots), Value::Number(back_off)]) => (*slots, *back_off),
                _ => return Err(NoPermit::Unavailable("the database answered with other columns".to_owned())),
            };
            if back_off > 0 {
                return Err(NoPermit::Busy(Duration::from_millis(back_off.unsigned_abs())));
            }
            // Once, so that this ends in any case, and even if the database is slow.
            if slots < i64::from(limit) && !is_made {
                self.query("kosha_permit", sql::MAKE_SLOTS, vec![text(connection), limit.into()])?;
                is_made = true;
            } else if self.0.now() < until {
                self.0.sleep(PAUSE);
            } else {
                return Err(NoPermit::Busy(BUSY));
            }
        }
    }

    /// Returns a permit. If that fails, its lease ends.
    pub(crate) fn release(&mut self, connection: &str, Permit { slot, holder }: Permit) {
        let _ = self.0.query(sql::RELEASE, vec![text(connection), Value::Number(slot), text(&holder)]);
    }

    /// Lets no action of a connection begin for a time. If that fails, PayPal says it again.
    pub(crate) fn back_off(&mut self, connection: &str, time: Duration) {
        let _ = self.0.query(sql::BACK_OFF, vec![text(connection), milliseconds(time.min(LONGEST_BACKOFF))]);
    }

    /// Appends an entry to a connection's journal, and returns whether it was not there.
    pub(crate) fn append(&mut self, connection: &str, subject: &str, entry: Entry) -> Result<bool, String> {
        let Entry { id, time, event, status, details } = entry;
        let optional = |value: Option<String>| value.map_or(Value::Null, Value::Text);
        let values = vec![
            text(connection),
            text(subject),
            optional(id),
            Value::Text(time),
            Value::Text(event),
            optional(status),
            Value::Text(details),
        ];
        Ok(!problem::query(&mut self.0, "kosha_journal", sql::APPEND, values)?.is_empty())
    }

    /// Returns the entries of a subject, the oldest first.
    pub(crate) fn entries(&mut self, connection: &str, subject: &str) -> Result<Vec<Entry>, String> {
        let rows = problem::query(&mut self.0, "kosha_journal", sql::ENTRIES, vec![text(connection), text(subject)])?;
        let entry = |row: Vec<Value>| {
            let mut texts = row.into_iter().map(|value| match value {
                Value::Text(text) => Some(text),
                _ => None,
            });
            let mut next = || texts.next().flatten();
            let (id, time, event, status, details) = (next(), next()?, next()?, next(), next()?);
            Some(Entry { id, time, event, status, details })
        };
        rows.into_iter().map(|row| entry(row).ok_or_else(|| "an entry has other columns".to_owned())).collect()
    }

    fn query(&mut self, table: &str, statement: &str, values: Vec<Value>) -> Result<Vec<Vec<Value>>, NoPermit> {
        problem::query(&mut self.0, table, statement, values).map_err(NoPermit::Unavailable)
    }

    fn holder(&mut self) -> String {
        hex(&self.0.random(16))
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// Returns a time in milliseconds, at most ten years.
fn milliseconds(time: Duration) -> Value {
    const MOST: i64 = 10 * 365 * 24 * 3600 * 1000;
    Value::Number(i64::try_from(time.as_millis()).unwrap_or(MOST).min(MOST))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod live;
#[cfg(test)]
mod tests;
