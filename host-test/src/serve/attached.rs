//! A connection for a process beside the one that serves, or without one, such as `host-test mcp`.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use connector_host::{CallError, Client, ClientError, Concurrency, Health, Outcome, Tenant, WatchedJournal};
use connector_mcp::{Call, Resolving, Target};
use tokio::{net::TcpStream, sync::OnceCell, time::timeout};

use super::{
    actions::Actions,
    calls::{Ended, Log, Running, stopped, with_defaults},
    connections::{self, Endpoint, Environment, Live, Settings},
    random,
    server::SIMULATOR,
    store::{Store, StoreError},
};

/// Who calls, in the log of calls.
const CALLER: &str = "mcp";

/// How long the simulator may take to accept a connection.
const PATIENCE: Duration = Duration::from_secs(2);

/// A connection that another process may serve, or none: with its secrets, the journal of its account, and the log of calls.
///
/// It is read again before each call, so that a change counts for the next one. Its limit of calls at once is this process's own.
pub struct Attached {
    store: Store,
    /// As it was at first: which account it is for.
    first: Settings,
    client: Client,
    log: Arc<Log>,
    /// As it was at the last call, with the address of the simulator.
    live: Mutex<Option<(String, Arc<Live>)>>,
    actions: OnceCell<Actions>,
    tell: fn(&str),
}

/// Why a connection cannot be used. No message has a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AttachError {
    /// There is no connection of that name.
    #[error("there is no connection `{name}`; there are: {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// The names that there are, separated by commas.
        known: String,
    },
    /// The data cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The proxy or the certificates of the environment are wrong.
    #[error(transparent)]
    Client(#[from] ClientError),
}

impl Attached {
    /// Opens a connection of the data in a directory. `tell` gets what a person should know, a line each.
    ///
    /// # Errors
    /// If there is none of that name, or the data cannot be used.
    pub async fn open(data: &Path, name: &str, tell: fn(&str)) -> Result<Self, AttachError> {
        let directory = data.to_owned();
        let store = tokio::task::spawn_blocking(move || Store::open_existing(&directory)).await;
        let store = store.map_err(|_| StoreError::Stopped)??;
        let Some(first) = read(&store, name).await? else {
            let known = store.settings(|connection| connections::names(connection)).await?.join(", ");
            return Err(AttachError::Unknown { name: name.to_owned(), known });
        };
        let (client, log) = (Client::from_environment()?, Arc::new(Log::beside(store.clone())));
        Ok(Self { store, first, client, log, live: Mutex::default(), actions: OnceCell::new(), tell })
    }

    /// Returns whether it was made for reading only.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.first.read_only
    }

    /// Reads the connection again, and keeps its tokens if it is as before.
    async fn current(&self) -> Result<Arc<Live>, String> {
        let name = &self.first.name;
        let read = read(&self.store, name).await.map_err(|error| error.to_string())?;
        let settings = read.ok_or_else(|| format!("the connection `{name}` was deleted"))?;
        if !settings.is_of_the_account_of(&self.first) {
            return Err(format!(
                "the connection `{name}` is for another account than at the start: start this server again"
            ));
        }
        let is_simulated = settings.environment == Environment::Simulator;
        let simulator = if is_simulated { self.simulator().await? } else { String::new() };
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        let is_same = |(at, it): &&(String, Arc<Live>)| it.settings.changed == settings.changed && *at == simulator;
        if let Some((_, live)) = live.as_ref().filter(is_same) {
            return Ok(live.clone());
        }
        let tell = self.tell;
        let report = move |health: Health| {
            if let Health::Fails(error) = health {
                tell(&format!("error: the journal cannot be used: {error}"));
            }
        };
        let journal = WatchedJournal::new(self.store.journal(&settings.account()), report);
        let limit = Concurrency::new(settings.concurrency.into()).unwrap_or_default();
        let endpoint = Endpoint::elsewhere(simulator.clone());
        let made = Live::new(settings, limit, journal, &self.client, &endpoint).map_err(|error| error.to_string())?;
        Ok(live.insert((simulator, Arc::new(made))).1.clone())
    }

    /// Returns the simulator's address, if it is there: it is in the process that serves.
    async fn simulator(&self) -> Result<String, String> {
        let url = self.store.state(SIMULATOR).await.map_err(|error| error.to_string())?;
        let Some(url) = url else { return Err(NO_SIMULATOR.to_owned()) };
        let address = url.strip_prefix("http://").unwrap_or(&url).to_owned();
        match timeout(PATIENCE, TcpStream::connect(address)).await {
            Ok(Ok(_)) => Ok(url),
            _ => Err(NO_SIMULATOR.to_owned()),
        }
    }

    /// Returns the input with what the connection gives.
    async fn complete(&self, live: &Live, call: &Call<'_>) -> Result<String, String> {
        let actions = self.actions.get_or_try_init(|| Actions::of(call.connector)).await;
        let actions = actions.map_err(|error| error.to_string())?;
        with_defaults(actions, live, call.action, call.input).map_err(|problem| problem.detail)
    }

    /// Notes in the log that a call begins. The log is for people: what it cannot note runs all the same.
    async fn note(&self, action: &str) -> Noted {
        let began = async {
            let request = random::token()?;
            self.log.begin(&self.first.name, action, CALLER, &request).await
        };
        let running = began.await.inspect_err(|error| (self.tell)(&format!("a call is not in the log: {error}"))).ok();
        Noted { log: self.log.clone(), running }
    }
}

/// What to do about a simulator that is not there.
const NO_SIMULATOR: &str = "the connection is for the simulator of `host-test serve`, which does not run: start it";

async fn read(store: &Store, name: &str) -> Result<Option<Settings>, StoreError> {
    let (seal, name) = (store.seal(), name.to_owned());
    store.settings(move |connection| connections::one(connection, &seal, &name)).await
}

impl Target for Attached {
    fn label(&self) -> String {
        let place = match self.first.environment {
            Environment::Simulator => "the simulator of `host-test serve`",
            Environment::Sandbox => "PayPal's sandbox",
            Environment::Live => "PayPal, with real money",
        };
        format!("the connection `{}` ({place})", self.first.name)
    }

    fn tenant(&self) -> Resolving<'_, Result<Tenant, String>> {
        Box::pin(async move { Ok(self.current().await?.tenant.clone()) })
    }

    fn invoke<'a>(&'a self, call: Call<'a>) -> Resolving<'a, Result<Outcome, CallError>> {
        Box::pin(async move {
            let live = self.live.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let completed = match &live {
                Some((_, live)) => self.complete(live, &call).await.ok(),
                None => None,
            };
            let call = call.with_input(completed.as_deref().unwrap_or(call.input));
            let noted = self.note(call.action).await;
            let result = call.run().await;
            noted.end(&result).await;
            result
        })
    }
}

/// A call that is in the log. If it is dropped before its end, that is noted too.
struct Noted {
    log: Arc<Log>,
    running: Option<Running>,
}

impl Noted {
    async fn end(mut self, result: &Result<Outcome, CallError>) {
        let Some(running) = self.running.take() else { return };
        // What cannot be noted stays `running`, until the next start of the process that serves.
        _ = match result {
            Ok(outcome) => self.log.end(&running, Ended::Outcome(&outcome.result)).await,
            Err(error) => match stopped(error) {
                Ok(ran) => self.log.end(&running, Ended::Outcome(&ran)).await,
                Err(problem) => self.log.end(&running, Ended::Refused(&problem.detail)).await,
            },
        };
    }
}

impl Drop for Noted {
    fn drop(&mut self) {
        let (Some(running), Ok(runtime)) = (self.running.take(), tokio::runtime::Handle::try_current()) else { return };
        let log = self.log.clone();
        runtime.spawn(async move { log.end(&running, Ended::Dropped).await });
    }
}
