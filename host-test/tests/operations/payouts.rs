//! Payouts.

use std::time::Duration;

use serde_json::json;

use super::{Played, sum, text};

const UNKNOWN: &str = "8AELMXH8UB2P8";

pub(super) async fn play(paypal: &Played) {
    let before = paypal.sandbox().effects().balances["USD"];
    let item = |receiver: &str, value: &str| json!({"recipient_type": "EMAIL", "receiver": receiver, "amount": {"currency": "USD", "value": value}});
    let items = json!([item("payer@example.com", "10.00"), item("stranger@example.com", "4.00")]);
    let create = json!({"body": {"sender_batch_header": {"sender_batch_id": "march"}, "items": items}});
    let made = paypal.call("payouts.create", create.clone()).await;
    let id = text(&made["batch_header"]["payout_batch_id"]);
    paypal.refused("payouts.create", create, 400, "USER_BUSINESS_ERROR").await;
    paypal.advance(Duration::from_secs(5));
    let batch = paypal.call("payouts.get", json!({"id": id})).await;
    assert_eq!(batch["batch_header"]["batch_status"], "SUCCESS");
    paypal.refused("payouts.get", json!({"id": UNKNOWN}), 404, "INVALID_RESOURCE_ID").await;
    // Each item costs 0.25.
    let effects = paypal.sandbox().effects();
    assert_eq!((sum(&effects.payout_items), effects.balances["USD"]), (1400, before - 1450));

    let unclaimed = json!({"payout_item_id": batch["items"][1]["payout_item_id"]});
    let shown = paypal.call("payouts.get-item", unclaimed.clone()).await;
    assert_eq!(shown["transaction_status"], "UNCLAIMED");
    paypal.refused("payouts.get-item", json!({"payout_item_id": UNKNOWN}), 404, "INVALID_RESOURCE_ID").await;
    let back = paypal.call("payouts.cancel-item", unclaimed.clone()).await;
    assert_eq!(back["transaction_status"], "RETURNED");
    paypal.refused("payouts.cancel-item", unclaimed, 400, "ITEM_ALREADY_CANCELLED").await;
    let effects = paypal.sandbox().effects();
    assert_eq!((sum(&effects.payout_items), effects.balances["USD"]), (1000, before - 1050));
}
