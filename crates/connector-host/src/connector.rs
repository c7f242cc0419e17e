//! A loaded component, ready to be called.

use std::{path::Path, sync::Arc};

use http::Uri;
use serde_json::Value;
use tokio::time::{error::Elapsed, timeout_at};
use wasmtime::{
    Store, Trap,
    component::{Component, HasSelf, Linker, Val, types::ComponentFunc},
};
use wasmtime_wasi::{
    WasiView as _,
    cli::{WasiCli, WasiCliView as _},
    p2::bindings::{cli, clocks, random},
    random::WasiRandom,
};

use crate::{
    admission::{Admitted, Queue},
    bindings::{self, ConnectorPre, Failure, FailureKind, actions},
    call::{
        Call,
        error::{CallError, StopReason},
        limits::Limits,
        meter::Over,
        outcome::Outcome,
    },
    engine::Engine,
    json,
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
    shutdown::Shutdown,
    tenant::Tenant,
    testing::typed,
    transport::Timeouts,
};

/// A component, compiled and linked; each call gets a fresh instance of it, so that tenants never share memory. Clones are
/// the same connector.
///
/// A call waits for its turn before it gets an instance: see [`Concurrency`](crate::Concurrency). Where the future of a call
/// is dropped, the call is dropped with it: it leaves the queue, or its instance is gone, the TCP connection of a request in
/// flight is closed, and its places are free. What PayPal has received by then it may have carried out.
#[derive(Clone)]
pub struct Connector {
    engine: Engine,
    pre: ConnectorPre<Call>,
    limits: Limits,
    timeouts: Timeouts,
    cap: usize,
    policy: Policy,
    effects: Effects,
    /// Those of PayPal's webhook events, for all calls.
    certificates: Certificates,
    shutdown: Shutdown,
    observer: Option<Arc<dyn Observer>>,
    /// For what needs no tenant.
    nobody: Tenant,
}

/// The most that is said of an error of the engine, in characters.
const MAX_REASON: usize = 2000;

/// The most a request or a response body may have, in bytes.
const CAP: usize = 64 * 1024 * 1024;

impl Connector {
    /// Compiles the component in a file, or takes its compiled code out of the cache, and links it.
    ///
    /// # Errors
    /// Where the file cannot be read, is no component, or is one of another world.
    pub fn load(engine: &Engine, file: &Path) -> Result<Self, LoadError> {
        let bytes = std::fs::read(file).map_err(|source| LoadError::Read { file: file.to_owned(), source })?;
        Self::compile(engine, &file.display().to_string(), &bytes)
    }

    /// The same with the bytes of a component, such as [`include_bytes!`] gives.
    ///
    /// # Errors
    /// Where they are no component, or one of another world.
    pub fn from_bytes(engine: &Engine, bytes: &[u8]) -> Result<Self, LoadError> {
        Self::compile(engine, "the component", bytes)
    }

    fn compile(engine: &Engine, name: &str, bytes: &[u8]) -> Result<Self, LoadError> {
        let component =
            Component::new(&engine.wasmtime, bytes).map_err(|error| LoadError::not_a_component(name, error))?;
        Self::link(engine, name, &component)
    }

    /// A connector of a compiled component, which is known by a name.
    pub(crate) fn link(engine: &Engine, name: &str, component: &Component) -> Result<Self, LoadError> {
        let pre = link(engine)
            .and_then(|linker| linker.instantiate_pre(component))
            .and_then(ConnectorPre::new)
            .map_err(|error| LoadError::OtherWorld {
                name: name.to_owned(),
                reason: format!("{error:#}"),
                source: error.into(),
            })?;
        let (limits, timeouts) = (Limits::default(), Timeouts::default());
        let (effects, shutdown, nobody) = (Effects::default(), Shutdown::default(), Tenant::nobody());
        let (engine, certificates) = (engine.clone(), Certificates::default());
        let (policy, observer) = (Policy::paypal(), None);
        Ok(Self { engine, pre, limits, timeouts, cap: CAP, policy, effects, certificates, shutdown, observer, nobody })
    }

    /// With other limits for each call.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// With another policy, for another connector than PayPal's.
    #[must_use]
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// With somebody who is told of each call by [`Connector::invoke`], [`Connector::invoke_with_progress`] and
    /// [`Connector::test_connection`], and of its requests. Another one takes its place.
    #[must_use]
    pub fn with_observer(mut self, observer: impl Observer + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// With other timeouts for each request, and another cap on request and response bodies in bytes: on each, and on all request
    /// bodies together that a call has under way.
    #[must_use]
    pub fn with_outbound(mut self, timeouts: Timeouts, cap: usize) -> Self {
        self.timeouts = timeouts;
        self.cap = cap;
        self
    }

    /// The same connector, which keeps the certificates of webhook events for itself.
    #[must_use]
    pub fn with_own_certificates(&self) -> Self {
        Self { certificates: Certificates::default(), ..self.clone() }
    }

    /// Takes no more calls, on any clone, and returns when those that run have ended. Calls that wait for their turn are
    /// refused as new ones are: with the failure `denied` of the name
    /// [`HOST_SHUTTING_DOWN`](crate::HOST_SHUTTING_DOWN), which is `retryable`, as nothing was sent.
    ///
    /// A call runs for no longer than its [`Limits::wall`], 5 minutes unless said otherwise; drop the futures of the calls to
    /// be done sooner. To drop this future leaves the connector closed.
    pub async fn close(&self) {
        self.shutdown.close().await;
    }

    /// What the connector is: name, version, catalogue and connection form.
    ///
    /// # Errors
    /// Where the component fails, and where the connector is closed.
    pub async fn describe(&self) -> Result<actions::Manifest, CallError> {
        let admitted =
            self.queue().admit(None, "").await.map_err(|failure| CallError::not_admitted(failure.message))?;
        let work = async |store: &mut Store<Call>| {
            let instance = self.pre.instantiate_async(&mut *store).await?;
            instance.kosha_connector_actions().call_describe(store).await
        };
        Ok(self.run(&self.nobody, admitted, work).await?.0)
    }

    /// The actions.
    ///
    /// # Errors
    /// Where the component fails, and where the connector is closed.
    pub async fn actions(&self) -> Result<Vec<actions::ActionInfo>, CallError> {
        let admitted =
            self.queue().admit(None, "").await.map_err(|failure| CallError::not_admitted(failure.message))?;
        let work = async |store: &mut Store<Call>| {
            let instance = self.pre.instantiate_async(&mut *store).await?;
            instance.kosha_connector_actions().call_list(store).await
        };
        Ok(self.run(&self.nobody, admitted, work).await?.0)
    }

    /// Why a tenant that is [`Tenant::read_only`] may not run an action: a failure of the kind `denied` and the name
    /// [`READ_ONLY`](crate::READ_ONLY), or nothing where
    /// the action changes nothing.
    ///
    /// # Errors
    /// Where the component fails to list its actions, and where the connector is closed before it has done so once.
    pub async fn read_only_refusal(&self, action: &str) -> Result<Option<Failure>, CallError> {
        self.effects.refusal(action, async || self.actions().await).await
    }

    /// Makes an instance and drops it again: what every call pays before it begins.
    ///
    /// # Errors
    /// Where there is no memory for it.
    pub async fn instantiate(&self, tenant: &Tenant) -> Result<(), CallError> {
        let admitted = self.queue().admit(Some(tenant.connection.concurrency()), "").await;
        let admitted = admitted.map_err(|failure| CallError::not_admitted(failure.message))?;
        let work = async |store: &mut Store<Call>| self.pre.instantiate_async(store).await;
        self.run(tenant, admitted, work).await.map(drop)
    }

    /// Lets a call in when it is its turn, or says what keeps it from being made.
    async fn admit(&self, tenant: &Tenant, action: &str, input: &str) -> Result<Result<Admitted, Failure>, CallError> {
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

    /// Runs an action by its id, with its input as JSON. The wait for its turn is part of its time ([`Limits::wall`], and the
    /// `deadline_ms` of its options).
    ///
    /// # Errors
    /// Where the component does not bring the call to an end. That an action fails is an [`Outcome`].
    pub async fn invoke(&self, tenant: &Tenant, action: &str, input: &str) -> Result<Outcome, CallError> {
        self.invoke_with_progress(tenant, action, input, &Progress::default()).await
    }

    /// Runs an action as [`Connector::invoke`] does, and has what it sends noted in `progress`, which tells the idempotency key
    /// also where the future of the call is dropped.
    ///
    /// # Errors
    /// As there.
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
        // The binding of `json`, an alias, wants a `String`.
        let input = input.to_owned();
        let work = async |store: &mut Store<Call>| {
            let instance = self.pre.instantiate_async(&mut *store).await?;
            instance.kosha_connector_actions().call_invoke(store, action, &input).await
        };
        let (result, output) = self.run_watched(tenant, admitted, progress, watch, work).await?;
        Ok(Outcome { result: tenant.connection.tokens().redactor().outcome(result), output })
    }

    /// Begins to watch a call, where there is an observer.
    fn watch(&self, tenant: &Tenant, action: &str, progress: &Progress) -> Option<Guard> {
        let observer = self.observer.clone()?;
        let tokens = tenant.connection.tokens().clone();
        let watch = Watch::begin(observer, tokens, tenant.label.as_deref(), action);
        Some(Guard { watch, progress: progress.clone() })
    }

    /// What PayPal makes of a tenant's connection.
    ///
    /// # Errors
    /// Where the component does not bring the call to an end. That PayPal cannot be asked is a [`Failure`].
    pub async fn test_connection(
        &self,
        tenant: &Tenant,
    ) -> Result<Result<actions::ConnectionReport, Failure>, CallError> {
        let progress = Progress::default();
        let guard = self.watch(tenant, "test-connection", &progress);
        let watch = guard.as_ref().map(|guard| &guard.watch);
        let report = self.test_watched(tenant, &progress, watch).await;
        if let Some(watch) = watch {
            watch.outcome(report.as_ref().map(|report| report.as_ref().map(|_| None)));
        }
        report
    }

    async fn test_watched(
        &self,
        tenant: &Tenant,
        progress: &Progress,
        watch: Option<&Watch>,
    ) -> Result<Result<actions::ConnectionReport, Failure>, CallError> {
        let admitted = match self.queue().admit(Some(tenant.connection.concurrency()), "").await {
            Ok(admitted) => admitted,
            Err(failure) => return Ok(Err(failure)),
        };
        let work = async |store: &mut Store<Call>| {
            let instance = self.pre.instantiate_async(&mut *store).await?;
            instance.kosha_connector_actions().call_test_connection(store).await
        };
        let (result, _) = self.run_watched(tenant, admitted, progress, watch, work).await?;
        let redactor = tenant.connection.tokens().redactor();
        Ok(result.map(|report| redactor.report(report)).map_err(|failure| redactor.failure(failure)))
    }

    /// Runs an action by its typed function, with the same input as [`Connector::invoke`]. What comes out is the outcome
    /// as JSON, with its documents as strings. An observer is not told.
    ///
    /// # Errors
    /// As there, and where the input cannot be given to the function.
    pub async fn call_typed(&self, tenant: &Tenant, action: &str, input: &str) -> Result<Value, CallError> {
        self.call_function(tenant, action, input, |function| typed::arguments(function, input)).await
    }

    /// Runs an action by its typed function with arguments that need not come from an input of `invoke`. What comes out is as
    /// of [`Connector::call_typed`].
    ///
    /// # Errors
    /// As there, and where the arguments are not of the function's types.
    pub async fn call_typed_with(&self, tenant: &Tenant, action: &str, arguments: &[Val]) -> Result<Value, CallError> {
        self.call_function(tenant, action, "", |_| Ok(arguments.to_vec())).await
    }

    async fn call_function(
        &self,
        tenant: &Tenant,
        action: &str,
        input: &str,
        arguments: impl FnOnce(&ComponentFunc) -> wasmtime::Result<Vec<Val>> + Send,
    ) -> Result<Value, CallError> {
        let admitted = match self.admit(tenant, action, input).await? {
            Ok(admitted) => admitted,
            Err(failure) => {
                return json::comparable(&Err(failure)).map_err(|error| CallError::not_admitted(error.to_string()));
            }
        };
        let work = async |store: &mut Store<Call>| {
            let instance = self.pre.instance_pre().instantiate_async(&mut *store).await?;
            let function = typed::function(&instance, store, action)?;
            let arguments = arguments(&function.ty(&*store))?;
            let mut results = [Val::Bool(false)];
            function.call_async(store, &arguments, &mut results).await?;
            typed::outcome(&results[0])
        };
        let (mut outcome, _) = self.run(tenant, admitted, work).await?;
        tenant.connection.tokens().redactor().document(&mut outcome);
        Ok(outcome)
    }

    /// The names of the typed functions that the component exports, as action ids.
    #[must_use]
    pub fn typed_actions(&self) -> Vec<String> {
        self.typed_functions().into_iter().map(|(action, _)| action).collect()
    }

    /// The typed functions that the component exports, each by the id of its action and with its type.
    #[must_use]
    pub fn typed_functions(&self) -> Vec<(String, ComponentFunc)> {
        typed::exports(self.pre.instance_pre().component(), &self.engine.wasmtime)
    }

    fn queue(&self) -> Queue<'_> {
        Queue { shutdown: &self.shutdown, engine: &self.engine, wall: self.limits.wall }
    }

    /// Does one call's work in a store of its own while its time lasts; with the result comes what the guest printed.
    async fn run<T>(
        &self,
        tenant: &Tenant,
        admitted: Admitted,
        work: impl AsyncFnOnce(&mut Store<Call>) -> wasmtime::Result<T>,
    ) -> Result<(T, String), CallError> {
        self.run_watched(tenant, admitted, &Progress::default(), None, work).await
    }

    async fn run_watched<T>(
        &self,
        tenant: &Tenant,
        admitted: Admitted,
        progress: &Progress,
        watch: Option<&Watch>,
        work: impl AsyncFnOnce(&mut Store<Call>) -> wasmtime::Result<T>,
    ) -> Result<(T, String), CallError> {
        let end = admitted.end;
        let mut store = self.store(tenant, admitted, progress, watch);
        let meter = store.data().meter.clone();
        let result = timeout_at(end.into(), meter.measure(Box::pin(work(&mut store)))).await;
        Ok((ended(&store, result)?, store.data().output()))
    }

    /// Whether a delivery of a webhook event that names this address can be verified at once: its certificate is kept, or the
    /// address is none that a certificate is read from.
    #[must_use]
    pub fn has_certificate(&self, tenant: &Tenant, uri: &Uri) -> bool {
        self.outbound(tenant).has_certificate(uri)
    }

    /// Reads the certificate of webhook events at an address for calls to come: twice if the first time may pass.
    ///
    /// # Errors
    /// Why there is none now.
    pub async fn read_certificate(&self, tenant: &Tenant, uri: &Uri) -> Result<(), CertificateError> {
        self.outbound(tenant).read_certificate(uri).await
    }

    /// What sends a tenant's requests, with the certificates that all calls share.
    fn outbound(&self, tenant: &Tenant) -> Outbound {
        Outbound::new(tenant.connection.clone(), tenant.transport.clone(), self.timeouts, self.cap)
            .with_certificates(self.certificates.clone())
    }

    /// A store for one call.
    fn store(&self, tenant: &Tenant, admitted: Admitted, progress: &Progress, watch: Option<&Watch>) -> Store<Call> {
        // By a clock of its own a call's deadline is not this machine's.
        let deadline = admitted.deadline.filter(|_| tenant.clock.is_none());
        let admitted = Admitted { deadline, ..admitted };
        let outbound = self
            .outbound(tenant)
            .with_policy(self.policy.clone(), tenant.read_only)
            .with_deadline(deadline)
            .with_progress(progress.clone())
            .with_watch(watch.cloned())
            .with_clock(tenant.clock.clone());
        let limits = Limits { memory: self.limits.memory.min(self.engine.memory), ..self.limits };
        let call = Call::new(outbound, tenant, &limits, admitted);
        let mut store = Store::new(&self.engine.wasmtime, call);
        store.limiter(|call| &mut call.limits);
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(Call::tick);
        store
    }
}

/// The linker knows just what the component may import: no files, no sockets.
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

/// What a call came to, when it has ended or its time has.
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
