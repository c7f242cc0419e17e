//! A loaded component, ready to be called.

use std::{path::Path, sync::Arc, time::Instant};

use http::Uri;
use tokio::time::{error::Elapsed, timeout_at};
use wasmtime::{
    Store, Trap,
    component::{Component, HasSelf, Instance, Linker},
};
use wasmtime_wasi::{
    WasiView as _,
    cli::{WasiCli, WasiCliView as _},
    p2::bindings::{cli, clocks, random},
    random::WasiRandom,
};

use crate::{
    admission::{Admission, Admitted, Queue},
    bindings::{self, Failure, FailureKind, actions, triggers},
    call::{
        Call,
        error::{CallError, StopReason},
        limits::Limits,
        meter::Over,
        outcome::Outcome,
    },
    engine::Engine,
    exports::Exports,
    load_error::LoadError,
    observer::{
        Observer,
        watch::{Guard, Watch},
    },
    outbound::{
        Outbound,
        certificates::{CertificateError, Certificates},
        policy::Policy,
        progress::Progress,
    },
    read_only::Effects,
    redact::Redactor,
    reuse::{Kept, Reuse, Worker},
    shutdown::Shutdown,
    tenant::Tenant,
    transport::Timeouts,
    wanted::Wanted,
};

/// A component, compiled and linked. Each call gets a fresh instance of it, so that tenants never share memory; see
/// [`Connector::with_reuse`] for an exception within a connection. Clones are the same connector.
///
/// A call waits for its turn before it gets an instance: see [`Concurrency`](crate::Concurrency). Dropping the future
/// of a call cancels it: it leaves the queue or drops its instance, closes the TCP connection of a request in flight,
/// and returns its permits. PayPal may still carry out what it has received by then.
#[derive(Clone)]
pub struct Connector {
    pub(crate) engine: Engine,
    pub(crate) exports: Exports,
    limits: Limits,
    timeouts: Timeouts,
    cap: usize,
    policy: Policy,
    effects: Effects,
    /// The certificates of webhook events, shared by all calls.
    pub(crate) certificates: Certificates,
    shutdown: Shutdown,
    observer: Option<Arc<dyn Observer>>,
    /// `None` if each call gets a fresh instance.
    kept: Option<Arc<Kept>>,
    /// For calls that need no tenant.
    nobody: Tenant,
}

/// The longest message of an engine error, in characters.
const MAX_REASON: usize = 2000;

/// The default limit of a request or response body, in bytes.
const CAP: usize = 64 * 1024 * 1024;

impl Connector {
    /// Compiles the component in a file, or loads its compiled code from the cache, and links it.
    ///
    /// # Errors
    /// If the file cannot be read, is not a component, or is a component of another world.
    pub fn load(engine: &Engine, file: &Path) -> Result<Self, LoadError> {
        let bytes = std::fs::read(file).map_err(|cause| LoadError::Read { file: file.to_owned(), cause })?;
        Self::compile(engine, &file.display().to_string(), &bytes)
    }

    /// Does the same with the bytes of a component, for instance from [`include_bytes!`].
    ///
    /// # Errors
    /// If they are not a component, or a component of another world.
    pub fn from_bytes(engine: &Engine, bytes: &[u8]) -> Result<Self, LoadError> {
        Self::compile(engine, "the component", bytes)
    }

    fn compile(engine: &Engine, name: &str, bytes: &[u8]) -> Result<Self, LoadError> {
        let component =
            Component::new(&engine.wasmtime, bytes).map_err(|error| LoadError::not_a_component(name, error))?;
        Self::link(engine, name, &component)
    }

    /// Links a compiled component. `name` is for errors.
    pub(crate) fn link(engine: &Engine, name: &str, component: &Component) -> Result<Self, LoadError> {
        let exports = link(engine).and_then(|linker| linker.instantiate_pre(component)).and_then(Exports::of).map_err(
            |error| LoadError::OtherWorld { name: name.to_owned(), reason: format!("{error:#}"), cause: error.into() },
        )?;
        let (limits, timeouts) = (Limits::default(), Timeouts::default());
        let (effects, shutdown, nobody) = (Effects::default(), Shutdown::default(), Tenant::nobody());
        let (engine, certificates) = (engine.clone(), Certificates::default());
        let (policy, observer, kept) = (Policy::paypal(), None, None);
        Ok(Self {
            engine,
            exports,
            limits,
            timeouts,
            cap: CAP,
            policy,
            effects,
            certificates,
            shutdown,
            observer,
            kept,
            nobody,
        })
    }

    /// Sets the limits of each call.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets the policy for requests. The default is [`Policy::paypal`].
    #[must_use]
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Sets the observer, which is told of each call by [`Connector::invoke`], [`Connector::invoke_with_progress`],
    /// [`Connector::options`] and [`Connector::test_connection`], and of its requests. There is one at most.
    #[must_use]
    pub fn with_observer(mut self, observer: impl Observer + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Sets the timeouts of each request, and the limit of request and response bodies in bytes. The limit applies to
    /// each body, and to the sum of the request bodies that a call has in flight.
    #[must_use]
    pub fn with_outbound(mut self, timeouts: Timeouts, cap: usize) -> Self {
        self.timeouts = timeouts;
        self.cap = cap;
        self
    }

    /// Reuses instances: after a call has ended well, its instance is kept for the next call of the same connection, and
    /// never used by another. The engine must have room for them ([`EngineOptions::idle`](crate::EngineOptions)),
    /// otherwise none is kept.
    ///
    /// What a call has left in the instance's memory, the connection's next call can read. An instance is not used again
    /// if the call failed in the host (a trap, a limit, a cancellation), if the component printed something, or if its
    /// memory has grown beyond 4 MiB. Clones made before keep their own way.
    #[must_use]
    pub fn with_reuse(mut self, reuse: Reuse) -> Self {
        self.kept = Some(Arc::new(Kept::new(reuse, self.engine.idle.clone())));
        self
    }

    /// Stops taking calls, on all clones, and waits until the running calls have ended. Calls that wait for their turn
    /// are refused like new ones: with the failure `denied` and the name
    /// [`HOST_SHUTTING_DOWN`](crate::HOST_SHUTTING_DOWN), which is `retryable`, as nothing was sent.
    ///
    /// A call runs for [`Limits::wall`] at most, 5 minutes by default. To be done sooner, drop the futures of the
    /// calls. Dropping this future leaves the connector closed.
    pub async fn close(&self) {
        self.shutdown.close().await;
    }

    /// Returns what the connector says about itself: name, version, catalogue and connection form.
    ///
    /// # Errors
    /// If the component fails, or the connector is closed.
    pub async fn describe(&self) -> Result<actions::Manifest, CallError> {
        let admitted =
            self.queue().admit(None, "").await.map_err(|failure| CallError::not_admitted(failure.message))?;
        let work = async |store: &mut Store<Call>, instance| self.exports.describe(store, instance).await;
        Ok(self.run(&self.nobody, admitted, work).await?.0)
    }

    /// Returns the actions.
    ///
    /// # Errors
    /// If the component fails, or the connector is closed.
    pub async fn actions(&self) -> Result<Vec<actions::ActionInfo>, CallError> {
        let admitted =
            self.queue().admit(None, "").await.map_err(|failure| CallError::not_admitted(failure.message))?;
        let work = async |store: &mut Store<Call>, instance| self.exports.list(store, instance).await;
        Ok(self.run(&self.nobody, admitted, work).await?.0)
    }

    /// Returns the triggers: what can start a workflow, and how each is switched on and off, received and polled.
    ///
    /// # Errors
    /// If the component fails, or the connector is closed.
    pub async fn triggers(&self) -> Result<Vec<triggers::TriggerInfo>, CallError> {
        let admitted =
            self.queue().admit(None, "").await.map_err(|failure| CallError::not_admitted(failure.message))?;
        let work = async |store: &mut Store<Call>, instance| self.exports.list_triggers(store, instance).await;
        Ok(self.run(&self.nobody, admitted, work).await?.0)
    }

    /// Returns why a [`Tenant::read_only`] may not run an action: a failure of the kind `denied` and the name
    /// [`READ_ONLY`](crate::READ_ONLY). `None` if the action changes nothing.
    ///
    /// # Errors
    /// If the component fails to list its actions, or the connector was closed before it did so once.
    pub async fn read_only_refusal(&self, action: &str) -> Result<Option<Failure>, CallError> {
        self.effects.refusal(action, async || self.actions().await).await
    }

    /// Waits for the call's turn. The inner result has the failure of a call that may not be made.
    pub(crate) async fn admit(
        &self,
        tenant: &Tenant,
        action: &str,
        input: &str,
    ) -> Result<Result<Admitted, Failure>, CallError> {
        if input.len() > self.limits.input {
            return Ok(Err(too_large(input.len(), self.limits.input)));
        }
        if tenant.read_only
            && let Some(failure) = self.read_only_refusal(action).await?
        {
            return Ok(Err(failure));
        }
        Ok(self.queue().admit(Some(tenant.connection.concurrency()), input).await)
    }

    /// Runs an action by its id, with its input as JSON. The time for the call ([`Limits::wall`], and the `deadline_ms`
    /// of its options) includes the wait for its turn.
    ///
    /// # Errors
    /// If the component does not complete the call. A failed action is an [`Outcome`].
    pub async fn invoke(&self, tenant: &Tenant, action: &str, input: &str) -> Result<Outcome, CallError> {
        self.invoke_with_progress(tenant, action, input, &Progress::default()).await
    }

    /// Runs an action as [`Connector::invoke`] does, and records in `progress` what it sends. So the idempotency key is
    /// known even if the future of the call is dropped.
    ///
    /// # Errors
    /// As [`Connector::invoke`].
    pub async fn invoke_with_progress(
        &self,
        tenant: &Tenant,
        action: &str,
        input: &str,
        progress: &Progress,
    ) -> Result<Outcome, CallError> {
        let guard = self.watch(tenant, action, progress);
        let watch = guard.as_ref().map(|guard| &guard.watch);
        let outcome = self.invoke_watched(tenant, action, input, progress, watch).await;
        if let Some(watch) = watch {
            let result = outcome.as_ref().map(|outcome| outcome.result.as_ref().map(|reply| Some(reply.status)));
            watch.outcome(result);
        }
        outcome
    }

    async fn invoke_watched(
        &self,
        tenant: &Tenant,
        action: &str,
        input: &str,
        progress: &Progress,
        watch: Option<&Watch>,
    ) -> Result<Outcome, CallError> {
        let admitted = match self.admit(tenant, action, input).await? {
            Ok(admitted) => admitted,
            Err(failure) => return Ok(Outcome { result: Err(failure), output: String::new() }),
        };
        let work = async |store: &mut Store<Call>, instance| self.exports.invoke(store, instance, action, input).await;
        let (result, output) = self.run_watched(tenant, admitted, progress, watch, work).await?;
        Ok(Outcome { result: tenant.connection.tokens().redactor().outcome(result), output })
    }

    /// Starts to observe a call, if there is an observer.
    fn watch(&self, tenant: &Tenant, action: &str, progress: &Progress) -> Option<Guard> {
        let observer = self.observer.clone()?;
        let tokens = tenant.connection.tokens().clone();
        let watch = Watch::begin(observer, tokens, tenant.label.as_deref(), action);
        Some(Guard { watch, progress: progress.clone() })
    }

    /// Returns a page of what can be chosen for a member of an action's input: values and labels for a drop-down.
    ///
    /// # Errors
    /// If the component does not complete the call. If nothing lists choices, or the listing action fails, the result is
    /// a [`Failure`].
    pub async fn options(
        &self,
        tenant: &Tenant,
        wanted: &Wanted<'_>,
    ) -> Result<Result<actions::Choices, Failure>, CallError> {
        let length = wanted.input.len() + wanted.page.map_or(0, str::len);
        if length > self.limits.input {
            return Ok(Err(too_large(length, self.limits.input)));
        }
        let work = async |store: &mut Store<Call>, instance| self.exports.options(store, instance, wanted).await;
        self.ask(tenant, "options", wanted.input, work, Redactor::choices).await
    }

    /// Tests a tenant's connection with one cheap read.
    ///
    /// # Errors
    /// If the component does not complete the call. If PayPal cannot be reached, the result is a [`Failure`].
    pub async fn test_connection(
        &self,
        tenant: &Tenant,
    ) -> Result<Result<actions::ConnectionReport, Failure>, CallError> {
        let work = async |store: &mut Store<Call>, instance| self.exports.test_connection(store, instance).await;
        self.ask(tenant, "test-connection", "", work, Redactor::report).await
    }

    /// Calls a function that only reads and is no action. The observer knows it by its name.
    async fn ask<T>(
        &self,
        tenant: &Tenant,
        name: &str,
        input: &str,
        work: impl AsyncFnOnce(&mut Store<Call>, Instance) -> wasmtime::Result<Result<T, Failure>>,
        redacted: impl FnOnce(&Redactor, T) -> T,
    ) -> Result<Result<T, Failure>, CallError> {
        let progress = Progress::default();
        let guard = self.watch(tenant, name, &progress);
        let watch = guard.as_ref().map(|guard| &guard.watch);
        let answer = async {
            let admitted = match self.queue().admit(Some(tenant.connection.concurrency()), input).await {
                Ok(admitted) => admitted,
                Err(failure) => return Ok(Err(failure)),
            };
            let (result, _) = self.run_watched(tenant, admitted, &progress, watch, work).await?;
            let redactor = tenant.connection.tokens().redactor();
            Ok(result.map(|answer| redacted(&redactor, answer)).map_err(|failure| redactor.failure(failure)))
        };
        let answer = answer.await;
        if let Some(watch) = watch {
            watch.outcome(answer.as_ref().map(|answer| answer.as_ref().map(|_| None)));
        }
        answer
    }

    pub(crate) fn queue(&self) -> Queue<'_> {
        Queue { shutdown: &self.shutdown, engine: &self.engine, wall: self.limits.wall }
    }

    /// Does a call's work in an instance, for as long as its time lasts. Returns the result and what the guest printed.
    pub(crate) async fn run<T>(
        &self,
        tenant: &Tenant,
        admitted: Admitted,
        work: impl AsyncFnOnce(&mut Store<Call>, Instance) -> wasmtime::Result<T>,
    ) -> Result<(T, String), CallError> {
        self.run_watched(tenant, admitted, &Progress::default(), None, work).await
    }

    async fn run_watched<T>(
        &self,
        tenant: &Tenant,
        admitted: Admitted,
        progress: &Progress,
        watch: Option<&Watch>,
        work: impl AsyncFnOnce(&mut Store<Call>, Instance) -> wasmtime::Result<T>,
    ) -> Result<(T, String), CallError> {
        let end = admitted.end;
        let (call, admission) = self.call(tenant, admitted, progress, watch);
        let mut worker = self.worker(tenant, call, admission);
        let meter = worker.store.data().meter.clone();
        let Worker { store, instance, .. } = &mut worker;
        let work = async {
            let instance = match *instance {
                Some(instance) => instance,
                None => *instance.insert(self.exports.instantiate(store).await?),
            };
            work(store, instance).await
        };
        let result = timeout_at(end.into(), meter.measure(Box::pin(work))).await;
        let (value, output) = (ended(&worker.store, result)?, worker.store.data().output());
        self.keep(tenant, worker);
        Ok((value, output))
    }

    /// Returns an instance that the connection has kept, or a store for a new one.
    fn worker(&self, tenant: &Tenant, call: Call, admission: Admission) -> Worker {
        let (call, admission) = match self.kept_for(tenant) {
            Some(kept) => match kept.take(&tenant.connection, call, admission) {
                Ok(worker) => return worker,
                Err(both) => both,
            },
            None => (call, admission),
        };
        let mut store = Store::new(&self.engine.wasmtime, call);
        store.limiter(|call| &mut call.ceiling);
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(Call::tick);
        Worker::new(store, admission)
    }

    /// Keeps the instance of a call that has ended well for the connection's next one, if instances are reused.
    fn keep(&self, tenant: &Tenant, worker: Worker) {
        if let Some(kept) = self.kept_for(tenant).filter(|_| worker.store.data().leaves_a_good_instance()) {
            kept.keep(&tenant.connection, worker, || {
                Call::new(self.outbound(&self.nobody), &self.nobody, &Limits::default(), Instant::now())
            });
        }
    }

    /// Returns where the instances of a tenant's connection are kept, if they are. What a test changes of a call's
    /// environment, an instance may read only when it starts.
    fn kept_for(&self, tenant: &Tenant) -> Option<&Kept> {
        self.kept.as_deref().filter(|_| tenant.clock.is_none() && tenant.setup.is_empty())
    }

    /// Returns whether a webhook delivery that names the certificate at this address can be verified without fetching
    /// anything: the certificate is cached, or it would not be fetched from there.
    #[must_use]
    pub fn has_certificate(&self, tenant: &Tenant, uri: &Uri) -> bool {
        self.outbound(tenant).has_certificate(uri)
    }

    /// Fetches the certificate at an address into the cache. It tries twice if the first error may be temporary.
    ///
    /// # Errors
    /// If it cannot be fetched now.
    pub async fn read_certificate(&self, tenant: &Tenant, uri: &Uri) -> Result<(), CertificateError> {
        self.outbound(tenant).read_certificate(uri).await
    }

    /// Returns what sends a tenant's requests, with the shared certificates.
    fn outbound(&self, tenant: &Tenant) -> Outbound {
        Outbound::new(tenant.connection.clone(), tenant.transport.clone(), self.timeouts, self.cap)
            .with_certificates(self.certificates.clone())
    }

    /// Creates the state of a call.
    fn call(
        &self,
        tenant: &Tenant,
        admitted: Admitted,
        progress: &Progress,
        watch: Option<&Watch>,
    ) -> (Call, Admission) {
        let Admitted { admission, end, deadline } = admitted;
        // With the tenant's own clock, only the guest can tell when the caller's deadline is.
        let deadline = deadline.filter(|_| tenant.clock.is_none());
        let outbound = self
            .outbound(tenant)
            .with_policy(self.policy.clone(), tenant.read_only)
            .with_deadline(deadline)
            .with_progress(progress.clone())
            .with_watch(watch.cloned())
            .with_clock(tenant.clock.clone());
        let limits = Limits { memory: self.limits.memory.min(self.engine.memory), ..self.limits };
        let end = deadline.map_or(end, |deadline| deadline.min(end));
        (Call::new(outbound, tenant, &limits, end), admission)
    }
}

/// The linker has only what the component may import: no files, no sockets.
fn link(engine: &Engine) -> wasmtime::Result<Linker<Call>> {
    let mut linker = Linker::new(&engine.wasmtime);
    wasmtime_wasi_http::p2::add_to_linker_async(&mut linker)?;
    linker.allow_shadowing(true);
    clocks::monotonic_clock::add_to_linker::<Call, HasSelf<Call>>(&mut linker, |call| call)?;
    linker.allow_shadowing(false);
    cli::environment::add_to_linker::<Call, WasiCli>(&mut linker, Call::cli)?;
    cli::exit::add_to_linker::<Call, WasiCli>(&mut linker, Call::cli)?;
    random::insecure_seed::add_to_linker::<Call, WasiRandom>(&mut linker, |call| call.ctx().ctx.random())?;
    bindings::connection::add_to_linker::<Call, HasSelf<Call>>(&mut linker, |call| call)?;
    bindings::journal::add_to_linker::<Call, HasSelf<Call>>(&mut linker, |call| call)?;
    Ok(linker)
}

/// Returns the result of a call that has ended or run out of time.
fn ended<T>(store: &Store<Call>, result: Result<Result<wasmtime::Result<T>, Over>, Elapsed>) -> Result<T, CallError> {
    let call = store.data();
    let reason = match result {
        Ok(Ok(Ok(value))) => return Ok(value),
        Ok(Ok(Err(error))) => match error.downcast_ref::<Trap>() {
            Some(Trap::Interrupt) => StopReason::ComputedTooLong,
            Some(trap) => StopReason::Trapped(*trap),
            None => StopReason::Failed(call.show(format!("{error:#}").chars().take(MAX_REASON).collect())),
        },
        Ok(Err(Over)) => StopReason::ComputedTooLong,
        Err(_) => StopReason::TookTooLong,
    };
    let progress = call.outbound.progress();
    Err(CallError {
        reason,
        request_sent: progress.request_sent(),
        idempotency_key: progress.idempotency_key(),
        output: call.output(),
    })
}

fn too_large(length: usize, limit: usize) -> Failure {
    let message = format!("the input has {length} bytes; the most is {limit}; nothing was sent");
    Failure::unsent(FailureKind::TooLarge, message)
}
