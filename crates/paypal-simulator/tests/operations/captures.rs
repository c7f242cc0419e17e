//! Captures and refunds whose money takes time.

use serde_json::{Value, json};

use crate::sandbox::{Answer, Sandbox};

fn usd(value: &str) -> Value {
    json!({"currency_code": "USD", "value": value})
}

/// Pays an order. Returns the capture's id.
fn pay(paypal: &Sandbox, value: &str) -> String {
    let order = paypal.paid_order(value);
    assert_eq!(order["status"], "COMPLETED");
    order["purchase_units"][0]["payments"]["captures"][0]["id"].as_str().unwrap().to_owned()
}

fn get(paypal: &Sandbox, id: &str) -> Value {
    paypal.get(&format!("/v2/payments/captures/{id}")).ok()
}

fn refund(paypal: &Sandbox, id: &str, body: &Value) -> Answer {
    paypal.send("POST", &format!("/v2/payments/captures/{id}/refund"), &[("prefer", "return=representation")], body)
}

/// The names of events about captures and refunds.
fn events(paypal: &Sandbox) -> Vec<String> {
    let names = paypal.events().into_iter().map(|(name, _)| name);
    names.filter_map(|name| name.strip_prefix("PAYMENT.").map(str::to_owned)).collect()
}

#[test]
fn an_echeck_clears_after_6_days() {
    let paypal = Sandbox::new();
    assert_eq!(paypal.control("captures/pending", &Value::Null).status, 204);
    let id = pay(&paypal, "100.00");
    let other = pay(&paypal, "10.00");
    let shown = get(&paypal, &id);
    assert_eq!((&shown["status"], &shown["status_details"]), (&json!("PENDING"), &json!({"reason": "ECHECK"})));
    assert!(shown["seller_receivable_breakdown"].is_null(), "nothing is receivable yet");
    assert!(!shown["links"].as_array().unwrap().iter().any(|link| link["rel"] == "refund"));
    assert_eq!(get(&paypal, &other)["status"], "COMPLETED", "only the next one is pending");
    assert_eq!(refund(&paypal, &id, &json!({})).refusal(), (422, "PENDING_CAPTURE"));
    assert_eq!(paypal.effects().captured.keys().collect::<Vec<_>>(), [&other]);
    paypal.seconds(6 * 86_400 - 1);
    assert_eq!(get(&paypal, &id)["status"], "PENDING");
    paypal.seconds(1);
    let shown = get(&paypal, &id);
    assert_eq!((&shown["status"], &shown["update_time"]), (&json!("COMPLETED"), &json!("2026-03-08T09:00:00Z")));
    assert_eq!(shown["seller_receivable_breakdown"]["net_amount"], usd("96.02"));
    assert!(shown["status_details"].is_null());
    assert_eq!(paypal.effects().captured[&id].minor_units, 10_000);
    assert_eq!(events(&paypal), ["CAPTURE.PENDING", "CAPTURE.COMPLETED", "CAPTURE.COMPLETED"]);
    assert_eq!(refund(&paypal, &id, &json!({})).status, 201);
}

#[test]
fn a_pending_capture_can_be_denied_and_its_invoice_paid_again() {
    let paypal = Sandbox::new();
    let order = json!({"intent": "CAPTURE", "purchase_units": [{"amount": usd("5.00"), "invoice_id": "7"}]});
    let pay = || {
        let id = paypal.post("/v2/checkout/orders", &order).ok()["id"].as_str().unwrap().to_owned();
        assert!(paypal.0.approve_order(&id));
        let prefer = ("prefer", "return=representation");
        paypal.send("POST", &format!("/v2/checkout/orders/{id}/capture"), &[prefer], &json!({}))
    };
    let pending = json!({"reason": "PENDING_REVIEW", "outcome": "DECLINED", "seconds": 60});
    assert_eq!(paypal.control("captures/pending", &pending).status, 204);
    let paid = pay().ok();
    let id = paid["purchase_units"][0]["payments"]["captures"][0]["id"].as_str().unwrap();
    assert_eq!(pay().refusal(), (422, "DUPLICATE_INVOICE_ID"));
    paypal.seconds(60);
    let shown = get(&paypal, id);
    assert_eq!((&shown["status"], &shown["status_details"]["reason"]), (&json!("DECLINED"), &json!("PENDING_REVIEW")));
    assert_eq!(refund(&paypal, id, &json!({})).refusal(), (422, "REFUND_NOT_ALLOWED"));
    assert!(paypal.effects().captured.is_empty());
    assert_eq!(pay().status, 201);
    assert_eq!(events(&paypal), ["CAPTURE.PENDING", "CAPTURE.DENIED", "CAPTURE.COMPLETED"]);
}

#[test]
fn a_merchant_accepts_what_waits_for_it_and_an_authorization_gets_back_what_is_denied() {
    let paypal = Sandbox::new();
    let order = json!({"intent": "AUTHORIZE", "purchase_units": [{"amount": usd("90.00")}]});
    let order = paypal.post("/v2/checkout/orders", &order).ok()["id"].as_str().unwrap().to_owned();
    assert!(paypal.0.approve_order(&order));
    let path = format!("/v2/checkout/orders/{order}/authorize");
    let paid = paypal.send("POST", &path, &[("prefer", "return=representation")], &json!({})).ok();
    let authorization = paid["purchase_units"][0]["payments"]["authorizations"][0]["id"].as_str().unwrap();
    let path = format!("/v2/payments/authorizations/{authorization}");
    let capture = |value: &str| {
        let wait = json!({"reason": "RECEIVING_PREFERENCE_MANDATES_MANUAL_ACTION"});
        assert_eq!(paypal.control("captures/pending", &wait).status, 204);
        let answer = paypal.post(&format!("{path}/capture"), &json!({"amount": usd(value)}));
        answer.ok()["id"].as_str().unwrap().to_owned()
    };
    let (first, second) = (capture("30.00"), capture("60.00"));
    let status = || paypal.get(&path).ok()["status"].clone();
    assert_eq!(status(), "CAPTURED");
    // Nothing settles it but the merchant.
    paypal.days(20);
    let settle = |id: &str, body: Value| paypal.control(&format!("captures/{id}/settle"), &body);
    assert_eq!(settle(&first, json!({"outcome": "REFUNDED"})).refusal(), (400, "INVALID_PARAMETER_VALUE"));
    assert_eq!(settle(&first, Value::Null).status, 204);
    assert_eq!(settle(&second, json!({"outcome": "DECLINED"})).status, 204);
    assert_eq!(
        (&get(&paypal, &first)["status"], &get(&paypal, &second)["status"]),
        (&json!("COMPLETED"), &json!("DECLINED"))
    );
    assert_eq!(status(), "PARTIALLY_CAPTURED");
    assert_eq!(settle(&first, Value::Null).status, 409);
    assert_eq!(settle("NOTTHERE", Value::Null).status, 404);
    let rest = paypal.post(&format!("{path}/capture"), &json!({})).ok();
    assert_eq!(get(&paypal, rest["id"].as_str().unwrap())["amount"], usd("60.00"));
    assert_eq!(paypal.effects().captured_of(&order), 9_000);
    for (body, field) in [
        (json!({"reason": "CHARGEBACK"}), "/reason"),
        (json!({"seconds": -1}), "/seconds"),
        (json!({"outcome": "CANCELLED"}), "/outcome"),
    ] {
        let refused = paypal.control("captures/pending", &body);
        assert_eq!((refused.status, &refused.body["details"][0]["field"]), (400, &json!(field)));
    }
}

#[test]
fn a_pending_refund_counts_when_it_is_completed() {
    let paypal = Sandbox::new();
    let id = pay(&paypal, "100.00");
    let pending = |body: Value| assert_eq!(paypal.control("refunds/pending", &body).status, 204);
    let give_back = |value: &str| refund(&paypal, &id, &json!({"amount": usd(value)}));
    pending(json!({"seconds": 3600}));
    let first = give_back("30.00").ok();
    assert_eq!((&first["status"], &first["status_details"]["reason"]), (&json!("PENDING"), &json!("ECHECK")));
    assert_eq!(get(&paypal, &id)["status"], "COMPLETED");
    assert!(paypal.effects().refunded.is_empty());
    // What is pending cannot be refunded a second time.
    assert_eq!(give_back("70.01").refusal(), (422, "REFUND_AMOUNT_EXCEEDED"));
    pending(json!({"outcome": "FAILED", "seconds": 7200}));
    let second = give_back("70.00").ok();
    assert_eq!(second["seller_payable_breakdown"]["total_refunded_amount"], usd("100.00"));
    assert_eq!(give_back("0.01").refusal(), (422, "CAPTURE_FULLY_REFUNDED"));
    paypal.seconds(3600);
    assert_eq!(get(&paypal, &id)["status"], "PARTIALLY_REFUNDED");
    paypal.seconds(3600);
    let shown = |refund: &Value| paypal.get(&format!("/v2/payments/refunds/{}", refund["id"].as_str().unwrap())).ok();
    assert_eq!((&shown(&first)["status"], &shown(&second)["status"]), (&json!("COMPLETED"), &json!("FAILED")));
    pending(Value::Null);
    let third = give_back("70.00").ok();
    let settle = format!("refunds/{}/settle", third["id"].as_str().unwrap());
    assert_eq!(paypal.control(&settle, &json!({"outcome": "CANCELLED"})).status, 204);
    assert_eq!(shown(&third)["status"], "CANCELLED");
    assert_eq!(paypal.control(&settle, &Value::Null).status, 409);
    assert_eq!(give_back("70.00").status, 201);
    assert_eq!(get(&paypal, &id)["status"], "REFUNDED");
    let refunded: i64 = paypal.effects().refunded.values().map(|moved| moved.minor_units).sum();
    assert_eq!(refunded, 10_000);
    assert_eq!(
        events(&paypal)[1..],
        [
            "REFUND.PENDING",
            "REFUND.PENDING",
            "CAPTURE.REFUNDED",
            "REFUND.FAILED",
            "REFUND.PENDING",
            "REFUND.CANCELLED",
            "CAPTURE.REFUNDED",
        ]
    );
}

#[test]
fn refunds_are_refused_with_paypal_s_codes() {
    let paypal = Sandbox::new();
    let id = pay(&paypal, "100.00");
    let with = |value: &str, invoice: &str| json!({"amount": usd(value), "invoice_id": invoice});
    assert_eq!(refund(&paypal, &id, &with("1.00", "R-1")).status, 201);
    assert_eq!(refund(&paypal, &id, &with("1.00", "R-1")).refusal(), (422, "DUPLICATE_INVOICE_ID"));
    assert_eq!(refund(&paypal, &id, &with("1.00", "R-2")).status, 201);
    let euros = json!({"amount": {"currency_code": "EUR", "value": "1.00"}});
    assert_eq!(refund(&paypal, &id, &euros).refusal(), (422, "REFUND_CAPTURE_CURRENCY_MISMATCH"));
    assert_eq!(refund(&paypal, &id, &with("0.00", "R-3")).refusal(), (422, "CANNOT_BE_ZERO_OR_NEGATIVE"));
    assert_eq!(refund(&paypal, &id, &with("98.01", "R-3")).refusal(), (422, "REFUND_AMOUNT_EXCEEDED"));
    paypal.seconds(180 * 86_400 - 1);
    assert_eq!(refund(&paypal, &id, &with("1.00", "R-3")).status, 201);
    paypal.seconds(1);
    assert_eq!(refund(&paypal, &id, &with("1.00", "R-4")).refusal(), (422, "REFUND_TIME_LIMIT_EXCEEDED"));
    assert_eq!(refund(&paypal, "0AB12345CD678901E", &json!({})).refusal(), (404, "INVALID_RESOURCE_ID"));
}
