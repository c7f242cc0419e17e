//! Payments: captures and refunds.

use serde_json::json;

use crate::sandbox::Sandbox;

#[test]
fn a_capture_is_refunded_once() {
    let paypal = Sandbox::new();
    let order = paypal.paid_order("100.00");
    let capture = &order["purchase_units"][0]["payments"]["captures"][0];
    let path = format!("/v2/payments/captures/{}/refund", capture["id"].as_str().unwrap());
    assert_eq!(paypal.post(&path, &json!({})).status, 201);
    assert_eq!(paypal.post(&path, &json!({})).refusal(), (422, "CAPTURE_FULLY_REFUNDED"));
    let events: Vec<_> = paypal.events().into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        events,
        [
            "CHECKOUT.ORDER.APPROVED",
            "PAYMENT.CAPTURE.COMPLETED",
            "CHECKOUT.ORDER.COMPLETED",
            "PAYMENT.CAPTURE.REFUNDED"
        ]
    );
}
