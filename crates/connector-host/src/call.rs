//! The state of one call: its limits, and the guest's view of the platform.

mod ceiling;
mod clock;
pub(crate) mod error;
pub(crate) mod limits;
pub(crate) mod meter;
pub(crate) mod outcome;

use std::{sync::Arc, time::Instant};

use wasmtime::{StoreContextMut, UpdateDeadline, component::ResourceTable};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView, p2::pipe::MemoryOutputPipe};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use crate::{
    bindings::{connection, journal, types},
    clock::Clock,
    connection::{Connection, tokens::Placeholder},
    journal::{Journal, allowance::Allowance},
    outbound::Outbound,
    printable::printable,
    tenant::Tenant,
};

use ceiling::Ceiling;
use limits::Limits;
use meter::Meter;

/// How much of a guest's output is kept, in bytes.
const MAX_OUTPUT: usize = 64 * 1024;

/// The most random bytes that a guest gets at once. An idempotency key takes 16.
const MAX_RANDOM: u64 = 64 * 1024;

/// The most handles that a guest has at once, of requests, bodies, streams and the like. This connector has about ten,
/// and one more for each request that it has sent: wasmtime-wasi-http 48 never drops the options of a request.
const MAX_RESOURCES: usize = 4096;

/// The memory for the header fields of one request, in bytes.
const MAX_FIELDS: usize = 64 * 1024;

/// The most tokens that a call may make the host request. This connector needs one after PayPal refuses a token; a
/// search through many windows needs one for each window that outlasts a token.
const MAX_TOKENS: u32 = 10;

/// The most memory of an instance that is kept for another call, in bytes. This connector's begins with 1.6 MiB.
const KEPT_MEMORY: usize = 4 * 1024 * 1024;

/// The state of one call, in its store.
pub(crate) struct Call {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    table: ResourceTable,
    pub(crate) outbound: Outbound,
    connection: Arc<Connection>,
    journal: Arc<dyn Journal>,
    records_calls: bool,
    /// `None` for the machine's.
    clock: Option<Arc<dyn Clock>>,
    pub(crate) ceiling: Ceiling,
    pub(crate) meter: Meter,
    /// When the call must stop waiting.
    end: Instant,
    /// How many more tokens the guest may make the host request.
    tokens: u32,
    /// How much more it may write to the journal and read from it.
    allowance: Allowance,
    output: MemoryOutputPipe,
}

impl Call {
    /// `end` is when it must stop waiting.
    pub(crate) fn new(outbound: Outbound, tenant: &Tenant, limits: &Limits, end: Instant) -> Self {
        let output = MemoryOutputPipe::new(MAX_OUTPUT);
        let mut wasi = WasiCtx::builder();
        wasi.stdout(output.clone()).stderr(output.clone()).max_random_size(MAX_RANDOM);
        for setup in &tenant.setup {
            setup(&mut wasi);
        }
        let mut table = ResourceTable::new();
        table.set_max_capacity(MAX_RESOURCES);
        let mut http = WasiHttpCtx::new();
        http.set_field_size_limit(MAX_FIELDS);
        Self {
            wasi: wasi.build(),
            http,
            table,
            outbound,
            connection: tenant.connection.clone(),
            journal: tenant.journal.clone(),
            records_calls: tenant.records_calls,
            clock: tenant.clock.clone(),
            ceiling: Ceiling::new(limits.memory),
            meter: Meter::new(limits.compute),
            end,
            tokens: MAX_TOKENS,
            allowance: Allowance::default(),
            output,
        }
    }

    /// Returns what the guest has printed so far.
    pub(crate) fn output(&self) -> String {
        self.show(String::from_utf8_lossy(&self.output.contents()).into_owned())
    }

    /// Returns whether the instance may make another call: it has printed nothing, as it does when something is wrong,
    /// and not taken much memory, which it never gives back.
    pub(crate) fn leaves_a_good_instance(&self) -> bool {
        self.ceiling.stayed_below(KEPT_MEMORY) && self.output.contents().is_empty()
    }

    /// Returns a text fit to leave the host: without secrets, and printable.
    pub(crate) fn show(&self, text: String) -> String {
        printable(&self.connection.tokens().redactor().text(text)).into_owned()
    }

    /// Called when a guest has computed for a tick; lets other tasks run.
    pub(crate) fn tick(mut store: StoreContextMut<Self>) -> wasmtime::Result<UpdateDeadline> {
        Ok(if store.data_mut().meter.is_over() { UpdateDeadline::Interrupt } else { UpdateDeadline::Yield(1) })
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

    async fn on_behalf_of(&mut self) -> Option<connection::Delegation> {
        self.connection.delegation().cloned()
    }

    async fn access_token(
        &mut self,
        rejected: Option<String>,
    ) -> Result<connection::Token, connection::ConnectionError> {
        let tokens = self.connection.tokens();
        let Placeholder { value, scopes } = tokens.placeholder(rejected.as_deref(), self.end, &mut self.tokens).await?;
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
        self.allowance.append(&subject, &entry)?;
        let redactor = self.connection.tokens().redactor();
        let text = |text: String| redactor.text(text);
        let journal::Entry { id, time, event, status, details } = entry;
        let (id, status) = (id.map(text), status.map(text));
        let entry = journal::Entry { id, time: text(time), event: text(event), status, details: text(details) };
        self.journal.append(text(subject), entry).await.map_err(|error| text(error.to_string()))
    }

    async fn entries(&mut self, subject: String) -> Result<Vec<journal::Entry>, String> {
        self.allowance.read()?;
        let entries = self.journal.entries(subject).await.map_err(|error| self.show(error.to_string()))?;
        self.allowance.take(&entries)?;
        Ok(entries)
    }

    async fn records_calls(&mut self) -> bool {
        self.records_calls
    }
}
