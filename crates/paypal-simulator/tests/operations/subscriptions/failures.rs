//! Payments that fail.

use serde_json::{Value, json};

use super::{cycle, days, events, expected, get, monthly, plan, run, sales, subscribe, usd};
use crate::sandbox::Sandbox;

fn fail(paypal: &Sandbox, id: &str, times: u64) {
    assert_eq!(paypal.control(&format!("subscriptions/{id}/fail-payments"), &json!({"times": times})).status, 204);
}

#[test]
fn a_failed_payment_is_tried_again_after_5_and_10_days() {
    let paypal = Sandbox::new();
    let id = run(&paypal, &[monthly("10.00")], &json!({"payment_failure_threshold": 2}));
    fail(&paypal, &id, 1);
    paypal.days(31);
    let billing = get(&paypal, &id)["billing_info"].clone();
    let failed = json!({"amount": usd("10.00"), "time": "2026-04-02T09:00:00Z", "reason_code": "PAYMENT_DENIED",
        "next_payment_retry_time": "2026-04-07T09:00:00Z"});
    assert_eq!(billing["last_failed_payment"], failed);
    assert_eq!((&billing["failed_payments_count"], &billing["outstanding_balance"]), (&json!(0), &usd("0.00")));
    paypal.days(5);
    let billing = get(&paypal, &id)["billing_info"].clone();
    assert!(billing["last_failed_payment"]["next_payment_retry_time"].is_null());
    assert_eq!(billing["last_payment"], json!({"amount": usd("10.00"), "time": "2026-04-07T09:00:00Z"}));
    assert_eq!(billing["next_billing_time"], "2026-05-02T09:00:00Z");
    assert_eq!(events(&paypal), ["CREATED", "ACTIVATED", "PAYMENT.FAILED"]);
    assert_eq!(days(&paypal), expected(&[("2026-03-02", "10.00"), ("2026-04-07", "10.00")]));
}

#[test]
fn the_threshold_suspends_and_what_is_outstanding_has_to_be_paid() {
    let paypal = Sandbox::new();
    let id = run(&paypal, &[monthly("10.00")], &json!({"payment_failure_threshold": 2}));
    fail(&paypal, &id, 6);
    paypal.days(31 + 10);
    let billing = get(&paypal, &id)["billing_info"].clone();
    assert_eq!((&billing["failed_payments_count"], &billing["outstanding_balance"]), (&json!(1), &usd("10.00")));
    assert!(billing["last_failed_payment"]["next_payment_retry_time"].is_null());
    // The next payment includes what is outstanding.
    paypal.days(20);
    assert_eq!(get(&paypal, &id)["billing_info"]["last_failed_payment"]["amount"], usd("20.00"));
    paypal.days(10);
    let shown = get(&paypal, &id);
    assert_eq!(shown["status"], "SUSPENDED");
    let billing = &shown["billing_info"];
    assert_eq!((&billing["failed_payments_count"], &billing["outstanding_balance"]), (&json!(2), &usd("20.00")));
    let failures = ["PAYMENT.FAILED"; 6];
    assert_eq!(events(&paypal), [&["CREATED", "ACTIVATED"], &failures[..], &["SUSPENDED"]].concat());
    paypal.days(60);
    assert_eq!(sales(&paypal).len(), 1, "nothing is billed any more");

    let act = |verb: &str, body: &Value| paypal.post(&format!("/v1/billing/subscriptions/{id}/{verb}"), body);
    let reason = json!({"reason": "Paid"});
    assert_eq!(act("activate", &reason).refusal(), (422, "SUBSCRIPTION_CANNOT_BE_ACTIVATED"));
    let capture = |value: &str| {
        act("capture", &json!({"note": "Owed", "capture_type": "OUTSTANDING_BALANCE", "amount": usd(value)}))
    };
    assert_eq!(capture("20.01").refusal(), (422, "AMOUNT_GREATER_THAN_OUTSTANDING_BALANCE"));
    assert_eq!(capture("20.00").status, 202);
    assert_eq!(capture("0.01").refusal(), (422, "ZERO_OUTSTANDING_BALANCE"));
    assert_eq!(act("activate", &reason).status, 204);
    // It was approved on the 2nd of a month; it is July now.
    assert_eq!(get(&paypal, &id)["billing_info"]["next_billing_time"], "2026-08-02T09:00:00Z");
}

#[test]
fn without_auto_billing_the_balance_stays_and_without_a_threshold_it_goes_on() {
    let paypal = Sandbox::new();
    let preferences = json!({"auto_bill_outstanding": false});
    // In a week there is time for one more attempt, in a day for none.
    let weekly = run(&paypal, &[cycle("REGULAR", 1, "WEEK", 1, 0, Some("7.00"))], &preferences);
    fail(&paypal, &weekly, 4);
    paypal.days(15);
    let billing = |id: &str| get(&paypal, id)["billing_info"].clone();
    assert_eq!(billing(&weekly)["outstanding_balance"], usd("7.00"));
    assert_eq!(billing(&weekly)["last_failed_payment"]["next_payment_retry_time"], "2026-03-21T09:00:00Z");
    paypal.days(7);
    assert_eq!(billing(&weekly)["outstanding_balance"], usd("14.00"));
    assert_eq!(billing(&weekly)["failed_payments_count"], 0, "the last payment was taken");
    assert_eq!(days(&paypal), expected(&[("2026-03-02", "7.00"), ("2026-03-23", "7.00")]));

    let daily = run(&paypal, &[cycle("REGULAR", 1, "DAY", 1, 0, Some("1.00"))], &preferences);
    fail(&paypal, &daily, 100);
    paypal.days(100);
    assert_eq!(billing(&daily)["outstanding_balance"], usd("100.00"));
    assert_eq!(
        (&billing(&daily)["failed_payments_count"], &get(&paypal, &daily)["status"]),
        (&json!(100), &json!("ACTIVE"))
    );
}

#[test]
fn a_setup_fee_that_fails_cancels_unless_the_plan_goes_on() {
    let paypal = Sandbox::new();
    let preferences = |action: Option<&str>| match action {
        Some(action) => json!({"setup_fee": usd("5.00"), "setup_fee_failure_action": action}),
        None => json!({"setup_fee": usd("5.00")}),
    };
    let card = json!({"number": "4111111111111111", "expiry": "2030-01", "name": "CCREJECT-REFUSED"});
    for (action, status, owed) in
        [(None, "CANCELLED", "0.00"), (Some("CANCEL"), "CANCELLED", "0.00"), (Some("CONTINUE"), "ACTIVE", "5.00")]
    {
        let plan = plan(&paypal, &[monthly("10.00")], &preferences(action));
        let body = json!({"plan_id": plan, "subscriber": {"payment_source": {"card": card}}});
        let created = paypal.post("/v1/billing/subscriptions", &body).ok();
        let shown = get(&paypal, created["id"].as_str().unwrap());
        assert_eq!((&shown["status"], &shown["billing_info"]["outstanding_balance"]), (&json!(status), &usd(owed)));
        assert!(!shown.to_string().contains("4111"), "the card is shown");
    }
    paypal.days(400);
    assert_eq!(sales(&paypal), []);
}

#[test]
fn a_pending_retry_becomes_outstanding_when_the_subscription_stops() {
    let paypal = Sandbox::new();
    for verb in ["suspend", "cancel"] {
        let id = run(&paypal, &[monthly("10.00")], &json!({}));
        fail(&paypal, &id, 1);
        paypal.days(33);
        let before = sales(&paypal).len();
        let path = format!("/v1/billing/subscriptions/{id}/{verb}");
        assert_eq!(paypal.post(&path, &json!({"reason": "x"})).status, 204);
        paypal.days(10);
        let billing = get(&paypal, &id)["billing_info"].clone();
        assert_eq!(billing["outstanding_balance"], usd("10.00"));
        assert!(billing["last_failed_payment"]["next_payment_retry_time"].is_null());
        assert_eq!(sales(&paypal).len(), before);
    }
}

#[test]
fn what_an_expired_subscription_owes_can_be_taken() {
    let paypal = Sandbox::new();
    let id = run(&paypal, &[cycle("REGULAR", 1, "DAY", 1, 2, Some("10.00"))], &json!({}));
    assert!(paypal.0.fail_payments(&id, 1) && !paypal.0.fail_payments("I-NOTTHERE", 1));
    paypal.days(3);
    let shown = get(&paypal, &id);
    assert_eq!((&shown["status"], &shown["billing_info"]["outstanding_balance"]), (&json!("EXPIRED"), &usd("10.00")));
    let path = format!("/v1/billing/subscriptions/{id}");
    let body = json!({"note": "Owed", "capture_type": "OUTSTANDING_BALANCE", "amount": usd("10.00")});
    assert_eq!(paypal.post(&format!("{path}/capture"), &body).status, 202);
    assert_eq!(get(&paypal, &id)["billing_info"]["outstanding_balance"], usd("0.00"));
    for verb in ["suspend", "activate", "cancel"] {
        let refused = paypal.post(&format!("{path}/{verb}"), &json!({"reason": "x"}));
        assert_eq!(refused.refusal(), (422, "SUBSCRIPTION_STATUS_INVALID"));
    }
}

#[test]
fn the_largest_debts_and_the_end_of_time_are_no_trouble() {
    let paypal = Sandbox::new();
    let mut body = super::plan_body(&paypal, &[cycle("REGULAR", 1, "YEAR", 1, 0, Some("9999999.99"))], &json!({}));
    body["quantity_supported"] = true.into();
    let plan = paypal.post("/v1/billing/plans", &body).ok()["id"].clone();
    let id = subscribe(&paypal, &json!({"plan_id": plan, "quantity": "9999999"}));
    assert!(paypal.0.fail_payments(&id, 3 * 50));
    paypal.days(51 * 366);
    let first = 999_999_999 * 9_999_999_i64;
    let amounts: Vec<_> = paypal.effects().subscription_payments.values().map(|moved| moved.minor_units).collect();
    assert_eq!((amounts.len(), amounts.iter().min(), amounts.iter().max()), (2, Some(&first), Some(&(51 * first))));
    assert_eq!(get(&paypal, &id)["billing_info"]["outstanding_balance"], usd("0.00"));
    let path = format!("/v1/billing/subscriptions/{id}");
    assert_eq!(paypal.post(&format!("{path}/suspend"), &json!({"reason": "x"})).status, 204);
    paypal.0.advance(std::time::Duration::MAX);
    assert_eq!(paypal.post(&format!("{path}/activate"), &json!({"reason": "x"})).status, 204);
}

#[test]
fn a_missed_payment_counts_at_once() {
    let paypal = Sandbox::new();
    let plan = plan(&paypal, &[monthly("10.00")], &json!({"payment_failure_threshold": 3}));
    let id = subscribe(&paypal, &json!({"plan_id": plan}));
    for missed in 1..=3 {
        assert!(paypal.0.miss_payment(&id));
        assert_eq!(get(&paypal, &id)["billing_info"]["failed_payments_count"], missed);
    }
    let shown = get(&paypal, &id);
    assert_eq!((&shown["status"], &shown["billing_info"]["outstanding_balance"]), (&json!("SUSPENDED"), &usd("30.00")));
    assert!(!paypal.0.miss_payment(&id) && !paypal.0.miss_payment("I-NOTTHERE"));
    assert_eq!(get(&paypal, &id), shown, "no payment is taken of it any more");
    for (body, issue) in [(json!({}), "MISSING_REQUIRED_PARAMETER"), (json!({"times": -1}), "INVALID_PARAMETER_VALUE")]
    {
        let refused = paypal.control(&format!("subscriptions/{id}/fail-payments"), &body);
        assert_eq!((refused.refusal(), &refused.body["details"][0]["field"]), ((400, issue), &json!("/times")));
    }
    assert_eq!(paypal.control("subscriptions/I-NOTTHERE/fail-payments", &json!({"times": 1})).status, 404);
}
