//! Actions that are run, and how their outcomes look.

use std::path::Path;

use bytes::Bytes;
use connector_host::{
    Client, Connection, Connector, Engine, Environment, Route, Tenant, json as form,
    testing::NumberedTokens,
    transport::{BoxFuture, Timeouts, Transport, whole},
};
use host_test::COMPONENT;
use http::{Request, Response};
use paypal_simulator::Simulator;
use serde_json::{Value, json as value};
use wasmtime_wasi_http::{Error, WasiBody};

use crate::{
    bindings::kosha::service::connections::Purpose,
    peer::{Asks, Fails, Peer},
    service::{Service, TILL, json, post, problem},
    world::World,
};

fn order() -> Value {
    value!({"intent": "CAPTURE", "purchase_units": [{"amount": {"currency_code": "USD", "value": "10.00"}}]})
}

#[tokio::test]
async fn an_order_is_created_captured_and_read() {
    let service = Service::new(World::new(2));
    let mut request = post("/v1/connections/shop/actions/orders.create", TILL, &value!({"body": order()}));
    request.headers_mut().insert("idempotency-key", "shop-order-1042".parse().unwrap());
    request.headers_mut().insert("x-request-id", "r-1".parse().unwrap());
    let created = service.send(request.clone()).await;
    assert_eq!(created.headers()["x-request-id"], "r-1");
    let (status, created) = json(&created);
    assert_eq!((status, &created["reply"]["idempotency_key"]), (200, &value!("shop-order-1042")));
    let id = created["reply"]["body"]["id"].as_str().unwrap().to_owned();
    // Repeated with its key, it is the same order.
    let repeated = json(&service.send(request).await).1;
    assert_eq!((&repeated["reply"]["body"]["id"], &repeated["reply"]["status"]), (&value!(id), &value!(200)));

    assert!(service.world.simulator.approve_order(&id));
    let (status, captured) = service.run("orders.capture", &value!({"id": id})).await;
    assert_eq!((status, &captured["reply"]["body"]["status"]), (200, &value!("COMPLETED")));
    let (status, told) = service.run("orders.status", &value!({"id": id})).await;
    assert_eq!((status, &told["reply"]["body"]["paid"]), (200, &value!(true)));
    let (_, history) = service.run("orders.history", &value!({"id": id})).await;
    assert!(history.to_string().contains("orders.capture"), "{history}");
    assert_eq!(service.world.simulator.effects().captured_of(&id), 1000);
    let uses = service.world.uses.lock().unwrap();
    assert_eq!(*uses, vec![("shop".to_owned(), Purpose::Action, None); 5]);
}

#[tokio::test]
async fn an_input_that_is_wrong_is_refused_and_nothing_is_sent() {
    let service = Service::new(World::new(3));
    let path = "/v1/connections/shop/actions/orders.create";
    let with = |media_type: Option<&str>, key: Option<&str>, body: &[u8]| {
        let mut request = post(path, TILL, &Value::Null).map(|_| Bytes::copy_from_slice(body));
        request.headers_mut().remove("content-type");
        for (name, value) in [("content-type", media_type), ("idempotency-key", key)] {
            if let Some(value) = value {
                request.headers_mut().append(name, value.parse().unwrap());
            }
        }
        request
    };
    let json_type = Some("application/json");
    let mut twice = with(json_type, Some("a"), b"{}");
    twice.headers_mut().append("idempotency-key", "b".parse().unwrap());
    for (request, expected) in [
        (with(Some("text/plain"), None, b"{}"), (415, "unsupported-media-type")),
        (with(None, None, b"{}"), (415, "unsupported-media-type")),
        (with(json_type, None, b"\xff"), (400, "malformed-request")),
        (with(json_type, Some("a"), br#"{"options": {"idempotency_key": "b"}}"#), (400, "malformed-request")),
        (with(json_type, Some("a"), b"[]"), (400, "malformed-request")),
        (twice, (400, "malformed-request")),
        (with(None, None, b""), (400, "invalid-input")),
        (with(json_type, None, b"{"), (400, "invalid-input")),
        (with(json_type, None, b"[]"), (400, "invalid-input")),
        (with(json_type, None, br#"{"body": {}, "bodi": 1}"#), (400, "invalid-input")),
        (with(json_type, Some("a b\tc"), br#"{"body": {}}"#), (400, "invalid-input")),
    ] {
        let body = request.body().clone();
        let response = service.send(request).await;
        let (status, name) = problem(&response);
        assert_eq!((status, &*name), expected, "{body:?}");
        if name == "invalid-input" {
            assert_eq!(json(&response).1["failure"]["request_sent"], false);
        }
    }
    assert!(service.world.simulator.effects().orders.is_empty());
}

#[tokio::test]
async fn a_lost_answer_is_504_and_what_was_not_sent_is_not() {
    for (fails, asks, expected) in [
        (Fails::Hangs, Asks::WithKey, (504, "outcome-unknown")),
        (Fails::Hangs, Asks::Read, (503, "timed-out")),
        (Fails::ResetsAfterAll, Asks::WithKey, (504, "outcome-unknown")),
        (Fails::ResetsAfterAll, Asks::WithoutKey, (504, "outcome-unknown")),
        (Fails::ResetsAfterAll, Asks::Read, (503, "unreachable")),
        (Fails::Refuses, Asks::WithKey, (503, "unreachable")),
        (Fails::Refuses, Asks::WithoutKey, (503, "unreachable")),
        (Fails::NotJson, Asks::WithKey, (504, "outcome-unknown")),
        (Fails::NotJson, Asks::Read, (502, "malformed-reply")),
    ] {
        let peer = Peer::start(fails);
        let service = Service::new(World { peer: Some(peer.address), ..World::new(4) });
        let (action, input) = asks.call();
        let input: Value = serde_json::from_str(&input).unwrap();
        let response = service.send(post(&format!("/v1/connections/shop/actions/{action}"), TILL, &input)).await;
        let (status, name) = problem(&response);
        assert_eq!((status, &*name), expected, "{fails:?} {asks:?}");
        let failure = &json(&response).1["failure"];
        assert_eq!(failure["request_sent"], fails != Fails::Refuses, "{fails:?} {asks:?}");
        assert_eq!(failure["idempotency_key"].is_string(), asks == Asks::WithKey, "{fails:?} {asks:?}");
    }
}

/// Answers with the simulator's response.
struct InProcess(Simulator);

impl Transport for InProcess {
    fn send(&self, request: Request<Bytes>, _: Timeouts) -> BoxFuture<Result<Response<WasiBody>, Error>> {
        let response = self.0.handle(request).map(whole);
        Box::pin(async { Ok(response) })
    }
}

#[tokio::test]
async fn an_outcome_looks_as_call_prints_it() {
    const SEED: u64 = 5;
    let service = Service::new(World::new(SEED));
    let connector = Connector::load(&Engine::new().unwrap(), Path::new(COMPONENT)).unwrap();
    let route = Route::paypal(Environment::Sandbox);
    let connection =
        Connection::new(route, NumberedTokens::new(Simulator::token()), Client::new()).with_max_attempts(1);
    let tenant = Tenant::new(connection, InProcess(Simulator::new(SEED)));
    let invoice = value!({"detail": {"currency_code": "USD", "invoice_number": "1"}});
    let key = |name: &str| value!({"idempotency_key": name, "prefer": "representation"});
    let mut id = String::new();
    // A reply, one with a file, one with another page, one without a body; failures found here and by PayPal.
    for (action, input) in [
        ("orders.create", value!({"body": order(), "options": key("a")})),
        ("orders.create", value!({"body": order(), "options": {"idempotency_key": "b", "prefer": "minimal"}})),
        ("products.create", value!({"body": {"name": "Tea", "type": "PHYSICAL"}, "options": key("c")})),
        ("products.create", value!({"body": {"name": "Milk", "type": "PHYSICAL"}, "options": key("d")})),
        ("products.list", value!({"page_size": 1})),
        ("invoices.create", value!({"body": invoice, "options": key("e")})),
        ("invoices.generate-qr-code", value!({"invoice_id": "{id}", "body": {}})),
        ("invoices.delete", value!({"invoice_id": "{id}"})),
        ("orders.get", value!({"id": "0XX"})),
        ("orders.create", value!({"body": {"intent": 7}, "options": key("f")})),
        ("orders.capture", value!({"id": "{order}", "options": key("g")})),
    ] {
        let input: Value = serde_json::from_str(&input.to_string().replace("{id}", &id)).unwrap();
        let expected = connector.invoke(&tenant, action, &input.to_string()).await.unwrap().result;
        let printed = form::outcome(&expected).unwrap();
        let response = service.send(post(&format!("/v1/connections/shop/actions/{action}"), TILL, &input)).await;
        let (mut here, there) = (json(&response).1, serde_json::from_str::<Value>(&printed).unwrap());
        if let Some(made) = there["reply"]["body"]["id"].as_str() {
            id = made.to_owned();
        }
        if expected.is_err() {
            here = value!({"failure": here["failure"]});
        } else {
            assert_eq!(response.body(), printed.as_bytes(), "{action}");
        }
        assert_eq!(here, there, "{action} {input}");
    }
}
