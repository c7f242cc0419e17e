//! The example against the simulator: an order is created and read; a wrong order and a lapsed token fail with their reason.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test panics to fail")]

use std::process::{Command, Output};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use host_test::COMPONENT;
use paypal_simulator::{Server, Simulator, bytes::Bytes, http::Request};
use serde_json::Value;
use tokio::task::spawn_blocking;

/// Runs the example in a process of its own.
async fn stock_host(url: &str, token: &str, action: &str, input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stock-host"));
    command.args([COMPONENT, action, input]).env("PAYPAL_BASE_URL", url).env("PAYPAL_ACCESS_TOKEN", token);
    spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

/// Obtains a token by client credentials.
fn token(simulator: &Simulator) -> String {
    let credentials = BASE64_STANDARD.encode(format!("{}:{}", simulator.client_id(), simulator.client_secret()));
    let request = Request::post("https://api-m.sandbox.paypal.com/v1/oauth2/token")
        .header("authorization", format!("Basic {credentials}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Bytes::from_static(b"grant_type=client_credentials"));
    let answer: Value = serde_json::from_slice(simulator.handle(request.unwrap()).body()).unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_order_is_created_and_read_and_failures_say_why() {
    let simulator = Simulator::new(1);
    let server = Server::bind(simulator.clone(), 0).await.unwrap();
    let (url, token) = (format!("http://{}", server.address().unwrap()), token(&simulator));
    let serving = tokio::spawn(server.run());
    let amount = r#"{"currency_code": "USD", "value": "10.00"}"#;
    let input = format!(r#"{{"body": {{"intent": "CAPTURE", "purchase_units": [{{"amount": {amount}}}]}}}}"#);
    let created = stock_host(&url, &token, "orders.create", &input).await;
    assert!(created.status.success(), "{created:?}");
    let created: Value = serde_json::from_slice(&created.stdout).unwrap();

    let input = format!(r#"{{"id": {}}}"#, created["id"]);
    let read = stock_host(&url, &token, "orders.get", &input).await;
    let read: Value = serde_json::from_slice(&read.stdout).unwrap();
    assert_eq!((&read["id"], &read["status"]), (&created["id"], &"CREATED".into()));

    for (token, input, expected) in [
        (&*token, r#"{"id": "0XX"}"#, "NotFound"),
        (&*token, "{}", "InvalidInput"),
        ("another", r#"{"id": "0XX"}"#, "Unauthorized"),
    ] {
        let failed = stock_host(&url, token, "orders.get", input).await;
        let words = String::from_utf8(failed.stderr).unwrap();
        assert!(!failed.status.success() && words.contains(expected), "{words}");
        assert!(!words.contains(token), "{words}");
    }
    serving.abort();
}
