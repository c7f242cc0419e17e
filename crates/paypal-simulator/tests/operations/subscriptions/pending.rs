//! Payments whose money takes time.

use serde_json::{Value, json};

use crate::{
    sandbox::Sandbox,
    subscriptions::{get, monthly, plan, run, subscribe, usd},
};

fn transactions(paypal: &Sandbox, id: &str) -> Vec<Value> {
    let query = "start_time=2026-01-01T00:00:00Z&end_time=2030-01-01T00:00:00Z";
    let page = paypal.get(&format!("/v1/billing/subscriptions/{id}/transactions?{query}")).ok();
    page["transactions"].as_array().cloned().unwrap_or_default()
}

/// The events of payments so far, each with the sale's state or the number of failed payments.
fn events(paypal: &Sandbox) -> Vec<(String, Value)> {
    let events = paypal.events().into_iter().filter_map(|(name, resource)| {
        let says = if resource["state"].is_null() {
            &resource["billing_info"]["failed_payments_count"]
        } else {
            &resource["state"]
        };
        (name.starts_with("PAYMENT.SALE.") || name.ends_with("PAYMENT.FAILED")).then(|| (name, says.clone()))
    });
    events.collect()
}

fn balance(paypal: &Sandbox) -> i64 {
    paypal.effects().balances["USD"] - 10_000_000
}

/// What the merchant can use.
fn available(paypal: &Sandbox) -> Value {
    paypal.control("reporting-lag", &json!({"seconds": 0})).ok();
    paypal.get("/v1/reporting/balances").ok()["balances"][0]["available_balance"]["value"].clone()
}

#[test]
fn a_payment_by_echeck_comes_after_6_days() {
    let paypal = Sandbox::new();
    assert_eq!(paypal.control("payments/pending", &Value::Null).status, 204);
    let id = run(&paypal, &[monthly("10.00")], &json!({}));
    let listed = transactions(&paypal, &id);
    assert_eq!((listed.len(), &listed[0]["status"]), (1, &json!("PENDING")));
    let payment = listed[0]["id"].as_str().unwrap();
    let shown = get(&paypal, &id);
    assert!(shown["billing_info"]["last_payment"].is_null(), "nothing has come: {shown}");
    assert_eq!(shown["billing_info"]["outstanding_balance"], usd("0.00"));
    assert_eq!(paypal.effects().subscription_payments.len(), 0);
    assert_eq!(available(&paypal), "100000.00", "9.16 are withheld");
    let dispute = json!({"disputed_transaction_id": payment, "reason": "CANCELED_RECURRING_BILLING"});
    assert_eq!(paypal.control("disputes", &dispute).status, 404, "no money that could be disputed");
    paypal.seconds(6 * 86_400 - 1);
    assert_eq!(transactions(&paypal, &id)[0]["status"], "PENDING");
    paypal.seconds(1);
    assert_eq!(transactions(&paypal, &id)[0]["status"], "COMPLETED");
    let last = &get(&paypal, &id)["billing_info"]["last_payment"];
    assert_eq!((&last["amount"], &last["time"]), (&usd("10.00"), &json!("2026-03-08T09:00:00Z")));
    assert_eq!(available(&paypal), "100009.16");
    // 3.49 % and 0.49 are the fee.
    assert_eq!((balance(&paypal), paypal.effects().subscription_payments[payment].minor_units), (916, 1000));
    let refused = paypal.control(&format!("payments/{payment}/settle"), &Value::Null);
    assert_eq!(refused.refusal(), (409, "STATE_NOT_ALLOWED"));
    let named = |name: &str, state: &str| (format!("PAYMENT.SALE.{name}"), json!(state));
    assert_eq!(events(&paypal), [named("PENDING", "pending"), named("COMPLETED", "completed")]);
    paypal.days(25);
    assert_eq!(transactions(&paypal, &id)[1]["status"], "COMPLETED", "only the next one was pending");
}

#[test]
fn a_payment_that_is_denied_counts_as_failed() {
    let paypal = Sandbox::new();
    let id =
        run(&paypal, &[monthly("10.00")], &json!({"payment_failure_threshold": 2, "auto_bill_outstanding": false}));
    for (month, status) in [(1, "ACTIVE"), (2, "SUSPENDED")] {
        let wait = json!({"reason": "PENDING_REVIEW", "outcome": "DECLINED", "seconds": 60});
        assert_eq!(paypal.control("payments/pending", &wait).status, 204);
        paypal.days(31);
        paypal.seconds(60);
        let shown = get(&paypal, &id);
        assert_eq!(
            (&shown["status"], &shown["billing_info"]["failed_payments_count"]),
            (&json!(status), &json!(month))
        );
        assert_eq!(shown["billing_info"]["outstanding_balance"], usd(&format!("{}.00", 10 * month)));
        assert_eq!(shown["billing_info"]["last_failed_payment"]["amount"], usd("10.00"));
        assert_eq!(transactions(&paypal, &id).last().unwrap()["status"], "DECLINED");
    }
    assert_eq!((balance(&paypal), paypal.effects().subscription_payments.len()), (916, 1), "the first one was paid");
    let denied = |count: u32| {
        [("PENDING", json!("pending")), ("DENIED", json!("denied"))]
            .map(|(name, state)| (format!("PAYMENT.SALE.{name}"), state))
            .into_iter()
            .chain([("BILLING.SUBSCRIPTION.PAYMENT.FAILED".to_owned(), json!(count))])
    };
    assert_eq!(events(&paypal)[1..], denied(1).chain(denied(2)).collect::<Vec<_>>());

    // What is outstanding can be taken, be denied again, and taken at last.
    let capture = json!({"note": "Please", "capture_type": "OUTSTANDING_BALANCE", "amount": usd("20.00")});
    let path = format!("/v1/billing/subscriptions/{id}/capture");
    for (outcome, left) in [("DECLINED", "20.00"), ("COMPLETED", "0.00")] {
        paypal.control("payments/pending", &json!({"reason": "OTHER"})).ok();
        paypal.post(&path, &capture).ok();
        assert_eq!(get(&paypal, &id)["billing_info"]["outstanding_balance"], usd("0.00"), "it is on its way");
        assert_eq!(paypal.post(&path, &capture).refusal(), (422, "ZERO_OUTSTANDING_BALANCE"));
        let payment = transactions(&paypal, &id).into_iter().find(|it| it["status"] == "PENDING").unwrap();
        let settle = format!("payments/{}/settle", payment["id"].as_str().unwrap());
        let refused = paypal.control(&settle, &json!({"outcome": "CANCELLED"}));
        assert_eq!((refused.status, &refused.body["details"][0]["field"]), (400, &json!("/outcome")));
        paypal.control(&settle, &json!({"outcome": outcome})).ok();
        assert_eq!(get(&paypal, &id)["billing_info"]["outstanding_balance"], usd(left), "{outcome}");
    }
    assert_eq!(get(&paypal, &id)["billing_info"]["failed_payments_count"], 0);
    // 20.00 without its fee of 1.19.
    assert_eq!(balance(&paypal), 916 + 1881);
    assert_eq!(paypal.control("payments/8AB12345CD678901E/settle", &Value::Null).status, 404);
}

#[test]
fn a_setup_fee_that_is_denied_cancels_if_the_plan_says_so() {
    for (action, status, owed) in [("CANCEL", "CANCELLED", "0.00"), ("CONTINUE", "ACTIVE", "12.00")] {
        let paypal = Sandbox::new();
        let preferences =
            json!({"setup_fee": usd("2.00"), "setup_fee_failure_action": action, "payment_failure_threshold": 0});
        let plan = plan(&paypal, &[monthly("10.00")], &preferences);
        paypal.control("payments/pending", &json!({"seconds": 60, "outcome": "DECLINED"})).ok();
        let id = subscribe(&paypal, &json!({"plan_id": plan}));
        assert_eq!(get(&paypal, &id)["status"], "ACTIVE");
        paypal.seconds(60);
        let shown = get(&paypal, &id);
        assert_eq!((&shown["status"], &shown["billing_info"]["outstanding_balance"]), (&json!(status), &usd(owed)));
    }
}
