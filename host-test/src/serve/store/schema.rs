//! The tables beside the journal's, and how an older format becomes the newest.

use rusqlite::{Connection, TransactionBehavior};

use super::error::StoreError;

/// What makes each format from the one before. A step is never changed once it was released.
const STEPS: [&str; 3] = [FIRST, RECEIVERS, DELIVERIES];

const FIRST: &str = "
    CREATE TABLE serve_connections (
        name TEXT PRIMARY KEY,
        -- Names the connection's journal where nothing else tells which account it is.
        uid TEXT NOT NULL,
        environment TEXT NOT NULL,
        client_id TEXT,
        merchant_id TEXT,
        partner_attribution_id TEXT,
        webhook_id TEXT,
        concurrency INTEGER NOT NULL,
        borrows_from TEXT REFERENCES serve_connections (name),
        read_only INTEGER NOT NULL,
        changed TEXT NOT NULL
    ) STRICT;
    CREATE TABLE serve_secrets (
        connection TEXT NOT NULL REFERENCES serve_connections (name) ON DELETE CASCADE,
        field TEXT NOT NULL,
        sealed BLOB NOT NULL,
        PRIMARY KEY (connection, field)
    ) STRICT;
    CREATE TABLE serve_keys (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        hash BLOB NOT NULL,
        -- JSON: an array of names, or null for all.
        connections TEXT NOT NULL,
        -- JSON: an array of effects.
        effects TEXT NOT NULL,
        is_admin INTEGER NOT NULL,
        made TEXT NOT NULL,
        used TEXT
    ) STRICT;
    -- Tokens of links to sign in, and of the sessions that they become.
    CREATE TABLE serve_tokens (
        hash BLOB PRIMARY KEY,
        kind TEXT NOT NULL,
        expires INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE serve_calls (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        connection TEXT NOT NULL,
        action TEXT NOT NULL,
        began TEXT NOT NULL,
        caller TEXT NOT NULL,
        request_id TEXT NOT NULL,
        -- Null while it runs, or if its process has ended before it.
        outcome TEXT,
        status INTEGER,
        name TEXT,
        message TEXT,
        duration_ms INTEGER,
        attempts INTEGER,
        debug_id TEXT,
        idempotency_key TEXT
    ) STRICT;
    CREATE INDEX serve_calls_of_a_connection ON serve_calls (connection, id);
    CREATE TABLE serve_events (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        connection TEXT NOT NULL,
        accepted INTEGER NOT NULL,
        -- As `Received::json` of `listen` gives it.
        document TEXT NOT NULL
    ) STRICT;
    CREATE INDEX serve_events_of_a_connection ON serve_events (connection, id);
    CREATE INDEX serve_events_by_acceptance ON serve_events (accepted, id);
    CREATE TABLE serve_state (
        name TEXT PRIMARY KEY,
        value BLOB NOT NULL
    ) STRICT;
";

/// Whose IPN messages are received.
const RECEIVERS: &str = "
    -- JSON: an array of merchants' ids and e-mail addresses; null if messages are not received.
    ALTER TABLE serve_connections ADD COLUMN ipn_receivers TEXT;
    -- For the bound of each connection's events.
    CREATE INDEX serve_events_of_a_connection_by_acceptance ON serve_events (connection, accepted, id);
";

/// How often an event was delivered, found by what tells its repeats: the event's id, or the IPN message's `dedupe_key`.
const DELIVERIES: &str = "
    ALTER TABLE serve_events ADD COLUMN key TEXT;
    ALTER TABLE serve_events ADD COLUMN deliveries INTEGER NOT NULL DEFAULT 1;
    UPDATE serve_events SET key =
        coalesce(json_extract(document, '$.reply.event.id'), json_extract(document, '$.reply.dedupe_key'))
        WHERE accepted = 1 AND json_valid(document);
    CREATE INDEX serve_events_by_key ON serve_events (connection, key) WHERE key IS NOT NULL;
";

/// The newest format.
#[allow(clippy::cast_possible_wrap, reason = "there are few")]
const FORMAT: i64 = STEPS.len() as i64;

/// Makes or renews the tables. Two processes may do so at once: one does it, and the other one waits.
pub(super) fn prepare(connection: &mut Connection) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch("CREATE TABLE IF NOT EXISTS serve_format (format INTEGER NOT NULL) STRICT")?;
    let found: i64 =
        transaction.query_row("SELECT coalesce(max(format), 0) FROM serve_format", [], |row| row.get(0))?;
    if found > FORMAT {
        return Err(StoreError::Newer { found, known: FORMAT });
    }
    for step in STEPS.iter().skip(usize::try_from(found).unwrap_or_default()) {
        transaction.execute_batch(step)?;
    }
    transaction.execute("DELETE FROM serve_format", [])?;
    transaction.execute("INSERT INTO serve_format VALUES (?1)", [FORMAT])?;
    Ok(transaction.commit()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_of_the_first_format_has_no_receivers_yet() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE serve_format (format INTEGER NOT NULL) STRICT").unwrap();
        connection.execute_batch(FIRST).unwrap();
        connection.execute("INSERT INTO serve_format VALUES (1)", []).unwrap();
        let insert = "INSERT INTO serve_connections (name, uid, environment, concurrency, read_only, changed) \
                      VALUES ('shop', 'u', 'sandbox', 10, 0, '2026-11-30T20:01:35Z')";
        connection.execute(insert, []).unwrap();
        prepare(&mut connection).unwrap();
        let row = |row: &rusqlite::Row| Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?));
        let kept = connection.query_row("SELECT name, ipn_receivers FROM serve_connections", [], row).unwrap();
        assert_eq!(kept, ("shop".to_owned(), None));
    }

    #[test]
    fn events_of_an_older_format_get_their_keys() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(FIRST).unwrap();
        connection.execute_batch("CREATE TABLE serve_format (format INTEGER NOT NULL) STRICT").unwrap();
        connection.execute("INSERT INTO serve_format VALUES (1)", []).unwrap();
        for (accepted, document) in [
            (1, r#"{"channel": "webhook", "reply": {"event": {"id": "WH-1"}}}"#),
            (1, r#"{"channel": "ipn", "reply": {"dedupe_key": "T1:Completed"}}"#),
            (0, r#"{"channel": "webhook", "reply": {"event": {"id": "WH-2"}}}"#),
        ] {
            let insert = "INSERT INTO serve_events (connection, accepted, document) VALUES ('shop', ?1, ?2)";
            connection.execute(insert, (accepted, document)).unwrap();
        }
        prepare(&mut connection).unwrap();
        let mut select = connection.prepare("SELECT key, deliveries FROM serve_events ORDER BY id").unwrap();
        let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        let rows: Vec<(Option<String>, u32)> = rows.collect::<Result<_, _>>().unwrap();
        assert_eq!(rows, [(Some("WH-1".to_owned()), 1), (Some("T1:Completed".to_owned()), 1), (None, 1)]);
    }

    #[test]
    fn tables_are_made_once_and_a_newer_format_is_left_alone() {
        let mut connection = Connection::open_in_memory().unwrap();
        prepare(&mut connection).unwrap();
        prepare(&mut connection).unwrap();
        connection.execute("UPDATE serve_format SET format = 99", []).unwrap();
        let refused = prepare(&mut connection).unwrap_err().to_string();
        assert!(refused.contains("format 99"), "{refused}");
        let format: i64 = connection.query_row("SELECT format FROM serve_format", [], |row| row.get(0)).unwrap();
        assert_eq!(format, 99);
    }
}
