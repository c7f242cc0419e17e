//! Webhook events and IPN messages.

use std::sync::atomic::Ordering;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::{Request, Response};
use paypal_simulator::Delivery;
use rsa::sha2::{Digest as _, Sha256};
use serde_json::{Value, json as value};

use crate::{
    bindings::kosha::service::connections::Purpose,
    service::{Service, json, problem},
    world::{CONSUMER, RECEIVER, World},
};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// Makes an event: a card pays an order. Returns the service and the delivery.
async fn event(service: &Service) -> Delivery {
    let hook = value!({"url": "https://example.com/hook", "event_types": [{"name": "PAYMENT.CAPTURE.COMPLETED"}]});
    assert_eq!(service.run("webhooks.create", &value!({"body": hook})).await.0, 200);
    let body = value!({
        "intent": "CAPTURE",
        "purchase_units": [{"amount": {"currency_code": "USD", "value": "1.00"}}],
        "payment_source": {"card": {"number": "4111111111111111", "expiry": "2030-01"}},
    });
    assert_eq!(service.run("orders.create", &value!({"body": body})).await.0, 200);
    service.world.uses.lock().unwrap().clear();
    let delivery = service.world.simulator.deliveries().unwrap().remove(0);
    service.world.webhooks.lock().unwrap().push(delivery.webhook_id.clone());
    delivery
}

fn request(delivery: &Delivery) -> Request<Bytes> {
    let mut request =
        Request::post(format!("http://gateway.example/v1/connections/shop/webhooks/{}", delivery.webhook_id));
    for (name, value) in &delivery.headers {
        request = request.header(*name, value);
    }
    request.body(delivery.body.clone()).unwrap()
}

fn forwarding(seed: u64) -> Service {
    let service = Service::new(World::with_events(seed));
    service.with("GATEWAY_FORWARD_URL", &format!("https://{CONSUMER}/hook")).with("GATEWAY_FORWARD_SECRET", SECRET)
}

#[tokio::test]
async fn an_event_that_comes_twice_is_handed_on_once() {
    let service = forwarding(6);
    let delivery = event(&service).await;
    for duplicate in [false, true, true] {
        let (status, answer) = json(&service.send(request(&delivery)).await);
        assert_eq!((status, answer), (200, value!({"outcome": "valid", "duplicate": duplicate})));
    }
    let handed_on = service.world.handed_on.lock().unwrap().clone();
    let [(headers, body)] = &handed_on[..] else { panic!("{handed_on:?}") };
    let document: Value = serde_json::from_slice(body).unwrap();
    assert_eq!((&document["connection"], &document["channel"]), (&value!("shop"), &value!("webhook")));
    assert_eq!(document["webhook_id"], *delivery.webhook_id);
    assert_eq!(document["reply"]["event"]["id"], *delivery.event_id);
    assert_eq!(document["reply"]["event"]["raw"], serde_json::from_slice::<Value>(&delivery.body).unwrap());
    assert_eq!(headers["webhook-id"], *delivery.event_id);
    let signed = [headers["webhook-id"].as_bytes(), b".", headers["webhook-timestamp"].as_bytes(), b".", body].concat();
    let key = BASE64_STANDARD.decode(SECRET.strip_prefix("whsec_").unwrap()).unwrap();
    let signature = format!("v1,{}", BASE64_STANDARD.encode(hmac_sha256(&key, &signed)));
    assert_eq!(headers["webhook-signature"], *signature);
    assert_eq!(*service.world.uses.lock().unwrap(), vec![("shop".to_owned(), Purpose::Delivery, None); 3]);
}

/// HMAC (RFC 2104), by hand: the gateway has it from a crate.
fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut padded = [0; 64];
    padded[..key.len()].copy_from_slice(key);
    let inner = Sha256::digest([&padded.map(|byte| byte ^ 0x36)[..], message].concat());
    Sha256::digest([&padded.map(|byte| byte ^ 0x5c)[..], &inner[..]].concat()).into()
}

#[tokio::test]
async fn an_event_that_is_not_taken_comes_again_and_is_no_duplicate() {
    let service = forwarding(7);
    let delivery = event(&service).await;
    for status in [500, 302, 404] {
        service.world.consumer_status.store(status, Ordering::SeqCst);
        let response = service.send(request(&delivery)).await;
        assert_eq!(problem(&response), (503, "deliver-again".to_owned()));
        assert!(response.headers().contains_key("retry-after"));
    }
    service.world.consumer_status.store(200, Ordering::SeqCst);
    service.world.journal_fails.store(true, Ordering::SeqCst);
    assert_eq!(problem(&service.send(request(&delivery)).await), (503, "deliver-again".to_owned()));
    service.world.journal_fails.store(false, Ordering::SeqCst);
    assert_eq!(service.world.handed_on.lock().unwrap().len(), 3);
    let (status, answer) = json(&service.send(request(&delivery)).await);
    assert_eq!((status, &answer["duplicate"]), (200, &value!(false)));
    assert_eq!(service.world.handed_on.lock().unwrap().len(), 4);
}

#[tokio::test]
async fn without_a_consumer_the_journal_is_it() {
    let service = Service::new(World::with_events(8));
    let delivery = event(&service).await;
    for duplicate in [false, true] {
        let (status, answer) = json(&service.send(request(&delivery)).await);
        assert_eq!((status, &answer["duplicate"]), (200, &value!(duplicate)));
    }
    assert!(service.world.handed_on.lock().unwrap().is_empty());
    let event: Value = serde_json::from_slice(&delivery.body).unwrap();
    let order = &event["resource"]["supplementary_data"]["related_ids"]["order_id"];
    let (_, history) = service.run("orders.history", &value!({"id": order})).await;
    let entries = history["reply"]["body"].to_string().matches(r#""event":"PAYMENT.CAPTURE.COMPLETED""#).count();
    assert_eq!(entries, 1, "{history}");
}

#[tokio::test]
async fn a_forged_event_is_refused() {
    let service = forwarding(9);
    let delivery = event(&service).await;
    let mut altered = request(&delivery);
    *altered.body_mut() = String::from_utf8(delivery.body.to_vec()).unwrap().replacen("1.00", "9.00", 1).into();
    let mut unsigned = request(&delivery);
    unsigned.headers_mut().remove("paypal-transmission-sig");
    let mut elsewhere = request(&delivery);
    *elsewhere.uri_mut() = "http://gateway.example/v1/connections/shop/webhooks/1JE4291016473214C".parse().unwrap();
    let mut foreign = request(&delivery);
    *foreign.uri_mut() = "http://gateway.example/v1/connections/shop/webhooks/1JE4291016473214D".parse().unwrap();
    let mut not_ascii = request(&delivery);
    not_ascii.headers_mut().insert("paypal-auth-algo", http::HeaderValue::from_bytes(b"\xff").unwrap());
    let mut long = request(&delivery);
    *long.body_mut() = vec![b' '; 11 * 1024 * 1024 + 1].into();
    let mut unknown = request(&delivery);
    *unknown.uri_mut() = "http://gateway.example/v1/connections/none/webhooks/1JE4291016473214C".parse().unwrap();
    let mut busy = request(&delivery);
    *busy.uri_mut() = "http://gateway.example/v1/connections/busy/webhooks/1JE4291016473214C".parse().unwrap();
    for (request, expected) in [
        (altered, (400, "delivery-refused")),
        (unsigned, (400, "delivery-refused")),
        (elsewhere, (400, "delivery-refused")),
        (foreign, (404, "no-such-connection")),
        (not_ascii, (400, "malformed-request")),
        (long, (413, "body-too-large")),
        (unknown, (404, "no-such-connection")),
        (busy, (503, "deliver-again")),
    ] {
        let (status, name) = problem(&service.send(request).await);
        assert_eq!((status, &*name), expected);
    }
    assert!(service.world.handed_on.lock().unwrap().is_empty());
}

/// Has PayPal send an IPN message, and returns its body.
fn message(service: &Service, fields: &Value) -> Bytes {
    let simulator = &service.world.simulator;
    let app = BASE64_STANDARD.encode(format!("{}:{}", simulator.client_id(), simulator.client_secret()));
    let control = Request::post("/simulator/ipn").header("content-type", "application/json");
    let control = control.header("authorization", format!("Basic {app}"));
    let control = control.body(value!({"url": "http://127.0.0.1:9/ipn", "fields": fields}).to_string().into()).unwrap();
    assert_eq!(simulator.handle(control).status(), 202);
    simulator.ipn_messages().remove(0).body
}

/// Posts a message to a connection.
async fn post(service: &Service, connection: &str, body: Bytes) -> Response<Bytes> {
    let request = Request::post(format!("http://gateway.example/v1/connections/{connection}/ipn"));
    service.send(request.header("content-type", "application/x-www-form-urlencoded").body(body).unwrap()).await
}

#[tokio::test]
async fn an_ipn_message_is_confirmed_and_handed_on_once() {
    let service = forwarding(10);
    let message = message(
        &service,
        &value!({"txn_id": "0B14", "payment_status": "Completed", "mc_gross": "10.00", "mc_currency": "USD",
            "receiver_email": "Shop@EXAMPLE.com"}),
    );
    for duplicate in [false, true] {
        let (status, answer) = json(&post(&service, "shop", message.clone()).await);
        assert_eq!((status, answer), (200, value!({"outcome": "verified", "duplicate": duplicate})));
    }
    let handed_on = service.world.handed_on.lock().unwrap().clone();
    assert_eq!(handed_on.len(), 1);
    let document: Value = serde_json::from_slice(&handed_on[0].1).unwrap();
    assert_eq!((&document["channel"], &document["webhook_id"]), (&value!("ipn"), &Value::Null));
    assert_eq!(handed_on[0].0["webhook-id"], "0B14:Completed");
    for body in [&b""[..], b"txn_id=1&payment_status=Completed"] {
        let response = post(&service, "shop", Bytes::copy_from_slice(body)).await;
        assert_eq!(problem(&response), (400, "delivery-refused".to_owned()));
    }
}

#[tokio::test]
async fn a_message_about_a_payment_to_somebody_else_is_not_handed_on() {
    let service = forwarding(11);
    let paid = |txn_id: &str, receiver: &str| {
        value!({"txn_id": txn_id, "payment_status": "Completed", "mc_gross": "10.00", "mc_currency": "USD",
            "payer_id": "LPLWNMTBWMFAY", "receiver_email": receiver})
    };
    // Somebody has paid himself, and named this service.
    let thief = message(&service, &paid("1AB", "thief@example.com"));
    for _ in 0..2 {
        let (status, answer) = json(&post(&service, "shop", thief.clone()).await);
        assert_eq!((status, answer), (200, value!({"outcome": "invalid", "duplicate": null})));
    }
    assert!(service.world.handed_on.lock().unwrap().is_empty());
    assert!(service.world.journal.lock().unwrap().is_empty(), "nothing is credited");
    // Of a connection without receivers nobody knows whose messages they are.
    let ours = message(&service, &paid("2AB", RECEIVER));
    assert_eq!(problem(&post(&service, "other", ours.clone()).await), (404, "no-such-connection".to_owned()));
    assert_eq!(json(&post(&service, "shop", ours).await).1["outcome"], "verified");
    assert_eq!(service.world.handed_on.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn an_action_of_deliveries_is_for_the_connection_s_own() {
    let service = forwarding(12);
    let thief = message(&service, &value!({"txn_id": "1AB", "receiver_email": "thief@example.com"}));
    let body = BASE64_STANDARD.encode(&thief);
    let (status, answer) = service.run("ipn.receive", &value!({"body": body})).await;
    assert_eq!((status, &answer["reply"]["body"]["reason"]), (200, &value!("another-receiver")), "{answer}");
    for (action, input, field) in [
        ("ipn.receive", value!({"body": body, "receivers": ["thief@example.com"]}), "/receivers"),
        ("events.receive", value!({"body": "e30=", "headers": [], "webhook_id": "WEBHOOK_ID"}), "/webhook_id"),
        ("events.acknowledge", value!({"event_id": "WH-1", "webhook_id": "WEBHOOK_ID"}), "/webhook_id"),
    ] {
        let (status, answer) = service.run(action, &input).await;
        assert_eq!((status, &answer["failure"]["details"][0]["field"]), (400, &value!(field)), "{answer}");
        assert_eq!(answer["type"], "urn:problem-type:kosha-failure:invalid-input");
    }
    assert!(service.world.journal.lock().unwrap().is_empty());
}
