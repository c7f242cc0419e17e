//! Subscriptions.

use serde_json::{Value, json};

use super::{Played, catalogue::monthly, sum, text, usd};

const UNKNOWN: &str = "I-BW452GLLEP1G";
const WRONG_STATUS: &str = "SUBSCRIPTION_STATUS_INVALID";

async fn product(paypal: &Played) -> String {
    text(&paypal.call("products.create", json!({"body": {"name": "Tea", "type": "PHYSICAL"}})).await["id"])
}

async fn plan(paypal: &Played, product: &str, value: &str) -> String {
    text(&paypal.call("plans.create", monthly(product, value)).await["id"])
}

pub(super) async fn play(paypal: &Played) {
    let product_id = product(paypal).await;
    let plan_id = plan(paypal, &product_id, "20.00").await;
    let subscribe = json!({"body": {"plan_id": plan_id}});
    paypal.call("plans.deactivate", json!({"id": plan_id})).await;
    paypal.refused("subscriptions.create", subscribe.clone(), 422, "PLAN_STATUS_INVALID").await;
    paypal.call("plans.activate", json!({"id": plan_id})).await;
    let id = text(&paypal.call("subscriptions.create", subscribe).await["id"]);
    let on = |body: Value| json!({"id": id, "body": body});
    let why = on(json!({"reason": "As an example"}));
    for action in ["subscriptions.suspend", "subscriptions.activate", "subscriptions.cancel"] {
        paypal.refused(action, why.clone(), 422, WRONG_STATUS).await;
    }
    let custom = on(json!([{"op": "add", "path": "/custom_id", "value": "tea-7"}]));
    paypal.refused("subscriptions.update", custom.clone(), 422, WRONG_STATUS).await;
    paypal.control(&format!("subscriptions/{id}/approve"), &json!({}));
    assert_eq!(sum(&paypal.sandbox().effects().subscription_payments), 2000);
    paypal.call("subscriptions.update", custom).await;
    let shown = paypal.call("subscriptions.get", json!({"id": id})).await;
    assert_eq!((&shown["status"], &shown["custom_id"]), (&json!("ACTIVE"), &json!("tea-7")));
    paypal.refused("subscriptions.get", json!({"id": UNKNOWN}), 404, "INVALID_RESOURCE_ID").await;
    let list = paypal.call("subscriptions.list", json!({})).await;
    assert_eq!(list["subscriptions"][0]["id"], id);
    paypal.forbidden("subscriptions.list", json!({}), "PERMISSION_DENIED").await;

    let better = plan(paypal, &product_id, "30.00").await;
    let revised = paypal.call("subscriptions.revise", on(json!({"plan_id": better}))).await;
    assert_eq!(revised["plan_id"], better);
    let other_product = product(paypal).await;
    let other = plan(paypal, &other_product, "30.00").await;
    paypal.refused("subscriptions.revise", on(json!({"plan_id": other})), 422, "PLAN_PRODUCT_NOT_COMPATIBLE").await;

    let owed = |value: &str| on(json!({"note": "Owed", "capture_type": "OUTSTANDING_BALANCE", "amount": usd(value)}));
    paypal.refused("subscriptions.capture", owed("20.00"), 422, "ZERO_OUTSTANDING_BALANCE").await;
    paypal.control(&format!("subscriptions/{id}/miss-payment"), &json!({}));
    paypal.call("subscriptions.capture", owed("20.00")).await;
    assert_eq!(sum(&paypal.sandbox().effects().subscription_payments), 4000);
    let range = |id: &str| json!({"id": id, "start_time": "2026-03-01T00:00:00Z", "end_time": "2026-04-01T00:00:00Z"});
    let payments = paypal.call("subscriptions.list-transactions", range(&id)).await;
    assert_eq!(payments["transactions"].as_array().unwrap().len(), 2);
    paypal.refused("subscriptions.list-transactions", range(UNKNOWN), 404, "INVALID_RESOURCE_ID").await;
    for (action, status) in [
        ("subscriptions.suspend", "SUSPENDED"),
        ("subscriptions.activate", "ACTIVE"),
        ("subscriptions.cancel", "CANCELLED"),
    ] {
        paypal.call(action, why.clone()).await;
        assert_eq!(paypal.sandbox().effects().subscriptions[&id], status);
    }
}
