//! Which payment methods are on offer.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

const PATH: &str = "/v2/payments/find-eligible-methods";

fn names(answer: &Value) -> Vec<&str> {
    answer["eligible_methods"].as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn country_currency_and_flow_decide() {
    let paypal = Sandbox::new();
    let find = |country: &str, currency: &str, flow: &str| {
        let body = json!({
            "customer": {"country_code": country},
            "purchase_units": [{"amount": {"currency_code": currency, "value": "50.00"}}],
            "preferences": {"payment_flow": flow},
        });
        paypal.post(PATH, &body).ok()
    };
    let all = find("US", "USD", "ONE_TIME_PAYMENT");
    assert_eq!(names(&all), ["paypal", "venmo", "paypal_credit", "paypal_pay_later"]);
    assert_eq!(all["supplementary_data"]["buyer_country_code"], "US");
    assert_eq!(names(&find("US", "USD", "RECURRING_PAYMENT")), ["paypal", "venmo", "paypal_credit"]);
    assert_eq!(names(&find("US", "EUR", "ONE_TIME_PAYMENT")), ["paypal"]);
    let german = find("DE", "EUR", "ONE_TIME_PAYMENT");
    assert_eq!(names(&german), ["paypal", "paypal_pay_later"]);
    assert_eq!(german["eligible_methods"]["paypal_pay_later"]["country_code"], "DE");
    assert_eq!(names(&paypal.post(PATH, &json!({})).ok()).first(), Some(&"paypal"));
}

#[test]
fn a_constraint_limits_the_methods_and_accounts_are_told_on_request() {
    let paypal = Sandbox::new();
    let ask = |email: &str, constraint: &str| {
        let body = json!({
            "customer": {"email": email},
            "preferences": {
                "payment_source_constraint": {"constraint_type": constraint, "payment_sources": ["PAYPAL"]},
                "include_account_details": true,
            },
        });
        paypal.post(PATH, &body).ok()
    };
    let known = ask("Payer@example.com", "INCLUDE");
    assert_eq!(names(&known), ["paypal"]);
    assert_eq!(known["eligible_methods"]["paypal"]["eligible_in_paypal_network"], true);
    let unknown = ask("nobody@example.com", "INCLUDE");
    assert_eq!(unknown["eligible_methods"]["paypal"]["eligible_in_paypal_network"], false);
    assert!(!names(&ask("payer@example.com", "EXCLUDE")).contains(&"paypal"));
}

#[test]
fn bad_input_is_refused_with_its_field() {
    let paypal = Sandbox::new();
    for (body, field) in [
        (json!({"customer": {"country_code": "us"}}), "/customer/country_code"),
        (json!({"purchase_units": [{"amount": {"currency_code": "XQX"}}]}), "/purchase_units/0/amount/currency_code"),
        (json!({"preferences": {"payment_flow": "GIFT"}}), "/preferences/payment_flow"),
        (
            json!({"preferences": {"payment_source_constraint": {"payment_sources": []}}}),
            "/preferences/payment_source_constraint/constraint_type",
        ),
    ] {
        let refused = paypal.post(PATH, &body);
        assert_eq!(refused.refusal(), (400, "INVALID_PARAMETER_VALUE"));
        assert_eq!(refused.body["details"][0]["field"], field);
    }
}
