//! The record of a call.

use rusqlite::Row;
use serde::Serialize;

/// A call, as it is listed.
#[derive(Debug, Serialize)]
pub(crate) struct Record {
    /// Its number, which only grows.
    pub(crate) id: i64,
    action: String,
    /// When it came (RFC 3339).
    began: String,
    /// The name of the key that called, or `session`.
    caller: String,
    request_id: String,
    /// `reply`, the kind of the failure, `running`, `refused` if it was not run, or `interrupted` if its process ended before it.
    outcome: String,
    /// PayPal's status.
    status: Option<u16>,
    /// PayPal's name of the error.
    name: Option<String>,
    message: Option<String>,
    duration_ms: Option<u64>,
    attempts: Option<u32>,
    debug_id: Option<String>,
    idempotency_key: Option<String>,
    /// Whether what was on the wire is held, so that the call can be made a fixture.
    pub(crate) fixture: bool,
}

/// The columns of [`Record::of`].
pub(super) const COLUMNS: &str = "id, action, began, caller, request_id, coalesce(outcome, 'running'), status, name, message, \
                                  duration_ms, attempts, debug_id, idempotency_key";

impl Record {
    pub(super) fn of(row: &Row) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            action: row.get(1)?,
            began: row.get(2)?,
            caller: row.get(3)?,
            request_id: row.get(4)?,
            outcome: row.get(5)?,
            status: row.get(6)?,
            name: row.get(7)?,
            message: row.get(8)?,
            duration_ms: row.get::<_, Option<i64>>(9)?.and_then(|it| it.try_into().ok()),
            attempts: row.get(10)?,
            debug_id: row.get(11)?,
            idempotency_key: row.get(12)?,
            fixture: false,
        })
    }
}
