//! PayPal's own paths.

use serde_json::{Value, json};

use crate::service::{Service, order};

fn paypal(service: &Service, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> crate::wire::Answer {
    service.call_by(&service.admin, method, &format!("/v1/connections/simulator/paypal/{path}"), headers, body)
}

#[test]
fn an_order_is_paid_by_paypals_own_paths() {
    let service = Service::start();
    let headers = [("paypal-request-id", "order-7"), ("prefer", "return=representation")];
    let create = || paypal(&service, "POST", "v2/checkout/orders", &headers, &order()["body"]);
    let (first, second) = (create(), create());
    assert_eq!((first.status, first.json()["purchase_units"][0]["amount"]["value"].clone()), (201, json!("10.00")));
    assert_eq!(first.json()["id"], second.json()["id"]);
    assert!(first.header("paypal-debug-id").is_some());
    let id = service.approved_order();
    let captured = paypal(&service, "POST", &format!("v2/checkout/orders/{id}/capture"), &[], &Value::Null);
    assert_eq!((captured.status, &captured.json()["status"]), (201, &json!("COMPLETED")));
    let read = paypal(&service, "GET", &format!("v2/checkout/orders/{id}"), &[], &Value::Null);
    assert_eq!((read.status, &read.json()["status"]), (200, &json!("COMPLETED")));
    // PayPal's refusal is PayPal's document.
    let missing = paypal(&service, "GET", "v2/checkout/orders/5O190127TN364715T", &[], &Value::Null);
    assert_eq!((missing.status, &missing.json()["name"]), (404, &json!("RESOURCE_NOT_FOUND")));
    let calls = service.call("GET", "/v1/connections/simulator/calls?action=orders.capture", &Value::Null).json();
    assert_eq!(calls["calls"].as_array().unwrap().len(), 1);
}

#[test]
fn an_unknown_outcome_is_no_answer_of_paypals_and_has_the_key() {
    let service = Service::start();
    let mock = [("paypal-mock-response", r#"{"mock_application_codes": "INTERNAL_SERVER_ERROR"}"#)];
    let unknown = paypal(&service, "POST", "v2/checkout/orders", &mock, &order()["body"]);
    assert_eq!((unknown.status, &*unknown.problem()), (504, "outcome-unknown"));
    let key = unknown.json()["failure"]["idempotency_key"].as_str().unwrap().to_owned();
    assert_eq!(unknown.header("paypal-request-id"), Some(&*key));
    let again = [("paypal-request-id", &*key)];
    let (first, second) = (
        paypal(&service, "POST", "v2/checkout/orders", &again, &order()["body"]),
        paypal(&service, "POST", "v2/checkout/orders", &again, &order()["body"]),
    );
    assert_eq!((first.status, &first.json()["id"]), (201, &second.json()["id"]));
}

#[test]
fn the_query_has_the_actions_parameters() {
    let service = Service::start();
    for name in ["One", "Two", "Three"] {
        let made = json!({"name": name, "type": "SERVICE"});
        assert_eq!(paypal(&service, "POST", "v1/catalogs/products", &[], &made).status, 201);
    }
    let page = paypal(&service, "GET", "v1/catalogs/products?page_size=2&total_required=true", &[], &Value::Null);
    let list = page.json();
    assert_eq!((list["products"].as_array().unwrap().len(), &list["total_items"]), (2, &json!(3)));
    let id = list["products"][0]["id"].as_str().unwrap().to_owned();
    let patch = json!([{"op": "replace", "path": "/description", "value": "New"}]);
    let patched = paypal(&service, "PATCH", &format!("v1/catalogs/products/{id}"), &[], &patch);
    assert_eq!((patched.status, patched.body.len()), (204, 0));
    for (query, kind) in [
        ("page_size=many", "invalid-input"),
        ("pagesize=2", "malformed-request"),
        ("page_size=2&page_size=3", "malformed-request"),
    ] {
        let refused = paypal(&service, "GET", &format!("v1/catalogs/products?{query}"), &[], &Value::Null);
        assert_eq!((refused.status, &*refused.problem()), (400, kind), "{query}");
    }
}

#[test]
fn an_operation_that_there_is_not_is_named() {
    let service = Service::start();
    for (method, path) in
        [("GET", "v9/nothing"), ("DELETE", "v2/checkout/orders"), ("GET", "connector/calls/unresolved")]
    {
        let unknown = paypal(&service, method, path, &[], &Value::Null);
        assert_eq!((unknown.status, &*unknown.problem()), (404, "no-such-operation"), "{path}");
        assert!(unknown.text().contains(&format!("{method} /{path}")), "{}", unknown.text());
    }
    let differing = [("paypal-request-id", "one"), ("idempotency-key", "two")];
    let refused = paypal(&service, "POST", "v2/checkout/orders", &differing, &order()["body"]);
    assert_eq!((refused.status, &*refused.problem()), (400, "malformed-request"));
}
