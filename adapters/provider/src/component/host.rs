//! The database and the rest of what the store in PostgreSQL needs.

use std::time::Duration;

use wasip2::{clocks::monotonic_clock, random::random::get_random_bytes};

use super::clock::nanoseconds;
use crate::store::{Host, Value};

use bindings::wasmcloud::postgres::{
    query::query,
    types::{PgValue, QueryError},
};

#[allow(missing_docs, unsafe_code, unreachable_pub, unused_qualifications, clippy::all, reason = "generated")]
mod bindings {
    wit_bindgen::generate!({
        path: ["../../crates/connector-host/wit", "../wit", "wit"],
        world: "kosha:provider/store",
        generate_all,
    });
}

/// The component's host.
#[derive(Debug, Default)]
pub(crate) struct Imported;

impl Host for Imported {
    fn query(&mut self, statement: &str, values: Vec<Value>) -> Result<Vec<Vec<Value>>, String> {
        let values: Vec<_> = values.into_iter().map(parameter).collect();
        let rows = query(statement, &values).map_err(|error| match error {
            QueryError::InvalidParams(words) | QueryError::InvalidQuery(words) | QueryError::Unexpected(words) => words,
        })?;
        rows.into_iter().map(|row| row.into_iter().map(|entry| column(entry.value)).collect()).collect()
    }

    fn random(&mut self, length: usize) -> Vec<u8> {
        get_random_bytes(length as u64)
    }

    fn now(&mut self) -> Duration {
        Duration::from_nanos(monotonic_clock::now())
    }

    fn sleep(&mut self, time: Duration) {
        monotonic_clock::subscribe_duration(nanoseconds(time)).block();
    }
}

fn parameter(value: Value) -> PgValue {
    match value {
        Value::Null => PgValue::Null,
        Value::Number(number) => PgValue::BigInt(number),
        Value::Text(text) => PgValue::Text(text),
        Value::Bytes(bytes) => PgValue::Bytea(bytes),
    }
}

/// Returns the value of a column. There are several names for a type.
fn column(value: PgValue) -> Result<Value, String> {
    match value {
        PgValue::Null => Ok(Value::Null),
        PgValue::BigInt(number) | PgValue::Int8(number) => Ok(Value::Number(number)),
        PgValue::Text(text) => Ok(Value::Text(text)),
        PgValue::Bytea(bytes) => Ok(Value::Bytes(bytes)),
        _ => Err("a column has another type".to_owned()),
    }
}
