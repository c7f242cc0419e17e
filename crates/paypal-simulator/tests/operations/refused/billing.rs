//! Products, plans and subscriptions.

use serde_json::{Value, json};

use super::{refuse, text, with};
use crate::{
    sandbox::Sandbox,
    subscriptions::{cycle, monthly, plan, plan_body, run, usd},
};

#[test]
fn products_are_named_once() {
    let paypal = Sandbox::new();
    let tea = json!({"id": "TEA-1042", "name": "Tea", "type": "PHYSICAL"});
    paypal.post("/v1/catalogs/products", &tea).ok();
    let (create, update) = ("POST /v1/catalogs/products", "PATCH /v1/catalogs/products/TEA-1042");
    let patch = |op: &str, path: &str, value: Value| json!([{"op": op, "path": path, "value": value}]);
    refuse(
        &paypal,
        &[],
        &[
            (create, tea.clone(), 422, "DUPLICATE_RESOURCE_IDENTIFIER"),
            (create, json!({"type": "PHYSICAL"}), 400, "MISSING_REQUIRED_PARAMETER"),
            (create, json!({"name": "Tea", "type": "GAS"}), 400, "INVALID_PARAMETER_VALUE"),
            (create, json!({"name": [], "type": "PHYSICAL"}), 400, "INVALID_PARAMETER_SYNTAX"),
            (create, json!({"name": "x".repeat(128), "type": "PHYSICAL"}), 400, "INVALID_STRING_MAX_LENGTH"),
            (create, json!({"id": "x", "name": "Tea", "type": "PHYSICAL"}), 400, "INVALID_STRING_MIN_LENGTH"),
            ("GET /v1/catalogs/products?page_size=0", Value::Null, 400, "INVALID_PARAMETER_VALUE"),
            ("GET /v1/catalogs/products/TEA-1", Value::Null, 404, "INVALID_RESOURCE_ID"),
            (
                "PATCH /v1/catalogs/products/TEA-1",
                patch("replace", "/description", json!("x")),
                404,
                "INVALID_RESOURCE_ID",
            ),
            (update, patch("replace", "/type", json!("DIGITAL")), 400, "INVALID_PATCH_PATH"),
            (update, patch("move", "/description", json!("x")), 400, "UNSUPPORTED_PATCH_OPERATION"),
            (update, json!([{"path": "/description"}]), 400, "MISSING_REQUIRED_PARAMETER"),
            (update, json!({}), 400, "INVALID_PARAMETER_SYNTAX"),
        ],
    );
}

#[test]
fn plans_have_cycles_that_can_be_billed() {
    let paypal = Sandbox::new();
    let body = plan_body(&paypal, &[monthly("10.00")], &json!({}));
    let plan = text(&paypal.post("/v1/billing/plans", &body).ok(), "/id");
    let ids = [("plan", plan.as_str())];
    let trial = |sequence: u64, price: Option<&str>| cycle("TRIAL", sequence, "MONTH", 1, 1, price);
    let regular = |sequence: u64| cycle("REGULAR", sequence, "MONTH", 1, 0, Some("10.00"));
    let cycles = |cycles: &[Value]| with(&body, &[("/billing_cycles", json!(cycles))]);
    let scheme = |scheme: Value| with(&body, &[("/billing_cycles/0/pricing_scheme", scheme)]);
    let tier = |from: &str, to: Option<&str>, amount: Value| {
        let tier = json!({"starting_quantity": from, "amount": amount});
        to.map_or(tier.clone(), |to| with(&tier, &[("/ending_quantity", json!(to))]))
    };
    let tiers = |tiers: &[Value]| scheme(json!({"pricing_model": "TIERED", "tiers": tiers}));
    let eur = json!({"currency_code": "EUR", "value": "1.00"});
    let (create, update) = ("POST /v1/billing/plans", "PATCH /v1/billing/plans/{plan}");
    let pricing = "POST /v1/billing/plans/{plan}/update-pricing-schemes";
    let patch = |op: &str, path: &str, value: Value| json!([{"op": op, "path": path, "value": value}]);
    let price = |sequence: u64, scheme: Value| json!({"pricing_schemes": [{"billing_cycle_sequence": sequence, "pricing_scheme": scheme}]});
    refuse(
        &paypal,
        &ids,
        &[
            (create, cycles(&[trial(1, None)]), 422, "MISSING_REGULAR_BILLING_CYCLE"),
            (create, cycles(&[regular(1), regular(2)]), 422, "MULTIPLE_REGULAR_BILLING_CYCLES_NOT_SUPPORTED"),
            (
                create,
                cycles(&[trial(1, None), trial(2, None), regular(3)]),
                422,
                "MULTIPLE_FREE_TRIAL_BILLING_CYCLES_NOT_SUPPORTED",
            ),
            (
                create,
                cycles(&[trial(1, None), trial(2, Some("1.00")), trial(3, Some("2.00")), regular(4)]),
                422,
                "MORE_THAN_TWO_TRIAL_BILLING_CYCLE_NOT_SUPPORTED",
            ),
            (
                create,
                cycles(&[with(&trial(1, None), &[("/total_cycles", json!(0))]), regular(2)]),
                422,
                "INVALID_TRIAL_BILLING_TOTAL_CYCLES",
            ),
            (create, cycles(&[regular(2)]), 422, "INVALID_BILLING_CYCLE_SEQUENCE"),
            (create, with(&body, &[("/payment_preferences/setup_fee", eur.clone())]), 422, "CURRENCY_MISMATCH"),
            (
                create,
                tiers(&[tier("1", Some("5"), usd("2.00")), tier("4", None, usd("1.00"))]),
                422,
                "OVERLAPPING_PRICING_SCHEME_TIERS",
            ),
            (
                create,
                scheme(
                    json!({"pricing_model": "TIERED", "fixed_price": usd("1.00"), "tiers": [tier("1", None, usd("2.00"))]}),
                ),
                422,
                "FIXED_PRICE_NOT_SUPPORTED",
            ),
            (create, with(&body, &[("/name", json!("x".repeat(128)))]), 400, "INVALID_STRING_MAX_LENGTH"),
            ("GET /v1/billing/plans?page_size=0", Value::Null, 400, "INVALID_PARAMETER_VALUE"),
            ("GET /v1/billing/plans/P-5ML4271244454362WXNWU5NQ", Value::Null, 404, "INVALID_RESOURCE_ID"),
            (
                "PATCH /v1/billing/plans/P-5ML4271244454362WXNWU5NQ",
                patch("replace", "/description", json!("x")),
                404,
                "INVALID_RESOURCE_ID",
            ),
            ("POST /v1/billing/plans/P-5ML4271244454362WXNWU5NQ/activate", Value::Null, 404, "INVALID_RESOURCE_ID"),
            ("POST /v1/billing/plans/P-5ML4271244454362WXNWU5NQ/deactivate", Value::Null, 404, "INVALID_RESOURCE_ID"),
            (
                "POST /v1/billing/plans/P-5ML4271244454362WXNWU5NQ/update-pricing-schemes",
                price(1, json!({"fixed_price": usd("1.00")})),
                404,
                "INVALID_RESOURCE_ID",
            ),
            (update, patch("replace", "/status", json!("INACTIVE")), 400, "INVALID_PATCH_PATH"),
            (update, patch("move", "/description", json!("x")), 400, "UNSUPPORTED_PATCH_OPERATION"),
            (update, json!({}), 400, "INVALID_PARAMETER_SYNTAX"),
            (pricing, price(7, json!({"fixed_price": usd("1.00")})), 422, "INVALID_BILLING_CYCLE_SEQUENCE"),
        ],
    );
    paypal.post(&format!("/v1/billing/plans/{plan}/deactivate"), &Value::Null).ok();
    refuse(
        &paypal,
        &ids,
        &[
            (update, patch("replace", "/description", json!("x")), 422, "PLAN_STATUS_INACTIVE"),
            ("POST /v1/billing/plans/{plan}/deactivate", Value::Null, 422, "PLAN_STATUS_INVALID"),
        ],
    );
}

#[test]
fn subscriptions_follow_their_plan() {
    let paypal = Sandbox::new();
    let id = run(&paypal, &[monthly("10.00")], &json!({}));
    let other = plan(&paypal, &[monthly("20.00")], &json!({}));
    let ids = [("id", id.as_str()), ("other", &other)];
    let none = "I-BW452GLLEP1G";
    let reason = json!({"reason": "They left"});
    let long = json!({"reason": "x".repeat(129)});
    let missing: Vec<String> = ["suspend", "cancel", "activate"]
        .iter()
        .map(|verb| format!("POST /v1/billing/subscriptions/{none}/{verb}"))
        .collect();
    let far: Vec<String> = ["suspend", "cancel", "activate"]
        .iter()
        .map(|verb| format!("POST /v1/billing/subscriptions/{{id}}/{verb}"))
        .collect();
    let capture = json!({"note": "Please", "capture_type": "OUTSTANDING_BALANCE", "amount": usd("1.00")});
    let own = |cycles: Value| json!({"plan_id": other, "plan": {"billing_cycles": cycles}});
    let create = "POST /v1/billing/subscriptions";
    let patch = |op: &str, path: &str, value: Value| json!([{"op": op, "path": path, "value": value}]);
    let update = "PATCH /v1/billing/subscriptions/{id}";
    let mut cases = vec![
        ("GET /v1/billing/subscriptions/I-BW452GLLEP1G", Value::Null, 404, "INVALID_RESOURCE_ID"),
        (
            "PATCH /v1/billing/subscriptions/I-BW452GLLEP1G",
            patch("replace", "/custom_id", json!("x")),
            404,
            "INVALID_RESOURCE_ID",
        ),
        ("POST /v1/billing/subscriptions/I-BW452GLLEP1G/revise", json!({"plan_id": other}), 404, "INVALID_RESOURCE_ID"),
        ("POST /v1/billing/subscriptions/I-BW452GLLEP1G/capture", capture.clone(), 404, "INVALID_RESOURCE_ID"),
        (
            "GET /v1/billing/subscriptions/I-BW452GLLEP1G/transactions?start_time=2026-01-01T00:00:00Z&end_time=2026-02-01T00:00:00Z",
            Value::Null,
            404,
            "INVALID_RESOURCE_ID",
        ),
        (
            "GET /v1/billing/subscriptions/{id}/transactions?end_time=2026-02-01T00:00:00Z",
            Value::Null,
            400,
            "MISSING_REQUIRED_PARAMETER",
        ),
        (
            "GET /v1/billing/subscriptions/{id}/transactions?start_time=yesterday-and-the-day-before&end_time=2026-02-01T00:00:00Z",
            Value::Null,
            400,
            "INVALID_PARAMETER_SYNTAX",
        ),
        (
            "POST /v1/billing/subscriptions/{id}/capture",
            with(&capture, &[("/note", Value::Null)]),
            400,
            "MISSING_REQUIRED_PARAMETER",
        ),
        (
            "POST /v1/billing/subscriptions/{id}/capture",
            with(&capture, &[("/note", json!("x".repeat(129)))]),
            400,
            "INVALID_STRING_MAX_LENGTH",
        ),
        (
            "POST /v1/billing/subscriptions/{id}/capture",
            with(&capture, &[("/capture_type", json!("ALL"))]),
            400,
            "INVALID_PARAMETER_VALUE",
        ),
        ("POST /v1/billing/subscriptions/{id}/capture", capture, 422, "ZERO_OUTSTANDING_BALANCE"),
        (create, json!({"plan_id": other, "custom_id": "x".repeat(128)}), 400, "INVALID_STRING_MAX_LENGTH"),
        (create, json!({"plan_id": other, "quantity": "2"}), 422, "SUBSCRIPTION_CANNOT_HAVE_QUANTITY"),
        (
            create,
            own(json!([{"sequence": 9, "pricing_scheme": {"fixed_price": usd("1.00")}}])),
            422,
            "INVALID_BILLING_CYCLE_SEQUENCE",
        ),
        (update, patch("replace", "/status", json!("ACTIVE")), 400, "INVALID_PATCH_PATH"),
        (update, patch("move", "/custom_id", json!("x")), 400, "UNSUPPORTED_PATCH_OPERATION"),
        (update, json!({}), 400, "INVALID_PARAMETER_SYNTAX"),
        (update, json!([{"path": "/custom_id"}]), 400, "MISSING_REQUIRED_PARAMETER"),
        (
            "POST /v1/billing/subscriptions/{id}/revise",
            json!({"plan_id": 7, "quantity": []}),
            400,
            "INVALID_PARAMETER_SYNTAX",
        ),
    ];
    cases.extend(missing.iter().map(|request| (request.as_str(), reason.clone(), 404, "INVALID_RESOURCE_ID")));
    cases.extend(far.iter().map(|request| (request.as_str(), long.clone(), 400, "INVALID_STRING_MAX_LENGTH")));
    refuse(&paypal, &ids, &cases);
    paypal.post(&format!("/v1/billing/plans/{other}/deactivate"), &Value::Null).ok();
    refuse(&paypal, &ids, &[(create, json!({"plan_id": other}), 422, "PLAN_STATUS_INVALID")]);
}
