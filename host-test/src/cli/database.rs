//! The journal in a database, which `--journal` names by its URL.

use std::{env, fs, sync::Arc};

use connector_host::{Journal, JournalError, PostgresJournal, PostgresOptions, Secret};

/// Opens the journal of a tenant, and makes its schema if there is none. As of libpq's variables, `PGPASSWORD` is the
/// password that the URL does not have, for arguments can be read by every process on the machine; and `PGSSLROOTCERT` is a
/// file of root certificates.
pub(super) async fn open(url: &str, tenant: &str) -> Result<Arc<dyn Journal>, JournalError> {
    let mut options = PostgresOptions::from_url(&Secret::new(url.to_owned()))?;
    if !options.has_password()
        && let Ok(password) = env::var("PGPASSWORD")
    {
        options = options.with_password(&Secret::new(password));
    }
    if let Some(file) = env::var_os("PGSSLROOTCERT") {
        let pem = fs::read(&file).map_err(|error| JournalError::unavailable(format!("PGSSLROOTCERT: {error}")))?;
        options = options.with_root_certificates(&pem)?;
    }
    PostgresJournal::migrate(&options).await?;
    Ok(Arc::new(PostgresJournal::open(&options).await?.for_tenant(tenant)))
}
