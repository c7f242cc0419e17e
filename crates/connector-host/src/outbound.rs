//! Outgoing HTTP: the one policy that every request of a guest passes, and what sends it.

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

/// The policy of outgoing requests, for one call.
///
/// A request goes out only if it is for the PayPal host of the connection's environment, by https, is one of the operations of
/// a [`Policy`], has no header fields but known ones, and carries the placeholder that the connection has handed out. Beside
/// these there is one read that may go to PayPal's other environment (see [`Route`](crate::Route)), and what PayPal serves to anybody and
/// the guest asks for without a token: the certificates of webhook events, which are kept for as long as PayPal says, and the
/// check of IPN messages. Everything else is denied before a socket is opened. Redirects are not followed: PayPal's API has
/// none, and one would carry the token elsewhere.
///
/// What comes back has the secrets of the connection replaced, in header fields and in the body, before the guest sees it: a
/// server that repeats the token gives it to nobody. So that they can be found, an answer in a content coding is not read.
///
/// After a 429 requests are held back; `connection/throttle.rs` has the rule. One that would be held back for longer than a
/// minute, or than its call has left, is not sent and fails with `connection-limit-reached`. That is the host's own word:
/// an answer made up in PayPal's place would claim that PayPal has said it. The same is said to a guest that has too many
/// requests open.
#[derive(Clone)]
pub struct Outbound {
    connection: Arc<Connection>,
    transport: Arc<dyn Transport>,
    policy: Policy,
    /// Whether only operations that read are sent.
    read_only: bool,
    timeouts: Timeouts,
    /// The most a response body may have, in bytes.
    cap: usize,
    budget: Budget,
    /// When the call's own deadline is, where it has one.
    deadline: Option<Instant>,
    certificates: Certificates,
    /// Whether this call has asked for a certificate.
    has_fetched: Arc<AtomicBool>,
    /// The guest's clock; `None` for the machine's.
    clock: Option<Arc<dyn Clock>>,
    progress: Progress,
    /// Who is told of the requests; nobody where there is no observer.
    watch: Option<Watch>,
}

/// The most that a guest writes of a body at once, in bytes.
const OUTGOING_PIECE: usize = 128 * 1024;

impl Outbound {
    /// A policy for one call: that of the PayPal connector, unless another is given. `cap` is the most that a request or a
    /// response body may have, in bytes, and all request bodies together that the call has under way.
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

    /// With other operations; of these, where `read_only`, only those that read.
    pub(crate) fn with_policy(self, policy: Policy, read_only: bool) -> Self {
        Self { policy, read_only, ..self }
    }

    /// With the certificates that other calls have read.
    pub(crate) fn with_certificates(self, certificates: Certificates) -> Self {
        Self { certificates, ..self }
    }

    /// With a moment at which all waiting ends.
    pub(crate) fn with_deadline(self, deadline: Option<Instant>) -> Self {
        Self { deadline, ..self }
    }

    /// With somebody who watches what is sent.
    pub(crate) fn with_progress(self, progress: Progress) -> Self {
        Self { progress, ..self }
    }

    /// With an observer of the requests.
    pub(crate) fn with_watch(self, watch: Option<Watch>) -> Self {
        Self { watch, ..self }
    }

    /// What has been handed to the transport so far.
    #[must_use]
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// The errors tell the guest nothing that is secret.
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
        // Who asks for these with a token would give it away.
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
        // The time for a connection begins here: to wait for a turn is a part of it.
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
        // Of the budget for bodies: the answer is there, and nobody needs the request any more.
        drop(body);
        if open.is_none() {
            rate_limit::learn(&self.connection, sent, &response);
        }
        let limits = Limits { cap: self.cap, pause: timeouts.between_bytes, until: self.deadline };
        Ok(response::for_guest(response, self.connection.tokens().redactor(), limits, permit))
    }

    /// Gives a request to the transport, and has it noted.
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

    /// Where a request goes, if it may go anywhere.
    fn destination(&self, parts: &request::Parts, open: Option<Open>) -> Option<Uri> {
        let (route, path) = (self.connection.route(), parts.uri.path());
        match open {
            Some(open) => route.open(&parts.uri).filter(|_| open.allows_headers(&parts.headers)),
            None => route.apply(&parts.method, &parts.uri).filter(|_| {
                self.policy.allows(&parts.method, path, self.read_only) && self.policy.allows_headers(&parts.headers)
            }),
        }
    }

    /// Puts the token where its placeholder is.
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

/// The time until a moment; without end where there is none.
fn left_until(moment: Option<Instant>) -> Duration {
    moment.map_or(Duration::MAX, |moment| moment.saturating_duration_since(Instant::now()))
}

/// How long a request says that its body is.
fn length(headers: &HeaderMap) -> Result<Option<usize>, Error> {
    let Some(value) = headers.get(header::CONTENT_LENGTH) else { return Ok(None) };
    let length = value.to_str().ok().and_then(digits::number).ok_or(Error::HttpRequestDenied)?;
    // One that no `usize` holds is over every limit.
    Ok(Some(usize::try_from(length).unwrap_or(usize::MAX)))
}

/// Has the length of the body in the header, and nowhere a body that intermediaries do not look for.
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
        // Until the body has been read, or the guest has given up.
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

    /// The client makes it from the URI.
    fn set_host_header(&mut self) -> bool {
        false
    }

    /// A guest can have bodies that it never sends: each holds two such pieces.
    fn p2_outgoing_body_chunk_size(&mut self) -> usize {
        OUTGOING_PIECE
    }

    fn p2_error_from_hyper(&mut self, error: &hyper::Error) -> ErrorCode {
        if error.is_incomplete_message() { ErrorCode::HttpResponseIncomplete } else { ErrorCode::HttpProtocolError }
    }
}

#[cfg(test)]
mod tests;
