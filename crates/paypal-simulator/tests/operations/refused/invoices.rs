//! Invoices.

use serde_json::{Value, json};

use super::{refuse, text, with};
use crate::sandbox::Sandbox;

fn usd(value: &str) -> Value {
    json!({"currency_code": "USD", "value": value})
}

#[test]
fn invoices_are_handled_in_their_order() {
    let paypal = Sandbox::new();
    let body = json!({
        "detail": {"currency_code": "USD"},
        "primary_recipients": [{"billing_info": {"email_address": "robin@example.com"}}],
        "items": [{"name": "Tea", "quantity": "1", "unit_amount": usd("25.00")}],
    });
    let create = |body: &Value| {
        let made = paypal.send("POST", "/v2/invoicing/invoices", &[("prefer", "return=representation")], body).ok();
        text(&made, "/id")
    };
    let send = |id: &str| paypal.post(&format!("/v2/invoicing/invoices/{id}/send"), &json!({})).ok();
    let draft = create(&body);
    let (sent, gone) = (create(&body), create(&body));
    send(&sent);
    send(&gone);
    paypal.post(&format!("/v2/invoicing/invoices/{gone}/cancel"), &json!({})).ok();
    let planned = create(&with(&body, &[("/detail/invoice_date", json!("2099-01-01"))]));
    send(&planned);
    let ids = [("draft", draft.as_str()), ("sent", &sent), ("gone", &gone), ("planned", &planned)];
    let pay = "POST /v2/invoicing/invoices/{sent}/payments";
    let refund = "POST /v2/invoicing/invoices/{sent}/refunds";
    refuse(
        &paypal,
        &ids,
        &[
            ("POST /v2/invoicing/invoices/{draft}/cancel", json!({}), 422, "CANNOT_CANCEL_DRAFT_INVOICE"),
            ("POST /v2/invoicing/invoices/{gone}/cancel", json!({}), 422, "INVOICE_CANCELED_ALREADY"),
            ("POST /v2/invoicing/invoices/{planned}/cancel", json!({}), 422, "CANNOT_CANCEL_SCHEDULED_INVOICE"),
            ("POST /v2/invoicing/invoices/{gone}/remind", json!({}), 422, "CANNOT_REMIND_INVOICE"),
            (pay, json!({"method": "CASH", "amount": usd("0.00")}), 400, "VALUE_CANNOT_BE_ZERO"),
            ("POST /v2/invoicing/invoices/{gone}/payments", json!({"method": "CASH"}), 422, "CANNOT_PROCESS_PAYMENTS"),
            ("POST /v2/invoicing/invoices/{draft}/refunds", json!({"method": "CASH"}), 422, "CANNOT_PROCESS_REFUNDS"),
        ],
    );
    paypal.post(&format!("/v2/invoicing/invoices/{sent}/payments"), &json!({"method": "CASH"})).ok();
    refuse(
        &paypal,
        &ids,
        &[
            (refund, json!({"method": "SHELLS"}), 400, "INVALID_REFUND_METHOD"),
            (refund, json!({"method": "CASH", "amount": usd("0.00")}), 400, "VALUE_CANNOT_BE_ZERO"),
            (refund, json!({"method": "CASH", "amount": usd("26.00")}), 422, "INVALID_REFUND_AMOUNT"),
            ("POST /v2/invoicing/invoices/{sent}/cancel", json!({}), 422, "CANNOT_CANCEL_PAID_INVOICE"),
        ],
    );
}
