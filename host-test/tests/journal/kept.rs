//! Where the journals of a test are kept.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use connector_host::{Journal, MemoryJournal, SqliteJournal};
use connector_host::{PostgresJournal, PostgresOptions, Secret};
use tempfile::TempDir;

use crate::database::Server;

/// Where journals are kept until it is dropped.
pub(crate) enum Kept {
    /// By tenant.
    Memory(Mutex<HashMap<String, Arc<MemoryJournal>>>),
    Sqlite(TempDir),
    /// A database of its own on a server.
    Postgres(Arc<Server>, String),
}

impl Kept {
    pub(crate) fn in_memory() -> Self {
        Self::Memory(Mutex::default())
    }

    pub(crate) fn in_a_file() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    /// `None`, which is printed, where there is no PostgreSQL.
    pub(crate) async fn in_postgres() -> Option<Self> {
        let server = Server::shared()?;
        let database = server.new_database();
        let options = options(&server.url(&database));
        PostgresJournal::migrate(&options).await.unwrap();
        Some(Self::Postgres(server, database))
    }

    /// Opens the journal of a tenant: each time as another process would, if another one can.
    pub(crate) async fn open(&self, tenant: &str) -> Arc<dyn Journal> {
        match self {
            Self::Memory(journals) => journals.lock().unwrap().entry(tenant.to_owned()).or_default().clone(),
            _ => open(&self.place(), tenant).await,
        }
    }

    /// Whether it keeps texts with U+0000.
    pub(crate) fn keeps_nul(&self) -> bool {
        matches!(self, Self::Memory(_) | Self::Sqlite(_))
    }

    /// Whether it outlasts the process.
    pub(crate) fn lasts(&self) -> bool {
        !matches!(self, Self::Memory(_))
    }

    /// What another process opens.
    pub(crate) fn place(&self) -> String {
        match self {
            Self::Memory(_) => panic!("no other process can open it"),
            Self::Sqlite(directory) => directory.path().join("journal").to_str().unwrap().to_owned(),
            Self::Postgres(server, database) => server.url(database),
        }
    }
}

/// Opens the journal of a tenant at a place: a file, or a database's URL.
pub(crate) async fn open(place: &str, tenant: &str) -> Arc<dyn Journal> {
    if place.starts_with("postgres://") {
        return Arc::new(PostgresJournal::open(&options(place)).await.unwrap().for_tenant(tenant));
    }
    Arc::new(SqliteJournal::open(place).unwrap().for_tenant(tenant))
}

pub(crate) fn options(url: &str) -> PostgresOptions {
    PostgresOptions::from_url(&Secret::new(url.to_owned())).unwrap()
}
