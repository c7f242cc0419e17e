//! What an observer learns of calls and requests, and what it does not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

mod calls;
#[allow(dead_code, reason = "other tests use the rest")]
mod server;

use std::{
    path::Path,
    sync::{
        Arc, LazyLock, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use calls::{CREATE, GET};
use connector_host::{
    CallEnd, CallOutcome, Client, Connection, Connector, Engine, Environment, FailureKind, Limits, ObservedCall,
    ObservedRequest, Observer, RequestEnd, Route, Secret, StaticToken, Tenant, json,
};
use host_test::COMPONENT;
use server::{Answer, Server, response};
use tokio::time::{sleep, timeout};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new().unwrap());

const TOKEN: &str = "A21AAREALTOKEN";

/// Records each event as a line, without durations.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn push(&self, call: &ObservedCall<'_>, line: &str) {
        let tenant = call.tenant.unwrap_or("-");
        self.0.lock().unwrap().push(format!("{tenant} {} {line}", call.action));
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    /// Returns the events, once the last has come: an aborted task takes a moment.
    async fn ended(&self) -> Vec<String> {
        let ended = async {
            while !self.0.lock().unwrap().iter().any(|line| line.contains(" ended ")) {
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(Duration::from_secs(30), ended).await.unwrap();
        self.take()
    }
}

impl Observer for Log {
    fn call_began(&self, call: &ObservedCall<'_>) {
        self.push(call, "began");
    }

    fn request_ended(&self, call: &ObservedCall<'_>, request: &ObservedRequest<'_>) {
        let ObservedRequest { attempt, method, host, path, end, .. } = request;
        assert!(host.starts_with("127.0.0.1:"), "{host}");
        let end = match end {
            RequestEnd::Answered { status, debug_id } => format!("{status} {}", debug_id.unwrap_or("-")),
            RequestEnd::Failed { error } => format!("failed: {error}"),
            other => format!("{other:?}"),
        };
        self.push(call, &format!("request {attempt} {method} {path} {end}"));
    }

    fn call_ended(&self, call: &ObservedCall<'_>, end: &CallEnd<'_>) {
        let outcome = match end.outcome {
            CallOutcome::Replied { status } => format!("{status:?}"),
            CallOutcome::Failed { kind, name, status, request_sent } => {
                format!("{} {} {status:?} {request_sent}", json::kind(kind), name.unwrap_or("-"))
            }
            CallOutcome::Stopped { reason, request_sent } => format!("stopped: {reason} {request_sent}"),
            other => format!("{other:?}"),
        };
        self.push(call, &format!("ended {outcome} after {}", end.attempts));
    }
}

fn connector(observer: impl Observer + 'static) -> Connector {
    Connector::load(&ENGINE, Path::new(COMPONENT)).unwrap().with_observer(observer)
}

fn tenant(url: &str) -> Tenant {
    let client = Client::new();
    let route = Route::loopback(Environment::Sandbox, url).unwrap();
    let token = StaticToken::new(Secret::new(TOKEN.to_owned()));
    Tenant::new(Connection::new(route, token, client.clone()), client).with_label("acme")
}

#[tokio::test]
async fn every_attempt_of_a_call_is_observed_and_then_its_end() {
    let count = AtomicUsize::new(0);
    let server = Server::start(move |request| match count.fetch_add(1, Ordering::Relaxed) {
        0 => Answer::Send(response("503 Service Unavailable", "paypal-debug-id: d1\r\nretry-after: 0\r\n", b"")),
        _ => Answer::Send(response(
            "200 OK",
            "paypal-debug-id: d2\r\ncontent-type: application/json\r\n",
            request.resource().as_bytes(),
        )),
    })
    .await;
    let log = Log::default();
    let reply = connector(log.clone()).invoke(&tenant(&server.url()), GET.0, GET.1).await.unwrap().result.unwrap();
    assert_eq!(reply.attempts, 2);
    assert_eq!(
        log.take(),
        [
            "acme orders.get began",
            "acme orders.get request 1 GET /v2/checkout/orders/5O190127TN364715T 503 d1",
            "acme orders.get request 2 GET /v2/checkout/orders/5O190127TN364715T 200 d2",
            "acme orders.get ended Some(200) after 2",
        ]
    );
}

#[tokio::test]
async fn a_failed_connection_and_a_refused_request_are_distinguished() {
    let log = Log::default();
    let connector = connector(log.clone());
    // Nobody listens there: the listener was dropped.
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let tenant = tenant(&format!("http://{address}"));
    let failure = connector.invoke(&tenant, CREATE.0, CREATE.1).await.unwrap().result.unwrap_err();
    assert!(!failure.request_sent);
    let mut lines = log.take();
    assert_eq!(lines.pop().unwrap(), "acme orders.create ended unreachable - None false after 4");
    assert_eq!(lines.len(), 5);
    for (number, line) in lines.iter().enumerate().skip(1) {
        let expected =
            format!("acme orders.create request {number} POST /v2/checkout/orders failed: connection refused");
        assert_eq!(*line, expected);
    }
    // Nothing is sent if the check or the host refuses the call.
    connector.invoke(&tenant, "orders.get", "{}").await.unwrap().result.unwrap_err();
    assert_eq!(log.take(), ["acme orders.get began", "acme orders.get ended invalid-input - None false after 0"]);
    let failure = connector.invoke(&tenant.read_only(), CREATE.0, CREATE.1).await.unwrap().result.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Denied);
    let denied = "acme orders.create ended denied READ_ONLY None false after 0";
    assert_eq!(log.take(), ["acme orders.create began", denied]);
}

#[tokio::test]
async fn every_request_of_a_stopped_or_dropped_call_is_observed() {
    let server = Server::start(|_| Answer::Silence).await;
    let (log, tenant) = (Log::default(), tenant(&server.url()));
    let connector = connector(log.clone());
    let impatient = connector.clone().with_limits(Limits { wall: Duration::from_secs(1), ..Limits::default() });
    impatient.invoke(&tenant, CREATE.0, CREATE.1).await.unwrap_err();
    let stopped = |end: &str| {
        [
            "acme orders.create began".to_owned(),
            "acme orders.create request 1 POST /v2/checkout/orders Abandoned".to_owned(),
            format!("acme orders.create ended {end} after 1"),
        ]
    };
    assert_eq!(log.ended().await, stopped("stopped: the call took too long true"));

    let sent = server.received().len();
    let (other, of_other) = (connector.clone(), tenant.clone());
    let call = tokio::spawn(async move { other.invoke(&of_other, CREATE.0, CREATE.1).await });
    let sending = async {
        while server.received().len() == sent {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(30), sending).await.unwrap();
    call.abort();
    assert_eq!(log.ended().await, stopped("Dropped { request_sent: true }"));
}

#[tokio::test]
async fn secrets_and_queries_are_not_observed() {
    let echo = |request: &server::Received| {
        let token = request.header("authorization").unwrap().strip_prefix("Bearer ").unwrap();
        let headers = format!("paypal-debug-id: x{token}x\r\ncontent-type: application/json\r\n");
        Answer::Send(response("422 Unprocessable Entity", &headers, format!(r#"{{"name": "{token}"}}"#).as_bytes()))
    };
    let server = Server::start(echo).await;
    let (log, tenant) = (Log::default(), tenant(&server.url()));
    let connector = connector(log.clone());
    // A token is redacted once it was used.
    connector.invoke(&tenant, GET.0, GET.1).await.unwrap().result.unwrap_err();
    log.take();
    let input = format!(r#"{{"id": "{TOKEN}", "fields": "payment_source"}}"#);
    connector.invoke(&tenant, "orders.get", &input).await.unwrap().result.unwrap_err();
    connector.invoke(&tenant, &format!("a\x1b[2J\nb {TOKEN}"), "{}").await.unwrap().result.unwrap_err();
    let lines = log.take();
    assert!(!format!("{lines:?}").contains("REALTOKEN"), "{lines:?}");
    assert_eq!(
        lines,
        [
            "acme orders.get began",
            "acme orders.get request 1 GET /v2/checkout/orders/host-token-1 422 xhost-token-1x",
            "acme orders.get ended unprocessable host-token-1 Some(422) true after 1",
            "acme a\\u001b[2J b host-token-1 began",
            "acme a\\u001b[2J b host-token-1 ended invalid-input - None false after 0",
        ]
    );
}

/// Panics at every event.
struct Clumsy(Arc<AtomicUsize>);

impl Observer for Clumsy {
    fn call_began(&self, _: &ObservedCall<'_>) {
        self.0.fetch_add(1, Ordering::Relaxed);
        panic!("a test's");
    }

    fn request_ended(&self, _: &ObservedCall<'_>, _: &ObservedRequest<'_>) {
        self.0.fetch_add(1, Ordering::Relaxed);
        panic!("a test's");
    }

    fn call_ended(&self, _: &ObservedCall<'_>, _: &CallEnd<'_>) {
        self.0.fetch_add(1, Ordering::Relaxed);
        panic!("a test's");
    }
}

#[tokio::test]
async fn an_observer_that_panics_breaks_no_call() {
    let server = Server::start(|request| Answer::json("200 OK", &request.resource())).await;
    let told = Arc::new(AtomicUsize::new(0));
    let (connector, tenant) = (connector(Clumsy(told.clone())), tenant(&server.url()));
    for _ in 0..2 {
        assert_eq!(connector.invoke(&tenant, GET.0, GET.1).await.unwrap().result.unwrap().status, 200);
    }
    assert_eq!(told.load(Ordering::Relaxed), 6);
}

#[tokio::test]
async fn each_call_has_a_number_and_a_connection_test_its_name() {
    #[derive(Clone, Default)]
    struct Numbers(Arc<Mutex<Vec<(u64, String)>>>);
    impl Observer for Numbers {
        fn call_began(&self, call: &ObservedCall<'_>) {
            self.0.lock().unwrap().push((call.number, call.action.to_owned()));
        }
    }
    let server = Server::start(|_| Answer::json("200 OK", r#"{"event_types": []}"#)).await;
    let (numbers, tenant) = (Numbers::default(), tenant(&server.url()));
    let connector = connector(numbers.clone());
    connector.test_connection(&tenant).await.unwrap().unwrap();
    connector.test_connection(&tenant).await.unwrap().unwrap();
    let numbers = numbers.0.lock().unwrap();
    assert!(numbers.iter().all(|(_, action)| action == "test-connection"), "{numbers:?}");
    assert!(numbers.len() == 2 && numbers[0].0 < numbers[1].0, "{numbers:?}");
}
