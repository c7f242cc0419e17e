//! Where the journals of a test are kept.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use connector_host::{Journal, MemoryJournal, SqliteJournal};
use tempfile::TempDir;

/// Where journals are kept until it is dropped.
pub(crate) enum Kept {
    /// By tenant.
    Memory(Mutex<HashMap<String, Arc<MemoryJournal>>>),
    Sqlite(TempDir),
}

impl Kept {
    pub(crate) fn in_memory() -> Self {
        Self::Memory(Mutex::default())
    }

    pub(crate) fn in_a_file() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    /// Opens the journal of a tenant: each time as another process would, if another one can.
    pub(crate) async fn open(&self, tenant: &str) -> Arc<dyn Journal> {
        match self {
            Self::Memory(journals) => journals.lock().unwrap().entry(tenant.to_owned()).or_default().clone(),
            Self::Sqlite(_) => open(&self.place(), tenant).await,
        }
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
        }
    }
}

/// Opens the journal of a tenant at a place.
pub(crate) async fn open(place: &str, tenant: &str) -> Arc<dyn Journal> {
    Arc::new(SqliteJournal::open(place).unwrap().for_tenant(tenant))
}
