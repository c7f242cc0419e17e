//! Patches: what they change still fits PayPal's schemas, which every answer here is held against.

use serde_json::{Value, json};

use crate::sandbox::{Answer, Sandbox};

fn patch(paypal: &Sandbox, path: &str, operation: &str, member: &str, value: Value) -> Answer {
    paypal.send("PATCH", path, &[], &json!([{"op": operation, "path": member, "value": value}]))
}

fn usd(value: &str) -> Value {
    json!({"currency_code": "USD", "value": value})
}

/// A plan of a product with this id.
fn plan(product: &str) -> Value {
    let cycle = json!({"frequency": {"interval_unit": "MONTH"}, "tenure_type": "REGULAR", "sequence": 1,
        "total_cycles": 0, "pricing_scheme": {"fixed_price": usd("10.00")}});
    json!({"product_id": product, "name": "Monthly", "billing_cycles": [cycle], "payment_preferences": {}})
}

#[test]
fn a_merchant_s_own_product_id_fits_its_links_and_its_plans() {
    let paypal = Sandbox::new();
    for (id, segment) in [("SKU-12", "SKU-12"), ("Tee/süß 50%", "Tee%2Fs%C3%BC%C3%9F%2050%25")] {
        let product = json!({"id": id, "name": "Tea", "type": "PHYSICAL"});
        let product = paypal.post("/v1/catalogs/products", &product).ok();
        let own = product["links"][0]["href"].as_str().unwrap().split_once(".com").unwrap().1;
        assert_eq!(own, format!("/v1/catalogs/products/{segment}"));
        assert_eq!(paypal.get(own).ok()["id"], id);
        let made = paypal.post("/v1/billing/plans", &plan(id)).ok();
        let path = format!("/v1/billing/plans/{}", made["id"].as_str().unwrap());
        assert_eq!(paypal.get(&path).ok()["product_id"], id);
        assert_eq!(paypal.get(&format!("/v1/billing/plans?product_id={segment}")).ok()["plans"][0]["id"], made["id"]);
    }
}

#[test]
fn a_value_that_breaks_the_schema_changes_nothing() {
    let paypal = Sandbox::new();
    let id = "SKU-000001";
    let product = json!({"id": id, "name": "Tea", "type": "PHYSICAL", "description": "Green"});
    paypal.post("/v1/catalogs/products", &product).ok();
    let product = format!("/v1/catalogs/products/{id}");
    let made = paypal.post("/v1/billing/plans", &plan(id)).ok();
    let billing = format!("/v1/billing/plans/{}", made["id"].as_str().unwrap());
    let subscription = paypal.post("/v1/billing/subscriptions", &json!({"plan_id": made["id"]})).ok();
    let subscription = subscription["id"].as_str().unwrap();
    assert!(paypal.0.approve_subscription(subscription));
    let subscription = format!("/v1/billing/subscriptions/{subscription}");
    let unit = json!({"amount": usd("10.00"), "custom_id": "C-1"});
    let order = paypal.post("/v2/checkout/orders", &json!({"intent": "CAPTURE", "purchase_units": [unit]})).ok();
    let order = format!("/v2/checkout/orders/{}", order["id"].as_str().unwrap());
    let of_unit = |name: &str| format!("/purchase_units/@reference_id=='default'/{name}");
    let long = "x".repeat(3001);
    let cases = [
        (&product, "/description", json!({"a": 1}), "INVALID_PARAMETER_SYNTAX"),
        (&product, "/category", json!("TEAPOTS_OF_MINE"), "INVALID_PARAMETER_VALUE"),
        (&billing, "/name", json!([]), "INVALID_PARAMETER_SYNTAX"),
        (&billing, "/description", json!(long), "INVALID_STRING_MAX_LENGTH"),
        (&billing, "/payment_preferences/payment_failure_threshold", json!(1000), "INVALID_INTEGER_MAX_VALUE"),
        (&subscription, "/custom_id", json!(long), "INVALID_STRING_MAX_LENGTH"),
        (&subscription, "/subscriber/shipping_address", json!("here"), "INVALID_PARAMETER_SYNTAX"),
        (&order, &of_unit("custom_id"), json!(long), "INVALID_STRING_LENGTH"),
        (&order, &of_unit("items"), json!({"a": 1}), "INVALID_PARAMETER_SYNTAX"),
        (&order, &of_unit("payee"), json!([]), "INVALID_PARAMETER_SYNTAX"),
    ];
    for (path, member, value, issue) in cases {
        let before = paypal.get(path).ok();
        let refused = patch(&paypal, path, "replace", member, value);
        assert_eq!(refused.refusal(), (400, issue), "{path} {member}");
        assert_eq!(paypal.get(path).ok(), before);
    }
}

#[test]
fn what_an_order_or_a_plan_lacks_can_be_added() {
    let paypal = Sandbox::new();
    let unit = json!({"amount": usd("10.00")});
    let order = paypal.post("/v2/checkout/orders", &json!({"intent": "CAPTURE", "purchase_units": [unit]})).ok();
    let order = format!("/v2/checkout/orders/{}", order["id"].as_str().unwrap());
    let address = json!({"address_line_1": "1 Main Street", "country_code": "US"});
    let member = "/purchase_units/@reference_id=='default'/shipping/address";
    assert_eq!(patch(&paypal, &order, "add", member, address.clone()).status, 204);
    assert_eq!(paypal.get(&order).ok()["purchase_units"][0]["shipping"]["address"], address);
    for (member, value) in [
        ("/payer", json!({"email_address": "jo@example.com"})),
        ("/application_context/client_configuration", json!({"product_code": "EXPRESS_CHECKOUT"})),
    ] {
        assert_eq!(patch(&paypal, &order, "add", member, value).status, 204, "{member}");
    }

    let product = paypal.post("/v1/catalogs/products", &json!({"name": "Tea", "type": "DIGITAL"})).ok();
    let made = paypal.post("/v1/billing/plans", &plan(product["id"].as_str().unwrap())).ok();
    let billing = format!("/v1/billing/plans/{}", made["id"].as_str().unwrap());
    assert_eq!(patch(&paypal, &billing, "replace", "/taxes/percentage", json!("19")).status, 204);
    assert_eq!(paypal.get(&billing).ok()["taxes"], json!({"percentage": "19"}));
    let refused = patch(&paypal, &billing, "add", "/description", json!("Tea"));
    assert_eq!(refused.refusal(), (400, "UNSUPPORTED_PATCH_OPERATION"), "PayPal's table has `replace` only");
    assert_eq!(patch(&paypal, &billing, "replace", "/description", json!("Tea")).status, 204);
    assert_eq!(paypal.get(&billing).ok()["description"], "Tea");
}
