//! Orders.

use serde_json::json;

use super::{Played, order, text, usd};

const UNKNOWN: &str = "5O190127TN364715T";

pub(super) async fn play(paypal: &Played) {
    let mut paid_at_once = order("CAPTURE", "12.00");
    paid_at_once["purchase_units"][0]["invoice_id"] = "2026-1".into();
    paid_at_once["payment_source"] = json!({"card": {"number": "4111111111111111", "expiry": "2030-01"}});
    let made = paypal.call("orders.create", json!({"body": paid_at_once})).await;
    assert_eq!(paypal.sandbox().effects().captured_of(&text(&made["id"])), 1200);
    paypal.refused("orders.create", json!({"body": paid_at_once}), 422, "DUPLICATE_INVOICE_ID").await;

    let created = paypal.call("orders.create", json!({"body": order("CAPTURE", "10.00")})).await;
    let id = text(&created["id"]);
    let patch =
        json!([{"op": "replace", "path": "/purchase_units/@reference_id=='default'/amount", "value": usd("10.50")}]);
    let update = json!({"id": id, "body": patch});
    paypal.call("orders.update", update.clone()).await;
    paypal.refused("orders.capture", json!({"id": id}), 422, "ORDER_NOT_APPROVED").await;
    let context =
        json!({"return_url": "https://shop.example.com/paid", "cancel_url": "https://shop.example.com/basket"});
    let source = json!({"payment_source": {"paypal": {"experience_context": context}}});
    let confirm = json!({"id": id, "body": source});
    let confirmed = paypal.call("orders.confirm-payment-source", confirm.clone()).await;
    assert_eq!(confirmed["status"], "PAYER_ACTION_REQUIRED");
    paypal.approve(&id);
    let paid = paypal.call("orders.capture", json!({"id": id})).await;
    assert_eq!(paypal.sandbox().effects().captured_of(&id), 1050);
    paypal.refused("orders.update", update, 422, "ORDER_ALREADY_COMPLETED").await;
    paypal.refused("orders.confirm-payment-source", confirm, 422, "ORDER_ALREADY_CAPTURED").await;
    let shown = paypal.call("orders.get", json!({"id": id})).await;
    assert_eq!((&shown["status"], &shown["purchase_units"][0]["amount"]), (&json!("COMPLETED"), &usd("10.50")));
    paypal.refused("orders.get", json!({"id": UNKNOWN}), 404, "INVALID_RESOURCE_ID").await;

    let reserved = paypal.call("orders.create", json!({"body": order("AUTHORIZE", "7.00")})).await;
    let reserved = text(&reserved["id"]);
    paypal.approve(&reserved);
    paypal.call("orders.authorize", json!({"id": reserved})).await;
    let authorized = paypal.sandbox().effects().authorized;
    assert!(authorized.values().any(|it| it.of == reserved && it.minor_units == 700));
    paypal.refused("orders.authorize", json!({"id": id}), 422, "ACTION_DOES_NOT_MATCH_INTENT").await;

    let capture = &paid["purchase_units"][0]["payments"]["captures"][0]["id"];
    let parcel = |capture: &str| json!({"capture_id": capture, "tracking_number": "1Z1", "carrier": "UPS"});
    let track = |capture: &str| json!({"id": id, "body": parcel(capture)});
    paypal.call("orders.add-tracking", track(&text(capture))).await;
    paypal.refused("orders.add-tracking", track("8MC585209K746392H"), 422, "CAPTURE_ID_NOT_FOUND").await;
    let cancel = |tracker: &str| json!({"id": id, "tracker_id": tracker, "body": [{"op": "replace", "path": "/status", "value": "CANCELLED"}]});
    let tracker = format!("{}-1Z1", text(capture));
    paypal.call("orders.update-tracking", cancel(&tracker)).await;
    assert_eq!(paypal.sandbox().effects().trackers[&tracker], "CANCELLED");
    paypal.refused("orders.update-tracking", cancel("8MC585209K746392H-1Z1"), 404, "TRACKER_ID_NOT_FOUND").await;
}
