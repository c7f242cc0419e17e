//! The host's limits on calls: how many run at once and how fast they send after a 429. Also how calls are dropped, and how a
//! connector is closed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

#[allow(dead_code, reason = "other tests use the rest")]
mod calls;
#[allow(dead_code, reason = "other tests use the rest")]
mod server;

use std::{
    path::Path,
    sync::{Arc, LazyLock, Mutex},
    task::{Context, Waker},
    time::{Duration, Instant},
};

use bytes::Bytes;
use calls::CREATE;
use connector_host::{
    Client, Concurrency, Connection, Connector, Engine, Environment, Failure, FailureKind, Limits, Outcome, Reply,
    Route, Secret, StaticToken, Tenant,
    transport::{BoxFuture, Timeouts, Transport, whole},
};
use host_test::COMPONENT;
use http::Request;
use server::{Answer, Received, Server, response};
use tokio::{sync::Semaphore, task::JoinHandle};
use wasmtime_wasi_http::{Error, WasiBody};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new().unwrap());

fn connector() -> Connector {
    Connector::load(&ENGINE, Path::new(COMPONENT)).unwrap()
}

fn connection(server: &Server, client: &Client) -> Connection {
    let token = StaticToken::new(Secret::new("real-token".to_owned()));
    Connection::new(Route::loopback(Environment::Sandbox, &server.url()).unwrap(), token, client.clone())
}

fn limited(server: &Server, concurrency: &Concurrency) -> Tenant {
    let client = Client::new();
    Tenant::new(connection(server, &client).with_concurrency(concurrency.clone()), client)
}

fn one() -> Concurrency {
    Concurrency::new(1).unwrap()
}

async fn invoke(connector: &Connector, tenant: &Tenant, action: &str, input: &str) -> Result<Reply, Failure> {
    let Outcome { result, output } =
        connector.invoke(tenant, action, input).await.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(output, "", "the component printed");
    result
}

/// Reads an order in a separate task.
fn get(connector: &Connector, tenant: &Tenant, id: impl ToString) -> JoinHandle<Result<Reply, Failure>> {
    let (connector, tenant, input) = (connector.clone(), tenant.clone(), format!(r#"{{"id": "{}"}}"#, id.to_string()));
    tokio::spawn(async move { invoke(&connector, &tenant, "orders.get", &input).await })
}

/// Waits until a condition holds. Fails after a long time.
async fn until(what: &str, is_so: impl Fn() -> bool) {
    let waiting = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), waiting).await.unwrap_or_else(|_| panic!("never: {what}"));
}

/// Gives pending tasks time to run, where nothing should happen and so there is nothing to wait for.
async fn settle() {
    tokio::time::sleep(Duration::from_millis(300)).await;
}

/// Starts a server that answers a request for each permit.
async fn permitted() -> (Server, Arc<Semaphore>) {
    let released = Arc::new(Semaphore::new(0));
    let gate = released.clone();
    let answer =
        move |request: &Received| Answer::Released(gate.clone(), response("200 OK", "", request.resource().as_bytes()));
    let server = Server::start(answer).await;
    (server, released)
}

fn ids(server: &Server) -> Vec<String> {
    server.received().iter().map(|request| request.line.rsplit('/').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_connection_runs_ten_calls_at_once_by_default() {
    for (concurrency, limit) in [(None, 10), (Some(3), 3), (Some(25), 25)] {
        let (server, released) = permitted().await;
        let (connector, client) = (connector(), Client::new());
        let mut connection = connection(&server, &client);
        if let Some(limit) = concurrency {
            connection = connection.with_concurrency(Concurrency::new(limit).unwrap());
        }
        let tenant = Tenant::new(connection, client);
        let calls: Vec<_> = (0..30).map(|id| get(&connector, &tenant, id)).collect();
        until("as many as may run have sent", || server.received().len() >= limit).await;
        settle().await;
        assert_eq!(server.received().len(), limit);
        released.add_permits(30);
        for call in calls {
            assert_eq!(call.await.unwrap().unwrap().status, 200);
        }
        assert_eq!((server.received().len(), server.most_at_once()), (30, limit));
    }
}

#[tokio::test]
async fn connections_that_share_a_limit_share_it_and_others_do_not() {
    let (server, released) = permitted().await;
    let (connector, shared) = (connector(), Concurrency::new(2).unwrap());
    let first = limited(&server, &shared);
    // As a platform does, which has only the other connection.
    let second = limited(&server, first.connection.concurrency());
    let other = limited(&server, &Concurrency::new(2).unwrap());
    let calls: Vec<_> =
        (0..4).flat_map(|_| [&first, &second]).map(|tenant| get(&connector, tenant, "SHARED")).collect();
    until("two have sent", || server.received().len() == 2).await;
    settle().await;
    assert_eq!(server.received().len(), 2);
    let others: Vec<_> = (0..2).map(|_| get(&connector, &other, "OTHER")).collect();
    until("those of the other connection have sent", || server.received().len() == 4).await;
    assert_eq!(ids(&server).iter().filter(|id| *id == "OTHER").count(), 2);
    released.add_permits(10);
    for call in calls.into_iter().chain(others) {
        assert_eq!(call.await.unwrap().unwrap().status, 200);
    }
}

#[tokio::test]
async fn calls_are_served_in_the_order_in_which_they_came() {
    let (server, released) = permitted().await;
    let (connector, tenant) = (connector(), limited(&server, &one()));
    let mut calls = Vec::new();
    for id in 0..12 {
        let (connector, tenant) = (connector.clone(), tenant.clone());
        let input = format!(r#"{{"id": "{id}"}}"#);
        let mut call = Box::pin(async move { invoke(&connector, &tenant, "orders.get", &input).await });
        // The first poll enters the queue.
        assert!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        calls.push(call);
    }
    // They are polled on in another order.
    let calls: Vec<_> = calls.into_iter().rev().map(tokio::spawn).collect();
    released.add_permits(12);
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap().status, 200);
    }
    assert_eq!(ids(&server), (0..12).map(|id| id.to_string()).collect::<Vec<_>>());
    assert_eq!(server.most_at_once(), 1);
}

#[tokio::test]
async fn waiting_is_part_of_a_call_s_time() {
    let (server, released) = permitted().await;
    let tenant = limited(&server, &one());
    let connector = connector();
    let first = get(&connector, &tenant, "FIRST");
    until("the first has sent", || server.received().len() == 1).await;

    let impatient = connector.clone().with_limits(Limits { wall: Duration::from_millis(50), ..Limits::default() });
    let hurried = r#"{"id": "SECOND", "options": {"deadline_ms": 50}}"#;
    for (connector, input) in [(&impatient, r#"{"id": "SECOND"}"#), (&connector, hurried)] {
        let failure = invoke(connector, &tenant, "orders.get", input).await.unwrap_err();
        assert_eq!((failure.kind, failure.request_sent, failure.retryable), (FailureKind::TimedOut, false, true));
        assert_eq!(failure.attempts, 0);
        assert!(failure.message.contains("1 calls of its connection"), "{}", failure.message);
        let typed = connector.call_typed(&tenant, "orders.get", input).await.unwrap();
        assert_eq!(typed["failure"]["kind"], "timed-out", "{typed}");
    }
    released.add_permits(1);
    assert_eq!(first.await.unwrap().unwrap().status, 200);
    assert_eq!(server.received().len(), 1);
}

/// Answers for each permit, and records the timeout that it was given.
struct Noting(Arc<Semaphore>, Arc<Mutex<Vec<Duration>>>);

impl Transport for Noting {
    fn send(&self, request: Request<Bytes>, timeouts: Timeouts) -> BoxFuture<Result<http::Response<WasiBody>, Error>> {
        self.1.lock().unwrap().push(timeouts.first_byte);
        let released = self.0.clone();
        let id = request.uri().path().rsplit('/').next().unwrap().to_owned();
        Box::pin(async move {
            released.acquire().await.unwrap().forget();
            let body = whole(Bytes::from(format!(r#"{{"id": "{id}"}}"#)));
            Ok(http::Response::new(body))
        })
    }
}

#[tokio::test]
async fn a_call_that_has_waited_has_only_the_rest_of_its_deadline() {
    let minute = Duration::from_secs(60);
    let timeouts = Timeouts { connect: 9 * minute, first_byte: 9 * minute, between_bytes: 9 * minute };
    let connector = connector().with_outbound(timeouts, 1024);
    let (released, given) = (Arc::new(Semaphore::new(0)), Arc::new(Mutex::new(Vec::new())));
    let server = Server::start(|_| Answer::Silence).await;
    let mut tenant = limited(&server, &Concurrency::new(1).unwrap());
    tenant.transport = Arc::new(Noting(released.clone(), given.clone()));
    let first = get(&connector, &tenant, "FIRST");
    until("the first is in flight", || given.lock().unwrap().len() == 1).await;
    let input = r#"{"id": "SECOND", "options": {"deadline_ms": 30000}}"#;
    let mut second = Box::pin(invoke(&connector, &tenant, "orders.get", input));
    assert!(second.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    tokio::time::sleep(Duration::from_secs(1)).await;
    released.add_permits(2);
    assert_eq!(first.await.unwrap().unwrap().status, 200);
    assert_eq!(second.await.unwrap().status, 200);
    let given = given.lock().unwrap();
    // The component's own timeout is shorter than this host's.
    assert_eq!(given[0], minute);
    assert!(given[1] <= Duration::from_secs(29), "{given:?}");
}

#[tokio::test]
async fn dropping_a_call_drops_its_request_and_frees_its_permit() {
    let (server, released) = permitted().await;
    let (connector, tenant) = (connector(), limited(&server, &one()));
    let first = get(&connector, &tenant, "FIRST");
    until("the first has sent", || server.received().len() == 1).await;
    let (second, third) = (get(&connector, &tenant, "SECOND"), get(&connector, &tenant, "THIRD"));
    settle().await;
    // A waiting call leaves the queue, and a running one its permit to the next.
    second.abort();
    assert!(second.await.unwrap_err().is_cancelled());
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    until("the third has sent", || server.received().len() == 2).await;
    // The connection of the first request is closed, so that its answer is not taken for another's.
    until("the first connection is closed", || server.open() == 1).await;
    assert_eq!(server.connections(), 2);
    released.add_permits(1);
    assert_eq!(third.await.unwrap().unwrap().status, 200);
    assert_eq!(ids(&server), ["FIRST", "THIRD"]);
    // All permits are free: the connection's and the engine's.
    released.add_permits(1);
    assert_eq!(get(&connector, &tenant, "FOURTH").await.unwrap().unwrap().status, 200);
}

#[tokio::test]
async fn a_closed_connector_lets_running_calls_finish_and_takes_no_new_ones() {
    let (server, released) = permitted().await;
    let connector = connector();
    let tenant = limited(&server, &Concurrency::new(2).unwrap());
    let running = [get(&connector, &tenant, "A"), get(&connector, &tenant, "B")];
    until("two have sent", || server.received().len() == 2).await;
    let waiting = get(&connector, &tenant, "C");
    settle().await;

    let clone = connector.clone();
    let closing = tokio::spawn(async move { clone.close().await });
    let refused = |failure: Failure| {
        assert_eq!((failure.kind, failure.request_sent, failure.retryable), (FailureKind::Denied, false, true));
        assert_eq!(failure.name.as_deref(), Some("HOST_SHUTTING_DOWN"));
        assert!(failure.message.contains("closing"), "{}", failure.message);
    };
    refused(waiting.await.unwrap().unwrap_err());
    refused(invoke(&connector, &tenant, "orders.get", r#"{"id": "D"}"#).await.unwrap_err());
    let typed = connector.call_typed(&tenant, CREATE.0, CREATE.1).await.unwrap();
    assert_eq!(typed["failure"]["kind"], "denied", "{typed}");
    assert!(connector.actions().await.unwrap_err().reason.to_string().contains("closing"));
    assert!(!closing.is_finished(), "two calls still run");

    released.add_permits(2);
    for call in running {
        assert_eq!(call.await.unwrap().unwrap().status, 200);
    }
    closing.await.unwrap();
    connector.close().await;
    assert_eq!(server.received().len(), 2);
    // Another connector of the same engine still runs calls.
    released.add_permits(1);
    let other = Connector::load(&ENGINE, Path::new(COMPONENT)).unwrap();
    assert_eq!(get(&other, &tenant, "E").await.unwrap().unwrap().status, 200);
}

/// Starts a server that answers 429 to its first request, and 200 afterwards. It records when each came.
async fn refusing_once(retry_after: &'static str) -> (Server, Arc<Mutex<Vec<Instant>>>) {
    let times = Arc::new(Mutex::new(Vec::new()));
    let log = times.clone();
    let server = Server::start(move |request| {
        let mut log = log.lock().unwrap();
        log.push(Instant::now());
        match log.len() {
            1 => Answer::Send(response("429 Too Many Requests", retry_after, br#"{"name": "RATE_LIMIT_REACHED"}"#)),
            _ => Answer::json("200 OK", &request.resource()),
        }
    })
    .await;
    (server, times)
}

fn without_retries(server: &Server) -> Tenant {
    let client = Client::new();
    Tenant::new(connection(server, &client).with_max_attempts(1), client)
}

#[tokio::test]
async fn a_429_holds_the_other_calls_of_its_connection_back() {
    for (header, held) in [("retry-after: 2\r\n", Duration::from_secs(2)), ("", Duration::from_secs(1))] {
        let (server, times) = refusing_once(header).await;
        let (connector, tenant) = (connector(), without_retries(&server));
        let failure = get(&connector, &tenant, "FIRST").await.unwrap().unwrap_err();
        assert_eq!((failure.kind, failure.status), (FailureKind::RateLimited, Some(429)));
        // Another connection to the same server is not affected.
        assert_eq!(get(&connector, &without_retries(&server), "OTHER").await.unwrap().unwrap().status, 200);
        for call in [1, 2].map(|id| get(&connector, &tenant, id)) {
            assert_eq!(call.await.unwrap().unwrap().status, 200);
        }
        let times = times.lock().unwrap();
        assert_eq!(times.len(), 4);
        let after = |index: usize| times[index] - times[0];
        assert!(after(2) >= held, "{:?}", after(2));
        // One at a time: the rate was one request per second at the refusal, and is halved.
        assert!(after(3) >= held + Duration::from_millis(1500), "{:?}", after(3));
    }
}

#[tokio::test]
async fn a_request_that_would_be_held_back_for_too_long_is_refused_by_the_host() {
    let (server, _) = refusing_once("retry-after: 120\r\n").await;
    let (connector, client) = (connector(), Client::new());
    let tenant = Tenant::new(connection(&server, &client), client.clone());
    let failure = get(&connector, &tenant, "FIRST").await.unwrap().unwrap_err();
    assert_eq!((failure.kind, failure.status, failure.attempts), (FailureKind::RateLimited, Some(429), 1));
    for (action, input) in [("orders.get", r#"{"id": "SECOND"}"#), CREATE] {
        let failure = invoke(&connector, &tenant, action, input).await.unwrap_err();
        assert_eq!((failure.kind, failure.request_sent, failure.retryable), (FailureKind::RateLimited, false, true));
        assert_eq!((failure.status, failure.name, failure.body, failure.attempts), (None, None, None, 0));
        assert!(failure.message.contains("PayPal was not asked"), "{}", failure.message);
    }
    assert_eq!(server.received().len(), 1);

    // The same if the deadline ends before the hold does.
    let (server, _) = refusing_once("retry-after: 30\r\n").await;
    let tenant = without_retries(&server);
    get(&connector, &tenant, "FIRST").await.unwrap().unwrap_err();
    let hurried = r#"{"id": "SECOND", "options": {"deadline_ms": 20000}}"#;
    let failure = invoke(&connector, &tenant, "orders.get", hurried).await.unwrap_err();
    assert_eq!((failure.kind, failure.request_sent), (FailureKind::RateLimited, false));
    assert_eq!(server.received().len(), 1);

    // A connection without a throttle sends.
    let (server, _) = refusing_once("retry-after: 120\r\n").await;
    let tenant = Tenant::new(connection(&server, &client).without_throttle(), client);
    get(&connector, &tenant, "FIRST").await.unwrap().unwrap_err();
    assert_eq!(get(&connector, &tenant, "SECOND").await.unwrap().unwrap().status, 200);
}
