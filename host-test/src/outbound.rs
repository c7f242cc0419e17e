//! Outgoing HTTP: the one policy that every request of a guest passes, and what sends it.

mod body;
mod certificates;
mod client;
mod error_code;
mod open;
mod retry_after;
mod route;
mod throttle;

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, Uri, header};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use tokio::time::{sleep, timeout};
use wasmtime_wasi_http::{RequestOptions, WasiHttpHooks, p2::bindings::http::types::ErrorCode};

use crate::{clock::VirtualClock, connection::Connection};

pub(crate) use certificates::Certificates;
pub use client::Client;
pub(crate) use client::broken;
pub use route::{BaseUrlError, Route};
pub(crate) use throttle::Throttle;
pub use wasmtime_wasi_http::{Error, WasiBody};

use body::Capped;
use open::Open;
use throttle::TooLong;

/// How long to wait for what.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For a connection: name resolution, TCP and TLS together.
    pub connect: Duration,
    /// For the head of the response, once there is a connection.
    pub first_byte: Duration,
    /// For each further piece of the response.
    pub between_bytes: Duration,
}

impl Default for Timeouts {
    /// 5, 30 and 30 seconds.
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { connect: seconds(5), first_byte: seconds(30), between_bytes: seconds(30) }
    }
}

impl Timeouts {
    /// These, and none longer than that.
    fn within(self, time: Duration) -> Self {
        let Self { connect, first_byte, between_bytes } = self;
        Self { connect: connect.min(time), first_byte: first_byte.min(time), between_bytes: between_bytes.min(time) }
    }

    /// The shorter of these and what a guest asks for.
    fn at_most(self, options: Option<RequestOptions>) -> Self {
        let options = options.unwrap_or_default();
        let shorter = |own: Duration, asked: Option<Duration>| asked.map_or(own, |asked| own.min(asked));
        Self {
            connect: shorter(self.connect, options.connect_timeout),
            first_byte: shorter(self.first_byte, options.first_byte_timeout),
            between_bytes: shorter(self.between_bytes, options.between_bytes_timeout),
        }
    }
}

/// A future on the heap.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// What a request is sent by, once the policy has passed it.
pub trait Transport: Send + Sync {
    /// Sends a request whose URI is absolute, and waits for the head of the response. The body comes as it is read.
    ///
    /// The error tells whether the request may have been sent. [`Error::ConnectionTimeout`], [`Error::DestinationUnavailable`]
    /// and those that `docs/hosts.md` lists as not sent, such as [`Error::ConnectionRefused`], are for one of which not a byte
    /// was sent. With any other the guest takes it that PayPal may have acted.
    fn send(&self, request: Request<Bytes>, timeouts: Timeouts) -> BoxFuture<Result<Response<WasiBody>, Error>>;
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(&self, request: Request<Bytes>, timeouts: Timeouts) -> BoxFuture<Result<Response<WasiBody>, Error>> {
        (**self).send(request, timeouts)
    }
}

/// The policy of outgoing requests, for one call.
///
/// A request goes out only if it is for the PayPal host of the connection's environment, by https, and carries the
/// placeholder that the connection has handed out. Beside these there is one read that may go to PayPal's other environment
/// (see [`Route`]), and what PayPal serves to anybody and the guest asks for without a token: the certificates of webhook
/// events, which are kept for as long as PayPal says, and the check of IPN messages. Everything else is denied before a
/// socket is opened. Redirects are not followed: PayPal's API has none, and one would carry the token elsewhere.
///
/// After a 429 requests are held back; `outbound/throttle.rs` has the rule. One that would be held back for longer than a
/// minute, or than its call has left, is not sent and fails with `connection-limit-reached`. That is the host's own word:
/// an answer made up in PayPal's place would claim that PayPal has said it.
#[derive(Clone)]
pub struct Outbound {
    connection: Arc<Connection>,
    transport: Arc<dyn Transport>,
    timeouts: Timeouts,
    /// The most a request or a response body may have, in bytes.
    cap: usize,
    /// When the call's own deadline is, where the call has spent some of its time before it began.
    deadline: Option<Instant>,
    certificates: Certificates,
    /// The clock that the guest goes by, where that is not the machine's.
    clock: Option<VirtualClock>,
    sent: Arc<AtomicBool>,
}

/// The longest that a request is held back after a 429.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

impl Outbound {
    /// A policy for one call.
    #[must_use]
    pub fn new(connection: Arc<Connection>, transport: Arc<dyn Transport>, timeouts: Timeouts, cap: usize) -> Self {
        let (certificates, sent) = (Certificates::default(), Arc::default());
        Self { connection, transport, timeouts, cap, deadline: None, certificates, clock: None, sent }
    }

    /// With the clock that the guest goes by, which must not run on by itself while a request is under way.
    pub(crate) fn with_clock(mut self, clock: Option<VirtualClock>) -> Self {
        self.clock = clock;
        self
    }

    /// With the certificates that other calls have read.
    pub(crate) fn with_certificates(mut self, certificates: Certificates) -> Self {
        self.certificates = certificates;
        self
    }

    /// With a moment at which all waiting ends.
    pub(crate) fn with_deadline(mut self, deadline: Option<Instant>) -> Self {
        self.deadline = deadline;
        self
    }

    /// Whether any request has been handed to the transport so far.
    #[must_use]
    pub fn has_sent(&self) -> bool {
        self.sent.load(Ordering::Acquire)
    }

    async fn send(
        self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
    ) -> Result<Response<WasiBody>, Error> {
        let (mut parts, body) = request.into_parts();
        let route = self.connection.route();
        // Who asks for these with a token would give it away.
        let open =
            Open::of(&parts.method, &parts.uri, route).filter(|_| !parts.headers.contains_key(header::AUTHORIZATION));
        parts.uri = match open {
            Some(_) => route.open(&parts.uri),
            None => route.apply(&parts.method, &parts.uri),
        }
        .ok_or(Error::HttpRequestDenied)?;
        // The client makes its own `host` from the URI.
        parts.headers.remove(header::HOST);
        if open.is_none() {
            self.put_token(&mut parts.headers).await?;
        }
        if open == Some(Open::Certificate)
            && let Some(pem) = self.certificates.get(&parts.uri, Instant::now())
        {
            return Ok(Response::new(whole(pem)));
        }
        let body = match Limited::new(body, self.cap).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) if error.is::<LengthLimitError>() => {
                return Err(Error::HttpRequestBodySize(Some(self.cap as u64)));
            }
            // The guest has dropped the request half-written: there is nobody to tell.
            Err(_) => return Err(Error::ConnectionWriteTimeout),
        };
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
        self.sent.store(true, Ordering::Release);
        let (sent, uri) = (Instant::now(), parts.uri.clone());
        let response = self.transport.send(Request::from_parts(parts, body), timeouts).await?;
        if open.is_none() {
            self.learn(sent, &response);
        }
        let cap = if open == Some(Open::Certificate) { certificates::MOST } else { self.cap };
        let response = response.map(|body| Capped::new(body, cap, timeouts.between_bytes).boxed_unsync());
        match open {
            Some(Open::Certificate) => {
                // It is read here, where no guest looks at the clock: one that trickles in must not outlast the call.
                let patience = timeouts.first_byte.min(left());
                let read = timeout(patience, self.read_certificate(&uri, response)).await;
                read.unwrap_or(Err(Error::ConnectionReadTimeout))
            }
            _ => Ok(response),
        }
    }

    /// Reads a certificate to its end, and keeps it.
    async fn read_certificate(&self, uri: &Uri, response: Response<WasiBody>) -> Result<Response<WasiBody>, Error> {
        let (parts, body) = response.into_parts();
        let pem = body.collect().await?.to_bytes();
        if parts.status == StatusCode::OK {
            self.certificates.keep(uri, &parts.headers, &pem, Instant::now());
        }
        Ok(Response::from_parts(parts, whole(pem)))
    }

    /// Waits until the next request may be sent, for as long as there is time.
    async fn turn(&self, left: Duration) -> Result<(), Error> {
        let patience = Instant::now() + left.min(LONGEST_WAIT);
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
    async fn put_token(&self, headers: &mut header::HeaderMap) -> Result<(), Error> {
        let placeholder =
            headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        let token = match placeholder {
            Some(placeholder) => self.connection.token(placeholder).await,
            None => None,
        };
        let token = token.ok_or(Error::HttpRequestDenied)?;
        let mut value =
            HeaderValue::try_from(format!("Bearer {}", token.expose())).map_err(|_| Error::HttpRequestDenied)?;
        value.set_sensitive(true);
        headers.insert(header::AUTHORIZATION, value);
        Ok(())
    }
}

/// A body that is there.
pub(crate) fn whole(bytes: Bytes) -> WasiBody {
    Full::new(bytes).map_err(|never| match never {}).boxed_unsync()
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

    fn p2_error_from_hyper(&mut self, error: &hyper::Error) -> ErrorCode {
        if error.is_incomplete_message() { ErrorCode::HttpResponseIncomplete } else { ErrorCode::HttpProtocolError }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        connection::{Credentials, Environment},
        secret::Secret,
    };

    /// A transport that hands back what it is given.
    struct Echo;

    impl Transport for Echo {
        fn send(&self, request: Request<Bytes>, _: Timeouts) -> BoxFuture<Result<Response<WasiBody>, Error>> {
            let mut response = Response::new(whole(request.body().clone()));
            *response.headers_mut() = request.headers().clone();
            Box::pin(async { Ok(response) })
        }
    }

    async fn outbound() -> (Outbound, String) {
        let token = Credentials::AccessToken(Secret::new("real-token".to_owned()));
        let connection = Connection::new(Route::paypal(Environment::Sandbox), token, Client::new());
        let (placeholder, _) = connection.placeholder(None).await.unwrap();
        (Outbound::new(Arc::new(connection), Arc::new(Echo), Timeouts::default(), 10), placeholder)
    }

    fn request(uri: &str, authorization: &str, bytes: &[u8]) -> Request<WasiBody> {
        let request = Request::post(uri).header("host", "guest.example").header("authorization", authorization);
        request.body(whole(Bytes::copy_from_slice(bytes))).unwrap()
    }

    const GOOD: &str = "https://api-m.sandbox.paypal.com/v2/checkout/orders";

    #[tokio::test]
    async fn the_token_takes_its_placeholder_s_place() {
        let (outbound, placeholder) = outbound().await;
        let request = request(GOOD, &format!("Bearer {placeholder}"), b"0123456789");
        let response = outbound.clone().send(request, None).await.unwrap();
        assert_eq!(response.headers()["authorization"], "Bearer real-token");
        assert!(response.headers()["authorization"].is_sensitive() && !response.headers().contains_key("host"));
        assert!(outbound.has_sent());
    }

    #[tokio::test]
    async fn what_is_not_approved_is_denied_before_it_is_sent() {
        let (outbound, placeholder) = outbound().await;
        let good = format!("Bearer {placeholder}");
        for (uri, authorization) in [
            ("https://api-m.paypal.com/v2/checkout/orders", &*good),
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
        assert!(!outbound.has_sent());
    }

    #[tokio::test]
    async fn what_anybody_may_ask_for_goes_out_without_a_token() {
        let (outbound, placeholder) = outbound().await;
        let certificate = "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1";
        let postback = "https://ipnpb.sandbox.paypal.com/cgi-bin/webscr";
        let bare = |uri: &str, method| {
            Request::builder().method(method).uri(uri).body(whole(Bytes::from_static(b"cmd=x"))).unwrap()
        };
        let read = outbound.clone().send(bare(certificate, http::Method::GET), None).await.unwrap();
        assert!(!read.headers().contains_key("authorization"));
        assert!(outbound.clone().send(bare(postback, http::Method::POST), None).await.is_ok());
        // A token is not for these, and what is not for these needs one.
        for refused in [
            request(postback, &format!("Bearer {placeholder}"), b""),
            bare(GOOD, http::Method::GET),
            bare(certificate, http::Method::POST),
        ] {
            let error = outbound.clone().send(refused, None).await.unwrap_err();
            assert!(matches!(error, Error::HttpRequestDenied));
        }
    }

    /// Serves a certificate, and counts how often.
    #[derive(Default)]
    struct Authority(std::sync::atomic::AtomicUsize);

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
        let ask = || Request::get("https://api.paypal.com/v1/notifications/certs/CERT-1").body(whole(Bytes::new()));
        let error = outbound.clone().send(ask().unwrap(), None).await.unwrap_err();
        assert!(matches!(error, Error::HttpResponseBodySize(None)));
        for _ in 0..3 {
            let response = outbound.clone().send(ask().unwrap(), None).await.unwrap();
            let pem = response.into_body().collect().await.unwrap().to_bytes();
            assert_eq!(pem, "-----BEGIN CERTIFICATE-----");
        }
        assert_eq!(authority.0.load(Ordering::Acquire), 2);
    }

    #[tokio::test]
    async fn bodies_over_the_cap_are_not_sent() {
        let (outbound, placeholder) = outbound().await;
        let request = request(GOOD, &format!("Bearer {placeholder}"), b"0123456789a");
        let error = outbound.clone().send(request, None).await.unwrap_err();
        assert!(matches!(error, Error::HttpRequestBodySize(Some(10))) && !outbound.has_sent());
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
