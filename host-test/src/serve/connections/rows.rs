//! The connections in the database.

use std::collections::BTreeMap;

use connector_host::Secret;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::settings::{Environment, SECRETS, Settings};
use crate::serve::store::{Seal, StoreError};

/// The columns of [`settings`].
const COLUMNS: &str = "name, uid, environment, client_id, merchant_id, partner_attribution_id, webhook_id, concurrency, \
                       borrows_from, read_only, changed, ipn_receivers";

/// Reads one connection. `None` if there is none of that name.
pub(crate) fn one(connection: &Connection, seal: &Seal, name: &str) -> Result<Option<Settings>, StoreError> {
    let select = format!("SELECT {COLUMNS} FROM serve_connections WHERE name = ?1");
    let found = connection.query_row(&select, [name], settings).optional()?;
    found.map(|it| Ok(Settings { secrets: secrets(connection, seal, name)?, ..it })).transpose()
}

/// Reads the names of all connections.
pub(crate) fn names(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare("SELECT name FROM serve_connections ORDER BY name")?;
    Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// Reads all connections, by name.
pub(super) fn read(connection: &Connection, seal: &Seal) -> Result<Vec<Settings>, StoreError> {
    let mut statement = connection.prepare(&format!("SELECT {COLUMNS} FROM serve_connections ORDER BY name"))?;
    let rows = statement.query_map([], settings)?.collect::<Result<Vec<_>, _>>()?;
    rows.into_iter().map(|it| Ok(Settings { secrets: secrets(connection, seal, &it.name)?, ..it })).collect()
}

fn settings(row: &Row) -> rusqlite::Result<Settings> {
    let environment: String = row.get(2)?;
    Ok(Settings {
        name: row.get(0)?,
        uid: row.get(1)?,
        environment: Environment::parse(&environment)
            .ok_or_else(|| rusqlite::Error::InvalidColumnType(2, environment, rusqlite::types::Type::Text))?,
        client_id: row.get(3)?,
        merchant_id: row.get(4)?,
        partner_attribution_id: row.get(5)?,
        webhook_id: row.get(6)?,
        concurrency: row.get(7)?,
        borrow_concurrency_from: row.get(8)?,
        read_only: row.get(9)?,
        changed: row.get(10)?,
        ipn_receivers: list(row, 11)?,
        secrets: BTreeMap::new(),
    })
}

/// Reads a JSON array of texts.
fn list(row: &Row, at: usize) -> rusqlite::Result<Option<Vec<String>>> {
    let wrong = |error: serde_json::Error| {
        rusqlite::Error::FromSqlConversionFailure(at, rusqlite::types::Type::Text, error.into())
    };
    row.get::<_, Option<String>>(at)?.map(|text| serde_json::from_str(&text).map_err(wrong)).transpose()
}

fn secrets(connection: &Connection, seal: &Seal, name: &str) -> Result<BTreeMap<&'static str, Secret>, StoreError> {
    let mut statement = connection.prepare("SELECT field, sealed FROM serve_secrets WHERE connection = ?1")?;
    let rows = statement.query_map([name], |row| Ok((row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(1)?)))?;
    let mut secrets = BTreeMap::new();
    for row in rows {
        let (field, sealed) = row?;
        if let Some(field) = SECRETS.into_iter().find(|it| *it == field) {
            secrets.insert(field, seal.open(name, field, &sealed)?);
        }
    }
    Ok(secrets)
}

/// Makes or changes a connection, with all its secrets.
pub(super) fn write(connection: &mut Connection, seal: &Seal, settings: &Settings) -> Result<(), StoreError> {
    let transaction = connection.transaction()?;
    let it = settings;
    let receivers = it.ipn_receivers.as_ref().map(|it| serde_json::Value::from(it.as_slice()).to_string());
    transaction.execute(
        "INSERT INTO serve_connections (name, uid, environment, client_id, merchant_id, partner_attribution_id, webhook_id, \
         concurrency, borrows_from, read_only, changed, ipn_receivers) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) \
         ON CONFLICT (name) DO UPDATE SET uid = ?2, environment = ?3, client_id = ?4, merchant_id = ?5, partner_attribution_id = ?6, \
         webhook_id = ?7, concurrency = ?8, borrows_from = ?9, read_only = ?10, changed = ?11, \
         ipn_receivers = ?12",
        params![
            it.name,
            it.uid,
            it.environment.name(),
            it.client_id,
            it.merchant_id,
            it.partner_attribution_id,
            it.webhook_id,
            it.concurrency,
            it.borrow_concurrency_from,
            it.read_only,
            it.changed,
            receivers,
        ],
    )?;
    transaction.execute("DELETE FROM serve_secrets WHERE connection = ?1", [&it.name])?;
    for (field, secret) in &it.secrets {
        let sealed = seal.seal(&it.name, field, secret)?;
        transaction.execute("INSERT INTO serve_secrets VALUES (?1, ?2, ?3)", params![it.name, field, sealed])?;
    }
    Ok(transaction.commit()?)
}

/// Removes a connection with its secrets, calls and events, and takes it from the keys: another one that gets its name inherits nothing.
pub(super) fn delete(connection: &mut Connection, name: &str) -> Result<(), StoreError> {
    let transaction = connection.transaction()?;
    for delete in [
        "DELETE FROM serve_connections WHERE name = ?1",
        "DELETE FROM serve_calls WHERE connection = ?1",
        "DELETE FROM serve_events WHERE connection = ?1",
        "UPDATE serve_keys SET connections = \
         (SELECT json_group_array(value) FROM json_each(serve_keys.connections) WHERE value <> ?1) \
         WHERE EXISTS (SELECT 1 FROM json_each(serve_keys.connections) WHERE value = ?1)",
    ] {
        transaction.execute(delete, [name])?;
    }
    Ok(transaction.commit()?)
}
