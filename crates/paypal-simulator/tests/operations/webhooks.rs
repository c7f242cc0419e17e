//! Webhooks: their limits, mock events, events sent again, and lookups.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use paypal_simulator::NewMerchant;
use serde_json::{Value, json};

use crate::{accounts::bearer, sandbox::Sandbox};

const WEBHOOKS: &str = "/v1/notifications/webhooks";
const LOOKUPS: &str = "/v1/notifications/webhooks-lookup";

fn hook(url: &str, name: &str) -> Value {
    json!({"url": url, "event_types": [{"name": name}]})
}

fn named(answer: &crate::sandbox::Answer) -> (u16, &str, &str) {
    let detail = &answer.body["details"][0];
    (answer.status, answer.body["name"].as_str().unwrap_or_default(), detail["field"].as_str().unwrap_or_default())
}

#[test]
fn an_app_has_ten_webhooks_with_an_address_each() {
    let paypal = Sandbox::new();
    for number in 0..10 {
        let body = hook(&format!("https://example.com/{number}"), "PAYMENT.CAPTURE.COMPLETED");
        assert_eq!(paypal.post(WEBHOOKS, &body).status, 201);
    }
    let again = paypal.post(WEBHOOKS, &hook("https://example.com/3", "*"));
    assert_eq!(named(&again), (400, "WEBHOOK_URL_ALREADY_EXISTS", ""));
    let eleventh = paypal.post(WEBHOOKS, &hook("https://example.com/10", "*"));
    assert_eq!(named(&eleventh), (400, "WEBHOOK_NUMBER_LIMIT_EXCEEDED", ""));
    // The limit is the app's.
    let other = bearer(&paypal, &paypal.0.add_merchant(NewMerchant::default()).unwrap());
    let headers = [("authorization", &*other)];
    assert_eq!(paypal.send("POST", WEBHOOKS, &headers, &hook("https://example.com/3", "*")).status, 201);

    let list = paypal.get(WEBHOOKS).ok();
    let ids: Vec<_> = list["webhooks"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect();
    let taken = list["webhooks"][1]["url"].clone();
    let patch = |value: Value| json!([{"op": "replace", "path": "/url", "value": value}]);
    let path = format!("{WEBHOOKS}/{}", ids[0]);
    let refused = paypal.send("PATCH", &path, &[], &patch(taken));
    assert_eq!(named(&refused), (400, "WEBHOOK_URL_ALREADY_EXISTS", ""));
    let changed = paypal.send("PATCH", &path, &[], &patch("https://example.com/new".into())).ok();
    assert_eq!(changed["url"], "https://example.com/new");
    assert_eq!(paypal.send("DELETE", &path, &[], &Value::Null).status, 204);
    assert_eq!(paypal.post(WEBHOOKS, &hook("https://example.com/10", "*")).status, 201);
}

#[test]
fn what_is_no_webhook_is_refused_with_its_field() {
    let paypal = Sandbox::new();
    let long = format!("https://example.com/{}", "x".repeat(2048));
    for (body, field) in [
        (hook("http://example.com/", "*"), "url"),
        (hook("https://", "*"), "url"),
        (hook("https://exa mple.com/", "*"), "url"),
        (hook(&long, "*"), "url"),
        (json!({"url": 4, "event_types": [{"name": "*"}]}), "url"),
        (json!({"event_types": [{"name": "*"}]}), "url"),
        (hook("https://example.com/", "PAYMENT.CAPTURE.DONE"), "event_types"),
        (json!({"url": "https://example.com/", "event_types": ["*"]}), "event_types"),
        (json!({"url": "https://example.com/", "event_types": []}), "event_types"),
        (json!({"url": "https://example.com/", "event_types": vec![json!({"name": "*"}); 501]}), "event_types"),
    ] {
        assert_eq!(named(&paypal.post(WEBHOOKS, &body)), (400, "VALIDATION_ERROR", field), "{body}");
    }
    assert_eq!(paypal.get(WEBHOOKS).ok()["webhooks"], json!([]));
}

#[test]
fn a_mock_event_goes_where_it_should_in_the_version_asked_for() {
    let paypal = Sandbox::new();
    let id = paypal.post(WEBHOOKS, &hook("https://example.com/", "*")).ok()["id"].clone();
    let simulate = |body: &Value| paypal.post("/v1/notifications/simulate-event", body);
    let name = "PAYMENT.SALE.COMPLETED";
    for (body, expected) in [
        (json!({"event_type": name}), (400, "VALIDATION_ERROR", "webhook_id")),
        (json!({"webhook_id": id}), (400, "VALIDATION_ERROR", "event_type")),
        (json!({"webhook_id": id, "event_type": "SALE"}), (400, "VALIDATION_ERROR", "event_type")),
        (json!({"webhook_id": "X", "event_type": name}), (404, "INVALID_RESOURCE_ID", "webhook_id")),
        (json!({"url": "http://example.com", "event_type": name}), (400, "VALIDATION_ERROR", "url")),
        (
            json!({"webhook_id": id, "event_type": name, "resource_version": "3.0"}),
            (400, "VALIDATION_ERROR", "resource_version"),
        ),
    ] {
        assert_eq!(named(&simulate(&body)), expected, "{body}");
    }
    assert!(paypal.0.deliveries().unwrap().is_empty());
    let event = simulate(&json!({"webhook_id": id, "event_type": name, "resource_version": "1.0"}));
    assert_eq!((event.status, &event.body["resource_version"]), (202, &json!("1.0")));
    let deliveries = paypal.0.deliveries().unwrap();
    assert_eq!((deliveries.len(), &*deliveries[0].url), (1, "https://example.com/"));
}

#[test]
fn an_event_is_sent_again_only_where_it_is_not_on_its_way() {
    let paypal = Sandbox::new();
    let hooks = ["https://example.com/a", "https://example.com/b"]
        .map(|url| paypal.post(WEBHOOKS, &hook(url, "*")).ok()["id"].as_str().unwrap().to_owned());
    paypal.post("/v1/catalogs/products", &json!({"name": "Tea", "type": "DIGITAL"})).ok();
    let event = paypal.get("/v1/notifications/webhooks-events").ok()["events"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/notifications/webhooks-events/{event}/resend");
    assert_eq!(paypal.post(&path, &Value::Null).status, 202);
    let first = paypal.0.deliveries().unwrap();
    assert_eq!(first.len(), 2, "both were pending");
    let failed = first.into_iter().find(|delivery| delivery.webhook_id == hooks[0]).unwrap();
    paypal.0.undelivered(failed);
    assert_eq!(paypal.post(&path, &json!({})).status, 202);
    let again: Vec<_> = paypal.0.deliveries().unwrap();
    let mut attempts: Vec<_> = again.iter().map(|it| (&*it.webhook_id, it.attempt)).collect();
    attempts.sort_unstable();
    let mut expected = [(&*hooks[0], 2), (&*hooks[1], 1)];
    expected.sort_unstable();
    assert_eq!(attempts, expected);
    assert_eq!(paypal.post(&path, &json!({"webhook_ids": [hooks[1]]})).status, 202);
    assert_eq!(paypal.0.deliveries().unwrap().len(), 1);
    for ids in [json!("X"), json!(["X"])] {
        let refused = paypal.post(&path, &json!({"webhook_ids": ids}));
        assert_eq!(named(&refused), (400, "VALIDATION_ERROR", "/webhook_ids"));
    }
    let unknown = paypal.post("/v1/notifications/webhooks-events/WH-X/resend", &Value::Null);
    assert_eq!(named(&unknown), (404, "INVALID_RESOURCE_ID", "event_id"));
    assert!(paypal.0.deliveries().unwrap().is_empty());
}

#[test]
fn a_lookup_ties_an_account_to_the_app() {
    let paypal = Sandbox::new();
    let shop = paypal.0.add_merchant(NewMerchant::default()).unwrap();
    let app = paypal.0.merchants()[0].clone();
    let own = paypal.post(LOOKUPS, &Value::Null);
    assert_eq!((own.status, &own.body["client_id"]), (201, &json!(app.client_id)));
    let part = |document: Value| BASE64_URL_SAFE_NO_PAD.encode(document.to_string());
    let claims = json!({"iss": app.client_id, "payer_id": shop.merchant_id});
    let assertion = format!("{}.{}.", part(json!({"alg": "none"})), part(claims));
    let theirs = paypal.send("POST", LOOKUPS, &[("paypal-auth-assertion", &assertion)], &Value::Null).ok();
    assert_eq!(theirs["client_id"], json!(app.client_id));
    let accounts: Vec<_> = paypal.0.effects().webhook_lookups.into_values().collect();
    assert!(accounts.contains(&app.merchant_id) && accounts.contains(&shop.merchant_id));

    assert_eq!(paypal.get(LOOKUPS).ok()["webhooks_lookups"].as_array().unwrap().len(), 2);
    let path = format!("{LOOKUPS}/{}", theirs["id"].as_str().unwrap());
    assert_eq!(paypal.get(&path).ok(), theirs);
    assert_eq!(paypal.send("DELETE", &path, &[], &Value::Null).status, 204);
    let gone = paypal.send("DELETE", &path, &[], &Value::Null);
    assert_eq!(named(&gone), (404, "INVALID_RESOURCE_ID", "webhook_lookup_id"));
    assert_eq!(paypal.get(LOOKUPS).ok()["webhooks_lookups"].as_array().unwrap().len(), 1);
}
