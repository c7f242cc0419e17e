//! The service as a whole.

use std::{
    io,
    net::SocketAddr,
    num::NonZeroU32,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use axum::Router;
use connector_host::{Client, ClientError, Connector, Secret};
use tokio::net::TcpListener;

use super::{
    access::{Access, Gate},
    actions::{Actions, ActionsError},
    api::{self, App, Hosts, Parts},
    connections::{ChangeError, Registry, Rules, Simulated},
    console,
    events::subscribe_simulated,
    keys::Keyring,
    store::{Lock, Store, StoreError},
};

/// How long running calls may take to end when the service is stopped. One that takes longer is cut off, and `calls.unresolved`
/// lists it at the next start.
const END: Duration = Duration::from_secs(30);

/// The state that is the service's address.
const URL: &str = "url";

/// The state that is the simulator's address.
pub(super) const SIMULATOR: &str = "simulator";

/// How to serve.
#[derive(Clone, Debug)]
pub struct Options {
    /// The directory of the data.
    pub data: PathBuf,
    /// The address; port 0 picks a free one.
    pub listen: SocketAddr,
    /// Who reaches it.
    pub access: Access,
    /// The simulator's port on 127.0.0.1; 0 picks a free one. `None` for [`Server::SIMULATOR_PORT`], or a free one if that is taken.
    pub simulator_port: Option<u16>,
    /// Names that requests may be for besides those of this machine.
    pub hosts: Vec<String>,
    /// How often each caller may call in a second; twice as often at once.
    pub rate: NonZeroU32,
}

/// Why the service cannot start. No message has a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// The data cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The address cannot be used.
    #[error("cannot listen on {address}: {cause}{}", instead(cause, "--port, or another address by --listen"))]
    Address {
        /// The address.
        address: SocketAddr,
        /// Why not.
        cause: io::Error,
    },
    /// The certificate or its key cannot be used.
    #[error("TLS: {0}")]
    Tls(io::Error),
    /// The simulator cannot start.
    #[error("the simulator: {0}{instead}", instead = instead(.0, "--simulator-port"))]
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

/// Says what to do if another program has the port.
fn instead(cause: &io::Error, options: &str) -> String {
    match cause.kind() {
        io::ErrorKind::AddrInUse => format!("; choose another port by {options}"),
        _ => String::new(),
    }
}

/// A service that has its address.
pub struct Server {
    app: Arc<App>,
    router: Router,
    listener: TcpListener,
    gate: Gate,
    /// Lasts as long as the service.
    _lock: Lock,
}

impl Server {
    /// The simulator's usual port.
    pub const SIMULATOR_PORT: u16 = 4031;

    /// Takes the directory, starts the simulator, reads what is stored, and binds the port.
    ///
    /// # Errors
    /// At once, if another process serves from the directory; or if something cannot be used.
    pub async fn start(connector: Connector, options: Options) -> Result<Self, ServerError> {
        let gate = options.access.open().map_err(ServerError::Tls)?;
        let lock = Lock::take(&options.data)?;
        let directory = options.data.clone();
        let store = tokio::task::spawn_blocking(move || Store::open(&directory)).await;
        let store = store.map_err(|_| StoreError::Stopped)??;
        let taken = |cause| ServerError::Address { address: options.listen, cause };
        let listener = TcpListener::bind(options.listen).await.map_err(taken)?;
        let address = listener.local_addr().map_err(taken)?;
        let file = store.path("simulator.sqlite");
        let simulated = match Simulated::start(options.simulator_port.unwrap_or(Self::SIMULATOR_PORT), &file).await {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && options.simulator_port.is_none() => {
                Simulated::start(0, &file).await
            }
            started => started,
        };
        let simulated = simulated.map_err(ServerError::Simulator)?;
        let actions = Arc::new(Actions::of(&connector).await?);
        let rules = Rules::of_form(&actions.manifest.connection_form);
        let rules = rules.map_err(|error| ServerError::Component(format!("its connection form: {error}")))?;
        let registry = Registry::open(store.clone(), rules, Client::from_environment()?, simulated).await?;
        let is_secure = options.access.is_secure();
        let url = url(&options, address);
        if !is_secure {
            // By TLS, or through a proxy, the simulator cannot deliver: it posts to this machine, by http.
            subscribe_simulated(&connector, &registry, &url).await?;
        }
        // For `sign_in_link` and `Attached` in other processes.
        store.set_state(URL, url).await?;
        store.set_state(SIMULATOR, registry.simulated().url()).await?;
        let hosts = Hosts::new(options.hosts, is_secure);
        let parts = Parts { connector, actions, registry, store, hosts, rate: options.rate, port: address.port() };
        let app = App::open(parts).await?;
        let router = api::router(app.clone());
        Ok(Self { app, router, listener, gate, _lock: lock })
    }

    /// Returns its address.
    ///
    /// # Errors
    /// If the operating system fails to return it.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Returns the simulator's address, such as `http://127.0.0.1:4031`.
    #[must_use]
    pub fn simulator(&self) -> String {
        self.app.registry.simulated().url()
    }

    /// Makes a link to sign in with, once, within an hour, at the service that serves from a directory or did so last.
    ///
    /// # Errors
    /// If nothing has been served from it, or the store cannot be used.
    pub async fn sign_in_link(data: &Path) -> Result<Secret, StoreError> {
        let store = Store::open_existing(data)?;
        // The database is made before the address is known.
        let missing = || StoreError::Missing { directory: data.to_owned() };
        let url = store.state(URL).await?.ok_or_else(missing)?;
        let token = Keyring::new(store).link().await?;
        Ok(Secret::new(format!("{url}{}#{}", console::SIGN_IN, token.expose())))
    }

    /// Serves until `stop` completes: then it takes no more requests, and ends when those that run have ended, within half a
    /// minute.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let Self { app, router, listener, gate, _lock } = self;
        let stopping = {
            let app = app.clone();
            async move {
                stop.await;
                app.stopping.send_replace(true);
            }
        };
        let serving = async {
            api::serve(listener, gate, app.clone(), router, stopping).await;
            // Calls whose callers have gone away.
            app.connector.close().await;
        };
        // What the last process has left is known before anybody asks.
        let looking = tokio::spawn(look_for_unresolved(app.clone()));
        let ending = {
            let mut stopped = app.stopping.subscribe();
            async move {
                // It fails only if the sender is gone, which `app` holds.
                _ = stopped.wait_for(|it| *it).await;
                tokio::time::sleep(END).await;
            }
        };
        tokio::select! {
            () = serving => {}
            () = ending => tracing::warn!(target: "host_test::serve", "calls that ran for too long are cut off"),
        }
        looking.abort();
    }
}

/// Tells in the log which connections have calls that were cut off.
async fn look_for_unresolved(app: Arc<App>) {
    for live in app.registry.all() {
        if let Ok(Ok(calls)) = app.unresolved.of(&live).await
            && !calls.is_empty()
        {
            let (connection, calls) = (&*live.settings.name, calls.len());
            tracing::warn!(target: "host_test::serve", connection, calls, "calls are unresolved");
        }
    }
}

/// Returns where browsers find the service.
fn url(options: &Options, address: SocketAddr) -> String {
    match options.hosts.first() {
        Some(host) if matches!(options.access, Access::Proxies(_)) => format!("https://{host}"),
        Some(host) if options.access.is_secure() => format!("https://{host}:{}", address.port()),
        None if options.access.is_secure() => format!("https://{address}"),
        _ => format!("http://{address}"),
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
