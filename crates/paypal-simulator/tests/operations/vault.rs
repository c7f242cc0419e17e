//! Saved payment methods.

use std::time::Duration;

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

const SETUP: &str = "/v3/vault/setup-tokens";
const TOKENS: &str = "/v3/vault/payment-tokens";

fn card() -> Value {
    json!({
        "name": "Alex Example", "number": "4012888888881881", "expiry": "2029-04", "security_code": "123",
        "billing_address": {"address_line_1": "12 Harbour Road", "postal_code": "04101", "country_code": "US"},
    })
}

fn wallet() -> Value {
    json!({
        "description": "Monthly box", "usage_type": "MERCHANT", "usage_pattern": "IMMEDIATE",
        "experience_context": {
            "return_url": "https://shop.example.com/saved", "cancel_url": "https://shop.example.com/wallet",
        },
    })
}

fn setup_token(id: &Value) -> Value {
    json!({"payment_source": {"token": {"id": id, "type": "SETUP_TOKEN"}}})
}

fn links(document: &Value) -> Vec<&str> {
    document["links"].as_array().unwrap().iter().map(|link| link["rel"].as_str().unwrap()).collect()
}

/// Saves a card for a customer. Returns the id of the payment token.
fn saved_card(paypal: &Sandbox, customer: &str) -> String {
    let body = json!({"customer": {"id": customer}, "payment_source": {"card": card()}});
    paypal.post(TOKENS, &body).ok()["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_card_is_saved_by_a_setup_token_once() {
    let paypal = Sandbox::new();
    let customer = json!({"merchant_customer_id": "shop-1"});
    let body = json!({"customer": customer, "payment_source": {"card": card()}});
    let setup = paypal.post(SETUP, &body);
    assert_eq!((setup.status, &setup.body["status"]), (201, &json!("APPROVED")));
    let shown = &setup.body["payment_source"]["card"];
    assert_eq!((&shown["last_digits"], &shown["brand"]), (&json!("1881"), &json!("VISA")));
    assert_eq!(shown["billing_address"], card()["billing_address"]);
    assert!(shown["verification_status"].is_null(), "nobody asked for a check");
    assert_eq!(links(&setup.body), ["self", "confirm"]);
    let id = &setup.body["id"];
    let path = format!("{SETUP}/{}", id.as_str().unwrap());
    assert_eq!(paypal.get(&path).ok(), setup.body);
    let early = paypal.get(&format!("{TOKENS}/{}", id.as_str().unwrap()));
    assert_eq!(early.refusal(), (422, "SETUP_TOKEN_NOT_TOKENIZED"));

    let token = paypal.post(TOKENS, &setup_token(id));
    assert_eq!((token.status, &token.body["customer"]), (201, &setup.body["customer"]));
    assert_eq!(token.body["customer"]["merchant_customer_id"], "shop-1");
    assert_eq!(links(&token.body), ["self", "delete"]);
    assert_eq!(paypal.get(&path).ok()["status"], "VAULTED");
    assert_eq!(paypal.post(TOKENS, &setup_token(id)).refusal(), (422, "SETUP_TOKEN_ALREADY_TOKENIZED"));
    assert!(!format!("{} {}", setup.body, token.body).contains("4012888888881881"), "a card's number is shown");

    let (name, resource) = paypal.events().pop().unwrap();
    assert_eq!((&*name, &resource["id"]), ("VAULT.PAYMENT-TOKEN.CREATED", &token.body["id"]));
    let tokens = paypal.0.effects().payment_tokens;
    assert_eq!(tokens.into_iter().collect::<Vec<_>>(), [(text(&token.body["id"]), "VAULTED".to_owned())]);
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[test]
fn a_paypal_account_is_saved_when_the_payer_has_approved() {
    let paypal = Sandbox::new();
    for (method, source) in [("paypal", wallet()), ("venmo", json!({"description": "Box"}))] {
        let setup = paypal.post(SETUP, &json!({"payment_source": {method: source}})).ok();
        assert_eq!((&setup["status"], &*links(&setup)), (&json!("PAYER_ACTION_REQUIRED"), &["self", "approve"][..]));
        let id = &setup["id"];
        assert!(
            text(&setup["links"][1]["href"])
                .ends_with(&format!("/agreements/approve?approval_session_id={}", text(id)))
        );
        assert_eq!(paypal.post(TOKENS, &setup_token(id)).refusal(), (422, "PAYER_ACTION_REQUIRED"));
        assert!(paypal.0.approve_setup_token(id.as_str().unwrap()));
        assert_eq!(paypal.get(&format!("{SETUP}/{}", text(id))).ok()["status"], "APPROVED");
        let token = paypal.post(TOKENS, &setup_token(id)).ok();
        let account = &token["payment_source"][method];
        assert_eq!(
            (&account["email_address"], &account["payer_id"]),
            (&json!("payer@example.com"), &json!("T4EXM8PLEPY3R"))
        );
        assert!(account["description"].is_string() && account["experience_context"].is_null());
        assert_eq!(paypal.send("DELETE", &format!("{TOKENS}/{}", text(&token["id"])), &[], &Value::Null).status, 204);
        let gone = paypal.get(&format!("{TOKENS}/{}", text(&token["id"])));
        assert_eq!(gone.refusal(), (404, "INVALID_RESOURCE_ID"));
        assert_eq!(paypal.0.effects().payment_tokens[&text(&token["id"])], "DELETED");
    }
    let events: Vec<_> = paypal.events().into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        events,
        [
            "VAULT.PAYMENT-TOKEN.CREATED",
            "VAULT.PAYMENT-TOKEN.DELETION-INITIATED",
            "VAULT.PAYMENT-TOKEN.DELETED",
            "VAULT.PAYMENT-TOKEN.CREATED",
            "VAULT.PAYMENT-TOKEN.DELETED",
        ]
    );
    assert!(!paypal.0.approve_setup_token("NO-SUCH-TOKEN"));
}

#[test]
fn a_card_that_the_payer_enters_is_saved_on_approval() {
    let paypal = Sandbox::new();
    let context = json!({"vault_instruction": "ON_PAYER_APPROVAL"});
    let body = json!({"payment_source": {"card": {"experience_context": context}}});
    let setup = paypal.post(SETUP, &body).ok();
    assert_eq!((&setup["status"], &setup["payment_source"]), (&json!("CREATED"), &json!({"card": {}})));
    let control = format!("setup-tokens/{}/approve", text(&setup["id"]));
    let refused = paypal.control(&control, &json!({"payment_source": {"card": {"number": "1"}}}));
    assert_eq!(
        (refused.refusal(), &refused.body["details"][0]["field"]),
        ((400, "INVALID_STRING_LENGTH"), &json!("/payment_source/card/number"))
    );
    assert_eq!(paypal.control(&control, &json!({"payment_source": {"card": card()}})).status, 204);
    let path = format!("{SETUP}/{}", text(&setup["id"]));
    assert_eq!(paypal.get(&path).ok()["status"], "VAULTED");
    assert_eq!(paypal.0.effects().payment_tokens.len(), 1);
    // It is found by the setup token.
    let token = paypal.get(&format!("{TOKENS}/{}", text(&setup["id"]))).ok();
    assert_eq!(token["payment_source"]["card"]["last_digits"], "1881");
}

#[test]
fn a_card_is_checked_before_it_is_saved() {
    let paypal = Sandbox::new();
    let mut checked = card();
    checked["verification_method"] = "SCA_WHEN_REQUIRED".into();
    let setup = paypal.post(SETUP, &json!({"payment_source": {"card": checked}})).ok();
    let shown = &setup["payment_source"]["card"];
    assert_eq!((&setup["status"], &shown["verification_status"]), (&json!("APPROVED"), &json!("VERIFIED")));
    assert_eq!(shown["verification"]["processor_response"], json!({"avs_code": "Y", "cvv_code": "M"}));
    checked["name"] = "CCREJECT-IF".into();
    let setup = paypal.post(SETUP, &json!({"payment_source": {"card": checked}})).ok();
    assert_eq!(setup["payment_source"]["card"]["verification_status"], "FAILED");

    checked["verification_method"] = "SCA_ALWAYS".into();
    checked["name"] = "Alex Example".into();
    let refused = paypal.post(SETUP, &json!({"payment_source": {"card": checked}}));
    assert_eq!(refused.refusal(), (400, "MISSING_REQUIRED_PARAMETER"));
    assert_eq!(refused.body["details"][0]["field"], "/payment_source/card/experience_context/return_url");
    checked["experience_context"] = wallet()["experience_context"].clone();
    let setup = paypal.post(SETUP, &json!({"payment_source": {"card": checked}})).ok();
    assert_eq!((&setup["status"], links(&setup)[1]), (&json!("PAYER_ACTION_REQUIRED"), "approve"));
    let (control, path) =
        (format!("setup-tokens/{}/approve", text(&setup["id"])), format!("{SETUP}/{}", text(&setup["id"])));
    paypal.control(&control, &json!({"authentication_status": "N", "enrollment_status": "Y"})).ok();
    let failed = paypal.get(&path).ok();
    assert_eq!(
        (&failed["status"], &failed["payment_source"]["card"]["verification_status"]),
        (&json!("PAYER_ACTION_REQUIRED"), &json!("FAILED"))
    );
    paypal.control(&control, &Value::Null).ok();
    let passed = paypal.get(&path).ok();
    assert_eq!(
        (&passed["status"], &passed["payment_source"]["card"]["verification_status"]),
        (&json!("APPROVED"), &json!("VERIFIED"))
    );
    let result = &passed["payment_source"]["card"]["authentication_result"]["three_d_secure"];
    assert_eq!(result, &json!({"authentication_status": "Y", "enrollment_status": "Y"}));
}

#[test]
fn a_customer_s_payment_methods_are_listed_in_pages() {
    let paypal = Sandbox::new();
    let mut ids: Vec<_> = (0..7).map(|_| saved_card(&paypal, "customer_1")).collect();
    saved_card(&paypal, "customer_2");
    paypal.send("DELETE", &format!("{TOKENS}/{}", ids.remove(2)), &[], &Value::Null).ok();
    let list = |query: &str| paypal.get(&format!("{TOKENS}?customer_id=customer_1{query}"));
    let page = |query: &str| -> Vec<_> {
        list(query).ok()["payment_tokens"].as_array().unwrap().iter().map(|token| text(&token["id"])).collect()
    };
    assert_eq!([page(""), page("&page=2"), page("&page=3")], [ids[..5].to_vec(), ids[5..].to_vec(), vec![]]);
    assert_eq!(page("&page_size=2&page=3"), ids[4..]);
    let counted = list("&total_required=true&page_size=4").ok();
    assert_eq!((&counted["total_items"], &counted["total_pages"]), (&json!(6), &json!(2)));
    assert_eq!(counted["customer"], json!({"id": "customer_1"}));
    let mut rels = links(&counted);
    rels.sort_unstable();
    assert_eq!(rels, ["first", "last", "next", "self"]);
    for (query, issue, field) in [
        ("&page_size=6", "INVALID_INTEGER_MAX_VALUE", "page_size"),
        ("&page=11", "INVALID_INTEGER_MAX_VALUE", "page"),
        ("&page=0", "INVALID_INTEGER_MIN_VALUE", "page"),
        ("&page=x", "INVALID_PARAMETER_SYNTAX", "page"),
    ] {
        let refused = list(query);
        assert_eq!((refused.refusal(), &refused.body["details"][0]["field"]), ((400, issue), &json!(field)));
    }
    assert_eq!(paypal.get(TOKENS).refusal(), (400, "MISSING_REQUIRED_PARAMETER"));
    let unknown = paypal.get(&format!("{TOKENS}?customer_id=nobody-we-know"));
    assert_eq!(
        (unknown.refusal(), &unknown.body["details"][0]["location"]),
        ((404, "CUSTOMER_ID_NOT_FOUND"), &json!("query"))
    );
}

#[test]
fn keys_are_remembered_for_three_hours() {
    let paypal = Sandbox::new();
    let body = json!({"payment_source": {"card": card()}});
    for path in [SETUP, TOKENS] {
        let create = || paypal.send("POST", path, &[("paypal-request-id", "key-1")], &body);
        let first = create();
        let repeat = create();
        assert_eq!((first.status, repeat.status, &first.body), (201, 200, &repeat.body));
        paypal.0.advance(Duration::from_secs(3 * 3600));
        let later = create();
        assert_eq!(later.status, 201);
        assert_ne!(later.body["id"], first.body["id"]);
    }
    assert_eq!(paypal.0.effects().payment_tokens.len(), 2);
}

#[test]
fn a_setup_token_lasts_three_days() {
    let paypal = Sandbox::new();
    let setup = paypal.post(SETUP, &json!({"payment_source": {"card": card()}})).ok();
    let path = format!("{SETUP}/{}", text(&setup["id"]));
    paypal.0.advance(Duration::from_secs(3 * 86_400 - 1));
    assert_eq!(paypal.get(&path).status, 200);
    paypal.days(1);
    assert_eq!(paypal.get(&path).refusal(), (404, "INVALID_RESOURCE_ID"));
    let refused = paypal.post(TOKENS, &setup_token(&setup["id"]));
    assert_eq!(
        (refused.refusal(), &refused.body["details"][0]["field"]),
        ((404, "INVALID_RESOURCE_ID"), &json!("/payment_source/token/id"))
    );
    assert!(!paypal.0.approve_setup_token(setup["id"].as_str().unwrap()));
}

#[test]
fn mistakes_are_refused_and_change_nothing() {
    let paypal = Sandbox::new();
    for (path, body, issue, field) in [
        (SETUP, json!({}), "MISSING_REQUIRED_PARAMETER", "/payment_source"),
        (SETUP, json!({"payment_source": {}}), "EXACTLY_ONE_FIELD_REQUIRED", "/payment_source"),
        (
            SETUP,
            json!({"payment_source": {"card": card(), "paypal": wallet()}}),
            "EXACTLY_ONE_FIELD_REQUIRED",
            "/payment_source",
        ),
        (TOKENS, json!({"payment_source": {"paypal": wallet()}}), "EXACTLY_ONE_FIELD_REQUIRED", "/payment_source"),
        (
            SETUP,
            json!({"payment_source": {"paypal": {}}}),
            "MISSING_REQUIRED_PARAMETER",
            "/payment_source/paypal/experience_context/return_url",
        ),
        (
            SETUP,
            json!({"payment_source": {"venmo": {"usage_type": "X"}}}),
            "INVALID_PARAMETER_VALUE",
            "/payment_source/venmo/usage_type",
        ),
        (
            SETUP,
            json!({"payment_source": {"card": {"number": "4111 1111 1111 1111"}}}),
            "INVALID_PARAMETER_SYNTAX",
            "/payment_source/card/number",
        ),
        (
            TOKENS,
            json!({"payment_source": {"card": {"expiry": "2029-04"}}}),
            "MISSING_REQUIRED_PARAMETER",
            "/payment_source/card/number",
        ),
        (
            TOKENS,
            json!({"payment_source": {"token": {"id": "X"}}}),
            "MISSING_REQUIRED_PARAMETER",
            "/payment_source/token/type",
        ),
        (
            TOKENS,
            json!({"customer": {"id": "a b"}, "payment_source": {"card": card()}}),
            "INVALID_PARAMETER_SYNTAX",
            "/customer/id",
        ),
        (
            SETUP,
            json!({"customer": {"id": "x".repeat(23)}, "payment_source": {"card": card()}}),
            "INVALID_STRING_LENGTH",
            "/customer/id",
        ),
    ] {
        let refused = paypal.post(path, &body);
        assert_eq!((refused.refusal(), &refused.body["details"][0]["field"]), ((400, issue), &json!(field)), "{body}");
    }
    let delete = paypal.send("DELETE", &format!("{TOKENS}/9p3xs5gj"), &[], &Value::Null);
    assert_eq!(delete.refusal(), (404, "INVALID_RESOURCE_ID"));
    assert!(paypal.0.effects().payment_tokens.is_empty() && paypal.events().is_empty());
}
