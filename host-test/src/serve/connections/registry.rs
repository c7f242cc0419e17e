//! All connections.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use connector_host::{BaseUrlError, Client, Concurrency, Health, WatchedJournal};
use tokio::sync::Mutex;

use super::{change::Change, field::Rules, live::Live, rows, settings::Settings, simulated::Simulated};
use crate::serve::{
    random,
    store::{Store, StoreError},
    time,
    violation::Violation,
};

/// The name of the connection that is there at first.
const FIRST: &str = "simulator";

/// All connections. A change is in the database before it is in use.
pub(crate) struct Registry {
    store: Store,
    rules: Rules,
    client: Client,
    simulated: Simulated,
    live: RwLock<BTreeMap<String, Arc<Live>>>,
    /// One change after the other.
    changing: Mutex<()>,
}

/// Why a connection cannot be made, changed or removed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChangeError {
    #[error("the connection is not valid")]
    Invalid(Vec<Violation>),
    #[error("there is no such connection")]
    Unknown,
    #[error("there is a connection of that name already")]
    Taken,
    /// Others borrow its concurrency.
    #[error("other connections borrow its concurrency: {}", .0.join(", "))]
    Lent(Vec<String>),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the simulator's address: {0}")]
    Simulator(#[from] BaseUrlError),
}

impl Registry {
    /// Reads the connections, and makes the first one if there was never one.
    ///
    /// # Errors
    /// If the database or a secret in it cannot be read.
    pub(crate) async fn open(
        store: Store,
        rules: Rules,
        client: Client,
        simulated: Simulated,
    ) -> Result<Self, ChangeError> {
        let seal = store.seal();
        let found = store.settings(move |connection| {
            let is_new: bool = connection.query_row(
                "SELECT NOT EXISTS (SELECT 1 FROM serve_state WHERE name = 'begun')",
                [],
                |row| row.get(0),
            )?;
            Ok((rows::read(connection, &seal)?, is_new))
        });
        let (settings, is_new) = found.await?;
        let registry = Self { store, rules, client, simulated, live: RwLock::default(), changing: Mutex::default() };
        registry.rebuild(settings, None)?;
        if is_new {
            registry.put(FIRST, Change::simulator(), false).await?;
            let begun = |connection: &mut rusqlite::Connection| {
                Ok(connection.execute("INSERT OR IGNORE INTO serve_state VALUES ('begun', x'01')", [])?)
            };
            registry.store.settings(begun).await?;
        }
        Ok(registry)
    }

    /// Returns the connection of that name.
    pub(crate) fn get(&self, name: &str) -> Option<Arc<Live>> {
        self.live.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// Returns all connections, by name.
    pub(crate) fn all(&self) -> Vec<Arc<Live>> {
        self.live.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// Returns the simulator in this process.
    pub(crate) fn simulated(&self) -> &Simulated {
        &self.simulated
    }

    /// Makes a connection, or changes it unless it `must_be_new`. Returns it, and whether it is new. Calls that run go on with what
    /// they began with.
    ///
    /// # Errors
    /// If it is not valid, there is one that should not be, or it cannot be written; then it is as before.
    pub(crate) async fn put(
        &self,
        name: &str,
        change: Change,
        must_be_new: bool,
    ) -> Result<(Arc<Live>, bool), ChangeError> {
        let _one = self.changing.lock().await;
        if must_be_new && self.get(name).is_some() {
            return Err(ChangeError::Taken);
        }
        let (settings, is_new) = self.check(name, change)?;
        let (seal, written) = (self.store.seal(), settings.clone());
        self.store.settings(move |connection| rows::write(connection, &seal, &written)).await?;
        self.rebuild_with(Some(settings), None)?;
        self.get(name).map(|live| (live, is_new)).ok_or(ChangeError::Unknown)
    }

    /// Returns a connection as it would be after a change, without changing anything.
    ///
    /// # Errors
    /// If it is not valid.
    pub(crate) fn draft(&self, name: &str, change: Change) -> Result<Live, ChangeError> {
        let (settings, _) = self.check(name, change)?;
        Ok(self.live(settings, Concurrency::default())?)
    }

    /// Sets the webhook whose events a connection receives.
    ///
    /// # Errors
    /// If there is no such connection, or it cannot be written.
    pub(crate) async fn set_webhook(&self, name: &str, id: String) -> Result<(), ChangeError> {
        let _one = self.changing.lock().await;
        let live = self.get(name).ok_or(ChangeError::Unknown)?;
        let settings = Settings { webhook_id: Some(id), ..live.settings.clone() };
        let (seal, written) = (self.store.seal(), settings.clone());
        self.store.settings(move |connection| rows::write(connection, &seal, &written)).await?;
        self.rebuild_with(Some(settings), None)
    }

    /// Removes a connection with its secrets. The journal of its account stays.
    ///
    /// # Errors
    /// If there is none, others borrow from it, or it cannot be written.
    pub(crate) async fn delete(&self, name: &str) -> Result<(), ChangeError> {
        let _one = self.changing.lock().await;
        if self.get(name).is_none() {
            return Err(ChangeError::Unknown);
        }
        let borrowers = self.borrowers(name);
        if !borrowers.is_empty() {
            return Err(ChangeError::Lent(borrowers));
        }
        let removed = name.to_owned();
        self.store.settings(move |connection| rows::delete(connection, &removed)).await?;
        self.rebuild_with(None, Some(name))
    }

    fn check(&self, name: &str, change: Change) -> Result<(Settings, bool), ChangeError> {
        let before = self.get(name);
        let settings = change.settings(name, before.as_ref().map(|it| &it.settings), &self.rules, time::now());
        let mut settings = settings.map_err(ChangeError::Invalid)?;
        if before.as_ref().is_none_or(|before| !settings.has_tokens_of(&before.settings)) {
            settings.uid = random::token()?;
        }
        self.check_lender(&settings).map_err(|it| ChangeError::Invalid(vec![it]))?;
        Ok((settings, before.is_none()))
    }

    /// Checks from whom a connection borrows: not from one that borrows itself.
    fn check_lender(&self, settings: &Settings) -> Result<(), Violation> {
        let field = "borrow_concurrency_from";
        let Some(lender) = &settings.borrow_concurrency_from else { return Ok(()) };
        let Some(lender) = self.get(lender) else {
            return Err(Violation::invalid(field, "there is no such connection"));
        };
        if lender.settings.borrow_concurrency_from.is_some() {
            return Err(Violation::invalid(field, "that connection itself borrows from another one"));
        }
        if !self.borrowers(&settings.name).is_empty() {
            return Err(Violation::invalid(field, "others borrow from this connection"));
        }
        Ok(())
    }

    fn borrowers(&self, name: &str) -> Vec<String> {
        let borrows = |live: &Arc<Live>| live.settings.borrow_concurrency_from.as_deref() == Some(name);
        self.all().iter().filter(|it| borrows(it)).map(|it| it.settings.name.clone()).collect()
    }

    /// Rebuilds what a change concerns, and keeps the rest with its tokens.
    fn rebuild_with(&self, changed: Option<Settings>, removed: Option<&str>) -> Result<(), ChangeError> {
        let mut settings: Vec<Settings> = self.all().iter().map(|it| it.settings.clone()).collect();
        let name = changed.as_ref().map(|it| it.name.clone());
        settings.retain(|it| Some(&*it.name) != removed && Some(&it.name) != name.as_ref());
        settings.extend(changed);
        self.rebuild(settings, name.as_deref())
    }

    /// Rebuilds the connection that has changed, and those that borrow from it.
    fn rebuild(&self, settings: Vec<Settings>, changed: Option<&str>) -> Result<(), ChangeError> {
        let before: BTreeMap<String, Arc<Live>> =
            self.all().into_iter().map(|it| (it.settings.name.clone(), it)).collect();
        // A limit that stays the same goes on counting the calls that run.
        let limit = |settings: &Settings| {
            let kept = before.get(&settings.name).filter(|it| it.settings.borrow_concurrency_from.is_none());
            let kept = kept.map(|it| it.tenant.connection.concurrency().clone());
            kept.filter(|it| it.limit() == usize::from(settings.concurrency))
                .unwrap_or_else(|| concurrency(settings.concurrency))
        };
        let own: BTreeMap<&str, Concurrency> = settings.iter().map(|it| (&*it.name, limit(it))).collect();
        let mut next = BTreeMap::new();
        for it in &settings {
            let lender = it.borrow_concurrency_from.as_deref().unwrap_or(&it.name);
            let shared = own.get(lender).cloned().unwrap_or_default();
            let is_changed = [&*it.name, lender].into_iter().any(|name| Some(name) == changed);
            let live = match before.get(&it.name).filter(|_| !is_changed) {
                Some(live) => live.clone(),
                None => Arc::new(self.live(it.clone(), shared)?),
            };
            next.insert(it.name.clone(), live);
        }
        *self.live.write().unwrap_or_else(PoisonError::into_inner) = next;
        Ok(())
    }

    fn live(&self, settings: Settings, concurrency: Concurrency) -> Result<Live, BaseUrlError> {
        let journal = WatchedJournal::new(self.store.journal(&settings.account()), report);
        Live::new(settings, concurrency, journal, &self.client, self.simulated.endpoint())
    }
}

/// Tells a change of a journal's health in the log.
fn report(health: Health) {
    match health {
        Health::Fails(error) => tracing::error!(target: "host_test::serve", %error, "the journal cannot be used"),
        Health::Recovered { failures } => {
            tracing::info!(target: "host_test::serve", failures, "the journal works again");
        }
    }
}

/// Returns the limit. It was checked when it was set.
fn concurrency(limit: u8) -> Concurrency {
    Concurrency::new(limit.into()).unwrap_or_default()
}
