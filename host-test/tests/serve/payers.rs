//! Payers by HTTP.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    service::{Service, basic},
    wire::{PATIENCE, send},
};

fn payers(service: &Service, query: &str) -> Value {
    let answer = service.call("GET", &format!("/v1/connections/simulator/payers{query}"), &Value::Null);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

/// Waits until there are so many credits in all.
fn wait(service: &Service, credits: u64) -> Value {
    let end = Instant::now() + PATIENCE;
    loop {
        let found = payers(service, "");
        let all = found["payers"].as_array().unwrap().iter().map(|it| it["credits"].as_u64().unwrap()).sum::<u64>();
        if all >= credits {
            return found;
        }
        assert!(Instant::now() < end, "{found} {}", service.log());
        sleep(Duration::from_millis(100));
    }
}

#[test]
fn those_who_paid_are_listed_with_their_sums_the_latest_first() {
    let service = Service::start();
    assert_eq!(payers(&service, ""), json!({"payers": [], "next": null}));
    for _ in 0..2 {
        let id = service.approved_order();
        service.act("orders.capture", &json!({"id": id})).reply();
    }
    let first = wait(&service, 2)["payers"].clone();
    assert_eq!(first.as_array().unwrap().len(), 1, "by the id and not by the address again: {first}");
    let buyer = first[0]["payer"].as_str().unwrap().to_owned();
    assert!(!buyer.contains('@'), "{first}");
    assert_eq!(first[0]["sums"], json!([{"currency_code": "USD", "value": "20.00"}]));
    // The same that the action says.
    let history = service.act("payers.history", &json!({"payer": buyer})).reply();
    assert_eq!((&history["sums"][0]["gross"], history["credits"].as_array().unwrap().len()), (&json!("20.00"), 2));

    // By an IPN message, of one who has told an address only.
    let fields = json!({"txn_type": "web_accept", "txn_id": "61E67681CH3238416", "payment_status": "Completed",
        "mc_gross": "12.10", "mc_currency": "EUR", "payer_email": "Ada@example.com"});
    let url = format!("http://{}/v1/connections/simulator/ipn", service.address);
    let message = json!({"url": url, "fields": fields}).to_string();
    let basic = basic();
    let headers = [("authorization", &*basic), ("content-type", "application/json")];
    let queued = send(service.simulator, "POST", "/simulator/ipn", &headers, message.as_bytes());
    assert_eq!(queued.status, 202, "{}", queued.text());
    let all = wait(&service, 3);
    let ada = &all["payers"][0];
    assert_eq!((&ada["payer"], &ada["credits"]), (&json!("ada@example.com"), &json!(1)));
    assert_eq!(ada["sums"], json!([{"currency_code": "EUR", "value": "12.10"}]));
    assert!(ada["last"].as_str().unwrap().ends_with('Z'), "{ada}");
    assert_eq!(all["payers"][1]["payer"], buyer);

    let page = payers(&service, "?limit=1");
    assert_eq!(page["payers"].as_array().unwrap().len(), 1);
    let rest = payers(&service, &format!("?limit=1&before={}", page["next"]));
    assert_eq!(rest["payers"][0]["payer"], buyer);
    assert_eq!(payers(&service, &format!("?before={}", rest["next"]))["payers"], json!([]));

    // Another account has its own.
    let shop =
        json!({"environment": "simulator", "client_id": "AX-not-a-real-id", "client_secret": "EX-not-a-real-one"});
    assert_eq!(service.call("PUT", "/v1/connections/shop", &shop).status, 201);
    assert_eq!(service.call("GET", "/v1/connections/shop/payers", &Value::Null).json()["payers"], json!([]));
    let refused = service.call("GET", "/v1/connections/simulator/payers?befor=1", &Value::Null);
    assert_eq!((refused.status, &*refused.problem()), (400, "malformed-request"));
    let key = service.key("shop", &["--connection", "shop"]);
    let foreign = service.call_by(&key, "GET", "/v1/connections/simulator/payers", &[], &Value::Null);
    assert_eq!((foreign.status, &*foreign.problem()), (403, "out-of-scope"));
}
