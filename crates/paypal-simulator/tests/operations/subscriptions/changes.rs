//! Plans and subscriptions that change while they are billed.

use serde_json::{Value, json};

use super::{cycle, days, events, expected, get, monthly, plan, run, sales, subscribe, usd};
use crate::sandbox::Sandbox;

fn patch(paypal: &Sandbox, id: &str, changes: &Value) -> crate::sandbox::Answer {
    paypal.send("PATCH", &format!("/v1/billing/subscriptions/{id}"), &[], changes)
}

fn reprice(paypal: &Sandbox, plan: &str, price: &str) {
    let scheme = json!({"billing_cycle_sequence": 1, "pricing_scheme": {"fixed_price": usd(price)}});
    let path = format!("/v1/billing/plans/{plan}/update-pricing-schemes");
    assert_eq!(paypal.post(&path, &json!({"pricing_schemes": [scheme]})).status, 204);
}

#[test]
fn a_new_price_of_a_plan_leaves_the_next_10_days_alone() {
    let paypal = Sandbox::new();
    let plan = plan(&paypal, &[monthly("20.00")], &json!({}));
    let old = subscribe(&paypal, &json!({"plan_id": plan}));
    // The next payment is on 2 April. On 28 March it is too late for it.
    paypal.days(26);
    reprice(&paypal, &plan, "25.00");
    subscribe(&paypal, &json!({"plan_id": plan}));
    assert_eq!(days(&paypal).last().unwrap().1, "25.00", "a new subscriber pays the new price");
    paypal.days(40);
    let expected = expected(&[
        ("2026-03-02", "20.00"),
        ("2026-03-28", "25.00"),
        ("2026-04-02", "20.00"),
        ("2026-04-28", "25.00"),
        ("2026-05-02", "25.00"),
    ]);
    assert_eq!(days(&paypal), expected);
    assert_eq!(get(&paypal, &old)["billing_info"]["cycle_executions"][0]["current_pricing_scheme_version"], 2);
    // On 2 June the price of 21 May is in force, that of 30 May is not.
    paypal.days(14);
    reprice(&paypal, &plan, "30.00");
    paypal.days(9);
    reprice(&paypal, &plan, "35.00");
    paypal.days(8);
    assert_eq!(days(&paypal)[5..], super::expected(&[("2026-05-28", "25.00"), ("2026-06-02", "30.00")])[..]);
    let names: Vec<_> = paypal.events().into_iter().map(|(name, _)| name).collect();
    let count = |name: &str| names.iter().filter(|it| *it == name).count();
    assert_eq!(count("BILLING.PLAN.PRICING-CHANGE.INPROGRESS"), 3);
    assert_eq!(count("BILLING.PLAN.PRICING-CHANGE.ACTIVATED"), 3);
}

#[test]
fn a_deactivated_plan_goes_on_for_those_who_have_it() {
    let paypal = Sandbox::new();
    let plan = plan(&paypal, &[monthly("20.00")], &json!({}));
    let id = subscribe(&paypal, &json!({"plan_id": plan}));
    assert_eq!(paypal.post(&format!("/v1/billing/plans/{plan}/deactivate"), &Value::Null).status, 204);
    paypal.days(31);
    assert_eq!((days(&paypal).len(), &get(&paypal, &id)["status"]), (2, &json!("ACTIVE")));
    let refused = paypal.post("/v1/billing/subscriptions", &json!({"plan_id": plan}));
    assert_eq!(refused.refusal(), (422, "PLAN_STATUS_INVALID"));
}

#[test]
fn a_revision_applies_from_the_next_billing_on_if_the_subscriber_agrees() {
    let paypal = Sandbox::new();
    let basic = plan(&paypal, &[monthly("10.00")], &json!({}));
    let product = paypal.get(&format!("/v1/billing/plans/{basic}")).ok()["product_id"].clone();
    let premium = json!({"product_id": product, "name": "Premium", "quantity_supported": true, "billing_cycles": [
        cycle("TRIAL", 1, "MONTH", 1, 1, None), cycle("REGULAR", 2, "WEEK", 2, 3, Some("8.00"))],
        "payment_preferences": {"setup_fee": usd("50.00")}});
    let premium = paypal.post("/v1/billing/plans", &premium).ok()["id"].as_str().unwrap().to_owned();
    let id = subscribe(&paypal, &json!({"plan_id": basic}));
    let revise = |body: &Value| paypal.post(&format!("/v1/billing/subscriptions/{id}/revise"), body);
    let proposed = revise(&json!({"plan_id": premium, "quantity": "3", "shipping_amount": usd("1.00")})).ok();
    assert_eq!((&proposed["plan_id"], &proposed["links"][0]["rel"]), (&json!(premium), &json!("approve")));
    paypal.days(31);
    assert_eq!(sales(&paypal).last().unwrap().1, "10.00", "not approved yet");
    assert!(paypal.0.approve_subscription(&id));
    assert_eq!(sales(&paypal).len(), 2, "nothing is charged at once");
    assert_eq!(get(&paypal, &id)["billing_info"]["next_billing_time"], "2026-05-02T09:00:00Z");
    paypal.days(60);
    assert_eq!(
        days(&paypal)[2..],
        expected(&[("2026-05-02", "25.00"), ("2026-05-16", "25.00"), ("2026-05-30", "25.00")])[..]
    );
    paypal.days(30);
    assert_eq!(get(&paypal, &id)["status"], "EXPIRED");
    assert_eq!(events(&paypal), ["CREATED", "ACTIVATED", "UPDATED", "EXPIRED"]);

    let other = plan(&paypal, &[monthly("10.00")], &json!({}));
    assert_eq!(revise(&json!({"plan_id": other})).refusal(), (422, "PLAN_PRODUCT_NOT_COMPATIBLE"));
    assert_eq!(revise(&json!({"plan_id": "P-0123456789ABCDEFGHJKLMNP"})).refusal(), (404, "INVALID_RESOURCE_ID"));
}

#[test]
fn a_card_needs_no_consent_and_no_notice() {
    let paypal = Sandbox::new();
    let mut body = super::plan_body(&paypal, &[monthly("10.00")], &json!({}));
    body["quantity_supported"] = true.into();
    let plan = paypal.post("/v1/billing/plans", &body).ok()["id"].clone();
    let card = json!({"number": "4111111111111111", "expiry": "2030-01"});
    let body = json!({"plan_id": plan, "subscriber": {"payment_source": {"card": card}}});
    let id = paypal.post("/v1/billing/subscriptions", &body).ok()["id"].as_str().unwrap().to_owned();
    let revised = paypal.post(&format!("/v1/billing/subscriptions/{id}/revise"), &json!({"quantity": "2"})).ok();
    assert_eq!(revised["links"].as_array().unwrap().len(), 1);
    paypal.days(30);
    let path = "/plan/billing_cycles/@sequence==1/pricing_scheme/fixed_price";
    let change = json!([{"op": "replace", "path": path, "value": usd("11.00")}]);
    assert_eq!(patch(&paypal, &id, &change).status, 204);
    paypal.days(1);
    assert_eq!(days(&paypal), expected(&[("2026-03-02", "10.00"), ("2026-04-02", "22.00")]));
}

#[test]
fn an_inline_plan_overrides_and_is_not_changed_by_its_plan() {
    let paypal = Sandbox::new();
    let cycles = [cycle("TRIAL", 1, "WEEK", 1, 1, None), cycle("REGULAR", 2, "MONTH", 1, 12, Some("10.00"))];
    let plan = plan(&paypal, &cycles, &json!({"setup_fee": usd("20.00")}));
    let inline = json!({
        "billing_cycles": [
            {"sequence": 1, "total_cycles": 2},
            {"sequence": 2, "total_cycles": 2, "pricing_scheme": {"fixed_price": usd("8.00")}},
        ],
        "payment_preferences": {"setup_fee": usd("10.00")},
        "taxes": {"percentage": "10", "inclusive": false},
    });
    let id = subscribe(&paypal, &json!({"plan_id": plan, "plan": inline}));
    let scheme = json!({"billing_cycle_sequence": 2, "pricing_scheme": {"fixed_price": usd("99.00")}});
    let path = format!("/v1/billing/plans/{plan}/update-pricing-schemes");
    assert_eq!(paypal.post(&path, &json!({"pricing_schemes": [scheme]})).status, 204);
    let shown = get(&paypal, &id);
    assert_eq!((&shown["plan_overridden"], &shown["plan"]["taxes"]["percentage"]), (&json!(true), &json!("10")));
    paypal.days(120);
    assert_eq!(days(&paypal), expected(&[("2026-03-02", "10.00"), ("2026-03-16", "8.80"), ("2026-04-16", "8.80")]));
    assert_eq!(get(&paypal, &id)["status"], "EXPIRED");

    let refuse = |inline: Value| paypal.post("/v1/billing/subscriptions", &json!({"plan_id": plan, "plan": inline}));
    let cycles = |cycle: Value| json!({"billing_cycles": [cycle]});
    let tiers = json!([{"starting_quantity": "1", "amount": usd("1.00")}]);
    for (inline, refusal) in [
        (cycles(json!({"sequence": 3})), (422, "INVALID_BILLING_CYCLE_SEQUENCE")),
        (cycles(json!({"total_cycles": 3})), (400, "MISSING_REQUIRED_PARAMETER")),
        (
            cycles(json!({"sequence": 2, "pricing_scheme": {"pricing_model": "VOLUME", "tiers": tiers}})),
            (422, "INVALID_PRICING_SCHEME"),
        ),
        (
            cycles(json!({"sequence": 2,
                "pricing_scheme": {"fixed_price": {"currency_code": "EUR", "value": "1.00"}}})),
            (422, "CURRENCY_MISMATCH"),
        ),
        (cycles(json!({"sequence": 2, "total_cycles": 1000})), (400, "INVALID_INTEGER_MAX_VALUE")),
    ] {
        assert_eq!(refuse(inline.clone()).refusal(), refusal, "{inline}");
    }
}

#[test]
fn a_subscription_is_patched_within_paypal_s_limits() {
    let paypal = Sandbox::new();
    let cycles = [cycle("TRIAL", 1, "DAY", 1, 1, None), cycle("REGULAR", 2, "MONTH", 1, 3, Some("10.00"))];
    let id = run(&paypal, &cycles, &json!({"payment_failure_threshold": 2}));
    paypal.days(35);
    assert_eq!(days(&paypal).len(), 2);
    let replace = |path: &str, value: Value| json!([{"op": "replace", "path": path, "value": value}]);
    for (path, value, refusal) in [
        ("/plan/billing_cycles/@sequence==1/total_cycles", json!(2), (422, "BILLING_CYCLE_EXECUTION_COMPLETED")),
        ("/plan/billing_cycles/@sequence==2/total_cycles", json!(1), (422, "INVALID_BILLING_TOTAL_CYCLES")),
        (
            "/plan/billing_cycles/@sequence==2/pricing_scheme/fixed_price",
            json!({"currency_code": "EUR", "value": "1.00"}),
            (422, "CURRENCY_MISMATCH"),
        ),
        ("/billing_info/outstanding_balance", usd("0.01"), (422, "AMOUNT_GREATER_THAN_OUTSTANDING_BALANCE")),
        ("/start_time", json!("2030-01-01T00:00:00Z"), (422, "INVALID_START_TIME")),
        ("/quantity", json!("2"), (400, "INVALID_PATCH_PATH")),
    ] {
        let before = get(&paypal, &id);
        assert_eq!(patch(&paypal, &id, &replace(path, value)).refusal(), refusal, "{path}");
        assert_eq!(get(&paypal, &id), before);
    }
    let twice = json!([
        {"op": "replace", "path": "/custom_id", "value": "a"},
        {"op": "replace", "path": "/custom_id", "value": "b"},
    ]);
    let refused = patch(&paypal, &id, &twice);
    assert_eq!(
        (refused.refusal(), &refused.body["details"][0]["field"]),
        ((400, "INVALID_PATCH_PATH"), &json!("/1/path"))
    );
    // Another price, from the second payment after it on; and one more month.
    let changes = json!([
        {"op": "replace", "path": "/plan/billing_cycles/@sequence==2/pricing_scheme/fixed_price", "value": usd("12.00")},
        {"op": "replace", "path": "/plan/billing_cycles/@sequence==2/total_cycles", "value": 4},
        {"op": "add", "path": "/custom_id", "value": "tea-7"},
    ]);
    paypal.days(20);
    assert_eq!(patch(&paypal, &id, &changes).status, 204);
    let shown = get(&paypal, &id);
    assert_eq!((&shown["custom_id"], &shown["plan_overridden"]), (&json!("tea-7"), &json!(true)));
    assert!(paypal.0.miss_payment(&id));
    let lower = replace("/billing_info/outstanding_balance", usd("2.50"));
    assert_eq!(patch(&paypal, &id, &lower).status, 204);
    paypal.days(120);
    // April's is 9 days away: it has the old price. It includes what was still outstanding.
    assert_eq!(
        days(&paypal),
        expected(
            &[("2026-03-03", "10.00"), ("2026-04-03", "10.00"), ("2026-05-03", "12.50"), ("2026-06-03", "12.00"),]
        )
    );
    assert_eq!(get(&paypal, &id)["status"], "EXPIRED");
    assert_eq!(patch(&paypal, &id, &lower).refusal(), (422, "SUBSCRIPTION_STATUS_INVALID"));
}
