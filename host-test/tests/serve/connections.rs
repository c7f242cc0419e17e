//! Connections by HTTP.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::{
    service::{Service, order},
    wire::Answer,
};

/// An app that nobody has, at the simulator, which refuses it.
fn app() -> Value {
    json!({"environment": "simulator", "client_id": "AX-not-a-real-id", "client_secret": "EX-not-a-real-one"})
}

fn with(name: &str, value: Value) -> Value {
    let mut document = app();
    document[name] = value;
    document
}

#[test]
fn a_connection_is_made_changed_and_removed() {
    let service = Service::start();
    let shop = "/v1/connections/shop";
    let made = service.call("PUT", shop, &app());
    assert_eq!((made.status, &made.json()["secrets"]), (201, &json!(["client_secret"])));
    let changed = service.call("PUT", shop, &with("concurrency", json!(3)));
    assert_eq!((changed.status, &changed.json()["concurrency"]), (200, &json!(3)));
    // A secret that is left out stays; without its client id it would be of no use.
    let kept = service.call("PUT", shop, &json!({"environment": "simulator", "client_id": "AX-not-a-real-id"}));
    assert_eq!((kept.status, &kept.json()["secrets"]), (200, &json!(["client_secret"])));
    let read = service.call("GET", shop, &Value::Null);
    assert_eq!(read.json()["base_url"], format!("http://{}", service.simulator));
    for (environment, url) in [("sandbox", "https://api-m.sandbox.paypal.com"), ("live", "https://api-m.paypal.com")] {
        let made =
            service.call("PUT", &format!("/v1/connections/{environment}"), &with("environment", json!(environment)));
        assert_eq!(made.json()["base_url"], url);
    }
    assert!(read.status == 200 && !read.text().contains("EX-not-a-real-one"), "{}", read.text());
    let removed = service.call("PUT", shop, &with("client_secret", Value::Null));
    let problem = removed.json();
    assert_eq!((removed.status, &problem["failure"]["details"][0]["field"]), (400, &json!("/client_secret")));
    assert_eq!(service.call("DELETE", shop, &Value::Null).status, 204);
    let gone = service.call("GET", shop, &Value::Null);
    assert_eq!((gone.status, &*gone.problem()), (404, "no-such-connection"));
    assert_eq!(service.call("DELETE", shop, &Value::Null).status, 404);
}

#[test]
fn a_new_connection_never_takes_the_place_of_one_that_is_there() {
    let service = Service::start();
    let put = |condition: &str| {
        let document = json!({"environment": "live", "access_token": "A21AA-not-a-real-access-token"});
        service.call_by(&service.admin, "PUT", "/v1/connections/shop", &[("if-none-match", condition)], &document)
    };
    assert_eq!(put("\"1\"").status, 400);
    assert_eq!(put("*").status, 201);
    let again = put("*");
    assert_eq!((again.status, &*again.problem()), (412, "precondition-failed"));
}

#[test]
fn every_wrong_member_is_named() {
    let service = Service::start();
    let put = |document: &Value| service.call("PUT", "/v1/connections/shop", document);
    let wrong = put(&json!({"environment": "live", "client_id": "short", "concurrency": 26}));
    let problem = wrong.json();
    let fields: Vec<_> = problem["failure"]["details"].as_array().unwrap().iter().map(|it| &it["field"]).collect();
    assert_eq!((wrong.status, fields), (400, vec![&json!("/client_id"), &json!("/concurrency")]));
    let unknown = put(&with("client-secret", json!("EX-31337-not-real")));
    assert_eq!((unknown.status, &*unknown.problem()), (400, "invalid-input"));
    let first = |answer: &Answer| answer.json()["failure"]["details"][0].clone();
    assert_eq!(first(&unknown)["field"], "/client-secret");
    let typed = put(&with("client_secret", json!(31337)));
    assert!(typed.status == 400 && !typed.text().contains("31337"), "{}", typed.text());
    let named = service.call("PUT", "/v1/connections/Shop%2F..", &app());
    assert_eq!((&first(&named)["field"], &first(&named)["location"]), (&json!("/name"), &json!("path")));
    assert_eq!(first(&typed)["description"], "expected a text");
    let none = put(&Value::Null);
    assert_eq!((none.status, &first(&none)["field"], &first(&none)["location"]), (400, &json!(""), &json!("body")));
    assert_eq!(service.call("GET", "/v1/connections", &Value::Null).json()["connections"].as_array().unwrap().len(), 1);
}

#[test]
fn a_changed_connection_is_used_at_once() {
    let service = Service::start();
    let act = || service.call("POST", "/v1/connections/shop/actions/orders.create", &order());
    let own = json!({"environment": "simulator"});
    assert_eq!(service.call("PUT", "/v1/connections/shop", &own).status, 201);
    assert_eq!(act().status, 200);
    service.call("PUT", "/v1/connections/shop", &app());
    let refused = act();
    assert_eq!((refused.status, &*refused.problem()), (502, "connection-unavailable"));
    let read_only = json!({"environment": "simulator", "client_id": null, "client_secret": null, "read_only": true});
    assert_eq!(service.call("PUT", "/v1/connections/shop", &read_only).status, 200);
    let denied = act();
    assert_eq!((denied.status, &denied.json()["failure"]["name"]), (403, &json!("READ_ONLY")));
    let passed = service.call("POST", "/v1/connections/shop/paypal/v2/checkout/orders", &order()["body"]);
    assert_eq!((passed.status, &passed.json()["failure"]["name"]), (403, &json!("READ_ONLY")));
}

#[test]
fn a_connection_is_tested_before_and_after_it_is_saved() {
    let service = Service::start();
    let test = |name: &str, document: &Value| service.call("POST", &format!("/v1/connections/{name}/test"), document);
    let works = test("simulator", &Value::Null);
    let works = works.json();
    assert_eq!(works["report"]["verdict"], "accepted");
    assert!(works["report"]["scopes"].as_array().is_some_and(|it| !it.is_empty()), "{works}");
    assert!(works["token"]["app_id"].as_str().is_some_and(|it| it.starts_with("APP-")), "{works}");
    assert!(works["token"]["expires_in"].as_u64().is_some_and(|it| (1..=32_400).contains(&it)), "{works}");
    let draft = test("shop", &app());
    assert!(draft.status >= 400 && !draft.text().contains("EX-not-a-real-one"), "{}", draft.text());
    let advice = "check `client_id` and `client_secret`, and that both are of the environment `simulator`";
    assert!(draft.json()["failure"]["message"].as_str().unwrap().ends_with(advice), "{}", draft.text());
    assert_eq!(test("shop", &json!({"environment": "simulator"})).json()["report"]["verdict"], "accepted");
    assert_eq!(test("shop", &json!({"environment": "simulator", "concurrency": 0})).status, 400);
    assert_eq!(service.call("GET", "/v1/connections/shop", &Value::Null).status, 404, "nothing is saved");
}

#[test]
fn concurrency_is_borrowed_from_one_that_does_not_borrow() {
    let service = Service::start();
    let put = |name: &str, from: Option<&str>| {
        let document = json!({"environment": "simulator", "borrow_concurrency_from": from});
        service.call("PUT", &format!("/v1/connections/{name}"), &document)
    };
    assert_eq!(put("one", Some("simulator")).status, 201);
    for (name, from) in [("two", "one"), ("two", "none"), ("two", "two"), ("simulator", "one")] {
        let refused = put(name, Some(from));
        let field = refused.json()["failure"]["details"][0]["field"].clone();
        assert_eq!((refused.status, field), (400, json!("/borrow_concurrency_from")), "{name} from {from}");
    }
    let lent = service.call("DELETE", "/v1/connections/simulator", &Value::Null);
    assert!(lent.status == 409 && lent.text().contains("one"), "{}", lent.text());
    assert_eq!(put("one", None).status, 200);
    assert_eq!(service.call("DELETE", "/v1/connections/simulator", &Value::Null).status, 204);
    // It stays removed.
    let (data, admin) = (service.data.clone(), service.admin.clone());
    service.kill();
    let service = Service::start_in(data, &["--port", "0"]);
    assert_eq!(service.call_by(&admin, "GET", "/v1/connections/one", &[], &Value::Null).status, 401, "it was replaced");
    let listed = service.call("GET", "/v1/connections", &Value::Null).json();
    assert_eq!(listed["connections"].as_array().unwrap().len(), 1, "{listed}");
}

#[test]
fn a_partners_calls_carry_the_code_and_the_assertion() {
    let service = Service::start();
    let mut partner = app();
    partner["merchant_id"] = json!("PQQ6K9L3L446V");
    partner["partner_attribution_id"] = json!("Example_SP_Shop");
    assert_eq!(service.call("PUT", "/v1/connections/partner", &partner).status, 201);
    let shown = |input: &Value| {
        let target = "/v1/connections/partner/actions/orders.create/dry-run";
        service.call("POST", target, input).json()["request"]["headers"].clone()
    };
    let headers = shown(&order());
    assert_eq!(headers["paypal-partner-attribution-id"], "Example_SP_Shop");
    let parts: Vec<_> = headers["paypal-auth-assertion"].as_str().unwrap().split('.').collect();
    let part =
        |at: usize| -> Value { serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(parts[at]).unwrap()).unwrap() };
    assert_eq!((parts.len(), parts[2], part(0)), (3, "", json!({"alg": "none"})));
    assert_eq!(part(1), json!({"iss": "AX-not-a-real-id", "payer_id": "PQQ6K9L3L446V"}));
    let mut own = order();
    own["options"] = json!({"partner_attribution_id": "Other_SP"});
    assert_eq!(shown(&own)["paypal-partner-attribution-id"], "Other_SP");
    // An action that takes neither gets neither.
    let target = "/v1/connections/partner/actions/products.get/dry-run";
    let headers = service.call("POST", target, &json!({"product_id": "PROD-1"})).json()["request"]["headers"].clone();
    assert!(headers.is_object() && headers["paypal-partner-attribution-id"].is_null(), "{headers}");
}
