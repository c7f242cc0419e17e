//! `trigger` and `logs`, against a simulator on this machine.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test panics to fail")]

use std::process::{Command, Output};

use paypal_simulator::{Server, Simulator};
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
