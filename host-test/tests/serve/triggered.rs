//! Events that are brought about, by HTTP.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    service::Service,
    wire::{Answer, PATIENCE, send},
};

fn bring_about(service: &Service, connection: &str, body: &Value) -> Answer {
    service.call("POST", &format!("/v1/connections/{connection}/triggered-events"), body)
}

fn types(service: &Service, connection: &str) -> Vec<Value> {
    let listed = service.call("GET", &format!("/v1/connections/{connection}/triggered-events"), &Value::Null).json();
    listed["event_types"].as_array().unwrap().clone()
}

#[test]
fn an_event_is_brought_about_and_comes_in() {
    let service = Service::start();
    let all = types(&service, "simulator");
    let refunded = json!({"event_type": "PAYMENT.CAPTURE.REFUNDED", "needs_time": false, "steps": 4});
    assert!(all.contains(&refunded), "{all:?}");
    let wanted = json!({"event_type": "PAYMENT.CAPTURE.REFUNDED", "set": {"purchase_units[0].amount.value": "12.34"}});
    let done = bring_about(&service, "simulator", &wanted);
    let document = done.json();
    assert_eq!((done.status, &document["event_type"]), (200, &wanted["event_type"]), "{document}");
    let event = document["events"].as_array().unwrap().iter().find(|it| it["event_type"] == wanted["event_type"]);
    let event = event.unwrap()["id"].as_str().unwrap();
    let capture = service.act("payments.get-capture", &json!({"capture_id": document["resources"]["capture"]})).reply();
    assert_eq!(capture["amount"]["value"], "12.34", "{capture}");
    let end = Instant::now() + PATIENCE;
    loop {
        let list = service.call("GET", "/v1/connections/simulator/events", &Value::Null).json();
        if list["events"].as_array().unwrap().iter().any(|it| it["received"]["reply"]["event"]["id"] == event) {
            break;
        }
        assert!(Instant::now() < end, "{list}");
        sleep(Duration::from_millis(100));
    }
}

#[test]
fn it_happens_to_the_merchant_of_the_connection() {
    let service = Service::start();
    let added = send(service.simulator, "POST", "/simulator/merchants", &[("content-type", "application/json")], b"{}");
    let shop = added.json();
    let document =
        json!({"environment": "simulator", "client_id": shop["client_id"], "client_secret": shop["client_secret"]});
    assert_eq!(service.call("PUT", "/v1/connections/shop", &document).status, 201, "{shop}");
    let done = bring_about(&service, "shop", &json!({"event_type": "CATALOG.PRODUCT.CREATED"}));
    assert_eq!(done.status, 200, "{}", done.text());
    let products = |connection: &str| {
        let target = format!("/v1/connections/{connection}/actions/products.list");
        service.call("POST", &target, &json!({})).reply()["products"].as_array().map_or(0, Vec::len)
    };
    assert_eq!((products("shop"), products("simulator")), (1, 0));
    // An app that the simulator does not know.
    let unknown =
        json!({"environment": "simulator", "client_id": "AX-not-a-real-id", "client_secret": "EX-not-a-real-one"});
    service.call("PUT", "/v1/connections/unknown", &unknown);
    let refused = bring_about(&service, "unknown", &json!({"event_type": "CATALOG.PRODUCT.CREATED"}));
    assert_eq!((refused.status, &*refused.problem()), (403, "unauthorized"));
}

#[test]
fn what_is_not_possible_is_refused_before_anything_is_done() {
    let service = Service::start();
    let field = |connection: &str, body: Value| {
        let answer = bring_about(&service, connection, &body);
        assert_eq!((answer.status, &*answer.problem()), (400, "invalid-input"), "{body}");
        answer.json()["failure"]["details"][0]["field"].as_str().unwrap().to_owned()
    };
    assert_eq!(field("simulator", json!({"event_type": "PAYMENT.CAPTURE.LOST"})), "/event_type");
    let nowhere = json!({"event_type": "PAYMENT.CAPTURE.COMPLETED", "set": {"purchase_units[3].amount": "1"}});
    assert_eq!(field("simulator", nowhere), "/set");
    let app = |environment: &str| json!({"environment": environment, "client_id": "AX-not-a-real-id", "client_secret": "EX-not-a-real-one"});
    service.call("PUT", "/v1/connections/sandbox", &app("sandbox"));
    service.call("PUT", "/v1/connections/live", &app("live"));
    service.call("PUT", "/v1/connections/reader", &json!({"environment": "simulator", "read_only": true}));
    // A payer is needed there.
    assert_eq!(field("sandbox", json!({"event_type": "PAYMENT.CAPTURE.REFUNDED"})), "/event_type");
    let possible = types(&service, "sandbox");
    assert!(possible.iter().any(|it| it["event_type"] == "CATALOG.PRODUCT.CREATED"), "{possible:?}");
    assert!(possible.len() + 10 < types(&service, "simulator").len());
    assert_eq!(types(&service, "live"), [Value::Null; 0]);
    let wanted = json!({"event_type": "CATALOG.PRODUCT.CREATED"});
    for (connection, kind) in [("live", "not-in-live"), ("reader", "denied")] {
        let refused = bring_about(&service, connection, &wanted);
        assert_eq!((refused.status, &*refused.problem()), (403, kind));
    }
    let target = "/v1/connections/simulator/triggered-events";
    for effects in [&["--effect", "read"][..], &["--effect", "read", "--effect", "write"]] {
        let key = service.key(&format!("key-{}", effects.len()), effects);
        let refused = service.call_by(&key, "POST", target, &[], &wanted);
        assert_eq!((refused.status, &*refused.problem()), (403, "out-of-scope"));
        assert_eq!(service.call_by(&key, "GET", target, &[], &Value::Null).status, 200);
    }
    let malformed = bring_about(&service, "simulator", &json!({"event": "CATALOG.PRODUCT.CREATED"}));
    assert_eq!((malformed.status, &*malformed.problem()), (400, "malformed-request"));
    assert_eq!(service.act("products.list", &json!({})).reply()["products"], Value::Null, "nothing was done");
}
