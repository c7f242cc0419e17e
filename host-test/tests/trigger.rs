//! `trigger` and `logs`, against a simulator on this machine.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test panics to fail")]

use std::{
    path::Path,
    process::{Command, Output},
};

use connector_host::{Client, ClientCredentials, Connection, Connector, Engine, Environment, Route, Secret, Tenant};
use host_test::trigger;
use paypal_simulator::{Server, Simulator, bytes::Bytes, http::Request, triggers::Trigger};
use serde_json::Value;

struct Run {
    code: Option<i32>,
    out: String,
    err: String,
}

async fn host_test(arguments: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_host-test"));
    for name in ["PAYPAL_ACCESS_TOKEN", "PAYPAL_CLIENT_ID", "PAYPAL_CLIENT_SECRET"] {
        command.env_remove(name);
    }
    command.args(arguments);
    // The simulator is served by this thread.
    let Output { status, stdout, stderr } =
        tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: status.code(), out: text(stdout), err: text(stderr) }
}

#[tokio::test]
async fn an_event_is_brought_about_and_its_requests_are_logged() {
    let paypal = Simulator::new(3);
    let server = Server::bind(paypal.clone(), 0).await.unwrap();
    let url = format!("http://{}", server.address().unwrap());
    let server = tokio::spawn(server.run());

    let set = ["--set", "purchase_units[0].amount.value=12.34", "--base-url", &url];
    let run = host_test(&[["trigger", "PAYMENT.CAPTURE.REFUNDED"].as_slice(), &set].concat()).await;
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    let answer: Value = serde_json::from_str(&run.out).unwrap();
    let events = answer["events"].as_array().unwrap();
    assert!(events.iter().any(|event| event["event_type"] == "PAYMENT.CAPTURE.REFUNDED"), "{answer}");
    let effects = paypal.effects();
    let refunded: Vec<_> = effects.refunded.values().map(|it| (it.of.as_str(), it.minor_units)).collect();
    assert_eq!(refunded, [(answer["resources"]["capture"].as_str().unwrap(), 1234)]);

    let bad = host_test(&["trigger", "PAYMENT.CAPTURE.REFUNDED", "--set", "nothing.here=1", "--base-url", &url]).await;
    assert_eq!(bad.code, Some(2));
    assert!(bad.err.contains("`nothing.here`"), "{}", bad.err);
    let unknown = host_test(&["trigger", "PAYMENT.CAPTURE.LOST", "--base-url", &url]).await;
    assert_eq!(unknown.code, Some(2));
    assert!(unknown.err.contains("PAYMENT.CAPTURE.LOST") && unknown.err.contains("--list"), "{}", unknown.err);

    let logs = host_test(&["logs", "--no-follow", "--base-url", &url]).await;
    assert_eq!(logs.code, Some(0), "{}", logs.err);
    assert!(logs.out.lines().any(|line| line.contains("200  POST  /simulator/trigger")), "{}", logs.out);
    let none = host_test(&["logs", "--no-follow", "--status", "5xx", "--base-url", &url]).await;
    assert_eq!((none.code, &*none.out), (Some(0), ""));
    server.abort();

    let nobody = host_test(&["logs", "--no-follow", "--base-url", "http://127.0.0.1:9"]).await;
    assert_eq!(nobody.code, Some(1));
    assert!(nobody.err.contains("there is no simulator at http://127.0.0.1:9"), "{}", nobody.err);
}

#[tokio::test]
async fn the_types_are_listed_and_fewer_for_the_sandbox() {
    let all = host_test(&["trigger", "--list"]).await;
    let sandbox = host_test(&["trigger", "--list", "--sandbox"]).await;
    assert_eq!((all.code, sandbox.code), (Some(0), Some(0)));
    let (all, sandbox): (Vec<_>, Vec<_>) = (all.out.lines().collect(), sandbox.out.lines().collect());
    assert!(all.contains(&"PAYMENT.CAPTURE.REFUNDED") && !sandbox.contains(&"PAYMENT.CAPTURE.REFUNDED"));
    assert!(sandbox.contains(&"CATALOG.PRODUCT.CREATED") && all.len() > sandbox.len() + 10);
    // A payer is needed: it is refused before anything is sent.
    let refused = host_test(&["trigger", "PAYMENT.CAPTURE.REFUNDED", "--sandbox"]).await;
    assert_eq!(refused.code, Some(2));
    assert!(refused.err.contains("needs a payer"), "{}", refused.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_needs_no_payer_is_brought_about_by_actions() {
    let paypal = Simulator::new(5);
    let server = Server::bind(paypal.clone(), 0).await.unwrap();
    let url = format!("http://{}", server.address().unwrap());
    let server = tokio::spawn(server.run());
    let connector = Connector::load(&Engine::new().unwrap(), Path::new(host_test::COMPONENT)).unwrap();
    let actions = connector.actions().await.unwrap();
    let route = Route::loopback(Environment::Sandbox, &url).unwrap();
    let source = ClientCredentials::new(paypal.client_id(), Secret::new(paypal.client_secret()));
    let client = Client::new();
    let tenant = Tenant::new(Connection::new(route, source, client.clone()).without_throttle(), client);
    for name in trigger::event_types() {
        let mut calls = trigger::Calls::new(&actions, Trigger::new(name).unwrap());
        while let Some(call) = calls.next_call().unwrap() {
            let outcome = connector.invoke(&tenant, call.action, &call.input.to_string()).await.unwrap();
            let reply = outcome.result.unwrap_or_else(|failure| panic!("{name}: {call:?}: {failure:?}"));
            calls.answered(&reply).unwrap();
        }
        assert!(calls.resources().as_object().is_some_and(|it| !it.is_empty()), "{name}");
        let request = Request::get(format!("/v1/notifications/webhooks-events?event_type={name}"));
        let request = request.header("authorization", format!("Bearer {}", Simulator::token())).body(Bytes::new());
        let events: Value = serde_json::from_slice(paypal.handle(request.unwrap()).body()).unwrap();
        assert!(events["count"].as_u64() >= Some(1), "{name}: {events}");
    }
    server.abort();
}
