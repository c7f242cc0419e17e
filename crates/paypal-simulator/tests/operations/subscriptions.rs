//! Subscriptions: what is billed when, to the cent and to the second.

mod changes;
mod failures;
mod pending;
mod plans;
mod walk;

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

pub(crate) fn usd(value: &str) -> Value {
    json!({"currency_code": "USD", "value": value})
}

/// A billing cycle. Without a price it is free.
pub(crate) fn cycle(tenure: &str, sequence: u64, unit: &str, count: u64, total: u64, price: Option<&str>) -> Value {
    let mut cycle = json!({
        "frequency": {"interval_unit": unit, "interval_count": count},
        "tenure_type": tenure,
        "sequence": sequence,
        "total_cycles": total,
    });
    if let Some(price) = price {
        cycle["pricing_scheme"] = json!({"fixed_price": usd(price)});
    }
    cycle
}

pub(crate) fn monthly(price: &str) -> Value {
    cycle("REGULAR", 1, "MONTH", 1, 0, Some(price))
}

/// A plan's body, of a new product.
pub(crate) fn plan_body(paypal: &Sandbox, cycles: &[Value], preferences: &Value) -> Value {
    let product = paypal.post("/v1/catalogs/products", &json!({"name": "Tea", "type": "PHYSICAL"})).ok();
    json!({
        "product_id": product["id"], "name": "Tea of the month",
        "billing_cycles": cycles, "payment_preferences": preferences,
    })
}

/// Creates a plan. Returns its id.
pub(crate) fn plan(paypal: &Sandbox, cycles: &[Value], preferences: &Value) -> String {
    let plan = paypal.post("/v1/billing/plans", &plan_body(paypal, cycles, preferences)).ok();
    plan["id"].as_str().unwrap().to_owned()
}

/// Creates a subscription, and approves it. Returns its id.
pub(crate) fn subscribe(paypal: &Sandbox, body: &Value) -> String {
    let created = paypal.post("/v1/billing/subscriptions", body).ok();
    let id = created["id"].as_str().unwrap().to_owned();
    paypal.control(&format!("subscriptions/{id}/approve"), &Value::Null).ok();
    id
}

/// Creates a subscription of a new plan, and approves it. Returns its id.
pub(crate) fn run(paypal: &Sandbox, cycles: &[Value], preferences: &Value) -> String {
    let plan = plan(paypal, cycles, preferences);
    subscribe(paypal, &json!({"plan_id": plan}))
}

pub(crate) fn get(paypal: &Sandbox, id: &str) -> Value {
    paypal.get(&format!("/v1/billing/subscriptions/{id}")).ok()
}

/// Returns the sales so far: their times and amounts.
pub(crate) fn sales(paypal: &Sandbox) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let sales = paypal.events().into_iter().filter(|(name, _)| name == "PAYMENT.SALE.COMPLETED");
    sales.map(|(_, sale)| (text(&sale["create_time"]), text(&sale["amount"]["total"]))).collect()
}

/// The same to compare: only the days.
pub(crate) fn days(paypal: &Sandbox) -> Vec<(String, String)> {
    sales(paypal).into_iter().map(|(time, amount)| (time[..10].to_owned(), amount)).collect()
}

pub(crate) fn expected(sales: &[(&str, &str)]) -> Vec<(String, String)> {
    sales.iter().map(|(time, amount)| ((*time).to_owned(), (*amount).to_owned())).collect()
}

/// Returns the names of events about subscriptions so far.
pub(crate) fn events(paypal: &Sandbox) -> Vec<String> {
    let names = paypal.events().into_iter().map(|(name, _)| name);
    names.filter_map(|name| name.strip_prefix("BILLING.SUBSCRIPTION.").map(str::to_owned)).collect()
}

#[test]
fn months_of_the_calendar_are_billed_to_the_second() {
    let paypal = Sandbox::new();
    // The clock begins on 2 March 2026, at 9.
    paypal.days(29);
    let id = run(&paypal, &[monthly("10.00")], &json!({}));
    let billing = get(&paypal, &id)["billing_info"].clone();
    assert_eq!(billing["next_billing_time"], "2026-04-30T09:00:00Z");
    assert!(billing["final_payment_time"].is_null(), "it has no end");
    paypal.seconds(30 * 86_400 - 1);
    assert_eq!(sales(&paypal).len(), 1, "a second before");
    paypal.seconds(1);
    assert_eq!(sales(&paypal).len(), 2);
    paypal.days(365);
    let times = [
        "2026-03-31",
        "2026-04-30",
        "2026-05-31",
        "2026-06-30",
        "2026-07-31",
        "2026-08-31",
        "2026-09-30",
        "2026-10-31",
        "2026-11-30",
        "2026-12-31",
        "2027-01-31",
        "2027-02-28",
        "2027-03-31",
        "2027-04-30",
    ];
    let all: Vec<_> = times.iter().map(|day| (format!("{day}T09:00:00Z"), "10.00".to_owned())).collect();
    assert_eq!(sales(&paypal), all);
    assert_eq!(get(&paypal, &id)["billing_info"]["cycle_executions"][0]["cycles_completed"], 14);
}

#[test]
fn trials_come_before_the_regular_cycle_and_the_last_one_ends_it() {
    let paypal = Sandbox::new();
    let cycles = [
        cycle("TRIAL", 1, "WEEK", 1, 2, None),
        cycle("TRIAL", 2, "DAY", 10, 1, Some("1.00")),
        cycle("REGULAR", 3, "MONTH", 2, 3, Some("19.90")),
    ];
    let id = run(&paypal, &cycles, &json!({"setup_fee": usd("5.00")}));
    assert_eq!(sales(&paypal), expected(&[("2026-03-02T09:00:00Z", "5.00")]), "only the fee");
    let billing = get(&paypal, &id)["billing_info"].clone();
    assert_eq!(billing["next_billing_time"], "2026-03-09T09:00:00Z");
    assert_eq!(billing["final_payment_time"], "2026-07-26T09:00:00Z");
    let executions = |billing: &Value| -> Vec<(u64, u64)> {
        let of = |it: &Value| (it["cycles_completed"].as_u64().unwrap(), it["cycles_remaining"].as_u64().unwrap());
        billing["cycle_executions"].as_array().unwrap().iter().map(of).collect()
    };
    assert_eq!(executions(&billing), [(1, 1), (0, 1), (0, 3)]);
    paypal.days(146);
    assert_eq!(
        days(&paypal),
        expected(&[
            ("2026-03-02", "5.00"),
            ("2026-03-16", "1.00"),
            ("2026-03-26", "19.90"),
            ("2026-05-26", "19.90"),
            ("2026-07-26", "19.90"),
        ])
    );
    let shown = get(&paypal, &id);
    assert_eq!(
        (&shown["status"], executions(&shown["billing_info"])),
        (&json!("ACTIVE"), vec![(2, 0), (1, 0), (3, 0)])
    );
    assert!(shown["billing_info"]["next_billing_time"].is_null(), "nothing more is billed");
    // It lasts until the end of the last cycle.
    paypal.seconds(62 * 86_400 - 1);
    assert_eq!(get(&paypal, &id)["status"], "ACTIVE");
    paypal.seconds(1);
    let shown = get(&paypal, &id);
    assert_eq!((&shown["status"], &shown["status_update_time"]), (&json!("EXPIRED"), &json!("2026-09-26T09:00:00Z")));
    assert_eq!(events(&paypal), ["CREATED", "ACTIVATED", "EXPIRED"]);
    paypal.days(400);
    assert_eq!(sales(&paypal).len(), 5);
    let path = format!("/v1/billing/subscriptions/{id}/cancel");
    assert_eq!(paypal.post(&path, &json!({"reason": "x"})).refusal(), (422, "SUBSCRIPTION_STATUS_INVALID"));
}

#[test]
fn the_fee_is_taken_at_once_and_the_rest_from_the_start_time() {
    let paypal = Sandbox::new();
    let plan = plan(&paypal, &[cycle("REGULAR", 1, "YEAR", 1, 2, Some("100.00"))], &json!({"setup_fee": usd("5.00")}));
    let body = |start: &str| json!({"plan_id": plan, "start_time": start});
    for (start, issue) in [
        ("2026-03-02T09:00:00Z", "INVALID_PARAMETER_VALUE"),
        ("2018-11-01T00:00:00Z", "INVALID_PARAMETER_VALUE"),
        ("at noon on the 4th of May", "INVALID_PARAMETER_SYNTAX"),
    ] {
        let refused = paypal.post("/v1/billing/subscriptions", &body(start));
        assert_eq!(refused.refusal(), (400, issue));
        assert_eq!(refused.body["details"][0]["field"], "/start_time");
    }
    let id = subscribe(&paypal, &body("2026-04-01T12:00:00+02:00"));
    let shown = get(&paypal, &id);
    assert_eq!((&shown["status"], &shown["start_time"]), (&json!("ACTIVE"), &json!("2026-04-01T12:00:00+02:00")));
    assert_eq!(shown["billing_info"]["next_billing_time"], "2026-04-01T10:00:00Z");
    assert_eq!(shown["billing_info"]["final_payment_time"], "2027-04-01T10:00:00Z");
    // The start can be moved until it has come.
    let patch = |start: &str| {
        let change = json!([{"op": "replace", "path": "/start_time", "value": start}]);
        paypal.send("PATCH", &format!("/v1/billing/subscriptions/{id}"), &[], &change)
    };
    assert_eq!(patch("2026-03-01T00:00:00Z").refusal(), (400, "INVALID_PARAMETER_VALUE"));
    assert_eq!(patch("2026-04-05T00:00:00Z").status, 204);
    paypal.days(60);
    assert_eq!(patch("2026-12-05T00:00:00Z").refusal(), (422, "INVALID_START_TIME"));
    paypal.days(800);
    assert_eq!(
        sales(&paypal),
        expected(&[
            ("2026-03-02T09:00:00Z", "5.00"),
            ("2026-04-05T00:00:00Z", "100.00"),
            ("2027-04-05T00:00:00Z", "100.00"),
        ])
    );
    assert_eq!(get(&paypal, &id)["status"], "EXPIRED");
    // Approved after its start, it starts then.
    let late = paypal.post("/v1/billing/subscriptions", &body("2028-08-01T00:00:00Z")).ok();
    let late = late["id"].as_str().unwrap();
    paypal.days(200);
    paypal.control(&format!("subscriptions/{late}/approve"), &Value::Null).ok();
    assert_eq!(sales(&paypal).last().unwrap().1, "105.00");
}

#[test]
fn quantities_taxes_and_shipping_are_charged_to_the_cent() {
    let paypal = Sandbox::new();
    let tiers = json!([
        {"starting_quantity": "1", "ending_quantity": "10", "amount": usd("3.33")},
        {"starting_quantity": "11", "amount": usd("2.22")},
    ]);
    for (model, inclusive, amount) in [
        // 12 × 2.22 = 26.64; with 19 % it is 31.7016; and 4.50 for shipping.
        ("VOLUME", false, "36.20"),
        ("VOLUME", true, "31.14"),
        // 10 × 3.33 + 2 × 2.22 = 37.74; with 19 % it is 44.9106.
        ("TIERED", false, "49.41"),
        ("TIERED", true, "42.24"),
    ] {
        let mut regular = monthly("1.00");
        regular["pricing_scheme"] = json!({"pricing_model": model, "tiers": tiers});
        let mut body = plan_body(&paypal, &[regular], &json!({}));
        body["taxes"] = json!({"percentage": "19", "inclusive": inclusive});
        let plan = paypal.post("/v1/billing/plans", &body).ok();
        let before = sales(&paypal).len();
        subscribe(&paypal, &json!({"plan_id": plan["id"], "quantity": "12", "shipping_amount": usd("4.50")}));
        assert_eq!(sales(&paypal)[before].1, amount, "{model} {inclusive}");
    }
    let fixed = plan(&paypal, &[monthly("10.00")], &json!({}));
    let refused = paypal.post("/v1/billing/subscriptions", &json!({"plan_id": fixed, "quantity": "2"}));
    assert_eq!(refused.refusal(), (422, "SUBSCRIPTION_CANNOT_HAVE_QUANTITY"));
    let yen = json!({"currency_code": "JPY", "value": "100"});
    let refused = paypal.post("/v1/billing/subscriptions", &json!({"plan_id": fixed, "shipping_amount": yen}));
    assert_eq!(refused.refusal(), (422, "CURRENCY_MISMATCH"));
}

#[test]
fn suspending_stops_billing_and_activating_goes_on_without_the_past() {
    let paypal = Sandbox::new();
    let id = run(&paypal, &[cycle("REGULAR", 1, "WEEK", 1, 0, Some("7.00"))], &json!({}));
    let act = |verb: &str| {
        paypal.post(&format!("/v1/billing/subscriptions/{id}/{verb}"), &json!({"reason": "As an example"}))
    };
    assert_eq!(act("activate").refusal(), (422, "SUBSCRIPTION_STATUS_INVALID"));
    paypal.days(8);
    assert_eq!(act("suspend").status, 204);
    assert!(get(&paypal, &id)["billing_info"]["next_billing_time"].is_null());
    paypal.days(20);
    assert_eq!(days(&paypal).len(), 2);
    assert_eq!(act("activate").status, 204);
    assert_eq!(get(&paypal, &id)["billing_info"]["next_billing_time"], "2026-04-06T09:00:00Z");
    // Not twice, though it was suspended and activated within a cycle.
    assert_eq!((act("suspend").status, act("activate").status), (204, 204));
    paypal.days(14);
    assert_eq!(act("cancel").status, 204);
    paypal.days(100);
    let weeks = ["2026-03-02", "2026-03-09", "2026-04-06", "2026-04-13"];
    assert_eq!(days(&paypal), expected(&weeks.map(|day| (day, "7.00"))));
    assert_eq!(
        events(&paypal),
        ["CREATED", "ACTIVATED", "SUSPENDED", "RE-ACTIVATED", "SUSPENDED", "RE-ACTIVATED", "CANCELLED"]
    );
}

#[test]
fn a_long_jump_of_time_is_refused_and_ten_years_of_days_are_quick() {
    let paypal = Sandbox::new();
    let id = run(&paypal, &[cycle("REGULAR", 1, "DAY", 1, 0, Some("1.00"))], &json!({}));
    let before = paypal.effects();
    for seconds in [json!(3_653_u64 * 86_400 + 1), json!(u64::MAX), json!(-1), json!("1"), Value::Null] {
        let refused = paypal.control("clock", &json!({"seconds": seconds}));
        assert_eq!((refused.status, &refused.body["details"][0]["field"]), (400, &json!("/seconds")));
    }
    assert_eq!(paypal.effects(), before);
    assert_eq!(paypal.control("clock", &json!({"seconds": 3_653_u64 * 86_400})).status, 200);
    assert_eq!(paypal.effects().subscription_payments.len(), 3_654);
    assert_eq!(get(&paypal, &id)["billing_info"]["next_billing_time"], "2036-03-03T09:00:00Z");
}
