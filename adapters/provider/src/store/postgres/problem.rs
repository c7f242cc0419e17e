//! What is said if the database fails.

use super::{Host, Value, sql, text};

/// The most that is passed on of the database's words, in characters.
const MAX_WORDS: usize = 300;

/// Runs a statement.
///
/// # Errors
/// If it fails. If its table is missing, the error names the migration that makes it.
pub(super) fn query(
    host: &mut impl Host,
    table: &str,
    statement: &str,
    values: Vec<Value>,
) -> Result<Vec<Vec<Value>>, String> {
    host.query(statement, values).map_err(|words| {
        let is_missing = host.query(sql::IS_MISSING, vec![text(table)]);
        if is_missing == Ok(vec![vec![Value::Number(1)]]) {
            let migration = if table == "kosha_journal" { "001-journal.sql" } else { "002-provider.sql" };
            return format!("the table {table} is missing: apply the migrations of deploy/postgres up to {migration}");
        }
        let words: String = words.chars().take(MAX_WORDS).collect();
        format!("the database failed: {words}")
    })
}
