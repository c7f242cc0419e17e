//! The tenant for whom a call is made.

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

/// The tenant for whom a call is made, with what the call uses.
#[derive(Clone)]
pub struct Tenant {
    /// The tenant's name for an [`Observer`](crate::Observer), such as the platform's id. It is not a secret.
    pub label: Option<Arc<str>>,
    /// The connection.
    pub connection: Arc<Connection>,
    /// The transport of the requests.
    pub transport: Arc<dyn Transport>,
    /// The journal.
    pub journal: Arc<dyn Journal>,
    /// Whether only actions that change nothing may run. All others fail with `denied`, before the component is called.
    /// Whatever the component says about an action, only requests that read are sent ([`Policy`](crate::Policy)).
    pub read_only: bool,
    /// Whether calls that move money are noted in the journal before they are sent, and their outcome after: then
    /// `calls.unresolved` lists those that a crash has cut off. A call that cannot be noted is not sent. It is true with
    /// [`Tenant::with_journal`], and false before.
    pub records_calls: bool,
    /// The guest's monotonic clock; `None` for the machine's.
    pub(crate) clock: Option<Arc<dyn Clock>>,
    /// Changes to the WASI context of each call, in this order.
    pub(crate) setup: Vec<Setup>,
}

impl Tenant {
    /// Creates a tenant whose requests are sent by `transport`, such as a [`Client`], and whose journal lasts as long
    /// as the process.
    #[must_use]
    pub fn new(connection: Connection, transport: impl Transport + 'static) -> Self {
        Self {
            label: None,
            connection: Arc::new(connection),
            transport: Arc::new(transport),
            journal: Arc::new(MemoryJournal::default()),
            read_only: false,
            records_calls: false,
            clock: None,
            setup: Vec::new(),
        }
    }

    /// Sets the name for an [`Observer`](crate::Observer), which gets the first 200 characters.
    #[must_use]
    pub fn with_label(self, label: impl Into<Arc<str>>) -> Self {
        Self { label: Some(label.into()), ..self }
    }

    /// Restricts the tenant to actions that change nothing.
    #[must_use]
    pub fn read_only(self) -> Self {
        Self { read_only: true, ..self }
    }

    /// Sets the journal, in which calls that move money are noted from now on.
    #[must_use]
    pub fn with_journal(self, journal: impl Journal + 'static) -> Self {
        Self { journal: Arc::new(journal), records_calls: true, ..self }
    }

    /// Leaves the notes of calls that move money off: two entries less for each of them, and a crash leaves no trace of a
    /// call in the journal. Call it after [`Tenant::with_journal`].
    #[must_use]
    pub fn without_call_records(self) -> Self {
        Self { records_calls: false, ..self }
    }

    /// Returns a tenant for calls that need none.
    pub(crate) fn nobody() -> Self {
        let client = Client::new();
        Self::new(Connection::new(Route::paypal(Environment::Sandbox), Unconfigured::default(), client.clone()), client)
    }
}
