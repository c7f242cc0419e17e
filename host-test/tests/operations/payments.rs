//! Authorizations, captures, refunds, and which methods are on offer.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Played, order, sum, text, usd};

const UNKNOWN: &str = "8MC585209K746392H";
const DAY: Duration = Duration::from_secs(86_400);

/// Authorizes ten dollars. Returns the authorization's id.
async fn authorize(paypal: &Played) -> String {
    let order = paypal.call("orders.create", json!({"body": order("AUTHORIZE", "10.00")})).await;
    paypal.approve(&text(&order["id"]));
    let authorized = paypal.call("orders.authorize", json!({"id": order["id"]})).await;
    text(&authorized["purchase_units"][0]["payments"]["authorizations"][0]["id"])
}

pub(super) async fn play(paypal: &Played) {
    authorizations(paypal).await;
    let before = paypal.sandbox().effects().balances["USD"];
    let [_, capture] = paypal.pay("100.00").await;
    let shown = paypal.call("payments.get-capture", json!({"capture_id": capture})).await;
    assert_eq!(shown["amount"], usd("100.00"));
    paypal.refused("payments.get-capture", json!({"capture_id": UNKNOWN}), 404, "INVALID_RESOURCE_ID").await;
    let refund = |value: &str| json!({"capture_id": capture, "body": {"amount": usd(value)}});
    let given_back = paypal.call("payments.refund-capture", refund("40.00")).await;
    paypal.refused("payments.refund-capture", refund("60.01"), 422, "REFUND_AMOUNT_EXCEEDED").await;
    // PayPal keeps 3.49 % and 0.49.
    let effects = paypal.sandbox().effects();
    assert_eq!(
        (effects.refunded[&text(&given_back["id"])].minor_units, effects.balances["USD"]),
        (4000, before + 5602)
    );
    let shown = paypal.call("payments.get-refund", json!({"refund_id": given_back["id"]})).await;
    assert_eq!(shown["amount"], usd("40.00"));
    paypal.refused("payments.get-refund", json!({"refund_id": UNKNOWN}), 404, "INVALID_RESOURCE_ID").await;

    let ask = |country: &str| json!({"body": {"customer": {"country_code": country}}});
    let eligible = paypal.call("payments.find-eligible-methods", ask("US")).await;
    assert_eq!(eligible["eligible_methods"]["paypal"]["can_be_vaulted"], true);
    let refused = "INVALID_PARAMETER_VALUE";
    paypal.refused("payments.find-eligible-methods", ask("us"), 400, refused).await;
}

async fn authorizations(paypal: &Played) {
    let (taken, renewed) = (authorize(paypal).await, authorize(paypal).await);
    let it = |id: &str| json!({"authorization_id": id});
    let shown = paypal.call("payments.get-authorization", it(&taken)).await;
    assert_eq!((&shown["status"], &shown["amount"]), (&json!("CREATED"), &usd("10.00")));
    paypal.refused("payments.get-authorization", it(UNKNOWN), 404, "INVALID_RESOURCE_ID").await;
    let part = |value: &str| -> Value {
        json!({"authorization_id": taken, "body": {"amount": usd(value), "final_capture": true}})
    };
    let too_much = "MAX_CAPTURE_AMOUNT_EXCEEDED";
    paypal.refused("payments.capture-authorization", part("10.01"), 422, too_much).await;
    let capture = paypal.call("payments.capture-authorization", part("6.00")).await;
    let effects = paypal.sandbox().effects();
    assert_eq!((effects.captured[&text(&capture["id"])].minor_units, sum(&effects.voided)), (600, 400));
    paypal.refused("payments.reauthorize", it(&renewed), 422, "REAUTHORIZATION_TOO_SOON").await;
    paypal.advance(4 * DAY);
    let new = text(&paypal.call("payments.reauthorize", it(&renewed)).await["id"]);
    assert_eq!(paypal.sandbox().effects().authorized[&new].minor_units, 1000);
    paypal.call("payments.void-authorization", it(&new)).await;
    paypal.refused("payments.void-authorization", it(&new), 422, "PREVIOUSLY_VOIDED").await;
    let effects = paypal.sandbox().effects();
    assert_eq!((effects.voided[&new].minor_units, effects.captured.len()), (1000, 1));
}
