//! Tests of `Outbound`, with transports that record their requests.

use std::sync::atomic::{AtomicUsize, Ordering};

use http::StatusCode;

use super::*;
use crate::{
    bindings::Environment,
    connection::route::Route,
    secret::Secret,
    token_source::StaticToken,
    transport::{BoxFuture, client::Client, whole},
};

/// A transport that echoes its requests, and records them.
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
    let response = outbound.send(request(GOOD, &bearer, b"{\"x\": \"a real-token b\"}"), None).await.unwrap();
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
        outbound.send(request.body(whole(Bytes::from_static(body))).unwrap(), None)
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

/// Fails with an error that quotes the token.
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

/// Responds with a content coding.
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
    let send = || outbound.send(request(GOOD, &format!("Bearer {placeholder}"), b""), None);
    let mut open = Vec::new();
    for _ in 0..4 {
        open.push(send().await.unwrap());
    }
    assert!(matches!(send().await.unwrap_err(), Error::ConnectionLimitReached));
    // Dropping a response makes room for a request.
    open.pop();
    send().await.unwrap();
}

#[tokio::test]
async fn one_who_reads_only_sends_nothing_that_writes() {
    let (outbound, placeholder) = outbound().await;
    let outbound = outbound.with_policy(Policy::paypal(), true);
    let send = |path: &str| {
        let uri = format!("https://api-m.sandbox.paypal.com{path}");
        outbound.send(request(&uri, &format!("Bearer {placeholder}"), b""), None)
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
        let error = outbound.send(request(uri, authorization, b""), None).await.unwrap_err();
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
        Request::builder().method(method).uri(uri).body(whole(Bytes::from_static(b"cmd=_notify-validate&x"))).unwrap()
    };
    let get = |field: (&'static str, &str)| {
        Request::get(certificate).header(field.0, field.1).body(whole(Bytes::new())).unwrap()
    };
    let read = outbound.send(get(("accept", "*/*")), None).await.unwrap();
    assert!(!read.headers().contains_key("authorization"));
    assert!(outbound.send(bare(postback, Method::POST), None).await.is_ok());
    // These must have no token, and all other requests need one.
    for refused in [
        request(postback, &format!("Bearer {placeholder}"), b""),
        bare(GOOD, Method::GET),
        bare(certificate, Method::POST),
        // And they must have only their own bodies and header fields.
        bare(certificate, Method::GET),
        get(("cookie", "x")),
        get(("content-type", "x")),
        Request::post(postback).body(whole(Bytes::from_static(b"cmd=_xclick&x"))).unwrap(),
        Request::post(postback)
            .header("x-forwarded-for", "x")
            .body(whole(Bytes::from_static(b"cmd=_notify-validate&x")))
            .unwrap(),
    ] {
        let error = outbound.send(refused, None).await.unwrap_err();
        assert!(matches!(error, Error::HttpRequestDenied));
    }
}

/// Serves a certificate, and counts its requests.
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
        outbound.send(request.body(whole(Bytes::new())).unwrap(), None)
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

/// Counts its requests, and holds them until it may respond.
struct Slow {
    asked: AtomicUsize,
    permits: tokio::sync::Semaphore,
    status: StatusCode,
}

impl Slow {
    fn new(status: StatusCode) -> Arc<Self> {
        Arc::new(Self { asked: AtomicUsize::new(0), permits: tokio::sync::Semaphore::new(0), status })
    }
}

struct Through(Arc<Slow>);

impl Transport for Through {
    fn send(&self, _: Request<Bytes>, _: Timeouts) -> BoxFuture<Result<Response<WasiBody>, Error>> {
        let slow = self.0.clone();
        Box::pin(async move {
            slow.asked.fetch_add(1, Ordering::AcqRel);
            slow.permits.acquire().await.unwrap().forget();
            let mut response = Response::new(whole(Bytes::from_static(b"-----BEGIN CERTIFICATE-----")));
            *response.status_mut() = slow.status;
            Ok(response)
        })
    }
}

/// Returns another call of the same connection.
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
    // A certificate that must not be kept, and ones that are not there.
    for status in [StatusCode::OK, StatusCode::SERVICE_UNAVAILABLE, StatusCode::NOT_FOUND] {
        let (mut outbound, _) = outbound().await;
        let slow = Slow::new(status);
        outbound.transport = Arc::new(Through(slow.clone()));
        let waiting: Vec<_> = (0..100).map(|_| tokio::spawn(status_of(of_another_call(&outbound), 1))).collect();
        while slow.asked.load(Ordering::Acquire) == 0 {
            tokio::task::yield_now().await;
        }
        slow.permits.add_permits(1);
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
    slow.permits.add_permits(1);
    assert_eq!(second.await.unwrap().unwrap(), 200);
    assert_eq!(slow.asked.load(Ordering::Acquire), 2);
}

#[tokio::test]
async fn a_call_that_was_told_of_a_failure_may_ask_again_and_others_are_told_of_it() {
    for (status, fetches) in [(StatusCode::SERVICE_UNAVAILABLE, 3), (StatusCode::NOT_FOUND, 1)] {
        let (mut outbound, _) = outbound().await;
        let slow = Slow::new(status);
        slow.permits.add_permits(10);
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
    // A familiar address is fetched again, whatever others request.
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
    let error = outbound.send(request, None).await.unwrap_err();
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
