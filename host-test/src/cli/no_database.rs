//! In place of `database.rs`, in a build without PostgreSQL.

use std::sync::Arc;

use connector_host::{Journal, JournalError};

pub(super) async fn open(_: &str, _: &str) -> Result<Arc<dyn Journal>, JournalError> {
    Err(JournalError::unavailable("this program was built without PostgreSQL; build it with `--features postgres`"))
}
