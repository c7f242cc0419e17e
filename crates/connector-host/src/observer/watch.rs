//! Tells the observer about one call.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use http::{HeaderName, Method, Response, Uri, uri::Scheme};

use super::{CallEnd, CallOutcome, ObservedCall, ObservedRequest, Observer, RequestEnd};
use crate::{
    bindings::Failure, call::error::CallError, connection::tokens::Tokens, outbound::progress::Progress,
    printable::printable, transport::Error,
};

/// The header field with the provider's id of an exchange.
const DEBUG_ID: HeaderName = HeaderName::from_static("paypal-debug-id");

/// The longest name, in characters.
const MAX_NAME: usize = 200;

/// The longest path, in characters.
const MAX_PATH: usize = 2000;

/// A call that is observed. Clones are of the same call.
#[derive(Clone)]
pub(crate) struct Watch(Arc<Watched>);

struct Watched {
    observer: Arc<dyn Observer>,
    tokens: Tokens,
    number: u64,
    tenant: Option<String>,
    action: String,
    began: Instant,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    attempts: u32,
    /// The requests that have not ended, by attempt. A request is removed when its end is told.
    open: BTreeMap<u32, Started>,
    ended: bool,
}

struct Started {
    method: Method,
    host: String,
    path: String,
    began: Instant,
}

/// A request that has begun. If it is dropped without an end, the observer is told that it was abandoned.
pub(crate) struct Request {
    watch: Watch,
    attempt: u32,
}

impl Watch {
    /// Starts to observe a call that has arrived.
    pub(crate) fn begin(observer: Arc<dyn Observer>, tokens: Tokens, tenant: Option<&str>, action: &str) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let (tenant, action) = (tenant.map(|it| show(&tokens, it, MAX_NAME)), show(&tokens, action, MAX_NAME));
        let (began, state) = (Instant::now(), Mutex::default());
        let watch = Self(Arc::new(Watched { observer, tokens, number, tenant, action, began, state }));
        watch.tell(|observer, call| observer.call_began(call));
        watch
    }

    /// Notes that a request is handed to the transport.
    pub(crate) fn request(&self, method: &Method, uri: &Uri) -> Request {
        let host = self.show(&host(uri), MAX_NAME);
        let path = self.show(uri.path(), MAX_PATH);
        let mut state = self.state();
        state.attempts = state.attempts.saturating_add(1);
        let attempt = state.attempts;
        if !state.ended {
            state.open.insert(attempt, Started { method: method.clone(), host, path, began: Instant::now() });
        }
        Request { watch: self.clone(), attempt }
    }

    /// Tells the end of the call, once, after that of the requests that it leaves open.
    fn end(&self, outcome: CallOutcome<'_>) {
        let (open, attempts) = {
            let mut state = self.state();
            if std::mem::replace(&mut state.ended, true) {
                return;
            }
            (std::mem::take(&mut state.open), state.attempts)
        };
        for (attempt, started) in open {
            self.tell_request(attempt, &started, RequestEnd::Abandoned);
        }
        let end = CallEnd { outcome, attempts, duration: self.0.began.elapsed() };
        self.tell(|observer, call| observer.call_ended(call, &end));
    }

    /// Tells the outcome of the call: the status of its reply if it has one, a failure, or that it was stopped.
    pub(crate) fn outcome(&self, outcome: Result<Result<Option<u16>, &Failure>, &CallError>) {
        match outcome {
            Ok(Ok(status)) => self.end(CallOutcome::Replied { status }),
            Ok(Err(Failure { kind, name, status, request_sent, .. })) => {
                let name = name.as_deref().map(|name| self.show(name, MAX_NAME));
                let (kind, status, request_sent) = (*kind, *status, *request_sent);
                self.end(CallOutcome::Failed { kind, name: name.as_deref(), status, request_sent });
            }
            Err(CallError { reason, request_sent, .. }) => {
                self.end(CallOutcome::Stopped { reason, request_sent: *request_sent });
            }
        }
    }

    fn tell_request(&self, attempt: u32, started: &Started, end: RequestEnd<'_>) {
        let Started { method, host, path, began } = started;
        let duration = began.elapsed();
        let request = ObservedRequest { attempt, method: method.as_str(), host, path, end, duration };
        self.tell(|observer, call| observer.request_ended(call, &request));
    }

    /// A panicking observer must not break a call that moves money.
    fn tell(&self, event: impl FnOnce(&dyn Observer, &ObservedCall<'_>)) {
        let Watched { observer, number, tenant, action, .. } = &*self.0;
        let call = ObservedCall { number: *number, tenant: tenant.as_deref(), action };
        // The panic hook has reported the panic.
        _ = catch_unwind(AssertUnwindSafe(|| event(&**observer, &call)));
    }

    fn show(&self, text: &str, most: usize) -> String {
        show(&self.0.tokens, text, most)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Request {
    /// Tells how it ended.
    pub(crate) fn ended<T>(self, result: &Result<Response<T>, Error>) {
        let Some(started) = self.take() else { return };
        let watch = &self.watch;
        match result {
            Ok(response) => {
                let debug_id = response.headers().get(DEBUG_ID);
                let debug_id = debug_id.map(|id| watch.show(&String::from_utf8_lossy(id.as_bytes()), MAX_NAME));
                let status = response.status().as_u16();
                let end = RequestEnd::Answered { status, debug_id: debug_id.as_deref() };
                watch.tell_request(self.attempt, &started, end);
            }
            Err(error) => {
                let error = watch.show(&error.to_string(), MAX_NAME);
                watch.tell_request(self.attempt, &started, RequestEnd::Failed { error: &error });
            }
        }
    }

    fn take(&self) -> Option<Started> {
        self.watch.state().open.remove(&self.attempt)
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        if let Some(started) = self.take() {
            self.watch.tell_request(self.attempt, &started, RequestEnd::Abandoned);
        }
    }
}

/// Ends a call whose future is dropped.
pub(crate) struct Guard {
    pub(crate) watch: Watch,
    pub(crate) progress: Progress,
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.watch.end(CallOutcome::Dropped { request_sent: self.progress.request_sent() });
    }
}

/// Returns text fit to leave the host: without secrets, in one line, and not too long. Shortening comes last: it could
/// cut a secret, which would then not be found.
fn show(tokens: &Tokens, text: &str, most: usize) -> String {
    let clean = tokens.redactor().text(text.to_owned());
    let in_one_line = |character| if matches!(character, '\n' | '\t') { ' ' } else { character };
    printable(&clean).chars().map(in_one_line).take(most).collect()
}

/// Returns the host of a URI, with the port if it is not the scheme's default.
fn host(uri: &Uri) -> String {
    let host = uri.host().unwrap_or_default();
    let usual = if uri.scheme() == Some(&Scheme::HTTP) { 80 } else { 443 };
    match uri.port_u16().filter(|port| *port != usual) {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}
