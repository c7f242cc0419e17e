//! Transactions and balances.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Played, usd};

pub(super) async fn play(paypal: &Played) {
    let [_, capture] = paypal.pay("100.00").await;
    paypal.advance(Duration::from_secs(3 * 3600));
    let range = |start: &str, end: &str| json!({"start_date": start, "end_date": end});
    let list = paypal.call("transactions.list", range("2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z")).await;
    let infos: Vec<_> =
        list["transaction_details"].as_array().unwrap().iter().map(|it| &it["transaction_info"]).collect();
    let [opening, payment] = infos[..] else { panic!("{list}") };
    assert_eq!(opening["transaction_event_code"], "T0300");
    assert_eq!(payment["transaction_id"], Value::from(capture));
    assert_eq!((&payment["transaction_amount"], &payment["fee_amount"]), (&usd("100.00"), &usd("-3.98")));
    assert_eq!(payment["ending_balance"], usd("100096.02"));
    let long_ago = range("2020-03-02T00:00:00Z", "2020-03-03T00:00:00Z");
    paypal.refused("transactions.list", long_ago, 400, "INVALID_REQUEST").await;

    let balances = paypal.call("transactions.list-balances", json!({})).await;
    assert_eq!(balances["balances"][0]["total_balance"], usd("100096.02"));
    assert_eq!(paypal.sandbox().effects().balances["USD"], 10_009_602);
    let long_ago = json!({"as_of_time": "2020-03-02T00:00:00Z"});
    paypal.refused("transactions.list-balances", long_ago, 400, "INVALID_PARAMETER_VALUE").await;
}
