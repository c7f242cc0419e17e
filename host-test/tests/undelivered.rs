//! Results that cannot be written to stdout: a full disk, and a pipe without a reader.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]
#![cfg(target_os = "linux")]

#[allow(dead_code, reason = "other tests use the rest")]
mod listening;
#[allow(dead_code, reason = "other tests use the rest")]
mod server;

use std::{
    fs::OpenOptions,
    io,
    process::{Command, Output, Stdio},
};

use serde_json::{Value, json};

use listening::{Listening, post, post_message};
use server::{Answer, Server, response};

/// Returns a file on a full disk.
fn full() -> Stdio {
    OpenOptions::new().write(true).open("/dev/full").unwrap().into()
}

/// Returns a pipe without a reader.
fn closed() -> Stdio {
    let (reader, writer) = io::pipe().unwrap();
    drop(reader);
    writer.into()
}

/// Runs the command to its end. Returns its exit code and its stderr.
fn run(arguments: &[&str], input: &Value, stdout: Stdio) -> (Option<i32>, String) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("input.json");
    std::fs::write(&file, input.to_string()).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_host-test"));
    command.env("PAYPAL_ACCESS_TOKEN", "secret-token").args(arguments);
    if arguments[0] == "call" {
        command.arg("--input").arg(&file);
    }
    let Output { status, stderr, .. } =
        command.stdin(Stdio::null()).stdout(stdout).stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap();
    (status.code(), String::from_utf8(stderr).unwrap())
}

/// Returns the line of JSON on stderr that has the outcome.
fn outcome(said: &str) -> Value {
    let line = said.lines().find(|line| line.starts_with(r#"{"undelivered""#)).unwrap_or_else(|| panic!("{said}"));
    serde_json::from_str::<Value>(line).unwrap()["undelivered"].take()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_outcome_of_a_call_is_printed_on_stderr_if_its_result_is_lost() {
    let server = Server::start(|request| {
        let id = "paypal-debug-id: f00d\r\ncontent-type: application/json\r\n";
        match &*request.line {
            line if line.contains("/LOST/") => Answer::Close(Vec::new()),
            line if line.contains("/REFUSED/") => Answer::Send(response(
                "422 Unprocessable Entity",
                id,
                br#"{"name": "UNPROCESSABLE_ENTITY", "details": [{"issue": "ORDER_ALREADY_CAPTURED"}], "debug_id": "f00d"}"#,
            )),
            _ => Answer::Send(response("201 Created", id, br#"{"id": "5O19", "status": "COMPLETED", "payer": "secret"}"#)),
        }
    })
    .await;
    let url = server.url();
    for stdout in [full, closed] {
        for (id, expected) in [
            ("5O19", json!({"outcome": "reply", "status": 201, "debug_id": "f00d", "attempts": 1})),
            ("REFUSED", json!({"outcome": "unprocessable", "status": 422, "debug_id": "f00d", "request_sent": true})),
            ("LOST", json!({"outcome": "outcome-unknown", "status": null, "request_sent": true})),
        ] {
            let input = json!({"id": id, "options": {"idempotency_key": "key-1", "deadline_ms": 20_000}});
            let (code, said) = run(&["call", "orders.capture", "--base-url", &url], &input, stdout());
            assert_eq!(code, Some(1), "{said}");
            assert!(said.contains("cannot write to stdout"), "{said}");
            let outcome = outcome(&said);
            assert_eq!(outcome["action"], "orders.capture");
            assert_eq!(outcome["result"]["idempotency_key"], "key-1");
            for (name, value) in expected.as_object().unwrap() {
                assert_eq!(outcome["result"][name], *value, "{said}");
            }
            assert!(!said.contains("secret"), "{said}");
        }
    }
    // A generated key is printed as well.
    let (_, said) = run(&["call", "orders.capture", "--base-url", &url], &json!({"id": "5O19"}), full());
    let key = server.received().pop().unwrap().header("paypal-request-id").unwrap().to_owned();
    assert_eq!(outcome(&said)["result"]["idempotency_key"], key.as_str());
}

/// Runs the command in a shell with its stdout redirected.
fn run_in_shell(redirection: &str, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("exec \"$0\" \"$@\" {redirection}"), env!("CARGO_BIN_EXE_host-test")]);
    command.env("PAYPAL_ACCESS_TOKEN", "secret-token").args(arguments).stdin(Stdio::null());
    let Output { status, stderr, .. } = command.output().unwrap();
    (status.code(), String::from_utf8(stderr).unwrap())
}

#[test]
fn help_that_cannot_be_printed_is_a_failure() {
    for arguments in [&["--help"][..], &["--version"], &["call", "--help"]] {
        let (code, said) = run_in_shell("> /dev/full", arguments);
        assert_eq!(code, Some(1), "{arguments:?}");
        assert!(said.contains("cannot write to stdout"), "{said}");
        assert_eq!(run_in_shell("> /dev/null", arguments), (Some(0), String::new()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_command_succeeds_if_its_result_is_lost() {
    let server = Server::start(|_| Answer::json("200 OK", r#"{"plans": [{"id": "P-1"}], "links": []}"#)).await;
    let url = server.url();
    for arguments in [
        &["actions"][..],
        &["actions", "--json"],
        &["describe"],
        &["describe", "orders.get"],
        &["check", "--only", "products.get"],
        &["bench", "--quick"],
        &["test-connection", "--base-url", &url],
        &["simulator", "--port", "0"],
        &["call", "plans.list", "--base-url", &url, "--all-pages"],
        &["call", "products.get", "--fixture", "found"],
    ] {
        for stdout in [full, closed] {
            let (code, said) = run(arguments, &json!({"product_id": "PROD-4KT39027LM518364B"}), stdout());
            assert_eq!(code, Some(1), "{arguments:?}: {said}");
            assert!(said.contains("cannot write to stdout"), "{arguments:?}: {said}");
            assert_eq!(said.matches("(os error ").count(), 1, "{arguments:?}: {said}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_listen_cannot_print_is_not_taken() {
    let server = Server::start(|_| Answer::Send(response("200 OK", "", b"VERIFIED"))).await;
    let directory = tempfile::tempdir().unwrap();
    let journal = directory.path().join("journal");
    let mut command = Listening::command(&server.url(), &["--journal", listening::text(&journal)]);
    // It goes on: a full disk may have room again.
    let listening = Listening::start(&mut command, full());
    for _ in 0..3 {
        assert_eq!(post_message(listening.address, "A"), 503);
    }
    listening.says("cannot write to stdout: No space left on device");
    assert_eq!(listening.said().iter().filter(|line| line.contains("error")).count(), 1, "{:?}", listening.said());
    drop(listening);

    let mut listening = Listening::start(&mut command, closed());
    // On a slow machine it may have ended before it answers.
    let answer = post(listening.address, "/ipn", &[], b"txn_id=A&payment_status=Completed");
    assert!(answer.as_ref().map_or(true, |status| *status == 503), "{answer:?}");
    assert_eq!(listening.code(), Some(1), "{:?}", listening.said());

    // It is new to the next process.
    let (mut reader, writer) = io::pipe().unwrap();
    let listening = Listening::start(&mut command, writer);
    assert_eq!(post_message(listening.address, "A"), 200);
    drop((listening, command));
    let mut printed = String::new();
    io::Read::read_to_string(&mut reader, &mut printed).unwrap();
    let line: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!((&line["reply"]["duplicate"], &line["answer"]), (&json!(false), &json!(200)));
}
