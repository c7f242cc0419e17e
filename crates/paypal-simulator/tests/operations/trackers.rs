//! Parcels of orders.

use serde_json::json;

use crate::sandbox::Sandbox;

#[test]
fn a_tracker_is_changed_only_through_its_own_order() {
    let paypal = Sandbox::new();
    let [order, other] = ["1.00", "2.00"].map(|value| paypal.paid_order(value));
    let [id, elsewhere] = [&order, &other].map(|order| order["id"].as_str().unwrap());
    let capture = &order["purchase_units"][0]["payments"]["captures"][0]["id"];
    let parcel = json!({"capture_id": capture, "tracking_number": "1Z1", "carrier": "UPS"});
    let tracked = paypal.post(&format!("/v2/checkout/orders/{id}/track"), &parcel).ok();
    let tracker = tracked["purchase_units"][0]["shipping"]["trackers"][0]["id"].as_str().unwrap();
    let cancel = json!([{"op": "replace", "path": "/status", "value": "CANCELLED"}]);
    let change = |order: &str, tracker: &str| {
        paypal.send("PATCH", &format!("/v2/checkout/orders/{order}/trackers/{tracker}"), &[], &cancel)
    };
    for (order, tracker) in [(elsewhere, tracker), ("5O190127TN364715T", tracker), (id, "1Z2")] {
        assert_eq!(change(order, tracker).refusal(), (404, "TRACKER_ID_NOT_FOUND"));
    }
    let status = || {
        let order = paypal.get(&format!("/v2/checkout/orders/{id}")).ok();
        order["purchase_units"][0]["shipping"]["trackers"][0]["status"].clone()
    };
    assert_ne!(status(), "CANCELLED");
    assert_eq!(change(id, tracker).status, 204);
    assert_eq!(status(), "CANCELLED");
}

#[test]
fn a_tracker_that_is_moved_to_another_payment_is_found_there_only() {
    let paypal = Sandbox::new();
    let [first, second] = ["1.00", "2.00"].map(|value| paypal.paid_order(value));
    let [from, to] =
        [&first, &second].map(|it| it["purchase_units"][0]["payments"]["captures"][0]["id"].as_str().unwrap());
    let parcel = |transaction: &str| json!({"transaction_id": transaction, "tracking_number": "1Z1", "carrier": "UPS", "status": "SHIPPED"});
    paypal.post("/v1/shipping/trackers", &json!({"trackers": [parcel(from)]})).ok();
    let listed = |transaction: &str| {
        let list = paypal.get(&format!("/v1/shipping/trackers?transaction_id={transaction}")).ok();
        list["trackers"].as_array().map_or(0, Vec::len)
    };
    let shown = |order: &serde_json::Value| {
        let order = paypal.get(&format!("/v2/checkout/orders/{}", order["id"].as_str().unwrap())).ok();
        order["purchase_units"][0]["shipping"]["trackers"].as_array().map_or(0, Vec::len)
    };
    assert_eq!([listed(from), listed(to), shown(&first), shown(&second)], [1, 0, 1, 0]);
    let path = format!("/v1/shipping/trackers/{from}-1Z1");
    for _ in 0..2 {
        assert_eq!(paypal.send("PUT", &path, &[], &parcel(to)).status, 204);
        assert_eq!([listed(from), listed(to), shown(&first), shown(&second)], [0, 1, 0, 1]);
    }
}
