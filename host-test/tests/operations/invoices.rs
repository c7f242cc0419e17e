//! Invoices, and the platforms for accounting that they are on.

use serde_json::{Value, json};

use super::{Played, linked, sum, text, usd};

const UNKNOWN: &str = "INV2-C3FN-8PV6-Y5SA-KX2M";
/// What PayPal says of a state for which it has no code.
const STATE: &str = "UNPROCESSABLE_ENTITY";
const GONE: &str = "RESOURCE_NOT_FOUND";
const FORBIDDEN: &str = "PERMISSION_DENIED";

fn invoice(number: &str) -> Value {
    json!({
        "detail": {"currency_code": "USD", "invoice_number": number},
        "primary_recipients": [{"billing_info": {"email_address": "robin@example.com"}}],
        "items": [{"name": "Tea", "quantity": "2", "unit_amount": usd("5.00")}],
    })
}

pub(super) async fn play(paypal: &Played) {
    let create = |number: &str| json!({"body": invoice(number)});
    let id = linked(&paypal.call("invoices.create", create("2026-1")).await);
    let draft = linked(&paypal.call("invoices.create", create("2026-2")).await);
    paypal.refused("invoices.create", create("2026-1"), 422, STATE).await;
    let it = |id: &str| json!({"invoice_id": id});
    let on = |id: &str, body: Value| json!({"invoice_id": id, "body": body});
    let list = paypal.call("invoices.list", json!({})).await;
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    paypal.forbidden("invoices.list", json!({}), FORBIDDEN).await;
    let search = json!({"body": {"invoice_number": "2026-1"}});
    let found = paypal.call("invoices.search", search.clone()).await;
    assert_eq!(found["items"][0]["id"], id);
    paypal.forbidden("invoices.search", search, FORBIDDEN).await;
    let number = paypal.call("invoices.generate-number", json!({})).await;
    assert_eq!(number["invoice_number"], "2026-3");
    paypal.forbidden("invoices.generate-number", json!({}), FORBIDDEN).await;

    let mut other = invoice("2026-1");
    other["items"][0]["quantity"] = "3".into();
    paypal.call("invoices.update", on(&id, other)).await;
    paypal.refused("invoices.cancel", on(&id, json!({})), 422, "CANNOT_CANCEL_DRAFT_INVOICE").await;
    paypal.refused("invoices.remind", on(&id, json!({})), 422, "CANNOT_REMIND_INVOICE").await;
    paypal.refused("invoices.generate-qr-code", on(&id, json!({})), 422, STATE).await;
    paypal.call("invoices.send", it(&id)).await;
    paypal.refused("invoices.send", it(&id), 422, STATE).await;
    paypal.refused("invoices.delete", it(&id), 422, STATE).await;
    paypal.call("invoices.delete", it(&draft)).await;
    paypal.refused("invoices.get", it(&draft), 404, GONE).await;
    paypal.call("invoices.remind", on(&id, json!({}))).await;
    assert_eq!(paypal.sandbox().effects().emails[&id], 2);
    let image = paypal.reply("invoices.generate-qr-code", on(&id, json!({}))).await;
    assert_eq!(image.status, 200);
    let shown = paypal.call("invoices.get", it(&id)).await;
    assert_eq!((&shown["status"], &shown["due_amount"]), (&json!("SENT"), &usd("15.00")));
    payments(paypal, &id).await;
    paypal.refused("invoices.update", on(&id, invoice("2026-1")), 422, STATE).await;
    let sent = linked(&paypal.call("invoices.create", create("2026-4")).await);
    paypal.call("invoices.send", it(&sent)).await;
    paypal.call("invoices.cancel", on(&sent, json!({}))).await;
    assert_eq!(paypal.sandbox().effects().invoices[&sent], "CANCELLED");

    paypal.call("accounting.list-connections", json!({})).await;
    paypal.forbidden("accounting.list-connections", json!({}), FORBIDDEN).await;
    let platforms = paypal.call("accounting.get-invoice-connections", json!({"id": id})).await;
    assert_eq!(platforms["id"], id);
    paypal.refused("accounting.get-invoice-connections", json!({"id": UNKNOWN}), 404, GONE).await;
}

async fn payments(paypal: &Played, id: &str) {
    let cash = |value: &str| json!({"invoice_id": id, "body": {"method": "CASH", "amount": usd(value)}});
    let moved = || {
        let effects = paypal.sandbox().effects();
        (sum(&effects.invoice_payments), sum(&effects.invoice_refunds))
    };
    let too_much = "PAYMENT_AMOUNT_GREATER_THAN_AMOUNT_DUE";
    paypal.refused("invoices.record-payment", cash("15.01"), 422, too_much).await;
    let first = text(&paypal.call("invoices.record-payment", cash("10.00")).await["payment_id"]);
    let second = text(&paypal.call("invoices.record-payment", cash("2.00")).await["payment_id"]);
    paypal.refused("invoices.record-refund", cash("12.01"), 422, "INVALID_REFUND_AMOUNT").await;
    let refund = text(&paypal.call("invoices.record-refund", cash("4.00")).await["refund_id"]);
    assert_eq!(moved(), (1200, 400));
    let of = |transaction: &str| json!({"invoice_id": id, "transaction_id": transaction});
    paypal.refused("invoices.delete-payment", of(&first), 422, "CANNOT_DELETE_EXTERNAL_PAYMENT").await;
    paypal.call("invoices.delete-payment", of(&second)).await;
    paypal.call("invoices.delete-refund", of(&refund)).await;
    paypal.refused("invoices.delete-refund", of(&refund), 404, GONE).await;
    assert_eq!(moved(), (1000, 0));
}
