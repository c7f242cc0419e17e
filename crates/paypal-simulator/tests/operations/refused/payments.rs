//! Payments.

use serde_json::{Value, json};

use super::{refuse, text};
use crate::sandbox::Sandbox;

fn money(currency: &str, value: &str) -> Value {
    json!({"currency_code": currency, "value": value})
}

/// Reserves 10.00 USD. Returns the authorization.
fn reserve(paypal: &Sandbox) -> String {
    let order = json!({"intent": "AUTHORIZE", "purchase_units": [{"amount": money("USD", "10.00")}]});
    let order = text(&paypal.post("/v2/checkout/orders", &order).ok(), "/id");
    paypal.control(&format!("orders/{order}/approve"), &Value::Null).ok();
    let order = paypal.post(&format!("/v2/checkout/orders/{order}/authorize"), &json!({})).ok();
    text(&order, "/purchase_units/0/payments/authorizations/0/id")
}

#[test]
fn what_is_not_reserved_cannot_be_taken() {
    let paypal = Sandbox::new();
    let (open, taken, invoiced) = (reserve(&paypal), reserve(&paypal), reserve(&paypal));
    paypal.post(&format!("/v2/payments/authorizations/{taken}/capture"), &json!({"final_capture": true})).ok();
    let part = json!({"amount": money("USD", "1.00"), "invoice_id": "7", "final_capture": false});
    paypal.post(&format!("/v2/payments/authorizations/{invoiced}/capture"), &part).ok();
    // The honour period ends.
    paypal.days(4);
    let ids = [("open", open.as_str()), ("taken", &taken)];
    let (capture, again) =
        ("POST /v2/payments/authorizations/{open}/capture", "POST /v2/payments/authorizations/{open}/reauthorize");
    let amount = |currency: &str, value: &str| json!({"amount": money(currency, value)});
    refuse(
        &paypal,
        &ids,
        &[
            ("GET /v2/payments/authorizations/0VF52814937998046", Value::Null, 404, "INVALID_RESOURCE_ID"),
            ("POST /v2/payments/authorizations/0VF52814937998046/capture", json!({}), 404, "INVALID_RESOURCE_ID"),
            ("POST /v2/payments/authorizations/0VF52814937998046/reauthorize", json!({}), 404, "INVALID_RESOURCE_ID"),
            ("POST /v2/payments/authorizations/0VF52814937998046/void", Value::Null, 404, "INVALID_RESOURCE_ID"),
            (capture, amount("EUR", "1.00"), 422, "AUTH_CAPTURE_CURRENCY_MISMATCH"),
            (capture, amount("USD", "0.00"), 422, "CANNOT_BE_ZERO_OR_NEGATIVE"),
            (capture, amount("USD", "1.001"), 422, "DECIMAL_PRECISION"),
            (capture, amount("JPY", "1.5"), 422, "DECIMALS_NOT_SUPPORTED"),
            (capture, amount("XXX", "1"), 422, "INVALID_CURRENCY_CODE"),
            (capture, amount("USD", "12.00"), 422, "MAX_CAPTURE_AMOUNT_EXCEEDED"),
            (capture, json!({"amount": money("USD", "1.00"), "invoice_id": "7"}), 422, "DUPLICATE_INVOICE_ID"),
            (capture, json!({"amount": {"value": "1.00"}}), 400, "MISSING_REQUIRED_PARAMETER"),
            (capture, json!({"amount": 1}), 400, "INVALID_PARAMETER_SYNTAX"),
            (capture, json!({"note_to_payer": "x".repeat(256)}), 400, "INVALID_STRING_LENGTH"),
            (again, amount("EUR", "1.00"), 422, "AUTH_CURRENCY_MISMATCH"),
            (again, amount("XXX", "1"), 422, "INVALID_CURRENCY_CODE"),
            (again, amount("USD", "1.001"), 422, "DECIMAL_PRECISION"),
            (again, amount("JPY", "1.5"), 422, "DECIMALS_NOT_SUPPORTED"),
            (again, amount("USD", "0"), 422, "CANNOT_BE_ZERO_OR_NEGATIVE"),
            (again, json!({"amount": {"value": "1.00"}}), 400, "MISSING_REQUIRED_PARAMETER"),
            (again, json!({"amount": 1}), 400, "INVALID_PARAMETER_SYNTAX"),
            ("POST /v2/payments/authorizations/{taken}/reauthorize", json!({}), 422, "AUTHORIZATION_ALREADY_CAPTURED"),
            ("POST /v2/payments/authorizations/{taken}/void", Value::Null, 422, "PREVIOUSLY_CAPTURED"),
        ],
    );
}

#[test]
fn more_than_was_taken_is_not_given_back() {
    let paypal = Sandbox::new();
    let paid = text(&paypal.paid_order("10.00"), "/purchase_units/0/payments/captures/0/id");
    let ids = [("paid", paid.as_str())];
    let refund = "POST /v2/payments/captures/{paid}/refund";
    let amount = |currency: &str, value: &str| json!({"amount": money(currency, value)});
    refuse(
        &paypal,
        &ids,
        &[
            ("GET /v2/payments/captures/2GG279541U471931P", Value::Null, 404, "INVALID_RESOURCE_ID"),
            ("GET /v2/payments/refunds/1JU08902781691411", Value::Null, 404, "INVALID_RESOURCE_ID"),
            (refund, amount("USD", "1.001"), 422, "DECIMAL_PRECISION"),
            (refund, amount("JPY", "1.5"), 422, "DECIMALS_NOT_SUPPORTED"),
            (refund, amount("XXX", "1"), 422, "INVALID_CURRENCY_CODE"),
            (refund, json!({"amount": {"value": "1.00"}}), 400, "MISSING_REQUIRED_PARAMETER"),
            (refund, json!({"amount": 1}), 400, "INVALID_PARAMETER_SYNTAX"),
            (refund, json!({"note_to_payer": "x".repeat(256)}), 400, "INVALID_STRING_LENGTH"),
        ],
    );
    // A key whose first request is not answered yet.
    paypal.control("in-progress", &Value::Null).ok();
    let refused =
        paypal.send("POST", &format!("/v2/payments/captures/{paid}/refund"), &[("paypal-request-id", "1")], &json!({}));
    assert_eq!(refused.refusal(), (409, "PREVIOUS_REQUEST_IN_PROGRESS"));
    paypal.days(181);
    refuse(&paypal, &ids, &[(refund, json!({}), 422, "REFUND_TIME_LIMIT_EXCEEDED")]);
}
