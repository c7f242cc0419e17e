//! A wrong fixture fails, and the problem is described: a check that cannot fail checks nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

use std::{fs, path::Path, sync::LazyLock};

use connector_host::{Connector, Engine};
use host_test::{COMPONENT, fixture};
use serde_json::{Value, json};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new().unwrap());

/// Returns a correct case.
fn right() -> Value {
    json!({
        "summary": "Captures an order",
        "input": {"id": "5O190127TN364715T", "body": {"note": 1.0}},
        "exchanges": [{
            "request": {
                "method": "POST",
                "path": "/v2/checkout/orders/5O190127TN364715T/capture",
                "headers": {"paypal-request-id": "<generated>"}
            },
            "response": {"status": 201, "body": {"id": "5O190127TN364715T"}}
        }],
        "reply": {"status": 201, "idempotency_key": "<generated>"}
    })
}

/// Returns the problems of a case of `orders.capture`, loaded from a file like all cases.
async fn problems(case: &Value) -> String {
    let directory = tempfile::tempdir().unwrap();
    let action = directory.path().join("orders/capture");
    fs::create_dir_all(&action).unwrap();
    fs::write(action.join("case.json"), case.to_string()).unwrap();
    match fixture::load(directory.path()) {
        Err(error) => error.to_string(),
        Ok(cases) => {
            let connector = Connector::load(&ENGINE, Path::new(COMPONENT)).unwrap();
            fixture::run(&connector, &cases[0]).await.join("\n")
        }
    }
}

#[tokio::test]
async fn a_case_that_is_right_passes() {
    assert_eq!(problems(&right()).await, "");
}

#[tokio::test]
async fn a_wrong_case_fails_with_its_problem() {
    let exchange = right()["exchanges"][0].clone();
    for (place, value, said) in [
        ("/exchanges/0/request/method", json!("PUT"), "-PUT https://api-m.sandbox.paypal.com/v2"),
        ("/exchanges/0/request/path", json!("/v2/elsewhere"), "-POST https://api-m.sandbox.paypal.com/v2/elsewhere"),
        ("/exchanges/0/request/query", json!({"fields": "x"}), "-?fields=x"),
        ("/exchanges/0/request/headers", json!({}), "+paypal-request-id: "),
        ("/exchanges/0/request/headers/prefer", json!("return=minimal"), "-prefer: return=minimal"),
        ("/exchanges/0/request/headers/authorization", json!("Bearer other"), "-authorization: Bearer other"),
        ("/exchanges/0/request/headers/paypal-request-id", json!("mine"), "-paypal-request-id: mine"),
        ("/exchanges", json!([]), "an unexpected request was sent: POST https://api-m.sandbox.paypal.com/v2/checkout"),
        ("/exchanges", json!([exchange, exchange]), "this request was expected and not sent: POST /v2/checkout"),
        ("/exchanges/0/response/status", json!(422), "the outcome is not as expected"),
        ("/reply/status", json!(200), "-    \"status\": 200"),
        ("/reply/debug_id", json!("f00d"), "-    \"debug_id\": \"f00d\""),
        ("/reply/body", json!({"id": "other"}), "-    \"body\": \"{\\\"id\\\":\\\"other\\\"}\""),
        ("/reply/idempotency_key", json!("mine"), "-    \"idempotency_key\": \"mine\""),
        ("/journaled", json!([]), "the journal is not as expected"),
        (
            "/journaled",
            json!([{"subject": "order:7XX", "time": "", "event": "orders.capture", "details": {}}]),
            "-    subject: \"order:7XX\"",
        ),
        ("/reply/surprise", json!(true), "-    \"surprise\": true"),
        ("/input/id", json!("7XX"), "+POST https://api-m.sandbox.paypal.com/v2/checkout/orders/7XX/capture"),
        ("/failure", json!({}), "one of `reply` and `failure` is required"),
        ("/authorities", json!(["../absent.pem"]), "`authorities`: ../absent.pem: "),
        ("/colour", json!("blue"), "unknown field `colour`"),
        ("/exchanges/0/fault", json!("connection-reset"), "each exchange needs one of `response` and `fault`"),
    ] {
        let mut case = right();
        let (parent, name) = place.rsplit_once('/').unwrap();
        case.pointer_mut(parent).unwrap()[name] = value;
        let problems = problems(&case).await;
        assert!(problems.contains(said), "{place}: {problems}");
    }
}

#[tokio::test]
async fn both_ways_of_calling_are_checked() {
    let mut case = right();
    case["reply"]["status"] = json!(200);
    let problems = problems(&case).await;
    assert!(problems.contains("by invoke: ") && problems.contains("by typed: "), "{problems}");
}
