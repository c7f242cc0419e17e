//! `call`: its input from arguments, and the request that it would send.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

mod program;

use std::{ffi::OsStr, fs, os::unix::ffi::OsStrExt as _};

use serde_json::{Value, json};

use program::{NOBODY, Run, host_test, host_test_with};

/// What a call would send.
fn request(arguments: &[&str]) -> Value {
    let run = host_test(&[&["call"], arguments, &["--dry-run"]].concat(), "");
    assert_eq!(run.code, 0, "{arguments:?}: {}{}", run.out, run.err);
    run.json()["request"].take()
}

/// A call that is refused because of its arguments.
fn refused(arguments: &[&str]) -> String {
    let run = host_test(&[&["call"], arguments, &["--base-url", NOBODY]].concat(), "");
    assert!(run.code == 2 && run.out.is_empty(), "{arguments:?}: {}{}", run.out, run.err);
    run.err
}

#[test]
fn a_request_is_shown_and_not_sent() {
    let shown = request(&[
        "orders.create",
        "body.intent=CAPTURE",
        "body.purchase_units[0].amount.currency_code=USD",
        "body.purchase_units[0].amount.value=10.00",
        "options.idempotency-key=shop-order-1042",
        "options.prefer=representation",
    ]);
    let body = json!({"intent": "CAPTURE", "purchase_units": [{"amount": {"currency_code": "USD", "value": "10.00"}}]});
    assert_eq!(shown["method"], "POST");
    assert_eq!(shown["url"], "https://api-m.sandbox.paypal.com/v2/checkout/orders");
    assert_eq!(shown["body"], body);
    assert_eq!(shown["headers"]["authorization"], "Bearer <token>");
    assert_eq!(shown["headers"]["paypal-request-id"], "shop-order-1042");
    assert_eq!(shown["headers"]["prefer"], "return=representation");
    assert_eq!(shown["headers"]["content-length"], body.to_string().len().to_string());

    let shown = request(&["orders.get", "id=5O190127TN364715T", "--base-url", NOBODY]);
    assert_eq!(shown["url"], format!("{NOBODY}/v2/checkout/orders/5O190127TN364715T"));
    assert_eq!((&shown["method"], shown.get("body")), (&json!("GET"), None));
    let shown = request(&["plans.list", "page-size=3", "total_required=true", "--live"]);
    let url = shown["url"].as_str().unwrap();
    assert!(url.starts_with("https://api-m.paypal.com/v1/billing/plans?"), "{url}");
    assert!(url.contains("page_size=3") && url.contains("total_required=true"), "{url}");
}

#[test]
fn a_dry_run_takes_no_credentials_and_shows_none() {
    let secrets = [("PAYPAL_CLIENT_ID", "the-client-id-0123"), ("PAYPAL_CLIENT_SECRET", "the-client-secret-0123")];
    let run = host_test_with(&["-v", "call", "orders.get", "id=5O19", "--dry-run"], "", &secrets);
    assert_eq!(run.code, 0, "{}", run.err);
    for (_, secret) in secrets {
        assert!(!run.out.contains(secret) && !run.err.contains(secret), "{}{}", run.out, run.err);
    }
}

#[test]
fn a_dry_run_without_a_request_shows_the_outcome() {
    let run = host_test(&["call", "orders.get", "id=", "--dry-run"], "");
    assert_eq!(run.failure()["kind"], "invalid-input");
    assert!(run.err.contains("without sending anything"), "{}", run.err);
    let run = host_test(&["call", "orders.capture", "id=5O19", "--dry-run", "--read-only"], "");
    assert_eq!(run.failure()["kind"], "denied");
    // It sends nothing ever.
    let run = host_test(&["call", "events.receive", "--dry-run", "body=e30=", "webhook_id=1", "headers:=[]"], "");
    assert!(run.code == 0 && run.json()["reply"]["body"]["outcome"] == "invalid", "{}{}", run.out, run.err);
    for conflict in [&["--fixture", "found"][..], &["--all-pages"], &["--journal", "x.db"]] {
        let run = host_test(&[&["call", "orders.get", "id=5O19", "--dry-run"], conflict].concat(), "");
        assert!(run.code == 2 && run.err.contains("cannot be used with"), "{}", run.err);
    }
}

#[test]
fn a_body_comes_from_a_file_or_stdin_as_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("order.json");
    let body = "{ \"intent\": \"CAPTURE\",\n  \"purchase_units\": [{\"amount\": {\"currency_code\": \"USD\", \"value\": \"1.00\"}}], \"n\": 1.50}";
    fs::write(&file, body).unwrap();
    let file = file.to_str().unwrap();
    let printed = |run: Run| {
        assert_eq!(run.code, 0, "{}{}", run.out, run.err);
        run.out
    };
    let key = "options.idempotency_key=k";
    let from_file = printed(host_test(&["call", "orders.create", "--body", file, key, "--dry-run"], ""));
    assert!(from_file.contains(body), "{from_file}");
    let from_stdin = printed(host_test(&["call", "orders.create", "--body", "-", key, "--dry-run"], body));
    assert_eq!(from_stdin, from_file);
    for (arguments, what) in [
        (&["orders.create", "--body", "/no/such/file"][..], "--body /no/such/file"),
        (&["orders.create", "--body", "Cargo.toml"], "it is not JSON"),
        (&["orders.get", "id=5O19", "--body", file], "takes no body"),
        (&["orders.create", "--body", file, "body.intent=CAPTURE"], "`body` is given as something else"),
        (&["orders.create", "--body", file, "--input", file], "cannot be used with"),
        (&["orders.create", "--input", file, "body.intent=CAPTURE"], "cannot be used with"),
    ] {
        let said = refused(arguments);
        assert!(said.contains(what), "{arguments:?}: {said}");
    }
}

#[test]
fn arguments_are_typed_by_the_catalogue_and_refused_by_name() {
    let shown = request(&["subscriptions.list", "plan_ids=P-1,P-2", "page_size=2"]);
    assert!(shown["url"].as_str().unwrap().contains("page_size=2"), "{shown}");
    let shown =
        request(&["orders.update", "id=5O19", "body[0].op=replace", "body[0].path=/intent", "body[0].value=CAPTURE"]);
    assert_eq!(shown["body"], json!([{"op": "replace", "path": "/intent", "value": "CAPTURE"}]));
    for (arguments, what) in [
        (&["orders.get", "ids=5O19"][..], "`orders.get` has no `ids`; did you mean `id`?"),
        (&["orders.get", "5O190127TN364715T"], "argument 1 after the action has no `=`"),
        (&["orders.get", "id=5O19", "id=5O20"], "`id` is given twice"),
        (&["orders.captrue", "id=5O19"], "there is no action `orders.captrue`; did you mean `orders.capture`?"),
        (&["plans.list", "page_size=many"], "`page_size` is a whole number"),
        (&["orders.create", "body.intent.deep=x"], "`body.intent` is a single value"),
        (&["orders.create", "body.purchase_units[999999999].custom_id=x"], "`body.purchase_units[0]` is missing"),
        (&["orders.create", "body.intnet=CAPTURE"], "did you mean `body.intent`?"),
    ] {
        let said = refused(arguments);
        assert!(said.contains(what), "{arguments:?}: {said}");
    }
    let said = refused(&["orders.create", "body.payment_source.card.number[0]=4111111111111111"]);
    assert!(said.contains("body.payment_source.card.number") && !said.contains("4111"), "{said}");
}

#[test]
fn arguments_that_are_no_text_are_refused() {
    let mut command = program::command();
    command.args(["call", "orders.get", "--base-url", NOBODY]).arg(OsStr::from_bytes(b"id=\xff"));
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(2) && said.contains("UTF-8"), "{said}");
}

#[test]
fn a_fixture_takes_arguments_too() {
    let run = host_test(&["call", "products.get", "--fixture", "found", "product_id=PROD-OTHER"], "");
    assert!(run.code == 1 && run.err.contains("PROD-OTHER"), "the request differs: {}", run.err);
}
