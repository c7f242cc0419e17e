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

const RANGE: &str = "from_date=2026-03-02&to_date=2026-03-04&locale=en_US";

#[test]
fn a_range_of_days_is_summed_up_by_currency_and_by_activity() {
    let paypal = Sandbox::new();
    no_lag(&paypal);
    let order = paypal.paid_order("100.00");
    let capture = order["purchase_units"][0]["payments"]["captures"][0]["id"].as_str().unwrap();
    paypal.control("balance/deposit", &json!({"currency_code": "EUR", "value": "20.00"})).ok();
    paypal.seconds(86_400);
    let refund = json!({"amount": {"currency_code": "USD", "value": "30.00"}});
    paypal.post(&format!("/v2/payments/captures/{capture}/refund"), &refund).ok();
    paypal.seconds(86_400);
    let net = paypal.get(&format!("/v1/reporting/get-balance-net-summary?{RANGE}")).ok();
    assert_eq!(net["last_refresh_date"], "2026-03-04");
    let totals = balances(&paypal, "?currency_code=ALL");
    let total = totals["balances"][0]["total_balance"]["value"].as_str().unwrap();
    // The dollars of the beginning are a deposit, too.
    assert_eq!(
        net["balance_summary"]["data"],
        json!([["EUR", "0.00", "20.00", "20.00"], ["USD", "0.00", total, total]])
    );
    let dollars = &net["net_activity"]["activities"][1];
    assert_eq!(dollars["net_activity_sum"], total);
    let details = dollars["activity_details"].as_array().unwrap();
    for expected in
        [json!(["sales", "1", "100.00"]), json!(["refund", "1", "-30.00"]), json!(["other", "1", "100000.00"])]
    {
        assert!(details.contains(&expected), "{expected} {details:?}");
    }

    let daily = paypal.get(&format!("/v1/reporting/get-daily-summary?{RANGE}")).ok();
    assert_eq!(daily["currencies"], json!(["EUR", "USD"]));
    let dollars = &daily["summaries"][1];
    let columns = ["timePeriod", "openingBalance", "sales", "fee", "refund", "other", "closingBalance"];
    assert_eq!(dollars["activity"], json!(columns));
    let rows = dollars["data"].as_array().unwrap();
    let [first, second] = &rows[..] else { panic!("{rows:?}") };
    assert_eq!(first, &json!(["2026-03-02", "0.00", "100.00", "-3.98", "null", "100000.00", "100096.02"]));
    assert_eq!((&second[0], &second[1], &second[6]), (&json!("2026-03-03"), &first[6], &json!(total)));
}

#[test]
fn a_pending_payment_counts_on_the_day_on_which_it_counts_in_the_balance() {
    let paypal = Sandbox::new();
    no_lag(&paypal);
    paypal.paid_order("10.00");
    paypal.control("balance/deposit", &json!({"currency_code": "JPY", "value": "1500"})).ok();
    for (query, currency, opening, closing) in [
        ("from_date=2026-03-02&to_date=2026-03-02&locale=en-US", "JPY", "0", "1500"),
        ("from_date=2026-03-01&to_date=2030-01-01&locale=de_DE", "JPY", "0", "1500"),
    ] {
        let net = paypal.get(&format!("/v1/reporting/get-balance-net-summary?{query}")).ok();
        let rows = net["balance_summary"]["data"].as_array().unwrap();
        let row = rows.iter().find(|row| row[0] == currency).unwrap();
        assert_eq!((&row[1], &row[3]), (&json!(opening), &json!(closing)), "{query}");
    }
}

#[test]
fn a_range_that_is_none_is_refused() {
    let paypal = Sandbox::new();
    for (query, field, issue) in [
        ("to_date=2026-03-04&locale=en_US", "from_date", "MISSING_REQUIRED_PARAMETER"),
        ("from_date=2026-02-01&to_date=2026-02-30&locale=en_US", "to_date", "INVALID_PARAMETER_SYNTAX"),
        ("from_date=2026-02-01&to_date=2026-02-02&locale=english", "locale", "INVALID_PARAMETER_SYNTAX"),
        ("from_date=2026-03-02&to_date=2026-03-01&locale=en_US", "to_date", "INVALID_PARAMETER_VALUE"),
        ("from_date=2020-03-02&to_date=2020-03-03&locale=en_US", "from_date", "INVALID_PARAMETER_VALUE"),
        ("from_date=2030-03-02&to_date=2030-03-03&locale=en_US", "from_date", "INVALID_PARAMETER_VALUE"),
    ] {
        for path in ["get-balance-net-summary", "get-daily-summary"] {
            let refused = paypal.get(&format!("/v1/reporting/{path}?{query}"));
            assert_eq!(refused.refusal(), (400, issue), "{query}");
            assert_eq!(refused.body["details"][0]["field"], field, "{query}");
        }
    }
}
