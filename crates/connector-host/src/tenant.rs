//! On whose behalf a call is made.

use std::sync::Arc;

use wasmtime_wasi::WasiCtxBuilder;

use crate::{
    bindings::Environment,
    clock::Clock,
    connection::{Connection, route::Route},
    journal::{Journal, MemoryJournal},
    token_source::Unconfigured,
    transport::{Transport, client::Client},
};

/// Changes the WASI context of a call.
pub(crate) type Setup = Arc<dyn Fn(&mut WasiCtxBuilder) + Send + Sync>;

/// On whose behalf a call is made, and by what it is sent.
#[derive(Clone)]
pub struct Tenant {
    /// Whose it is, for an [`Observer`](crate::Observer): such as the platform's own id of the tenant. It is no secret.
    pub label: Option<Arc<str>>,
    /// The connection.
    pub connection: Arc<Connection>,
    /// What sends the requests.
    pub transport: Arc<dyn Transport>,
    /// Where the history is kept.
    pub journal: Arc<dyn Journal>,
    /// Whether only actions that change nothing may run. All others fail with `denied`, without the component being asked; and
    /// whatever the component says of an action, only requests that read are sent ([`Policy`](crate::Policy)).
    pub read_only: bool,
    /// The guest's monotonic clock; `None` for the machine's.
    pub(crate) clock: Option<Arc<dyn Clock>>,
    /// Changes to the WASI context of each call, in this order.
    pub(crate) setup: Vec<Setup>,
}

impl Tenant {
    /// A tenant whose requests go out by `transport`, such as a [`Client`], and whose history lasts as long as the process.
    #[must_use]
    pub fn new(connection: Connection, transport: impl Transport + 'static) -> Self {
        Self {
            label: None,
            connection: Arc::new(connection),
            transport: Arc::new(transport),
            journal: Arc::new(MemoryJournal::default()),
            read_only: false,
            clock: None,
            setup: Vec::new(),
        }
    }

    /// The same tenant, by that name to an [`Observer`](crate::Observer). At most 200 characters of it are told.
    #[must_use]
    pub fn with_label(self, label: impl Into<Arc<str>>) -> Self {
        Self { label: Some(label.into()), ..self }
    }

    /// The same tenant, for actions that change nothing only.
    #[must_use]
    pub fn read_only(self) -> Self {
        Self { read_only: true, ..self }
    }

    /// The same tenant with another journal.
    #[must_use]
    pub fn with_journal(self, journal: impl Journal + 'static) -> Self {
        Self { journal: Arc::new(journal), ..self }
    }

    /// A tenant for what needs none.
    pub(crate) fn nobody() -> Self {
        let client = Client::new();
        Self::new(Connection::new(Route::paypal(Environment::Sandbox), Unconfigured::default(), client.clone()), client)
    }
}
