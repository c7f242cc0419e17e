//! The faults are what a real client sees: each is compared with the pooled client on a socket to which the same happens.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

use std::{
    net::SocketAddr,
    path::Path,
    sync::{Arc, LazyLock, Mutex},
    time::Duration,
};

use bytes::Bytes;
use connector_host::{
    Client, Connection, Connector, Engine, Environment, Failure, FailureKind, Reply, Route, Tenant,
    testing::NumberedTokens,
    testing::{SeededRandom, VirtualClock},
    transport::{Timeouts, Transport},
};
use host_test::COMPONENT;
use http::{Request, Response};
use http_body_util::BodyExt as _;
use paypal_simulator::{
    Faults,
    faults::{Arrival, Fault, Garbage, Provider, RetryAfter},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    time::sleep,
};

const BODY: &str = r#"{"id": "5O190127TN364715T", "status": "COMPLETED"}"#;

/// Gives the same answer to everything.
struct Same;

impl Provider for Same {
    fn handle(&self, _: Request<Bytes>) -> Response<Bytes> {
        Response::builder().status(201).body(Bytes::from_static(BODY.as_bytes())).unwrap()
    }

    fn expire_tokens(&self) {}
}

/// What a server does with the one request that it gets.
#[derive(Clone)]
enum Server {
    /// It is gone before the request arrives.
    Gone,
    /// It sends this, and closes.
    Says(Vec<u8>),
    /// It sends this, and resets.
    Resets(Vec<u8>),
    /// It sends nothing for longer than any timeout.
    Silent,
}

async fn start(server: Server) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    if matches!(server, Server::Gone) {
        return address;
    }
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 4096];
        let _ = stream.read(&mut request).await.unwrap();
        match server {
            Server::Gone => {}
            Server::Says(bytes) => stream.write_all(&bytes).await.unwrap(),
            Server::Resets(bytes) => {
                stream.write_all(&bytes).await.unwrap();
                // Lets the client read the bytes before the reset, which would overtake them.
                sleep(Duration::from_millis(200)).await;
                stream.set_zero_linger().unwrap();
            }
            Server::Silent => sleep(Duration::from_secs(60)).await,
        }
    });
    address
}

/// Sends a request. Returns status and body, or the error of either as text.
async fn outcome(transport: &dyn Transport, origin: &str, timeouts: Timeouts) -> Result<(u16, Bytes), String> {
    let request = Request::post(format!("{origin}/v2/checkout/orders")).body(Bytes::from_static(b"{}")).unwrap();
    let response = transport.send(request, timeouts).await.map_err(|error| error.to_string())?;
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.map_err(|error| format!("body: {error}"))?;
    Ok((status, body.to_bytes()))
}

fn answer(length: usize) -> Vec<u8> {
    format!("HTTP/1.1 201 Created\r\ncontent-length: {length}\r\n\r\n{BODY}").into_bytes()
}

/// Returns the first bytes of the answer, up to the part that a fault with this `at` lets through.
fn cut(at: u16) -> Vec<u8> {
    let mut bytes = answer(BODY.len());
    bytes.truncate((bytes.len() * usize::from(at)) >> 16);
    bytes
}

#[tokio::test]
async fn the_client_sees_the_same() {
    let never = Arrival::Never;
    let said = |garbage: &str| garbage.as_bytes().to_vec();
    for (fault, server) in [
        (Fault::ConnectionRefused, Server::Gone),
        (Fault::ResponseTimeout(never), Server::Silent),
        (Fault::Reset(never), Server::Resets(Vec::new())),
        (Fault::Closed(never), Server::Says(Vec::new())),
        (Fault::Cut { at: 10_000, reset: false }, Server::Says(cut(10_000))),
        (Fault::Cut { at: 10_000, reset: true }, Server::Resets(cut(10_000))),
        (Fault::Cut { at: 50_000, reset: false }, Server::Says(cut(50_000))),
        (Fault::Cut { at: 50_000, reset: true }, Server::Resets(cut(50_000))),
        (Fault::WrongLength(7), Server::Says(answer(BODY.len() + 7))),
        (Fault::WrongLength(-7), Server::Says(answer(BODY.len() - 7))),
        (Fault::Trickle(Duration::ZERO), Server::Says(answer(BODY.len()))),
        (Fault::Garbage(Garbage::NotHttp, never), Server::Says(said("\x16\x03\x01 SSH-2.0-what\r\n\r\n"))),
    ] {
        let timeouts = Timeouts { first_byte: Duration::from_millis(500), ..Timeouts::default() };
        let origin = format!("http://{}", start(server).await);
        let expected = outcome(&Client::new(), &origin, timeouts).await;
        let faults = Faults::new(Same, VirtualClock::new());
        faults.plan([Some(fault)]);
        assert_eq!(outcome(&faults, &origin, timeouts).await, expected, "{fault:?}");
    }
}

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new().unwrap());

/// Gives the same answer to everything, and records the keys.
#[derive(Clone, Default)]
struct Keys(Arc<Mutex<Vec<String>>>);

impl Provider for Keys {
    fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        let key = request.headers().get("paypal-request-id").map(|key| key.to_str().unwrap().to_owned());
        self.0.lock().unwrap().extend(key);
        Same.handle(request)
    }

    fn expire_tokens(&self) {}
}

/// Makes a refund under faults. Returns its result, how much time has passed for the component, and the keys that arrived.
async fn refund(
    faults: impl IntoIterator<Item = Fault>,
    options: &str,
) -> (Result<Reply, Failure>, Duration, Vec<String>) {
    let connector = Connector::load(&ENGINE, Path::new(COMPONENT)).unwrap();
    let (keys, clock) = (Keys::default(), VirtualClock::new());
    let transport = Faults::new(keys.clone(), clock.clone());
    transport.plan(faults.into_iter().map(Some));
    let route = Route::paypal(Environment::Sandbox);
    let connection = Connection::new(route, NumberedTokens::new("token"), transport.clone()).without_throttle();
    let tenant = Tenant::new(connection, transport).with_clock(clock.clone()).with_random(SeededRandom::new(1));
    let input = format!(r#"{{"capture_id": "2GG279541U471931P", "options": {options}}}"#);
    let outcome = connector.invoke(&tenant, "payments.refund-capture", &input).await.unwrap();
    assert_eq!(outcome.output, "");
    let keys = keys.0.lock().unwrap().clone();
    (outcome.result, clock.now(), keys)
}

#[tokio::test]
async fn the_component_waits_on_the_clock_that_it_is_given() {
    let limited = |seconds| Fault::RateLimited(Some(RetryAfter::Seconds(seconds)));
    let (result, passed, _) = refund([limited(30), limited(45)], "{}").await;
    assert_eq!((result.unwrap().attempts, passed), (3, Duration::from_secs(75)));

    // Its deadline is on the same clock: it does not wait beyond it.
    let (result, passed, _) = refund([limited(30), limited(45)], r#"{"deadline_ms": 40000}"#).await;
    let failure = result.unwrap_err();
    assert_eq!((failure.kind, failure.attempts, passed), (FailureKind::RateLimited, 2, Duration::from_secs(30)));

    // Waiting in vain takes the host's timeout, or the time left until the deadline.
    let silence = Fault::ResponseTimeout(Arrival::Never);
    let (result, passed, _) = refund([silence], r#"{"deadline_ms": 2000}"#).await;
    assert_eq!(result.unwrap_err().kind, FailureKind::OutcomeUnknown);
    // The host subtracts the time that the call has spent on the real clock.
    assert!(passed > Duration::ZERO && passed <= Duration::from_secs(2), "{passed:?}");
}

#[tokio::test]
async fn an_answer_that_trickles_past_the_deadline_leaves_the_outcome_unknown() {
    let (result, passed, keys) = refund([Fault::Trickle(Duration::from_millis(100))], r#"{"deadline_ms": 7000}"#).await;
    let failure = result.unwrap_err();
    assert_eq!((failure.kind, failure.status), (FailureKind::OutcomeUnknown, Some(201)));
    assert_eq!(keys, [failure.idempotency_key.unwrap()]);
    assert!(passed >= Duration::from_secs(7));
}

#[tokio::test]
async fn a_seed_gives_the_same_keys_and_the_same_waits() {
    let faults =
        || [503, 502, 500].map(|status| Fault::ServerError { status, arrival: Arrival::AtOnce, retry_after: None });
    let (first, second) = (refund(faults(), "{}").await, refund(faults(), "{}").await);
    assert_eq!((&first.1, &first.2), (&second.1, &second.2));
    assert_eq!(first.2.len(), 4);
    assert!(first.2.iter().all(|key| *key == first.2[0]) && Duration::ZERO < first.1);
}
