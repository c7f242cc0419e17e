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
    let days = |first: &str, last: &str| json!({"from_date": first, "to_date": last, "locale": "en_US"});
    let month = || days("2026-03-01", "2026-03-31");
    let net = paypal.call("transactions.get-net-summary", month()).await;
    assert_eq!(net["balance_summary"]["data"], json!([["USD", "0.00", "100096.02", "100096.02"]]));
    let daily = paypal.call("transactions.get-daily-summary", month()).await;
    assert_eq!(daily["summaries"][0]["data"][0][0], "2026-03-02");
    for action in ["transactions.get-net-summary", "transactions.get-daily-summary"] {
        paypal.refused(action, days("2026-03-31", "2026-03-01"), 400, "INVALID_PARAMETER_VALUE").await;
    }
    let long_ago = json!({"as_of_time": "2020-03-02T00:00:00Z"});
    paypal.refused("transactions.list-balances", long_ago, 400, "INVALID_PARAMETER_VALUE").await;
}
