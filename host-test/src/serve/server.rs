//! The service as a whole.

use std::{io, net::SocketAddr, path::PathBuf, sync::Arc};

use axum::Router;
use connector_host::{Client, ClientError, Connector, Secret};
use tokio::net::TcpListener;

use super::{
    actions::{Actions, ActionsError},
    api::{self, App, Hosts, Parts},
    connections::{ChangeError, Registry, Rules, Simulated},
    store::{Lock, Store, StoreError},
};

/// How to serve.
#[derive(Clone, Debug)]
pub struct Options {
    /// The directory of the data.
    pub data: PathBuf,
    /// The port on 127.0.0.1; 0 picks a free one.
    pub port: u16,
    /// The simulator's port on 127.0.0.1; 0 picks a free one.
    pub simulator_port: u16,
    /// Names that requests may be for besides those of this machine.
    pub hosts: Vec<String>,
}

/// Why the service cannot start. No message has a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// The data cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A port cannot be used.
    #[error("cannot listen on 127.0.0.1:{port}: {cause}")]
    Port {
        /// The port.
        port: u16,
        /// Why not.
        cause: io::Error,
    },
    /// The simulator cannot start.
    #[error("the simulator: {0}")]
    Simulator(io::Error),
    /// The proxy or the certificates of the environment are wrong.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The component fails, or its catalogue or form cannot be read.
    #[error("the component: {0}")]
    Component(String),
    /// A connection cannot be made.
    #[error("the connections: {0}")]
    Connections(String),
}

/// A service that has its address.
pub struct Server {
    app: Arc<App>,
    router: Router,
    listener: TcpListener,
    /// Lasts as long as the service.
    _lock: Lock,
}

impl Server {
    /// Takes the directory, starts the simulator, reads what is stored, and binds the port.
    ///
    /// # Errors
    /// At once, if another process serves from the directory; or if something cannot be used.
    pub async fn start(connector: Connector, options: Options) -> Result<Self, ServerError> {
        let lock = Lock::take(&options.data)?;
        let directory = options.data.clone();
        let store = tokio::task::spawn_blocking(move || Store::open(&directory)).await;
        let store = store.map_err(|_| StoreError::Stopped)??;
        let taken = |port| move |cause| ServerError::Port { port, cause };
        let listener = bounded_server::bind(options.port).await.map_err(taken(options.port))?;
        let address = listener.local_addr().map_err(taken(options.port))?;
        let file = store.path("simulator.sqlite");
        let simulated = Simulated::start(options.simulator_port, &file).await.map_err(ServerError::Simulator)?;
        let actions = Actions::of(&connector).await?;
        let rules = Rules::of_form(&actions.manifest.connection_form);
        let rules = rules.map_err(|error| ServerError::Component(format!("its connection form: {error}")))?;
        let registry = Registry::open(store.clone(), rules, Client::from_environment()?, simulated).await?;
        let hosts = Hosts::new(options.hosts, false);
        let actions = Arc::new(actions);
        let app = App::new(Parts { connector, actions, registry, store, hosts, port: address.port() });
        let router = api::router(app.clone());
        Ok(Self { app, router, listener, _lock: lock })
    }

    /// Returns its address.
    ///
    /// # Errors
    /// If the operating system fails to return it.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Returns the simulator's address, such as `http://127.0.0.1:4010`.
    #[must_use]
    pub fn simulator(&self) -> String {
        self.app.registry.simulated().url()
    }

    /// Makes the token of a link to sign in, `/sign-in?token=...`.
    ///
    /// # Errors
    /// If it cannot be written.
    pub async fn link(&self) -> Result<Secret, StoreError> {
        self.app.keyring.link().await
    }

    /// Serves until it is dropped.
    pub async fn run(self) {
        api::serve(self.listener, self.app, self.router).await;
    }
}

impl From<ActionsError> for ServerError {
    fn from(error: ActionsError) -> Self {
        Self::Component(error.to_string())
    }
}

impl From<ChangeError> for ServerError {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Store(error) => Self::Store(error),
            other => Self::Connections(other.to_string()),
        }
    }
}
