//! Webhooks, their events, and lookups.

use paypal_simulator::Delivery;
use serde_json::{Value, json};

use super::{Played, text};

const UNKNOWN: &str = "0EH40505U7160970P";
const FORBIDDEN: &str = "NOT_AUTHORIZED";

fn verification(delivery: &Delivery) -> Value {
    let header = |name: &str| &delivery.headers.iter().find(|(key, _)| *key == name).unwrap().1;
    json!({"body": {
        "auth_algo": header("paypal-auth-algo"),
        "cert_url": header("paypal-cert-url"),
        "transmission_id": header("paypal-transmission-id"),
        "transmission_sig": header("paypal-transmission-sig"),
        "transmission_time": header("paypal-transmission-time"),
        "webhook_id": delivery.webhook_id,
        "webhook_event": std::str::from_utf8(&delivery.body).unwrap(),
    }})
}

pub(super) async fn play(paypal: &Played) {
    let hook = |path: &str| json!({"body": {"url": format!("https://shop.example.com/{path}"), "event_types": [{"name": "*"}]}});
    let id = text(&paypal.call("webhooks.create", hook("one")).await["id"]);
    let taken = "WEBHOOK_URL_ALREADY_EXISTS";
    paypal.refused("webhooks.create", hook("one"), 400, taken).await;
    paypal.call("webhooks.create", hook("two")).await;
    let list = paypal.call("webhooks.list", json!({})).await;
    assert_eq!(list["webhooks"].as_array().unwrap().len(), 2);
    paypal.forbidden("webhooks.list", json!({}), FORBIDDEN).await;
    let it = |id: &str| json!({"webhook_id": id});
    let move_to = |path: &str| {
        let value = format!("https://shop.example.com/{path}");
        json!({"webhook_id": id, "body": [{"op": "replace", "path": "/url", "value": value}]})
    };
    paypal.call("webhooks.update", move_to("three")).await;
    paypal.refused("webhooks.update", move_to("two"), 400, taken).await;
    let shown = paypal.call("webhooks.get", it(&id)).await;
    assert_eq!(shown["url"], "https://shop.example.com/three");
    let types = paypal.call("webhooks.list-subscribed-event-types", it(&id)).await;
    assert_eq!(types["event_types"][0]["name"], "*");
    for action in ["webhooks.get", "webhooks.list-subscribed-event-types", "webhooks.delete"] {
        paypal.refused(action, it(UNKNOWN), 404, "INVALID_RESOURCE_ID").await;
    }
    let types = paypal.call("webhooks.list-event-types", json!({})).await;
    assert!(types["event_types"].as_array().unwrap().len() > 100);
    paypal.unknown_token("webhooks.list-event-types", json!({})).await;
    events(paypal, &id).await;
    lookups(paypal).await;
    paypal.call("webhooks.delete", it(&id)).await;
    assert!(!paypal.sandbox().effects().webhooks.contains(&id));
}

async fn events(paypal: &Played, webhook: &str) {
    let [_, capture] = paypal.pay("10.00").await;
    let list = paypal.call("webhooks.list-events", json!({})).await;
    paypal.forbidden("webhooks.list-events", json!({}), FORBIDDEN).await;
    let events = list["events"].as_array().unwrap();
    let event = events.iter().find(|event| event["event_type"] == "PAYMENT.CAPTURE.COMPLETED").unwrap();
    assert_eq!(event["resource"]["id"], Value::from(capture));
    let it = |id: &Value| json!({"event_id": id});
    let resend = |id: &Value| json!({"event_id": id, "body": {}});
    let shown = paypal.call("webhooks.get-event", it(&event["id"])).await;
    assert_eq!(shown["resource"], event["resource"]);
    let unknown = json!("WH-7XK20418RT963500B-4JM71256DV0938247");
    paypal.refused("webhooks.get-event", it(&unknown), 404, "INVALID_RESOURCE_ID").await;
    paypal.call("webhooks.resend-event", resend(&event["id"])).await;
    paypal.refused("webhooks.resend-event", resend(&unknown), 404, "INVALID_RESOURCE_ID").await;
    let deliveries = paypal.sandbox().deliveries().unwrap();
    let delivery = deliveries.iter().find(|it| event["id"] == *it.event_id && it.webhook_id == webhook).unwrap();
    let verified = paypal.call("webhooks.verify-signature", verification(delivery)).await;
    assert_eq!(verified["verification_status"], "SUCCESS");
    paypal.forbidden("webhooks.verify-signature", verification(delivery), FORBIDDEN).await;
    let simulate = |webhook: &str| json!({"body": {"webhook_id": webhook, "event_type": "PAYMENT.SALE.COMPLETED"}});
    paypal.call("webhooks.simulate-event", simulate(webhook)).await;
    paypal.refused("webhooks.simulate-event", simulate(UNKNOWN), 404, "INVALID_RESOURCE_ID").await;
}

async fn lookups(paypal: &Played) {
    let made = paypal.call("webhooks.create-lookup", json!({})).await;
    paypal.forbidden("webhooks.create-lookup", json!({}), FORBIDDEN).await;
    let list = paypal.call("webhooks.list-lookups", json!({})).await;
    assert_eq!(list["webhooks_lookups"][0]["id"], made["id"]);
    paypal.forbidden("webhooks.list-lookups", json!({}), FORBIDDEN).await;
    let it = json!({"webhook_lookup_id": made["id"]});
    let shown = paypal.call("webhooks.get-lookup", it.clone()).await;
    assert_eq!(shown["client_id"], Value::from(paypal.sandbox().client_id()));
    paypal.call("webhooks.delete-lookup", it.clone()).await;
    assert!(paypal.sandbox().effects().webhook_lookups.is_empty());
    for action in ["webhooks.get-lookup", "webhooks.delete-lookup"] {
        paypal.refused(action, it.clone(), 404, "INVALID_RESOURCE_ID").await;
    }
}
