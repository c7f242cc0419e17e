//! After a restart the world is the same.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use paypal_simulator::{Outcome, Simulator, StoreError, bytes::Bytes, http::Request, triggers};
use serde_json::{Value, json};

/// A path where no file is, by the name of a test.
pub(crate) fn fresh(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("store-{name}"));
    for ending in ["", "-wal", "-shm", "-journal"] {
        let mut file = path.clone().into_os_string();
        file.push(ending);
        let _ = fs::remove_file(file);
    }
    path
}

fn open(path: &Path, seed: u64) -> Simulator {
    let paypal = Simulator::new(seed);
    paypal.keep_in(path).unwrap();
    paypal
}

fn send(paypal: &Simulator, authorization: &str, method: &str, path: &str, body: &str) -> (u16, Value) {
    let form = path.starts_with("/v1/oauth2") || path.starts_with("/v1/identity/openid");
    let media = if form { "application/x-www-form-urlencoded" } else { "application/json" };
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", authorization)
        .header("content-type", media)
        .header("prefer", "return=representation")
        .body(Bytes::from(body.to_owned()))
        .unwrap();
    let answer = paypal.handle(request);
    (answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap_or_default())
}

fn basic(paypal: &Simulator) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{}:{}", paypal.client_id(), paypal.client_secret())))
}

fn token(paypal: &Simulator) -> String {
    let (status, answer) =
        send(paypal, &basic(paypal), "POST", "/v1/oauth2/token", "grant_type=client_credentials&ignoreCache=true");
    assert_eq!(status, 200, "{answer}");
    answer["access_token"].as_str().unwrap().to_owned()
}

/// What can be read of a world, with a token of before.
fn readable(paypal: &Simulator, token: &str) -> Vec<Value> {
    let times = "start_date=2026-03-01T00:00:00Z&end_date=2026-03-31T00:00:00Z";
    let paths = [
        "/v1/notifications/webhooks-events?page_size=300".to_owned(),
        format!("/v1/reporting/transactions?{times}&fields=all&page_size=500"),
        "/v1/reporting/balances".to_owned(),
        "/v2/invoicing/invoices?page_size=100".to_owned(),
        "/v1/billing/plans?page_size=20".to_owned(),
        "/v1/customer/disputes?page_size=50".to_owned(),
        "/simulator/accounts".to_owned(),
    ];
    let read = |path: &String| {
        let (status, answer) = send(paypal, &format!("Bearer {token}"), "GET", path, "");
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    };
    paths.iter().map(read).collect()
}

#[test]
fn whatever_has_happened_is_the_same_after_a_restart() {
    let path = fresh("same");
    let paypal = open(&path, 7);
    let bearer = format!("Bearer {}", token(&paypal));
    let webhook = json!({"url": "http://127.0.0.1:9/hooks", "event_types": [{"name": "*"}]}).to_string();
    assert_eq!(send(&paypal, &bearer, "POST", "/v1/notifications/webhooks", &webhook).0, 201);
    assert_eq!(send(&paypal, "", "POST", "/simulator/merchants", r#"{"name": "Another"}"#).0, 201);
    for name in triggers::event_types() {
        let body = json!({"event_type": name}).to_string();
        assert_eq!(send(&paypal, "", "POST", "/simulator/trigger", &body).0, 200, "{name}");
        // Some deliveries are made, some fail and are tried again, some are on their way when the process ends.
        let deliveries = paypal.deliveries().unwrap();
        for (number, delivery) in deliveries.into_iter().enumerate().filter(|(number, _)| number % 3 < 2) {
            if number % 3 == 0 {
                paypal.delivered(&delivery, Outcome::Answered(204));
            } else {
                paypal.delivered(&delivery, Outcome::NoAnswer);
                paypal.undelivered(delivery);
            }
        }
        // The clock has moved, perhaps by months.
        let bearer = format!("Bearer {}", token(&paypal));
        let events = send(&paypal, &bearer, "GET", "/v1/notifications/webhooks-events", "").1;
        let event = events["events"][0]["id"].as_str().unwrap().to_owned();
        send(&paypal, &bearer, "POST", &format!("/v1/notifications/webhooks-events/{event}/resend"), "{}");
        // A refused request may use ids too.
        assert_eq!(send(&paypal, &bearer, "POST", "/v2/checkout/orders", "{}").0, 400);
        assert_eq!(send(&paypal, "", "POST", "/simulator/clock", r#"{"seconds": 300}"#).0, 200);
    }
    let (own, terminated) = (token(&paypal), token(&paypal));
    let bearer = format!("Bearer {own}");
    assert_eq!(
        send(&paypal, &basic(&paypal), "POST", "/v1/oauth2/token/terminate", &format!("token={terminated}")).0,
        200
    );
    let (effects, before) = (paypal.effects(), readable(&paypal, &own));
    assert!(effects.captured.len() > 10 && !effects.disputes.is_empty() && !effects.subscriptions.is_empty());
    drop(paypal);

    let paypal = open(&path, 7);
    assert_eq!(paypal.effects(), effects);
    assert_eq!(readable(&paypal, &own), before);
    let refused = send(&paypal, &format!("Bearer {terminated}"), "GET", "/v1/reporting/balances", "");
    assert_eq!(refused.0, 401, "a terminated token stays so");

    // What is made next is what would have been made without the restart.
    let next = |paypal: &Simulator| {
        send(paypal, &bearer, "POST", "/v1/catalogs/products", r#"{"name": "T", "type": "DIGITAL"}"#)
    };
    let made = next(&paypal);
    assert_eq!(made.0, 201);
    drop(paypal);
    let paypal = open(&path, 7);
    let id = made.1["id"].as_str().unwrap();
    assert_eq!(send(&paypal, &bearer, "GET", &format!("/v1/catalogs/products/{id}"), "").1["id"], id);
}

/// The debug ids of some reads and of refused writes, and the tokens for a page, which are not kept.
fn passing(paypal: &Simulator, bearer: &str) -> Vec<String> {
    let mut ids = Vec::new();
    for (method, path) in
        [("GET", "/v1/reporting/balances"), ("POST", "/v2/checkout/orders"), ("GET", "/v1/x")].repeat(20)
    {
        let request = Request::builder().method(method).uri(path).header("authorization", bearer);
        let request = request.header("content-type", "application/json").body(Bytes::from("{}")).unwrap();
        ids.push(paypal.handle(request).headers()["paypal-debug-id"].to_str().unwrap().to_owned());
    }
    let (status, answer) = send(paypal, bearer, "POST", "/v1/identity/generate-token", "{}");
    assert_eq!(status, 200, "{answer}");
    ids.push(answer["client_token"].as_str().unwrap().to_owned());
    ids
}

#[test]
fn no_debug_id_is_handed_out_again_after_a_restart_and_those_that_are_kept_stay() {
    let path = fresh("debug-ids");
    let paypal = open(&path, 7);
    let bearer = format!("Bearer {}", token(&paypal));
    // A payout to nobody here is returned with an error, which has a debug id.
    let item = json!({"recipient_type": "EMAIL", "receiver": "nobody@example.com", "amount": {"value": "1.00", "currency": "USD"}});
    let payout = json!({"sender_batch_header": {"sender_batch_id": "b1"}, "items": [item]}).to_string();
    let (status, made) = send(&paypal, &bearer, "POST", "/v1/payments/payouts", &payout);
    assert_eq!(status, 201, "{made}");
    let mut given = passing(&paypal, &bearer);
    assert_eq!(send(&paypal, "", "POST", "/simulator/clock", r#"{"seconds": 300}"#).0, 200);
    let batch = made["batch_header"]["payout_batch_id"].as_str().unwrap().to_owned();
    let errors = |paypal: &Simulator| {
        let batch = send(paypal, &bearer, "GET", &format!("/v1/payments/payouts/{batch}"), "").1;
        batch["items"][0]["errors"].clone()
    };
    let before = errors(&paypal);
    assert!(before["debug_id"].is_string(), "{before}");
    let mut paypal = paypal;
    for _ in 0..3 {
        drop(paypal);
        paypal = open(&path, 7);
        assert_eq!(errors(&paypal), before);
        given.extend(passing(&paypal, &bearer));
    }
    let count = given.len();
    given.sort();
    given.dedup();
    assert_eq!((given.len(), count), (4 * 61, 4 * 61));
}

#[test]
fn what_was_delivered_is_not_delivered_again_and_the_rest_is() {
    let path = fresh("deliveries");
    let paypal = open(&path, 7);
    let bearer = format!("Bearer {}", token(&paypal));
    let webhook = json!({"url": "http://127.0.0.1:9/hooks", "event_types": [{"name": "*"}]}).to_string();
    assert_eq!(send(&paypal, &bearer, "POST", "/v1/notifications/webhooks", &webhook).0, 201);
    for _ in 0..3 {
        let body = r#"{"event_type": "PAYMENT.CAPTURE.COMPLETED"}"#;
        assert_eq!(send(&paypal, "", "POST", "/simulator/trigger", body).0, 200);
    }
    let ids = |deliveries: Vec<paypal_simulator::Delivery>| {
        let mut ids: Vec<_> = deliveries.into_iter().map(|it| (it.event_id, it.attempt)).collect();
        ids.sort();
        ids
    };
    let mut deliveries = paypal.deliveries().unwrap();
    assert!(deliveries.len() > 5);
    let (done, failed) = (deliveries.remove(0), deliveries.remove(0));
    paypal.delivered(&done, Outcome::Answered(200));
    paypal.delivered(&failed, Outcome::Answered(500));
    let mut expected = ids(deliveries);
    expected.push((failed.event_id.clone(), 2));
    expected.sort();
    paypal.undelivered(failed);
    drop(paypal);
    let paypal = open(&path, 7);
    assert_eq!(ids(paypal.deliveries().unwrap()), expected);
    drop(paypal);
}

#[test]
fn attempts_are_counted_over_restarts() {
    let path = fresh("attempts");
    let paypal = open(&path, 7);
    let bearer = format!("Bearer {}", token(&paypal));
    let webhook = json!({"url": "http://127.0.0.1:9/hooks", "event_types": [{"name": "*"}]}).to_string();
    assert_eq!(send(&paypal, &bearer, "POST", "/v1/notifications/webhooks", &webhook).0, 201);
    // The event is posted twice, which counts as one attempt.
    assert_eq!(send(&paypal, "", "POST", "/simulator/deliveries/duplicate", "").0, 204);
    let product = r#"{"name": "T", "type": "DIGITAL"}"#;
    assert_eq!(send(&paypal, &bearer, "POST", "/v1/catalogs/products", product).0, 201);
    let message = json!({"url": "http://127.0.0.1:9/ipn", "fields": {"txn_type": "web_accept"}}).to_string();
    assert_eq!(send(&paypal, &bearer, "POST", "/simulator/ipn", &message).0, 202);
    let mut paypal = paypal;
    for attempt in 1..=26 {
        // Each process makes its keys anew, which takes seconds.
        if matches!(attempt, 2 | 17 | 26) {
            drop(paypal);
            paypal = open(&path, 7);
        }
        let page = send_for_page(&paypal);
        assert!(page.contains("is there again after a restart") && !page.contains("Nothing is stored"), "{page}");
        let (deliveries, messages) = (paypal.deliveries().unwrap(), paypal.ipn_messages());
        let attempts: Vec<_> = deliveries.iter().map(|it| it.attempt).collect();
        // PayPal gives up after 25 attempts, and after 16 of an IPN message.
        assert_eq!(attempts, if attempt <= 25 { vec![attempt; 2] } else { vec![] });
        let shown = format!("<td class=\"amount\">{}</td>", (attempt - 1).min(25));
        assert!(page.contains(&shown), "{shown}: {page}");
        let attempts: Vec<_> = messages.iter().map(|it| it.attempt).collect();
        assert_eq!(attempts, if attempt <= 16 { vec![attempt] } else { vec![] });
        for delivery in deliveries {
            paypal.delivered(&delivery, Outcome::NoAnswer);
            paypal.undelivered(delivery);
        }
        messages.into_iter().for_each(|message| paypal.undelivered_ipn(message));
    }
}

fn send_for_page(paypal: &Simulator) -> String {
    let answer = paypal.handle(Request::get("/").body(Bytes::new()).unwrap());
    String::from_utf8(answer.into_body().to_vec()).unwrap()
}

#[test]
fn the_file_is_private_and_has_no_secret() {
    let path = fresh("private");
    let paypal = open(&path, 7);
    let own = token(&paypal);
    let bearer = format!("Bearer {own}");
    let body = r#"{"event_type": "PAYMENT.CAPTURE.COMPLETED"}"#;
    assert_eq!(send(&paypal, &bearer, "POST", "/simulator/trigger", body).0, 200);
    let form = format!("token={own}&client_secret={}", paypal.client_secret());
    assert_eq!(send(&paypal, &basic(&paypal), "POST", "/v1/oauth2/token/terminate", &form).0, 200);
    let basic = basic(&paypal);
    let secret = paypal.client_secret();
    drop(paypal);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let bytes = fs::read(&path).unwrap();
    assert!(bytes.len() > 4096);
    for secret in [&*own, &*secret, basic.trim_start_matches("Basic ")] {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret}");
    }
}

#[test]
fn another_seed_version_program_or_process_is_a_clear_error() {
    let path = fresh("errors");
    let paypal = open(&path, 7);
    let error = |seed| Simulator::new(seed).keep_in(&path).unwrap_err();
    let asked = Instant::now();
    assert_eq!(error(7).to_string(), "another process has it open: end that one, or use another file");
    // By itself SQLite waits for five seconds.
    assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
    drop(paypal);
    assert!(matches!(error(8), StoreError::Seed(seed) if seed == "7"));
    let change = |sql: &str| {
        let connection = rusqlite::Connection::open(&path).unwrap();
        connection.execute_batch(sql).unwrap();
    };
    change("UPDATE world SET version = '0.0.1'");
    assert!(matches!(error(7), StoreError::Version(version) if version == "0.0.1"));
    change("PRAGMA application_id = 1");
    assert!(matches!(error(7), StoreError::Foreign));
    fs::write(&path, "no database, but a file of somebody else's, which is not to be changed").unwrap();
    assert!(matches!(error(7), StoreError::Sqlite(_)), "{}", error(7));
    assert!(fs::read_to_string(&path).unwrap().starts_with("no database"));
}
