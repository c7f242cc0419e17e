//! Balances.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    sandbox::Sandbox,
    transactions::{START, no_lag},
};

fn balances(paypal: &Sandbox, query: &str) -> Value {
    paypal.get(&format!("/v1/reporting/balances{query}")).ok()
}

/// Returns currency, total, available and withheld balance of each.
fn figures(answer: &Value) -> Vec<[&str; 4]> {
    answer["balances"]
        .as_array()
        .unwrap()
        .iter()
        .map(|balance| {
            let value = |name: &str| balance[name]["value"].as_str().unwrap();
            [
                balance["currency"].as_str().unwrap(),
                value("total_balance"),
                value("available_balance"),
                value("withheld_balance"),
            ]
        })
        .collect()
}

#[test]
fn balances_are_those_of_three_hours_ago() {
    let paypal = Sandbox::new();
    let known = balances(&paypal, "");
    assert_eq!(figures(&known), [["USD", "0.00", "0.00", "0.00"]], "the account is as old as the simulator");
    paypal.paid_order("100.00");
    paypal.seconds(3 * 3600);
    let known = balances(&paypal, "");
    assert_eq!(figures(&known), [["USD", "100096.02", "100096.02", "0.00"]]);
    assert_eq!(known["account_id"], "WDJJHEBZ4X2LY");
    assert_eq!([&known["as_of_time"], &known["last_refresh_time"]], ["2026-03-02T09:00:00+0000"; 2]);
    assert_eq!(known["balances"][0]["primary"], true);
}

#[test]
fn the_past_and_single_currencies_can_be_asked_for() {
    let paypal = Sandbox::new();
    no_lag(&paypal);
    paypal.seconds(60);
    let deposit = |currency: &str, value: &str| {
        paypal.control("balance/deposit", &json!({"currency_code": currency, "value": value})).ok();
    };
    deposit("EUR", "20.00");
    paypal.seconds(60);
    deposit("JPY", "1500");
    deposit("EUR", "1.50");
    let now = balances(&paypal, "?currency_code=ALL");
    let all =
        [["USD", "100000.00", "100000.00", "0.00"], ["EUR", "21.50", "21.50", "0.00"], ["JPY", "1500", "1500", "0"]];
    assert_eq!(figures(&now), all);
    assert_eq!(figures(&balances(&paypal, "?as_of_time=2031-01-01T00:00:00Z")), all, "the future is not known");
    let then = balances(&paypal, "?as_of_time=2026-03-02T09:01:59Z");
    assert_eq!(figures(&then), [all[0], ["EUR", "20.00", "20.00", "0.00"]]);
    assert_eq!(then["as_of_time"], "2026-03-02T09:01:59+0000");
    assert_eq!(figures(&balances(&paypal, &format!("?as_of_time={START}"))), [all[0]]);
    assert_eq!(figures(&balances(&paypal, "?currency_code=JPY")), [all[2]]);
    assert_eq!(figures(&balances(&paypal, "?currency_code=GBP")), [["GBP", "0.00", "0.00", "0.00"]]);
    let refused = paypal.get("/v1/reporting/balances?currency_code=XXX");
    assert_eq!((refused.status, &refused.body["details"][0]["field"]), (400, &json!("currency_code")));
    for time in ["yesterday", "2022-01-01T00:00:00Z"] {
        let refused = paypal.get(&format!("/v1/reporting/balances?as_of_time={time}"));
        assert_eq!((refused.status, &refused.body["details"][0]["field"]), (400, &json!("as_of_time")), "{time}");
    }
}

#[test]
fn money_that_is_not_there_cannot_be_withdrawn() {
    let paypal = Sandbox::new();
    let withdraw = |body: Value| paypal.control("balance/withdraw", &body);
    for (body, refusal) in [
        (json!({"currency_code": "USD", "value": "100000.01"}), (422, "INSUFFICIENT_FUNDS")),
        (json!({"currency_code": "EUR", "value": "0.01"}), (422, "INSUFFICIENT_FUNDS")),
        (json!({"currency_code": "USD", "value": "0"}), (422, "CANNOT_BE_ZERO_OR_NEGATIVE")),
        (json!({"currency_code": "USD"}), (400, "MISSING_REQUIRED_PARAMETER")),
        (json!({"currency_code": "USD", "value": "1", "merchant_id": "NOBODY"}), (400, "INVALID_RESOURCE_ID")),
    ] {
        assert_eq!(withdraw(body.clone()).refusal(), refusal, "{body}");
    }
    assert_eq!(paypal.0.effects().balances["USD"], 10_000_000);
    let all = json!({"currency_code": "USD", "value": "100000", "merchant_id": "WDJJHEBZ4X2LY"});
    assert_eq!(withdraw(all).status, 204);
    assert_eq!(paypal.0.effects().balances["USD"], 0);
}

#[test]
fn a_test_in_process_deposits_and_sets_the_lag_likewise() {
    let paypal = Sandbox::new();
    paypal.0.set_reporting_lag(Duration::ZERO);
    assert!(paypal.0.deposit("JPY", 250));
    assert!(!paypal.0.deposit("JPY", 0) && !paypal.0.deposit("JPY", -1) && !paypal.0.deposit("XXX", 1));
    assert_eq!(figures(&balances(&paypal, "?currency_code=JPY")), [["JPY", "250", "250", "0"]]);
    assert_eq!(paypal.0.effects().balances["JPY"], 250);
}
