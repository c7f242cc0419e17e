//! Outgoing HTTP: every request of a guest passes this policy before it is sent.

mod body;
mod budget;
pub(crate) mod certificates;
mod open;
pub(crate) mod policy;
pub(crate) mod progress;
mod rate_limit;
mod response;

use std::{
    sync::{Arc, atomic::AtomicBool},
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, Uri, header, request};
use http_body_util::BodyExt as _;
use wasmtime_wasi_http::{RequestOptions, WasiHttpHooks, p2::bindings::http::types::ErrorCode};

use crate::{
    clock::Clock,
    connection::Connection,
    observer::watch::Watch,
    transport::{Error, Timeouts, Transport, WasiBody, digits, error_code},
};

use budget::{Budget, Held};
use certificates::Certificates;
use open::Open;
use policy::Policy;
use progress::Progress;
use response::Limits;

/// Sends the requests of one call, if its policy allows them.
///
/// A request is sent only if it goes to the PayPal host of the connection's environment, over https, is an operation of
/// the [`Policy`], has only known header fields, and carries the placeholder that the connection handed out. There are
/// two exceptions. One read may go to PayPal's other environment (see [`Route`](crate::Route)). And without a token the
/// guest may request what PayPal serves to anybody: the certificates of webhook events, which are cached for as long as
/// PayPal allows, and the check of IPN messages. Everything else is denied before a socket is opened. Redirects are not
/// followed: PayPal's API has none, and one would carry the token elsewhere.
///
/// The connection's secrets are replaced in the header fields and the body of a response before the guest sees it, in
/// case a server repeats the token. A response with a content coding is not read, as the secrets could not be found.
///
/// After a 429 requests are held back; `connection/throttle.rs` has the rule. If a request would be held back for more
/// than a minute, or for longer than its call lasts, it is not sent and fails with `connection-limit-reached`. The host
/// does not make up a response: it would claim to be PayPal's. A guest with too many open requests gets the same error.
#[derive(Clone)]
pub struct Outbound {
    connection: Arc<Connection>,
    transport: Arc<dyn Transport>,
    policy: Policy,
    /// Whether only operations that read are allowed.
    read_only: bool,
    timeouts: Timeouts,
    /// The limit of a body, in bytes.
    cap: usize,
    budget: Budget,
    /// The caller's deadline, if there is one.
    deadline: Option<Instant>,
    certificates: Certificates,
    /// Whether this call has fetched a certificate.
    has_fetched: Arc<AtomicBool>,
    /// The guest's clock; `None` for the machine's.
    clock: Option<Arc<dyn Clock>>,
    progress: Progress,
    /// Tells the observer, if there is one.
    watch: Option<Watch>,
}

/// How much of a body a guest writes at once, in bytes.
const OUTGOING_PIECE: usize = 128 * 1024;

impl Outbound {
    /// Creates one for a call, with the policy for the PayPal connector. `cap` is the limit in bytes of each body, and
    /// of the sum of the request bodies that the call has in flight.
    #[must_use]
    pub fn new(connection: Arc<Connection>, transport: Arc<dyn Transport>, timeouts: Timeouts, cap: usize) -> Self {
        Self {
            connection,
            transport,
            policy: Policy::paypal(),
            read_only: false,
            timeouts,
            cap,
            budget: Budget::new(cap),
            deadline: None,
            certificates: Certificates::default(),
            has_fetched: Arc::default(),
            clock: None,
            progress: Progress::default(),
            watch: None,
        }
    }

    /// Sets the guest's clock, which is told of each request.
    pub(crate) fn with_clock(self, clock: Option<Arc<dyn Clock>>) -> Self {
        Self { clock, ..self }
    }

    /// Sets the policy. If `read_only`, only its operations that read are allowed.
    pub(crate) fn with_policy(self, policy: Policy, read_only: bool) -> Self {
        Self { policy, read_only, ..self }
    }

    /// Sets the shared certificates.
    pub(crate) fn with_certificates(self, certificates: Certificates) -> Self {
        Self { certificates, ..self }
    }

    /// Sets the time at which all waiting ends.
    pub(crate) fn with_deadline(self, deadline: Option<Instant>) -> Self {
        Self { deadline, ..self }
    }

    /// Sets where to record what is sent.
    pub(crate) fn with_progress(self, progress: Progress) -> Self {
        Self { progress, ..self }
    }

    /// Sets the observer of the requests.
    pub(crate) fn with_watch(self, watch: Option<Watch>) -> Self {
        Self { watch, ..self }
    }

    /// Returns what has been handed to the transport so far.
    #[must_use]
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Sends a request. The errors contain no secrets.
    async fn send(
        &self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
    ) -> Result<Response<WasiBody>, Error> {
        let sent = self.pass(request, options).await;
        sent.map_err(|error| response::error_for_guest(error, &self.connection.tokens().redactor()))
    }

    async fn pass(
        &self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
    ) -> Result<Response<WasiBody>, Error> {
        let (mut parts, body) = request.into_parts();
        // With a token these are not allowed: they would give it away.
        let open = Open::of(&parts.method, &parts.uri, self.connection.route())
            .filter(|_| !parts.headers.contains_key(header::AUTHORIZATION));
        parts.uri = self.destination(&parts, open).ok_or(Error::HttpRequestDenied)?;
        if open.is_none() {
            self.put_token(&mut parts.headers)?;
        }
        if open == Some(Open::Certificate) {
            return self.certificate(Request::from_parts(parts, body), options).await;
        }
        let permit = self.budget.permit(&self.connection)?;
        let body = self.budget.hold(body, length(&parts.headers)?).await?;
        if open.is_some_and(|open| !open.allows_body(&body.body)) {
            return Err(Error::HttpRequestDenied);
        }
        frame(&mut parts, &body)?;
        // The connect timeout starts here: it includes the wait for the request's turn.
        let asked = options.and_then(|options| Instant::now().checked_add(options.connect_timeout?));
        let left = || left_until(self.deadline);
        if open.is_none() {
            rate_limit::wait(&self.connection, left().min(left_until(asked))).await?;
        }
        let mut timeouts = self.timeouts.at_most(options).within(left());
        timeouts.connect = timeouts.connect.min(left_until(asked));
        if timeouts.connect.is_zero() {
            return Err(Error::ConnectionTimeout);
        }
        let sent = Instant::now();
        let response = self.transmit(Request::from_parts(parts, body.body.clone()), timeouts).await?;
        // Returns its bytes to the budget: the response is there, the request is not needed any more.
        drop(body);
        if open.is_none() {
            rate_limit::learn(&self.connection, sent, &response);
        }
        let limits = Limits { cap: self.cap, pause: timeouts.between_bytes, until: self.deadline };
        Ok(response::for_guest(response, self.connection.tokens().redactor(), limits, permit))
    }

    /// Hands a request to the transport, and records it.
    async fn transmit(&self, mut request: Request<Bytes>, timeouts: Timeouts) -> Result<Response<WasiBody>, Error> {
        self.progress.sends(request.headers());
        request.extensions_mut().insert(self.connection.pool());
        let watched = self.watch.as_ref().map(|watch| watch.request(request.method(), request.uri()));
        let response = self.transport.send(request, timeouts).await;
        if let Some(watched) = watched {
            watched.ended(&response);
        }
        response
    }

    /// Returns where a request goes, if it is allowed.
    fn destination(&self, parts: &request::Parts, open: Option<Open>) -> Option<Uri> {
        let (route, path) = (self.connection.route(), parts.uri.path());
        match open {
            Some(open) => route.open(&parts.uri).filter(|_| open.allows_headers(&parts.headers)),
            None => route.apply(&parts.method, &parts.uri).filter(|_| {
                self.policy.allows(&parts.method, path, self.read_only) && self.policy.allows_headers(&parts.headers)
            }),
        }
    }

    /// Replaces the placeholder by the token.
    fn put_token(&self, headers: &mut HeaderMap) -> Result<(), Error> {
        let placeholder =
            headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        let token = placeholder.and_then(|placeholder| self.connection.tokens().token(placeholder));
        let token = token.ok_or(Error::HttpRequestDenied)?;
        let mut value =
            HeaderValue::try_from(format!("Bearer {}", token.expose())).map_err(|_| Error::HttpRequestDenied)?;
        value.set_sensitive(true);
        headers.insert(header::AUTHORIZATION, value);
        Ok(())
    }
}

/// Returns the time that is left; unlimited without a deadline.
fn left_until(moment: Option<Instant>) -> Duration {
    moment.map_or(Duration::MAX, |moment| moment.saturating_duration_since(Instant::now()))
}

/// Reads the length of the body from the header.
fn length(headers: &HeaderMap) -> Result<Option<usize>, Error> {
    let Some(value) = headers.get(header::CONTENT_LENGTH) else { return Ok(None) };
    let length = value.to_str().ok().and_then(digits::number).ok_or(Error::HttpRequestDenied)?;
    // A number that does not fit exceeds every limit.
    Ok(Some(usize::try_from(length).unwrap_or(usize::MAX)))
}

/// Sets the length of the body in the header. A GET may have no body: intermediaries do not expect one.
fn frame(parts: &mut request::Parts, held: &Held) -> Result<(), Error> {
    let length = held.body.len();
    if parts.method == Method::GET && length > 0 {
        return Err(Error::HttpRequestDenied);
    }
    if length > 0 || parts.method != Method::GET {
        parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    Ok(())
}

type Sent = (Response<WasiBody>, Box<dyn Future<Output = Result<(), Error>> + Send>);

impl WasiHttpHooks for Outbound {
    fn send_request(
        &mut self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
        _processed: Box<dyn Future<Output = Result<(), Error>> + Send>,
    ) -> Box<dyn Future<Output = Result<Sent, Error>> + Send> {
        let outbound = self.clone();
        // Until the body has been read or dropped.
        let busy = self.clock.as_ref().map(|clock| clock.request());
        Box::new(async move {
            let mut response = outbound.send(request, options).await.map_err(error_code::for_guest)?;
            if let Some(busy) = busy {
                response = response.map(|body| {
                    let body = body.map_frame(move |frame| {
                        let _ = &busy;
                        frame
                    });
                    body.boxed_unsync()
                });
            }
            let rest: Box<dyn Future<Output = _> + Send> = Box::new(async { Ok(()) });
            Ok((response, rest))
        })
    }

    /// The client sets it from the URI.
    fn set_host_header(&mut self) -> bool {
        false
    }

    /// A guest can have bodies that it never sends; each holds two such chunks.
    fn p2_outgoing_body_chunk_size(&mut self) -> usize {
        OUTGOING_PIECE
    }

    fn p2_error_from_hyper(&mut self, error: &hyper::Error) -> ErrorCode {
        if error.is_incomplete_message() { ErrorCode::HttpResponseIncomplete } else { ErrorCode::HttpProtocolError }
    }
}

#[cfg(test)]
mod tests;
