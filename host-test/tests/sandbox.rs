//! Whole flows by the component against the simulator of PayPal.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test panics to fail")]

mod simulated;

use serde_json::json;

use simulated::Simulated;

#[tokio::test]
async fn an_order_is_paid_and_refunded_to_the_cent() {
    let paypal = Simulated::new();
    let order = paypal.order("100.00").await;
    let id = order.body["id"].as_str().unwrap();
    assert_eq!((order.status, &order.body["status"]), (201, &json!("CREATED")));

    let refused = paypal.fail("orders.capture", json!({"id": id})).await;
    assert_eq!(refused.details[0].issue.as_deref(), Some("ORDER_NOT_APPROVED"));

    assert!(paypal.sandbox.approve_order(id));
    let paid = paypal.call("orders.capture", json!({"id": id})).await;
    assert_eq!((paid.status, &paid.body["status"]), (201, &json!("COMPLETED")));
    let capture = paid.body["purchase_units"][0]["payments"]["captures"][0]["id"].as_str().unwrap();

    let refused = paypal.fail("orders.capture", json!({"id": id})).await;
    assert_eq!(refused.details[0].issue.as_deref(), Some("ORDER_ALREADY_CAPTURED"));

    let refund =
        |value: &str| json!({"capture_id": capture, "body": {"amount": {"currency_code": "USD", "value": value}}});
    let part = paypal.call("payments.refund-capture", refund("33.33")).await;
    assert_eq!((part.status, &part.body["status"]), (201, &json!("COMPLETED")));
    let refused = paypal.fail("payments.refund-capture", refund("66.68")).await;
    assert_eq!(refused.details[0].issue.as_deref(), Some("REFUND_AMOUNT_EXCEEDED"));
    let now = paypal.call("payments.get-capture", json!({"capture_id": capture})).await;
    assert_eq!(now.body["status"], "PARTIALLY_REFUNDED");
    paypal.call("payments.refund-capture", json!({"capture_id": capture})).await;
    let refused = paypal.fail("payments.refund-capture", refund("0.01")).await;
    assert_eq!(refused.details[0].issue.as_deref(), Some("CAPTURE_FULLY_REFUNDED"));

    let effects = paypal.sandbox.effects();
    assert_eq!(effects.captured_of(id), 100_00);
    let mut refunded: Vec<_> = effects.refunded.values().map(|refund| (&*refund.of, refund.minor_units)).collect();
    refunded.sort_by_key(|(_, amount)| *amount);
    assert_eq!(refunded, [(capture, 33_33), (capture, 66_67)]);
    assert_eq!((effects.times("orders.capture"), effects.times("payments.refund-capture")), (1, 2));
}
