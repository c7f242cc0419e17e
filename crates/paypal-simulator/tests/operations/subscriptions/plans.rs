//! Plans that PayPal refuses.

use serde_json::{Value, json};

use super::{cycle, monthly, plan, plan_body, usd};
use crate::sandbox::Sandbox;

#[test]
fn impossible_plans_are_refused_with_paypal_s_codes() {
    let paypal = Sandbox::new();
    let regular = |sequence| cycle("REGULAR", sequence, "MONTH", 1, 0, Some("10.00"));
    let trial = |sequence, price| cycle("TRIAL", sequence, "DAY", 1, 1, price);
    let with = |name: &str, value: Value| {
        let mut cycle = monthly("10.00");
        cycle[name] = value;
        vec![cycle]
    };
    let frequency = |unit: &str, count: u64| with("frequency", json!({"interval_unit": unit, "interval_count": count}));
    let euros = json!({"fixed_price": {"currency_code": "EUR", "value": "1.00"}});
    let mut foreign = vec![trial(1, Some("1.00")), regular(2)];
    foreign[0]["pricing_scheme"] = euros;
    for (cycles, refusal) in [
        (vec![], (400, "INVALID_ARRAY_MIN_ITEMS")),
        (vec![trial(1, None)], (422, "MISSING_REGULAR_BILLING_CYCLE")),
        (vec![regular(1), regular(2)], (422, "MULTIPLE_REGULAR_BILLING_CYCLES_NOT_SUPPORTED")),
        (vec![trial(1, None), trial(2, None), regular(3)], (422, "MULTIPLE_FREE_TRIAL_BILLING_CYCLES_NOT_SUPPORTED")),
        (
            vec![trial(1, None), trial(2, Some("1.00")), trial(3, Some("2.00")), regular(4)],
            (422, "MORE_THAN_TWO_TRIAL_BILLING_CYCLE_NOT_SUPPORTED"),
        ),
        (vec![trial(1, None), regular(3)], (422, "INVALID_BILLING_CYCLE_SEQUENCE")),
        (vec![trial(1, None), regular(1)], (422, "INVALID_BILLING_CYCLE_SEQUENCE")),
        (vec![cycle("TRIAL", 1, "DAY", 1, 0, None), regular(2)], (422, "INVALID_TRIAL_BILLING_TOTAL_CYCLES")),
        (foreign, (422, "CURRENCY_MISMATCH")),
        (with("total_cycles", json!(1000)), (400, "INVALID_INTEGER_MAX_VALUE")),
        (with("sequence", json!(0)), (400, "INVALID_INTEGER_MIN_VALUE")),
        (with("sequence", json!("one")), (400, "INVALID_PARAMETER_SYNTAX")),
        (with("tenure_type", json!("ODD")), (400, "INVALID_PARAMETER_VALUE")),
        (with("pricing_scheme", json!({})), (400, "MISSING_REQUIRED_PARAMETER")),
        (frequency("FORTNIGHT", 1), (400, "INVALID_PARAMETER_VALUE")),
        (frequency("DAY", 366), (400, "INVALID_INTEGER_MAX_VALUE")),
        (frequency("WEEK", 53), (400, "INVALID_INTEGER_MAX_VALUE")),
        (frequency("MONTH", 13), (400, "INVALID_INTEGER_MAX_VALUE")),
        (frequency("YEAR", 2), (400, "INVALID_INTEGER_MAX_VALUE")),
        (frequency("DAY", 0), (400, "INVALID_INTEGER_MIN_VALUE")),
    ] {
        let refused = paypal.post("/v1/billing/plans", &plan_body(&paypal, &cycles, &json!({})));
        assert_eq!(refused.refusal(), refusal, "{cycles:?}");
    }
    for (preferences, refusal) in [
        (json!({"setup_fee": {"currency_code": "JPY", "value": "500"}}), (422, "CURRENCY_MISMATCH")),
        (json!({"payment_failure_threshold": 1000}), (400, "INVALID_INTEGER_MAX_VALUE")),
        (json!({"setup_fee_failure_action": "PANIC"}), (400, "INVALID_PARAMETER_VALUE")),
    ] {
        let refused = paypal.post("/v1/billing/plans", &plan_body(&paypal, &[monthly("1.00")], &preferences));
        assert_eq!(refused.refusal(), refusal, "{preferences}");
    }
    let mut tiered = monthly("1.00");
    let tiers = json!([{"starting_quantity": "1", "amount": usd("1.00")}]);
    tiered["pricing_scheme"] = json!({"pricing_model": "TIERED", "tiers": tiers});
    let mut body = plan_body(&paypal, &[tiered], &json!({}));
    body["quantity_supported"] = false.into();
    assert_eq!(paypal.post("/v1/billing/plans", &body).refusal(), (422, "INVALID_QUANTITY_SUPPORTED"));
    body["quantity_supported"] = true.into();
    body["taxes"] = json!({"percentage": "-1"});
    assert_eq!(paypal.post("/v1/billing/plans", &body).refusal(), (400, "INVALID_PARAMETER_SYNTAX"));
    assert_eq!(paypal.effects().plans.len(), 0);
}

#[test]
fn impossible_prices_are_refused() {
    let paypal = Sandbox::new();
    let id = plan(&paypal, &[monthly("10.00")], &json!({}));
    let update = |sequence: Value, scheme: Value| {
        let change = json!({"billing_cycle_sequence": sequence, "pricing_scheme": scheme});
        paypal.post(&format!("/v1/billing/plans/{id}/update-pricing-schemes"), &json!({"pricing_schemes": [change]}))
    };
    let euros = json!({"fixed_price": {"currency_code": "EUR", "value": "1.00"}});
    let tiers = json!({"pricing_model": "TIERED", "tiers": [{"starting_quantity": "1", "amount": usd("1.00")}]});
    for (sequence, scheme, refusal) in [
        (json!(2), json!({"fixed_price": usd("1.00")}), (422, "INVALID_BILLING_CYCLE_SEQUENCE")),
        (json!(1), euros, (422, "CURRENCY_MISMATCH")),
        (json!(1), tiers, (422, "INVALID_PRICING_SCHEME")),
        (json!(1), json!({"fixed_price": usd("1.001")}), (422, "DECIMAL_PRECISION")),
        (Value::Null, json!({"fixed_price": usd("1.00")}), (400, "MISSING_REQUIRED_PARAMETER")),
        (json!(1), Value::Null, (400, "MISSING_REQUIRED_PARAMETER")),
    ] {
        assert_eq!(update(sequence, scheme.clone()).refusal(), refusal, "{scheme}");
    }
    assert_eq!(update(json!(1), json!({"fixed_price": usd("11.00")})).status, 204);
    let shown = paypal.get(&format!("/v1/billing/plans/{id}")).ok();
    let scheme = &shown["billing_cycles"][0]["pricing_scheme"];
    assert_eq!((&scheme["fixed_price"], &scheme["version"]), (&usd("11.00"), &json!(2)));
}
