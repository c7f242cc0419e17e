//! Authorizations: how long they last, and how they are renewed.

use serde_json::{Value, json};

use crate::sandbox::{Answer, Sandbox};

fn money(currency: &str, value: &str) -> Value {
    json!({"currency_code": currency, "value": value})
}

/// Authorizes an order. Returns the authorization's id.
fn authorize(paypal: &Sandbox, amount: &Value) -> String {
    let order = json!({"intent": "AUTHORIZE", "purchase_units": [{"amount": amount}]});
    let order = paypal.post("/v2/checkout/orders", &order).ok()["id"].as_str().unwrap().to_owned();
    assert!(paypal.0.approve_order(&order));
    let path = format!("/v2/checkout/orders/{order}/authorize");
    let paid = paypal.send("POST", &path, &[("prefer", "return=representation")], &json!({})).ok();
    paid["purchase_units"][0]["payments"]["authorizations"][0]["id"].as_str().unwrap().to_owned()
}

fn act(paypal: &Sandbox, id: &str, verb: &str, body: &Value) -> Answer {
    let path = format!("/v2/payments/authorizations/{id}/{verb}");
    paypal.send("POST", &path, &[("prefer", "return=representation")], body)
}

fn get(paypal: &Sandbox, id: &str) -> Value {
    paypal.get(&format!("/v2/payments/authorizations/{id}")).ok()
}

#[test]
fn what_is_left_after_29_days_is_released_to_the_second() {
    let paypal = Sandbox::new();
    let [whole, part] = [(), ()].map(|()| authorize(&paypal, &money("USD", "100.00")));
    assert_eq!(get(&paypal, &whole)["expiration_time"], "2026-03-31T09:00:00Z");
    // After the honor period it can still be captured.
    paypal.days(4);
    let capture = |value: &str| json!({"amount": money("USD", value)});
    assert_eq!(act(&paypal, &part, "capture", &capture("40.00")).status, 201);
    paypal.seconds(25 * 86_400 - 1);
    assert_eq!(
        (&get(&paypal, &whole)["status"], &get(&paypal, &part)["status"]),
        (&json!("CREATED"), &json!("PARTIALLY_CAPTURED"))
    );
    assert_eq!(act(&paypal, &part, "capture", &capture("1.00")).status, 201);
    assert!(paypal.effects().voided.is_empty());
    paypal.seconds(1);
    for id in [&whole, &part] {
        let shown = get(&paypal, id);
        assert_eq!((&shown["status"], &shown["update_time"]), (&json!("VOIDED"), &json!("2026-03-31T09:00:00Z")));
        assert_eq!(act(&paypal, id, "capture", &json!({})).refusal(), (422, "AUTHORIZATION_EXPIRED"));
        assert_eq!(act(&paypal, id, "reauthorize", &json!({})).refusal(), (422, "AUTHORIZATION_VOIDED"));
        assert_eq!(act(&paypal, id, "void", &Value::Null).refusal(), (422, "PREVIOUSLY_VOIDED"));
    }
    let effects = paypal.effects();
    let released: Vec<_> = effects.voided.iter().map(|(id, moved)| (id.clone(), moved.minor_units)).collect();
    let mut expected = [(whole, 10_000), (part, 5_900)];
    expected.sort();
    assert_eq!(released, expected);
    let voided = paypal.events().into_iter().filter(|(name, _)| name == "PAYMENT.AUTHORIZATION.VOIDED").count();
    assert_eq!(voided, 2);
}

#[test]
fn a_captured_or_voided_authorization_does_not_expire() {
    let paypal = Sandbox::new();
    let [captured, voided] = [(), ()].map(|()| authorize(&paypal, &money("JPY", "100")));
    assert_eq!(act(&paypal, &captured, "capture", &json!({})).status, 201);
    assert_eq!(act(&paypal, &voided, "void", &Value::Null).status, 200);
    let events = paypal.events().len();
    paypal.days(100);
    assert_eq!(get(&paypal, &captured)["status"], "CAPTURED");
    assert_eq!(act(&paypal, &captured, "capture", &json!({})).refusal(), (422, "AUTHORIZATION_ALREADY_CAPTURED"));
    assert_eq!(act(&paypal, &voided, "capture", &json!({})).refusal(), (422, "AUTHORIZATION_VOIDED"));
    assert_eq!(paypal.events().len(), events);
}

#[test]
fn it_is_renewed_from_the_4th_day_for_115_percent_and_no_longer() {
    let paypal = Sandbox::new();
    for (currency, amount, most, too_much) in [
        ("USD", "100.00", "115.00", "115.01"),
        ("USD", "1000.00", "1075.00", "1075.01"),
        ("EUR", "1000.00", "1150.00", "1150.01"),
        ("JPY", "90", "103", "104"),
    ] {
        let id = authorize(&paypal, &money(currency, amount));
        let renew = |id: &str, value: &str| act(&paypal, id, "reauthorize", &json!({"amount": money(currency, value)}));
        paypal.seconds(3 * 86_400 - 1);
        assert_eq!(renew(&id, amount).refusal(), (422, "REAUTHORIZATION_TOO_SOON"));
        paypal.seconds(1);
        assert_eq!(renew(&id, too_much).refusal(), (422, "AUTHORIZATION_AMOUNT_EXCEEDED"));
        let renewed = renew(&id, most);
        assert_eq!((renewed.status, &renewed.body["amount"]["value"]), (201, &json!(most)));
        assert_eq!(
            renewed.body["expiration_time"],
            get(&paypal, &id)["expiration_time"],
            "it lasts as long as the first"
        );
        assert_eq!(renew(&id, amount).refusal(), (422, "AUTHORIZATION_VOIDED"));
        // Again after a new honor period; the limit is that of the first one.
        let second = renewed.body["id"].as_str().unwrap().to_owned();
        assert_eq!(renew(&second, amount).refusal(), (422, "REAUTHORIZATION_TOO_SOON"));
        paypal.days(3);
        assert_eq!(renew(&second, too_much).refusal(), (422, "AUTHORIZATION_AMOUNT_EXCEEDED"));
        let third = renew(&second, most).ok()["id"].as_str().unwrap().to_owned();
        paypal.seconds(23 * 86_400 - 1);
        assert_eq!(get(&paypal, &third)["status"], "CREATED");
        paypal.seconds(1);
        assert_eq!(get(&paypal, &third)["status"], "VOIDED");
    }
}
