//! Links that lead to the simulator.

use serde_json::{Value, json};

use super::usd;
use crate::sandbox::Sandbox;

#[test]
fn links_lead_to_the_public_address_and_texts_stay() {
    let sandbox = Sandbox::new();
    sandbox
        .post("/v1/notifications/webhooks", &json!({"url": "http://127.0.0.1:9/hook", "event_types": [{"name": "*"}]}))
        .ok();
    sandbox.0.set_public_url("http://127.0.0.1:4010".parse().unwrap());
    let own = "https://www.sandbox.paypal.com/my/text";
    let unit = json!({"amount": usd("1.00"), "custom_id": own, "description": own});
    let body = json!({"intent": "CAPTURE", "purchase_units": [unit]});
    let prefer = [("prefer", "return=representation")];
    let order = sandbox.send("POST", "/v2/checkout/orders", &prefer, &body).ok();
    let id = order["id"].as_str().unwrap();
    let approve = order["links"].as_array().unwrap().iter().find(|link| link["rel"] == "approve").unwrap();
    assert_eq!(approve["href"], format!("http://127.0.0.1:4010/checkoutnow?token={id}"));
    assert_eq!(order["purchase_units"][0]["custom_id"], own);
    assert_eq!(order["purchase_units"][0]["description"], own);
    let refused = sandbox.post(&format!("/v2/checkout/orders/{id}/capture"), &json!({}));
    assert_eq!(refused.refusal(), (422, "ORDER_NOT_APPROVED"));
    assert!(
        refused.body["links"]
            .as_array()
            .unwrap()
            .contains(&json!({"href": approve["href"], "rel": "redirect", "method": "GET"}))
    );
    sandbox.control(&format!("orders/{id}/approve"), &Value::Null).ok();
    sandbox.post(&format!("/v2/checkout/orders/{id}/capture"), &json!({})).ok();
    let deliveries = sandbox.0.deliveries().unwrap();
    assert_eq!(deliveries.len(), 3);
    for delivery in &deliveries {
        let event: Value = serde_json::from_slice(&delivery.body).unwrap();
        let text = event.to_string().replace(own, "");
        assert!(!text.contains("paypal.com") && text.contains("http://127.0.0.1:4010/v1/notifications/"), "{text}");
        assert!(event["resource"].to_string().contains(own), "{event}");
        // The API shows an event as it was delivered; receivers check that the certificate is PayPal's.
        let path = format!("/v1/notifications/webhooks-events/{}", delivery.event_id);
        assert_eq!(sandbox.get(&path).ok(), event);
        let url = delivery.headers.iter().find(|(name, _)| *name == "paypal-cert-url").unwrap();
        assert!(url.1.starts_with("https://api.sandbox.paypal.com/v1/notifications/certs/"), "{}", url.1);
    }
}
