//! Web experience profiles, and exchange rates.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

const PATH: &str = "/v1/payment-experience/web-profiles";

fn make(paypal: &Sandbox, body: &Value) -> Value {
    let key = body["name"].as_str().unwrap().to_owned();
    paypal.send("POST", PATH, &[("paypal-request-id", &key)], body).ok()
}

#[test]
fn a_profile_has_its_own_name() {
    let paypal = Sandbox::new();
    let shop = make(&paypal, &json!({"name": "Shop", "presentation": {"brand_name": "Tea"}}));
    assert_eq!(
        shop,
        make(&paypal, &json!({"name": "Shop", "presentation": {"brand_name": "Tea"}})),
        "the key is known"
    );
    let other = make(&paypal, &json!({"name": "Other"}));
    let path = format!("{PATH}/{}", shop["id"].as_str().unwrap());
    let taken = paypal.send("POST", PATH, &[("paypal-request-id", "k")], &json!({"name": "Shop"}));
    assert_eq!((taken.status, &taken.body["name"]), (400, &json!("VALIDATION_ERROR")));
    assert_eq!(paypal.post(PATH, &json!({"name": "New"})).status, 400, "PayPal wants a key");
    let patch = |op: &str, path: &str, value: &str| json!([{"op": op, "path": path, "value": value}]);
    assert_eq!(paypal.send("PATCH", &path, &[], &patch("replace", "/presentation/brand_name", "Teas")).status, 204);
    assert_eq!(paypal.get(&path).ok()["presentation"]["brand_name"], "Teas");
    for bad in [
        patch("replace", "/name", "Other"),
        patch("replace", "/id", "x"),
        patch("move", "/name", "x"),
        json!([{"op": "remove", "path": "/name"}]),
    ] {
        assert_eq!(paypal.send("PATCH", &path, &[], &bad).status, 400, "{bad}");
    }
    assert_eq!(paypal.send("PUT", &path, &[], &json!({"name": "Other"})).status, 400);
    assert_eq!(paypal.send("PUT", &path, &[], &json!({"name": "Shop"})).status, 204);
    assert_eq!(paypal.get(&path).ok(), json!({"id": shop["id"], "name": "Shop"}), "what was left out is gone");
    assert_eq!(paypal.get(PATH).ok()[0], other, "the newest is the first");
    assert_eq!(paypal.send("DELETE", &path, &[], &Value::Null).status, 204);
    for method in ["GET", "DELETE"] {
        assert_eq!(paypal.send(method, &path, &[], &Value::Null).body["name"], "INVALID_RESOURCE_ID");
    }
}

#[test]
fn twenty_are_listed_and_a_temporary_one_ends() {
    let paypal = Sandbox::new();
    let temporary = make(&paypal, &json!({"name": "Today", "temporary": true}));
    for number in 0..20 {
        make(&paypal, &json!({"name": format!("Profile {number}")}));
    }
    assert_eq!(paypal.get(PATH).ok().as_array().unwrap().len(), 20);
    let path = format!("{PATH}/{}", temporary["id"].as_str().unwrap());
    paypal.seconds(3 * 3600 - 1);
    assert_eq!(paypal.get(&path).status, 200);
    paypal.seconds(1);
    assert_eq!(paypal.get(&path).status, 404);
    make(&paypal, &json!({"name": "Today too"}));
}

#[test]
fn rates_are_quoted_for_pairs_of_currencies() {
    let paypal = Sandbox::new();
    let path = "/v2/pricing/quote-exchange-rates";
    let pair =
        |base: &str, quoted: &str| json!({"base_currency": base, "base_amount": "10.00", "quote_currency": quoted});
    let quoted = paypal.post(path, &json!({"quote_items": [pair("USD", "EUR"), pair("EUR", "USD")]})).ok();
    let amounts: Vec<_> = quoted["exchange_rate_quotes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["quote_amount"]["value"].clone())
        .collect();
    assert_eq!(amounts, ["8.60", "11.63"]);
    for (body, status, issue) in [
        (json!({"quote_items": []}), 400, "MISSING_REQUIRED_PARAMETER"),
        (json!({"quote_items": [{"base_currency": "USD"}]}), 400, "MISSING_REQUIRED_PARAMETER"),
        (json!({"quote_items": [pair("USD", "XXX")]}), 422, "INVALID_CURRENCY_CODE"),
        (json!({"quote_items": [pair("JPY", "USD")]}), 422, "DECIMALS_NOT_SUPPORTED"),
    ] {
        assert_eq!(paypal.post(path, &body).refusal(), (status, issue), "{body}");
    }
}
