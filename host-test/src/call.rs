//! What belongs to one call: limits, the guest's view of the platform, and what comes out.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use wasmtime::{StoreContextMut, StoreLimits, StoreLimitsBuilder, UpdateDeadline, component::ResourceTable};
use wasmtime_wasi::{HostWallClock, WasiCtx, WasiCtxView, WasiView, p2::pipe::MemoryOutputPipe};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use crate::{
    admission::Admission,
    bindings::{Failure, FailureKind, Reply, connection, journal, types},
    clock::VirtualClock,
    connection::Connection,
    connector::Tenant,
    engine,
    journal::Journal,
    outbound::Outbound,
};

/// How much of what a guest prints is kept, in bytes.
const MAX_OUTPUT: usize = 64 * 1024;

/// What one call may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Memory of the instance, in bytes; at most 256 MiB.
    pub memory: usize,
    /// Time in which the guest computes; waiting for PayPal does not count.
    pub compute: Duration,
    /// Time for the whole call, the wait for its turn included.
    pub wall: Duration,
    /// Length of the input, in bytes.
    pub input: usize,
}

impl Default for Limits {
    /// 256 MiB, 10 s of computing, 5 minutes in all, 80 MiB of input, which is what 50 MiB of files
    /// need in base64.
    fn default() -> Self {
        Self {
            memory: engine::MEMORY,
            compute: Duration::from_secs(10),
            wall: Duration::from_secs(300),
            input: 80 * 1024 * 1024,
        }
    }
}

/// What an action came to.
#[derive(Debug)]
pub struct Outcome {
    /// Its reply or its failure.
    pub result: Result<Reply, Failure>,
    /// What the guest printed: nothing, unless it panicked.
    pub output: String,
}

/// A call that the component did not bring to an end.
#[derive(Debug)]
pub struct CallError {
    /// What happened.
    pub reason: String,
    /// Whether a request may have reached PayPal before it, so that the action may have been carried out.
    pub request_sent: bool,
    /// What the guest printed.
    pub output: String,
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sent = if self.request_sent { "PayPal may have acted" } else { "nothing was sent" };
        write!(f, "{}; {sent}", self.reason)?;
        if self.output.is_empty() { Ok(()) } else { write!(f, "\nthe component printed:\n{}", self.output.trim_end()) }
    }
}

impl std::error::Error for CallError {}

impl CallError {
    /// One that happened before the component was asked.
    pub(crate) fn before(cause: impl fmt::Display) -> Self {
        Self { reason: cause.to_string(), request_sent: false, output: String::new() }
    }
}

/// A failure that the host finds itself, before anything is sent.
pub(crate) fn unsent(kind: FailureKind, message: String) -> Failure {
    Failure {
        kind,
        message,
        status: None,
        name: None,
        details: Vec::new(),
        debug_id: None,
        retryable: false,
        retry_after_ms: None,
        request_sent: false,
        idempotency_key: None,
        idempotency_retention_seconds: None,
        attempts: 0,
        information_link: None,
        body: None,
    }
}

/// The state of one call, in its store.
pub(crate) struct Call {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    table: ResourceTable,
    pub(crate) outbound: Outbound,
    connection: Arc<Connection>,
    journal: Arc<dyn Journal>,
    /// None for the machine's.
    pub(crate) clock: Option<VirtualClock>,
    pub(crate) limits: StoreLimits,
    /// How many more ticks the guest may compute.
    ticks: u128,
    output: MemoryOutputPipe,
    /// Held until the instance is gone.
    _admission: Admission,
}

impl Call {
    pub(crate) fn new(outbound: Outbound, tenant: &Tenant, limits: &Limits, admission: Admission) -> Self {
        let output = MemoryOutputPipe::new(MAX_OUTPUT);
        let mut wasi = WasiCtx::builder();
        wasi.stdout(output.clone()).stderr(output.clone());
        if let Some(random) = &tenant.random {
            wasi.secure_random(random.next_call());
        }
        if let Some(present) = tenant.present {
            wasi.wall_clock(Still(present));
        }
        Self {
            wasi: wasi.build(),
            http: WasiHttpCtx::new(),
            table: ResourceTable::new(),
            outbound,
            connection: tenant.connection.clone(),
            journal: tenant.journal.clone(),
            clock: tenant.clock.clone(),
            limits: StoreLimitsBuilder::new().memory_size(limits.memory).build(),
            ticks: limits.compute.as_millis() / engine::TICK.as_millis(),
            output,
            _admission: admission,
        }
    }

    /// What the guest has printed so far.
    pub(crate) fn output(&self) -> String {
        String::from_utf8_lossy(&self.output.contents()).into_owned()
    }

    /// Called when a guest has computed for a tick: others get their turn, and the time is counted.
    pub(crate) fn tick(mut store: StoreContextMut<Self>) -> wasmtime::Result<UpdateDeadline> {
        match store.data_mut().ticks.checked_sub(1) {
            Some(left) => {
                store.data_mut().ticks = left;
                Ok(UpdateDeadline::Yield(1))
            }
            None => Ok(UpdateDeadline::Interrupt),
        }
    }
}

impl Call {
    /// What the guest holds handles of.
    pub(crate) fn table(&mut self) -> &mut ResourceTable {
        &mut self.table
    }
}

/// A wall clock that stands still.
struct Still(SystemTime);

impl HostWallClock for Still {
    fn resolution(&self) -> Duration {
        Duration::from_nanos(1)
    }

    fn now(&self) -> Duration {
        self.0.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
    }
}

impl WasiView for Call {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for Call {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: &mut self.outbound }
    }
}

impl types::Host for Call {}

impl connection::Host for Call {
    async fn environment(&mut self) -> connection::EnvironmentKind {
        self.connection.environment()
    }

    async fn access_token(
        &mut self,
        rejected: Option<String>,
    ) -> Result<connection::Token, connection::ConnectionError> {
        let (value, scopes) = self.connection.placeholder(rejected.as_deref()).await?;
        Ok(connection::Token { value, scopes })
    }

    async fn max_attempts(&mut self) -> u32 {
        self.connection.max_attempts()
    }

    async fn certificate_authorities(&mut self) -> Vec<String> {
        self.connection.authorities().to_vec()
    }
}

impl journal::Host for Call {
    async fn append(&mut self, subject: String, entry: journal::Entry) -> Result<bool, String> {
        self.journal.append(subject, entry).map_err(|error| error.to_string())
    }

    async fn entries(&mut self, subject: String) -> Result<Vec<journal::Entry>, String> {
        self.journal.entries(&subject).map_err(|error| error.to_string())
    }
}
