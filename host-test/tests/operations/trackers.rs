//! Parcels of captures.

use serde_json::{Value, json};

use super::Played;

const UNKNOWN: &str = "8MC585209K746392H";

pub(super) async fn play(paypal: &Played) {
    let [_, capture] = paypal.pay("10.00").await;
    let parcel = |transaction: &str, number: &str, status: &str| -> Value {
        json!({"transaction_id": transaction, "tracking_number": number, "carrier": "UPS", "status": status})
    };
    let add = |parcel: Value| json!({"body": {"trackers": [parcel]}});
    paypal.call("trackers.add", add(parcel(&capture, "1Z1", "SHIPPED"))).await;
    paypal.refused("trackers.add", add(parcel(UNKNOWN, "1Z1", "SHIPPED")), 400, "VALIDATION_ERROR").await;
    let added = paypal.call("trackers.add-batch", add(parcel(&capture, "1Z2", "SHIPPED"))).await;
    assert_eq!(added["tracker_identifiers"].as_array().unwrap().len(), 1);
    paypal.forbidden("trackers.add-batch", add(parcel(&capture, "1Z3", "SHIPPED")), "NOT_AUTHORIZED").await;
    let list = paypal.call("trackers.list", json!({"transaction_id": capture})).await;
    assert_eq!(list["trackers"].as_array().unwrap().len(), 2);
    paypal.forbidden("trackers.list", json!({"transaction_id": capture}), "NOT_AUTHORIZED").await;
    let [known, unknown] = [format!("{capture}-1Z1"), format!("{UNKNOWN}-1Z1")];
    let cancel = |id: &str| json!({"id": id, "body": parcel(&capture, "1Z1", "CANCELLED")});
    paypal.call("trackers.update", cancel(&known)).await;
    paypal.refused("trackers.update", cancel(&unknown), 404, "INVALID_RESOURCE_ID").await;
    let shown = paypal.call("trackers.get", json!({"id": known})).await;
    assert_eq!(shown["status"], "CANCELLED");
    paypal.refused("trackers.get", json!({"id": unknown}), 404, "INVALID_RESOURCE_ID").await;
}
