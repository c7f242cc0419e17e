//! What is made to be slow, deep or large: it is answered soon, and without a fault of the simulator's.

use std::time::{Duration, Instant};

use bytes::Bytes;
use paypal_simulator::bytes;
use serde_json::json;

use crate::{sandbox::Sandbox, schemas::operations};

/// How long one request may take, on a busy machine and without optimization.
const SOON: Duration = Duration::from_secs(5);

fn bodies() -> Vec<(&'static str, String)> {
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
    let patch = |path: &str| json!([{"op": "replace", "path": path, "value": "x"}]).to_string();
    vec![
        ("a deep list", deep("[", "]")),
        ("a deep object", deep("{\"purchase_units\":", "}")),
        ("a number of many digits", format!("{{\"quantity\": {}}}", "9".repeat(20_000))),
        (
            "a number with a large exponent",
            "{\"amount\": {\"value\": 1e999999999, \"currency_code\": \"USD\"}}".to_owned(),
        ),
        (
            "an amount of many digits",
            json!({"amount": {"value": "9".repeat(20_000), "currency_code": "USD"}}).to_string(),
        ),
        (
            "many decimals",
            json!({"amount": {"value": format!("1.{}", "0".repeat(20_000)), "currency_code": "USD"}}).to_string(),
        ),
        ("a long path of a patch", patch(&"/a".repeat(20_000))),
        ("a path of many quotation marks", patch(&format!("/purchase_units/@reference_id=={}", "'".repeat(20_000)))),
        ("an index of many digits", patch(&format!("/purchase_units/{}", "9".repeat(1_000)))),
        ("a long list", format!("[{}1]", "{},".repeat(20_000))),
        (
            "many members",
            format!("{{{}\"z\": 1}}", (0..10_000).map(|it| format!("\"m{it}\":{{}},")).collect::<String>()),
        ),
        (
            "many purchase units",
            format!("{{\"intent\":\"CAPTURE\",\"purchase_units\":[{}{{}}]}}", "{},".repeat(10_000)),
        ),
        ("a long text", json!({"name": "x".repeat(1 << 17), "note": "(a+)+$".repeat(10_000)}).to_string()),
    ]
}

#[test]
fn every_operation_answers_what_is_deep_or_large() {
    let paypal = Sandbox::new();
    paypal.paid_order("5.00");
    let bodies = bodies();
    let mut slow = Vec::new();
    for operation in operations() {
        let path = operation.path.replace(['{', '}'], "");
        for (name, body) in &bodies {
            let start = Instant::now();
            let headers = [("content-type", "application/json")];
            let answer = paypal.raw(&operation.method, &path, &headers, Bytes::from(body.clone()));
            assert!(answer.status < 500, "{}: {name}: {answer:?}", operation.action);
            assert!(
                answer.bytes.len() < 1 << 22,
                "{}: {name} is answered with {}",
                operation.action,
                answer.bytes.len()
            );
            if start.elapsed() > SOON {
                slow.push(format!("{}: {name} takes {:?}", operation.action, start.elapsed()));
            }
        }
    }
    assert!(slow.is_empty(), "{}", slow.join("\n"));
}

#[test]
fn every_operation_answers_odd_paths_and_queries() {
    let paypal = Sandbox::new();
    let long = "x".repeat(30_000);
    let segments = ["%00", "%ff%fe", "..%2f..%2f", "%25", "'", "*", "99999999999999999999999", &long];
    let queries = [
        "page=18446744073709551616",
        "page=18446744073709551615&page_size=18446744073709551615",
        "page_size=-1&page=-1",
        "start_time=9999-12-31T23:59:59Z&end_time=0000-01-01T00:00:00Z",
        "start_date=9999-12-31T23:59:59-0000&end_date=9999-12-31T23:59:59-2359",
        "next_page_token=%00%00&fields=%28a%2B%29%2B%24",
        "&&&=&==&a=b=c&%",
        &format!("fields={}", "a,".repeat(25_000)),
        &format!("{}x=1", "page=1&".repeat(8_000)),
    ];
    for operation in operations() {
        for segment in segments {
            let path = operation.path.split('/').map(|it| if it.starts_with('{') { segment } else { it });
            let path = path.collect::<Vec<_>>().join("/");
            let answer = paypal.raw(&operation.method, &path, &[], Bytes::new());
            assert!(answer.status < 500, "{} {path:.80}: {}", operation.method, answer.body);
        }
        for query in queries {
            let path = format!("{}?{query}", operation.path.replace(['{', '}'], ""));
            let start = Instant::now();
            let answer = paypal.raw(&operation.method, &path, &[], Bytes::new());
            assert!(answer.status < 500, "{} {path:.120}: {}", operation.method, answer.body);
            assert!(start.elapsed() < SOON, "{path:.120} takes {:?}", start.elapsed());
        }
    }
}
