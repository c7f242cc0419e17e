//! What the handlers share.

use std::sync::Arc;

use connector_host::Connector;
use tokio::sync::Semaphore;

use super::hosts::Hosts;
use crate::serve::{actions::Actions, calls::Runner, connections::Registry, keys::Keyring, store::Store};

/// How many bytes of incomplete and unanswered bodies there are at once, in units of [`UNIT`].
const BODIES: usize = 256 * 1024;

/// The unit of the bound, in bytes.
pub(super) const UNIT: usize = 1024;

/// What the handlers share.
pub(crate) struct App {
    pub(crate) connector: Connector,
    pub(crate) actions: Arc<Actions>,
    pub(crate) runner: Runner,
    pub(crate) registry: Registry,
    pub(crate) keyring: Keyring,
    pub(crate) store: Store,
    pub(super) hosts: Hosts,
    /// The name of the cookie of a session.
    pub(super) cookie: String,
    /// Permits for the bytes of bodies, so that many large ones do not use up the memory.
    pub(super) bodies: Arc<Semaphore>,
}

/// What an [`App`] is made of.
pub(crate) struct Parts {
    pub(crate) connector: Connector,
    pub(crate) actions: Arc<Actions>,
    pub(crate) registry: Registry,
    pub(crate) store: Store,
    pub(crate) hosts: Hosts,
    /// The port, which tells the cookies of two services on one machine apart: browsers do not.
    pub(crate) port: u16,
}

impl App {
    pub(crate) fn new(parts: Parts) -> Arc<Self> {
        let Parts { connector, actions, registry, store, hosts, port } = parts;
        let runner = Runner::new(connector.clone(), actions.clone());
        let cookie = if hosts.is_secure() { format!("__Host-host-test-{port}") } else { format!("host-test-{port}") };
        Arc::new(Self {
            connector,
            actions,
            runner,
            registry,
            keyring: Keyring::new(store.clone()),
            store,
            hosts,
            cookie,
            bodies: Arc::new(Semaphore::new(BODIES)),
        })
    }
}
