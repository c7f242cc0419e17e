//! Outgoing HTTP: the one policy that every request of a guest passes, and what sends it.

mod body;
mod budget;
pub(crate) mod certificates;
mod open;
pub(crate) mod policy;
pub(crate) mod progress;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri, header, request};
use http_body_util::BodyExt as _;
use tokio::time::sleep;
use wasmtime_wasi_http::{RequestOptions, WasiHttpHooks, p2::bindings::http::types::ErrorCode};

use crate::{
    connection::{Connection, throttle::TooLong},
    observer::watch::Watch,
    printable::printable,
    redact::{REDACTED, Redactor},
    testing::clock::VirtualClock,
    transport::{Error, Timeouts, Transport, WasiBody, error_code, retry_after, whole},
};

use body::{Capped, Failed, Redacted};
use budget::{Budget, Held, Permit};
use certificates::{Answer, CertificateError, Certificates};
use open::Open;
use policy::Policy;
use progress::Progress;

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
/// After a 429 requests are held back; `outbound/throttle.rs` has the rule. One that would be held back for longer than a
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
    /// The clock that the guest goes by, where that is not the machine's.
    clock: Option<VirtualClock>,
    progress: Progress,
    /// Who is told of the requests; nobody where there is no observer.
    watch: Option<Watch>,
}

/// The most that a guest writes of a body at once, in bytes.
const OUTGOING_PIECE: usize = 128 * 1024;

/// The longest that a request is held back after a 429.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// How long to wait before a certificate is asked for a second time.
const AGAIN: Duration = Duration::from_millis(500);

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

    /// With the clock that the guest goes by, which must not run on by itself while a request is under way.
    pub(crate) fn with_clock(mut self, clock: Option<VirtualClock>) -> Self {
        self.clock = clock;
        self
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
        self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
    ) -> Result<Response<WasiBody>, Error> {
        let connection = self.connection.clone();
        let sent = self.pass(request, options).await;
        sent.map_err(|error| told(error, &connection.tokens().redactor()))
    }

    async fn pass(
        self,
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
        let left_until = |moment: Option<Instant>| {
            moment.map_or(Duration::MAX, |moment| moment.saturating_duration_since(Instant::now()))
        };
        let left = || left_until(self.deadline);
        if open.is_none() {
            self.turn(left().min(left_until(asked))).await?;
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
            self.learn(sent, &response);
        }
        Ok(self.received(response, self.cap, timeouts.between_bytes, permit))
    }

    /// A certificate: one that is kept, or what comes of the one fetch of its address that is under way, or a fetch. Who waits
    /// for another's fetch holds no place among the open requests.
    async fn certificate(
        &self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
    ) -> Result<Response<WasiBody>, Error> {
        let (parts, body) = request.into_parts();
        let body = self.budget.hold(body, length(&parts.headers)?).await?;
        if !Open::Certificate.allows_body(&body.body) {
            return Err(Error::HttpRequestDenied);
        }
        let timeouts = self.timeouts.at_most(options);
        let left = self.deadline.map_or(Duration::MAX, |end| end.saturating_duration_since(Instant::now()));
        let end = sleep(timeouts.first_byte.min(left));
        tokio::pin!(end);
        let late = || Error::ConnectionReadTimeout;
        if let Some(answer) = self.known_certificate(&parts.uri) {
            return answer.response();
        }
        let (flight, asked) = (self.certificates.flight(&parts.uri), Instant::now());
        let mut flight = tokio::select! {
            flight = flight.lock_owned() => flight,
            () = &mut end => return Err(late()),
        };
        if let Some((_, answer)) = flight.take_if(|(fetched, _)| *fetched >= asked) {
            *flight = Some((Instant::now(), answer.clone()));
            return answer.response();
        }
        if let Some(answer) = self.known_certificate(&parts.uri) {
            return answer.response();
        }
        // What is wrong with this request says nothing of the certificate.
        let permit = self.budget.permit(&self.connection)?;
        if !self.certificates.is_familiar(&parts.uri) && !self.connection.certificates().take(Instant::now()) {
            return Err(Error::ConnectionLimitReached);
        }
        self.has_fetched.store(true, Ordering::Relaxed);
        let uri = parts.uri.clone();
        // All of it here, where no guest looks at the clock: one that trickles in must not outlast the call.
        let fetched = tokio::select! {
            fetched = self.fetch_certificate(parts, timeouts, permit) => fetched,
            // Nor does it that this call has little time.
            () = &mut end => if left < timeouts.first_byte { return Err(late()) } else { Err(late()) },
        };
        let (answer, now) = (Answer::of(&fetched), Instant::now());
        match &fetched {
            Ok((_, headers, pem)) if answer.is_certificate() => self.certificates.keep(&uri, headers, pem, now),
            _ => self.certificates.miss(&uri, answer.clone(), now),
        }
        *flight = Some((now, answer));
        let (status, headers, body) = fetched?;
        let mut response = Response::new(whole(body));
        (*response.status_mut(), *response.headers_mut()) = (status, headers);
        Ok(response)
    }

    /// Whether a delivery that names this address can be verified at once: its certificate is kept, or the address is none that a
    /// certificate is read from.
    pub(crate) fn has_certificate(&self, uri: &Uri) -> bool {
        let route = self.connection.route();
        match Open::of(&Method::GET, uri, route).and_then(|_| route.open(uri)) {
            Some(uri) => self.certificates.get(&uri, Instant::now()).is_some(),
            None => true,
        }
    }

    /// Reads a certificate for calls to come, as a call would: twice where the first time may pass.
    ///
    /// # Errors
    /// Why there is none now.
    pub(crate) async fn read_certificate(&self, uri: &Uri) -> Result<(), CertificateError> {
        let mut again = true;
        loop {
            let mut request = Request::new(whole(Bytes::new()));
            *request.uri_mut() = uri.clone();
            let accept = HeaderValue::from_static("application/x-pem-file, */*");
            request.headers_mut().insert(header::ACCEPT, accept);
            let (reason, passes) = match self.clone().send(request, None).await {
                Ok(response) if response.status() == StatusCode::OK => return Ok(()),
                Ok(response) => {
                    let answer = Answer::Served(response.status(), Bytes::new());
                    (CertificateError::Status(response.status().as_u16()), answer.passes())
                }
                Err(Error::ConnectionLimitReached) => (CertificateError::TooMany, false),
                Err(Error::HttpResponseBodySize(_)) => (CertificateError::TooLarge, false),
                Err(error) => (CertificateError::Unreadable(error), true),
            };
            // Where another's fetch has failed, another's will be the next.
            if !(passes && again && self.has_fetched.load(Ordering::Relaxed)) {
                return Err(reason);
            }
            again = false;
            sleep(AGAIN).await;
        }
    }

    /// What is known of a certificate without asking. A call that has been told of a failure that may pass can ask again.
    fn known_certificate(&self, uri: &Uri) -> Option<Answer> {
        let now = Instant::now();
        let kept = self.certificates.get(uri, now).map(|pem| Answer::Served(StatusCode::OK, pem));
        let has_fetched = self.has_fetched.load(Ordering::Relaxed);
        kept.or_else(|| self.certificates.missing(uri, now).filter(|answer| !(has_fetched && answer.passes())))
    }

    async fn fetch_certificate(
        &self,
        parts: request::Parts,
        timeouts: Timeouts,
        permit: Permit,
    ) -> Result<(StatusCode, HeaderMap, Bytes), Error> {
        let response = self.transmit(Request::from_parts(parts, Bytes::new()), timeouts).await?;
        let response = self.received(response, certificates::MOST, timeouts.between_bytes, permit);
        let (parts, body) = response.into_parts();
        Ok((parts.status, parts.headers, body.collect().await?.to_bytes()))
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

    /// A response as the guest may have it: within its limits, and without the secrets that it repeats.
    fn received(
        &self,
        response: Response<WasiBody>,
        cap: usize,
        pause: Duration,
        permit: Permit,
    ) -> Response<WasiBody> {
        let redactor = self.connection.tokens().redactor();
        let (mut parts, body) = response.into_parts();
        let coded = |value: &HeaderValue| !value.as_bytes().eq_ignore_ascii_case(b"identity");
        let body = match parts.headers.get_all(header::CONTENT_ENCODING).into_iter().any(coded) {
            true => Failed::new(Error::HttpResponseContentCoding(None)).boxed_unsync(),
            false => Capped::new(body, cap, pause, self.deadline.map(Into::into), permit).boxed_unsync(),
        };
        parts.headers = shown(parts.headers, &redactor);
        let errors = redactor.clone();
        let body = Redacted::new(body, redactor).map_err(move |error| told(error, &errors));
        Response::from_parts(parts, body.boxed_unsync())
    }

    /// Waits until the next request may be sent, for as long as there is time.
    async fn turn(&self, left: Duration) -> Result<(), Error> {
        let now = Instant::now();
        let patience = now.checked_add(left.min(LONGEST_WAIT)).unwrap_or(now);
        loop {
            let wait = {
                let Some(mut throttle) = self.connection.throttle() else { return Ok(()) };
                let now = Instant::now();
                let wait = throttle.turn(now, patience.saturating_duration_since(now));
                let wait = wait.map_err(|TooLong| Error::ConnectionLimitReached)?;
                if wait.is_zero() {
                    throttle.sent(now);
                    return Ok(());
                }
                wait
            };
            sleep(wait).await;
            let Some(mut throttle) = self.connection.throttle() else { return Ok(()) };
            let now = Instant::now();
            if !throttle.is_held(now) {
                throttle.sent(now);
                return Ok(());
            }
        }
    }

    /// Takes notice of how PayPal has answered a request.
    fn learn(&self, sent: Instant, response: &Response<WasiBody>) {
        let Some(mut throttle) = self.connection.throttle() else { return };
        if response.status() == StatusCode::TOO_MANY_REQUESTS {
            let asked = retry_after::read(response.headers(), SystemTime::now());
            throttle.refused(sent, Instant::now(), asked);
        } else {
            throttle.answered(sent);
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

/// How long a request says that its body is.
fn length(headers: &HeaderMap) -> Result<Option<usize>, Error> {
    let Some(value) = headers.get(header::CONTENT_LENGTH) else { return Ok(None) };
    let digits = value.to_str().ok().filter(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()));
    // One that no `usize` holds is over every limit.
    digits.map(|digits| Some(digits.parse().unwrap_or(usize::MAX))).ok_or(Error::HttpRequestDenied)
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

/// The header fields of an answer as a guest may have them. Their `content-length` may not be that of what it reads.
fn shown(mut headers: HeaderMap, redactor: &Redactor) -> HeaderMap {
    headers.remove(header::CONTENT_LENGTH);
    let secret: Vec<_> = headers.keys().filter(|name| !redactor.is_clean(name.as_str().as_bytes())).cloned().collect();
    for name in secret {
        headers.remove(name);
    }
    for value in headers.values_mut().filter(|value| !redactor.is_clean(value.as_bytes())) {
        let clean = HeaderValue::from_bytes(&redactor.bytes(value.as_bytes()));
        *value = clean.unwrap_or(HeaderValue::from_static(REDACTED));
    }
    headers
}

/// An error as a guest may have it: a transport may have put into words what it was sent.
fn told(error: Error, redactor: &Redactor) -> Error {
    let text = |text: Option<String>| text.map(|text| printable(&redactor.text(text)).into_owned());
    match error {
        Error::InternalError(what) => Error::InternalError(text(what)),
        Error::DnsError { rcode, info_code } => Error::DnsError { rcode: text(rcode), info_code },
        Error::TlsAlertReceived { alert_id, alert_message } => {
            Error::TlsAlertReceived { alert_id, alert_message: text(alert_message) }
        }
        Error::HttpRequestHeaderSize { field_size, .. } => {
            Error::HttpRequestHeaderSize { field_name: None, field_size }
        }
        Error::HttpRequestTrailerSize { field_size, .. } => {
            Error::HttpRequestTrailerSize { field_name: None, field_size }
        }
        Error::HttpResponseHeaderSize { field_size, .. } => {
            Error::HttpResponseHeaderSize { field_name: None, field_size }
        }
        Error::HttpResponseTrailerSize { field_size, .. } => {
            Error::HttpResponseTrailerSize { field_name: None, field_size }
        }
        Error::HttpResponseTransferCoding(what) => Error::HttpResponseTransferCoding(text(what)),
        Error::HttpResponseContentCoding(what) => Error::HttpResponseContentCoding(text(what)),
        other => other,
    }
}

type Sent = (Response<WasiBody>, Box<dyn Future<Output = Result<(), Error>> + Send>);

impl WasiHttpHooks for Outbound {
    fn send_request(
        &mut self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
        _processed: Box<dyn Future<Output = Result<(), Error>> + Send>,
    ) -> Box<dyn Future<Output = Result<Sent, Error>> + Send> {
        let send = self.clone().send(request, options);
        // Until the body has been read, or the guest has given up.
        let busy = self.clock.as_ref().map(VirtualClock::busy);
        Box::new(async move {
            let mut response = send.await.map_err(error_code::for_guest)?;
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
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;
    use crate::{bindings::Environment, secret::Secret, token_source::StaticToken};
    use crate::{
        connection::route::Route,
        transport::{BoxFuture, client::Client},
    };

    /// A transport that hands back what it is given, and keeps it.
    #[derive(Default)]
    struct Echo(std::sync::Mutex<Vec<Request<Bytes>>>);

    impl Transport for Echo {
        fn send(&self, request: Request<Bytes>, _: Timeouts) -> BoxFuture<Result<Response<WasiBody>, Error>> {
            let mut response = Response::new(whole(request.body().clone()));
            *response.headers_mut() = request.headers().clone();
            self.0.lock().unwrap().push(request);
            Box::pin(async { Ok(response) })
        }
    }

    async fn outbound() -> (Outbound, String) {
        let (outbound, _, placeholder) = echoed().await;
        (outbound, placeholder)
    }

    async fn echoed() -> (Outbound, Arc<Echo>, String) {
        let token = StaticToken::new(Secret::new("real-token".to_owned()));
        let connection = Connection::new(Route::paypal(Environment::Sandbox), token, Client::new());
        let placeholder = connection.tokens().placeholder(None, Instant::now(), &mut 1).await.unwrap().value;
        let echo = Arc::new(Echo::default());
        (Outbound::new(Arc::new(connection), echo.clone(), Timeouts::default(), 30), echo, placeholder)
    }

    fn request(uri: &str, authorization: &str, bytes: &[u8]) -> Request<WasiBody> {
        let request = Request::post(uri).header("authorization", authorization);
        request.body(whole(Bytes::copy_from_slice(bytes))).unwrap()
    }

    const GOOD: &str = "https://api-m.sandbox.paypal.com/v2/checkout/orders";

    #[tokio::test]
    async fn the_token_takes_its_placeholder_s_place_and_is_not_shown_in_an_echo() {
        let (outbound, echo, placeholder) = echoed().await;
        let bearer = format!("Bearer {placeholder}");
        let response =
            outbound.clone().send(request(GOOD, &bearer, b"{\"x\": \"a real-token b\"}"), None).await.unwrap();
        let sent = echo.0.lock().unwrap().pop().unwrap();
        assert_eq!(sent.headers()["authorization"], "Bearer real-token");
        assert_eq!(sent.headers()["content-length"], "23");
        assert!(sent.headers()["authorization"].is_sensitive() && !sent.headers().contains_key("host"));
        assert_eq!(sent.extensions().get(), Some(&outbound.connection.pool()));
        assert_eq!(response.headers()["authorization"], bearer);
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(body, format!("{{\"x\": \"a {placeholder} b\"}}"));
        assert!(outbound.progress().request_sent());
    }

    #[tokio::test]
    async fn a_body_is_framed_by_the_host() {
        let (outbound, echo, placeholder) = echoed().await;
        let send = |method: &str, uri: &str, length: Option<&str>, body: &'static [u8]| {
            let mut request = Request::builder().method(method).uri(uri);
            request = request.header("authorization", format!("Bearer {placeholder}"));
            if let Some(length) = length {
                request = request.header("content-length", length);
            }
            outbound.clone().send(request.body(whole(Bytes::from_static(body))).unwrap(), None)
        };
        let order = format!("{GOOD}/5O19");
        for (length, body, sent) in [(None, &b"123"[..], "3"), (Some("3"), b"123", "3"), (None, b"", "0")] {
            send("POST", GOOD, length, body).await.unwrap();
            assert_eq!(echo.0.lock().unwrap().pop().unwrap().headers()["content-length"], sent);
        }
        send("GET", &order, None, b"").await.unwrap();
        assert!(!echo.0.lock().unwrap().pop().unwrap().headers().contains_key("content-length"));
        for (method, uri, length, body) in [
            ("POST", GOOD, Some("2"), &b"123"[..]),
            ("POST", GOOD, Some("4"), b"123"),
            ("POST", GOOD, Some("+3"), b"123"),
            ("POST", GOOD, Some("3, 3"), b"123"),
            ("POST", GOOD, Some("99999999999999999999999"), b"123"),
            ("GET", &order, None, b"GET /v2/checkout/orders HTTP/1.1\r\n"),
            ("GET", &order, Some("3"), b"123"),
        ] {
            assert!(send(method, uri, length, body).await.is_err(), "{method} {length:?}");
        }
        assert!(echo.0.lock().unwrap().is_empty());
    }

    /// Fails, and says what it was sent.
    struct Talkative;

    impl Transport for Talkative {
        fn send(&self, request: Request<Bytes>, _: Timeouts) -> BoxFuture<Result<Response<WasiBody>, Error>> {
            Box::pin(async move {
                Err(Error::InternalError(Some(format!("{:?}\x1b", request.headers()["authorization"].to_str()))))
            })
        }
    }

    #[tokio::test]
    async fn an_error_does_not_tell_the_token() {
        let (mut outbound, placeholder) = outbound().await;
        outbound.transport = Arc::new(Talkative);
        let error = outbound.send(request(GOOD, &format!("Bearer {placeholder}"), b""), None).await.unwrap_err();
        let Error::InternalError(Some(said)) = error else { panic!("{error}") };
        assert_eq!(said, format!("Ok(\"Bearer {placeholder}\")\\u001b"));
    }

    /// Answers in a content coding.
    struct Coded;

    impl Transport for Coded {
        fn send(&self, _: Request<Bytes>, _: Timeouts) -> BoxFuture<Result<Response<WasiBody>, Error>> {
            let response = Response::builder().header("content-encoding", "gzip").status(422);
            Box::pin(async move { Ok(response.body(whole(Bytes::from_static(b"\x1f\x8b"))).unwrap()) })
        }
    }

    #[tokio::test]
    async fn what_cannot_be_searched_is_not_read() {
        let (mut outbound, placeholder) = outbound().await;
        outbound.transport = Arc::new(Coded);
        let response = outbound.send(request(GOOD, &format!("Bearer {placeholder}"), b""), None).await.unwrap();
        assert_eq!(response.status(), 422);
        let error = response.into_body().collect().await.unwrap_err();
        assert!(matches!(error, Error::HttpResponseContentCoding(None)));
    }

    #[tokio::test]
    async fn a_call_has_a_handful_of_requests_open() {
        let (outbound, placeholder) = outbound().await;
        let send = || outbound.clone().send(request(GOOD, &format!("Bearer {placeholder}"), b""), None);
        let mut open = Vec::new();
        for _ in 0..4 {
            open.push(send().await.unwrap());
        }
        assert!(matches!(send().await.unwrap_err(), Error::ConnectionLimitReached));
        // Whoever has read an answer and let it go may ask again.
        open.pop();
        send().await.unwrap();
    }

    #[tokio::test]
    async fn one_who_reads_only_sends_nothing_that_writes() {
        let (outbound, placeholder) = outbound().await;
        let outbound = outbound.with_policy(Policy::paypal(), true);
        let send = |path: &str| {
            let uri = format!("https://api-m.sandbox.paypal.com{path}");
            outbound.clone().send(request(&uri, &format!("Bearer {placeholder}"), b""), None)
        };
        assert!(matches!(send("/v2/checkout/orders").await.unwrap_err(), Error::HttpRequestDenied));
        assert!(matches!(send("/v2/checkout/orders/5O19/capture").await.unwrap_err(), Error::HttpRequestDenied));
        send("/v2/payments/find-eligible-methods").await.unwrap();
    }

    #[tokio::test]
    async fn what_is_not_approved_is_denied_before_it_is_sent() {
        let (outbound, placeholder) = outbound().await;
        let good = format!("Bearer {placeholder}");
        for (uri, authorization) in [
            ("https://api-m.paypal.com/v2/checkout/orders", &*good),
            ("https://api-m.sandbox.paypal.com/v1/oauth2/token", &good),
            ("https://api-m.sandbox.paypal.com/v2/checkout/orders/..", &good),
            ("https://evil.example/", &good),
            ("http://api-m.sandbox.paypal.com/v2/checkout/orders", &good),
            (GOOD, "Bearer real-token"),
            (GOOD, "Bearer host-token-2"),
            (GOOD, &good.replace("Bearer", "Basic")),
            (GOOD, ""),
        ] {
            let error = outbound.clone().send(request(uri, authorization, b""), None).await.unwrap_err();
            assert!(matches!(error, Error::HttpRequestDenied), "{uri} {authorization}");
        }
        assert!(!outbound.progress().request_sent());
    }

    #[tokio::test]
    async fn what_anybody_may_ask_for_goes_out_without_a_token() {
        let (outbound, placeholder) = outbound().await;
        let certificate = "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1";
        let postback = "https://ipnpb.sandbox.paypal.com/cgi-bin/webscr";
        let bare = |uri: &str, method| {
            Request::builder()
                .method(method)
                .uri(uri)
                .body(whole(Bytes::from_static(b"cmd=_notify-validate&x")))
                .unwrap()
        };
        let get = |field: (&'static str, &str)| {
            Request::get(certificate).header(field.0, field.1).body(whole(Bytes::new())).unwrap()
        };
        let read = outbound.clone().send(get(("accept", "*/*")), None).await.unwrap();
        assert!(!read.headers().contains_key("authorization"));
        assert!(outbound.clone().send(bare(postback, Method::POST), None).await.is_ok());
        // A token is not for these, and what is not for these needs one.
        for refused in [
            request(postback, &format!("Bearer {placeholder}"), b""),
            bare(GOOD, Method::GET),
            bare(certificate, Method::POST),
            // And they have no bodies and no header fields but their own.
            bare(certificate, Method::GET),
            get(("cookie", "x")),
            get(("content-type", "x")),
            Request::post(postback).body(whole(Bytes::from_static(b"cmd=_xclick&x"))).unwrap(),
            Request::post(postback)
                .header("x-forwarded-for", "x")
                .body(whole(Bytes::from_static(b"cmd=_notify-validate&x")))
                .unwrap(),
        ] {
            let error = outbound.clone().send(refused, None).await.unwrap_err();
            assert!(matches!(error, Error::HttpRequestDenied));
        }
    }

    /// Serves a certificate, and counts how often.
    #[derive(Default)]
    struct Authority(AtomicUsize);

    impl Transport for Authority {
        fn send(&self, _: Request<Bytes>, _: Timeouts) -> BoxFuture<Result<Response<WasiBody>, Error>> {
            let served = self.0.fetch_add(1, Ordering::AcqRel);
            let bytes =
                if served == 0 { vec![b'-'; certificates::MOST + 1] } else { b"-----BEGIN CERTIFICATE-----".into() };
            let mut response = Response::new(whole(bytes.into()));
            response.headers_mut().insert("cache-control", HeaderValue::from_static("public,max-age=86400"));
            Box::pin(async { Ok(response) })
        }
    }

    #[tokio::test]
    async fn a_certificate_is_read_once_and_never_whole_where_it_is_too_large() {
        let (mut outbound, _) = outbound().await;
        let authority = Arc::new(Authority::default());
        outbound.transport = authority.clone();
        let ask = |name: &str| {
            let request = Request::get(format!("https://api.paypal.com/v1/notifications/certs/{name}"));
            outbound.clone().send(request.body(whole(Bytes::new())).unwrap(), None)
        };
        for _ in 0..3 {
            assert!(matches!(ask("CERT-1").await.unwrap_err(), Error::HttpResponseBodySize(None)));
        }
        for _ in 0..3 {
            let response = ask("CERT-2").await.unwrap();
            let pem = response.into_body().collect().await.unwrap().to_bytes();
            assert_eq!(pem, "-----BEGIN CERTIFICATE-----");
        }
        assert_eq!(authority.0.load(Ordering::Acquire), 2);
    }

    /// Holds all requests until it may answer, and counts them.
    struct Slow {
        asked: AtomicUsize,
        gate: tokio::sync::Semaphore,
        status: StatusCode,
    }

    impl Slow {
        fn new(status: StatusCode) -> Arc<Self> {
            Arc::new(Self { asked: AtomicUsize::new(0), gate: tokio::sync::Semaphore::new(0), status })
        }
    }

    struct Through(Arc<Slow>);

    impl Transport for Through {
        fn send(&self, _: Request<Bytes>, _: Timeouts) -> BoxFuture<Result<Response<WasiBody>, Error>> {
            let slow = self.0.clone();
            Box::pin(async move {
                slow.asked.fetch_add(1, Ordering::AcqRel);
                slow.gate.acquire().await.unwrap().forget();
                let mut response = Response::new(whole(Bytes::from_static(b"-----BEGIN CERTIFICATE-----")));
                *response.status_mut() = slow.status;
                Ok(response)
            })
        }
    }

    /// One of as many calls as wanted, of one connection.
    fn of_another_call(outbound: &Outbound) -> Outbound {
        Outbound { budget: Budget::new(outbound.cap), has_fetched: Arc::default(), ..outbound.clone() }
    }

    async fn status_of(outbound: Outbound, number: usize) -> Result<u16, Error> {
        let uri = format!("https://api.paypal.com/v1/notifications/certs/CERT-{number}");
        let response = outbound.send(Request::get(uri).body(whole(Bytes::new())).unwrap(), None).await?;
        Ok(response.status().as_u16())
    }

    #[tokio::test]
    async fn all_who_ask_for_a_certificate_at_once_get_the_answer_of_one_fetch() {
        // One that may not be kept, and one that is not there.
        for status in [StatusCode::OK, StatusCode::SERVICE_UNAVAILABLE, StatusCode::NOT_FOUND] {
            let (mut outbound, _) = outbound().await;
            let slow = Slow::new(status);
            outbound.transport = Arc::new(Through(slow.clone()));
            let waiting: Vec<_> = (0..100).map(|_| tokio::spawn(status_of(of_another_call(&outbound), 1))).collect();
            while slow.asked.load(Ordering::Acquire) == 0 {
                tokio::task::yield_now().await;
            }
            slow.gate.add_permits(1);
            for answer in waiting {
                assert_eq!(answer.await.unwrap().unwrap(), status.as_u16());
            }
            assert_eq!(slow.asked.load(Ordering::Acquire), 1, "{status}");
        }
    }

    #[tokio::test]
    async fn a_fetch_whose_call_is_dropped_is_left_to_the_next() {
        let (mut outbound, _) = outbound().await;
        let slow = Slow::new(StatusCode::OK);
        outbound.transport = Arc::new(Through(slow.clone()));
        let first = tokio::spawn(status_of(of_another_call(&outbound), 1));
        while slow.asked.load(Ordering::Acquire) == 0 {
            tokio::task::yield_now().await;
        }
        let second = tokio::spawn(status_of(of_another_call(&outbound), 1));
        first.abort();
        slow.gate.add_permits(1);
        assert_eq!(second.await.unwrap().unwrap(), 200);
        assert_eq!(slow.asked.load(Ordering::Acquire), 2);
    }

    #[tokio::test]
    async fn a_call_that_was_told_of_a_failure_may_ask_again_and_others_are_told_of_it() {
        for (status, fetches) in [(StatusCode::SERVICE_UNAVAILABLE, 3), (StatusCode::NOT_FOUND, 1)] {
            let (mut outbound, _) = outbound().await;
            let slow = Slow::new(status);
            slow.gate.add_permits(10);
            outbound.transport = Arc::new(Through(slow.clone()));
            let call = of_another_call(&outbound);
            for _ in 0..3 {
                assert_eq!(status_of(call.clone(), 1).await.unwrap(), status.as_u16());
            }
            for _ in 0..10 {
                assert_eq!(status_of(of_another_call(&outbound), 1).await.unwrap(), status.as_u16());
            }
            assert_eq!(slow.asked.load(Ordering::Acquire), fetches, "{status}");
        }
    }

    #[tokio::test]
    async fn a_connection_fetches_so_many_certificates_in_a_minute_and_knows_those_it_has() {
        let (mut outbound, _) = outbound().await;
        outbound.transport = Arc::new(Authority(AtomicUsize::new(1)));
        let mut fetched = 0;
        for number in 0..2_000 {
            match status_of(of_another_call(&outbound), number).await {
                Ok(_) => fetched += 1,
                Err(error) => assert!(matches!(error, Error::ConnectionLimitReached), "{error}"),
            }
        }
        assert_eq!(fetched, 30);
        assert_eq!(status_of(of_another_call(&outbound), 29).await.unwrap(), 200);
        // One that was there before is asked for again whatever others ask for.
        let uri = "https://api.paypal.com/v1/notifications/certs/CERT-29".parse().unwrap();
        let over = Instant::now().checked_sub(Duration::from_secs(60)).unwrap();
        outbound.certificates.keep(&uri, &HeaderMap::new(), &Bytes::new(), over);
        assert!(outbound.certificates.get(&uri, Instant::now()).is_none());
        assert_eq!(status_of(of_another_call(&outbound), 29).await.unwrap(), 200);
    }

    #[tokio::test]
    async fn bodies_over_the_cap_are_not_sent() {
        let (outbound, placeholder) = outbound().await;
        let request = request(GOOD, &format!("Bearer {placeholder}"), &[b'x'; 31]);
        let error = outbound.clone().send(request, None).await.unwrap_err();
        assert!(matches!(error, Error::HttpRequestBodySize(Some(30))) && !outbound.progress().request_sent());
    }

    #[test]
    fn a_guest_can_shorten_timeouts_and_not_lengthen_them() {
        let millisecond = Duration::from_millis(1);
        let options = RequestOptions {
            connect_timeout: Some(millisecond),
            first_byte_timeout: Some(Duration::MAX),
            between_bytes_timeout: None,
        };
        let timeouts = Timeouts::default().at_most(Some(options));
        assert_eq!(timeouts.connect, millisecond);
        assert_eq!(timeouts.first_byte, Timeouts::default().first_byte);
        assert_eq!(timeouts.between_bytes, Timeouts::default().between_bytes);
    }
}
