//! What the handlers share.

use std::{num::NonZeroU32, sync::Arc};

use connector_host::Connector;
use tokio::sync::{Semaphore, watch};

use super::hosts::Hosts;
use crate::serve::{
    actions::Actions,
    calls::{Log, Runner, Unresolved, Wire},
    connections::Registry,
    events::{self, Inbox},
    keys::Keyring,
    metrics::Metrics,
    rates::Rates,
    store::{Store, StoreError},
};

/// How many bytes of incomplete and unanswered bodies there are at once, in units of [`UNIT`]: 256 MiB.
const BODIES: usize = 256 * 1024;

/// The same for deliveries, which anybody can send: 64 MiB.
const DELIVERIES: usize = 64 * 1024;

/// The unit of the bounds, in bytes.
pub(super) const UNIT: usize = 1024;

/// How many may watch events at once.
const WATCHERS: usize = 128;

/// What the handlers share.
pub(crate) struct App {
    pub(crate) connector: Connector,
    pub(crate) actions: Arc<Actions>,
    pub(crate) runner: Runner,
    /// The calls, as they are listed.
    pub(crate) log: Arc<Log>,
    /// What was on the wire of the last calls.
    pub(crate) wire: Arc<Wire>,
    pub(crate) unresolved: Unresolved,
    /// The events, as they are listed and watched.
    pub(crate) events: events::Log,
    pub(crate) inbox: Inbox,
    pub(crate) registry: Registry,
    pub(crate) keyring: Keyring,
    pub(crate) store: Store,
    pub(super) metrics: Arc<Metrics>,
    pub(super) rates: Rates,
    pub(super) hosts: Hosts,
    /// The name of the cookie of a session.
    pub(super) cookie: String,
    /// Permits for the bytes of bodies, so that many large ones do not use up the memory.
    pub(super) bodies: Arc<Semaphore>,
    pub(super) deliveries: Arc<Semaphore>,
    pub(super) watchers: Arc<Semaphore>,
    /// True when the service stops: what would not end by itself ends then.
    pub(crate) stopping: watch::Sender<bool>,
}

/// What an [`App`] is made of.
pub(crate) struct Parts {
    pub(crate) connector: Connector,
    pub(crate) actions: Arc<Actions>,
    pub(crate) registry: Registry,
    pub(crate) store: Store,
    pub(crate) hosts: Hosts,
    /// How often each caller may call in a second.
    pub(crate) rate: NonZeroU32,
    /// The port, which tells the cookies of two services on one machine apart: browsers do not.
    pub(crate) port: u16,
}

impl App {
    /// # Errors
    /// If the log of calls cannot be written.
    pub(crate) async fn open(parts: Parts) -> Result<Arc<Self>, StoreError> {
        let Parts { connector, actions, registry, store, hosts, rate, port } = parts;
        let metrics = Arc::new(Metrics::new());
        let log = Arc::new(Log::open(store.clone()).await?);
        let (events, wire) = (events::Log::new(store.clone()), Wire::new());
        let cookie = if hosts.is_secure() { format!("__Host-host-test-{port}") } else { format!("host-test-{port}") };
        Ok(Arc::new(Self {
            runner: Runner::new(connector.clone(), actions.clone(), log.clone(), wire.clone(), metrics.clone()),
            wire,
            unresolved: Unresolved::new(connector.clone()),
            inbox: Inbox::new(connector.clone(), events.clone(), metrics.clone()),
            connector,
            actions,
            log,
            events,
            registry,
            keyring: Keyring::new(store.clone()),
            store,
            metrics,
            rates: Rates::new(rate),
            hosts,
            cookie,
            bodies: Arc::new(Semaphore::new(BODIES)),
            deliveries: Arc::new(Semaphore::new(DELIVERIES)),
            watchers: Arc::new(Semaphore::new(WATCHERS)),
            stopping: watch::Sender::new(false),
        }))
    }
}
