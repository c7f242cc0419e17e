//! A thousand calls in flight, and a process that is killed in the middle of one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

#[allow(dead_code, reason = "other tests use the rest")]
mod server;

use std::{
    env,
    io::Write as _,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use connector_host::{
    Client, Concurrency, Connection, Connector, Engine, Environment, Route, Secret, StaticToken, Tenant,
};
use host_test::COMPONENT;
use serde_json::Value;
use server::{Answer, Received, Server, response};
use tokio::{sync::Semaphore, time::timeout};

/// How many calls the engine can run at once.
const PLACES: usize = 1000;

/// A timeout much longer than needed: a call that has not ended by then hangs.
const FOR_EVER: Duration = Duration::from_secs(240);

/// Runs this test again in a process that may open more files, if this one may not open enough for both ends of so many TCP
/// connections. Returns whether it did.
fn ran_with_more_files(test: &str) -> bool {
    const MARK: &str = "HOST_TEST_HAS_MORE_FILES";
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find(|line| line.starts_with("Max open files")).unwrap_or_default();
    let soft = line.split_whitespace().nth(3).and_then(|number| number.parse().ok()).unwrap_or(usize::MAX);
    if soft >= 2 * PLACES + 500 || env::var_os(MARK).is_some() {
        return false;
    }
    let again = "ulimit -n \"$(ulimit -Hn)\" && exec \"$0\" --exact \"$1\"";
    let status =
        Command::new("sh").args(["-c", again]).arg(env::current_exe().unwrap()).arg(test).env(MARK, "1").status();
    assert!(status.unwrap().success());
    true
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_calls_are_in_flight_at_once_and_all_of_them_end() {
    if ran_with_more_files("a_thousand_calls_are_in_flight_at_once_and_all_of_them_end") {
        return;
    }
    const CONNECTIONS: usize = 48;
    const CALLS: usize = CONNECTIONS * Concurrency::MOST;

    // The slowest possible server: it answers no request before it has a thousand.
    let (asked, released) = (AtomicUsize::new(0), Arc::new(Semaphore::new(0)));
    let server = Server::start(move |request: &Received| {
        if asked.fetch_add(1, Ordering::AcqRel) + 1 == PLACES {
            released.add_permits(CALLS);
        }
        let body = format!(r#"{{"id": "{}"}}"#, request.line.rsplit('/').next().unwrap());
        Answer::Released(released.clone(), response("200 OK", "", body.as_bytes()))
    })
    .await;

    let connector = Connector::load(&Engine::new().unwrap(), Path::new(COMPONENT)).unwrap();
    let client = Client::new();
    let mut calls = Vec::new();
    for tenant in 0..CONNECTIONS {
        let token = StaticToken::new(Secret::new(format!("token-{tenant}")));
        let route = Route::loopback(Environment::Sandbox, &server.url()).unwrap();
        let connection = Connection::new(route, token, client.clone());
        let connection = connection.with_concurrency(Concurrency::new(Concurrency::MOST).unwrap());
        let tenant = Tenant::new(connection, client.clone());
        for number in 0..Concurrency::MOST {
            let (connector, tenant, id) = (connector.clone(), tenant.clone(), format!("{}N{number}", calls.len()));
            calls.push(tokio::spawn(async move {
                let input = format!(r#"{{"id": "{id}"}}"#);
                let outcome = connector.invoke(&tenant, "orders.get", &input).await.unwrap();
                let reply = outcome.result.unwrap();
                assert_eq!(reply.body, Some(format!(r#"{{"id": "{id}"}}"#)), "another call's answer");
                assert_eq!((reply.attempts, &*outcome.output), (1, ""));
            }));
        }
    }
    assert_eq!(calls.len(), CALLS);
    let all = async {
        for call in calls {
            call.await.unwrap();
        }
    };
    timeout(FOR_EVER, all).await.expect("a call hangs");
    assert_eq!(server.received().len(), CALLS);
    assert_eq!(server.most_at_once(), PLACES, "more than the engine has places for were in flight, or fewer");
}

const CREATE: &str = r#"{"body": {"intent": "CAPTURE", "purchase_units": [{"amount": {"currency_code": "USD", "value": "1.00"}}]},
    "options": {"idempotency_key": "shop-order-1042"}}"#;

/// Starts the command line to create an order.
fn create(url: &str) -> Child {
    let mut child = Command::new(env!("CARGO_BIN_EXE_host-test"))
        .args(["call", "orders.create", "--input", "-", "--base-url", url])
        .env("PAYPAL_ACCESS_TOKEN", "secret-token")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(CREATE.as_bytes()).unwrap();
    child
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_was_killed_in_the_middle_of_a_call_asks_again_under_the_same_key() {
    let asked = AtomicUsize::new(0);
    let server = Server::start(move |_| match asked.fetch_add(1, Ordering::AcqRel) {
        // The first request gets no answer.
        0 => Answer::Silence,
        _ => Answer::json("200 OK", r#"{"id": "5O190127TN364715T"}"#),
    })
    .await;
    let mut first = create(&server.url());
    let in_flight = async {
        while server.received().is_empty() {
            assert!(first.try_wait().unwrap().is_none(), "it has ended before it was killed");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(FOR_EVER, in_flight).await.expect("no request comes");
    // By SIGKILL.
    first.kill().unwrap();
    let killed = first.wait_with_output().unwrap();
    assert!(killed.status.code().is_none() && killed.stdout.is_empty(), "{killed:?}");

    let second = create(&server.url()).wait_with_output().unwrap();
    assert!(second.status.success(), "{second:?}");
    let reply: Value = serde_json::from_slice(&second.stdout).unwrap();
    assert_eq!(reply["reply"]["idempotency_key"], "shop-order-1042");
    let received = server.received();
    assert_eq!(received.len(), 2);
    for request in &received {
        assert_eq!(request.header("paypal-request-id"), Some("shop-order-1042"));
        assert_eq!((&*request.line, &request.body), ("POST /v2/checkout/orders", &received[0].body));
    }
}
