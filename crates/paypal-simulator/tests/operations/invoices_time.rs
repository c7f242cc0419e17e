//! Invoices that are sent on a later date.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

fn invoice(date: &str) -> Value {
    json!({
        "detail": {"currency_code": "USD", "invoice_date": date},
        "primary_recipients": [{"billing_info": {"email_address": "payer@example.com"}}],
        "items": [{"name": "Tea", "quantity": "1", "unit_amount": {"currency_code": "USD", "value": "5.00"}}],
    })
}

#[test]
fn a_scheduled_invoice_is_sent_when_its_date_begins() {
    let paypal = Sandbox::new();
    let send = |date: &str, options: &Value| {
        let prefer = ("prefer", "return=representation");
        let created = paypal.send("POST", "/v2/invoicing/invoices", &[prefer], &invoice(date)).ok();
        let id = created["id"].as_str().unwrap().to_owned();
        (paypal.post(&format!("/v2/invoicing/invoices/{id}/send"), options).status, id)
    };
    let get = |id: &str| paypal.get(&format!("/v2/invoicing/invoices/{id}"));
    let (status, today) = send("2026-03-02", &json!({}));
    assert_eq!((status, &get(&today).ok()["status"]), (200, &json!("SENT")));
    let (status, later) = send("2026-03-10", &json!({"send_to_invoicer": true}));
    assert_eq!(status, 202);
    let (_, quiet) = send("2026-03-10", &json!({"send_to_recipient": false}));
    let (_, moved) = send("2026-03-10", &json!({}));
    let (_, deleted) = send("2026-03-10", &json!({}));
    assert_eq!(paypal.send("DELETE", &format!("/v2/invoicing/invoices/{deleted}"), &[], &Value::Null).status, 204);
    let path = format!("/v2/invoicing/invoices/{moved}");
    paypal.send("PUT", &path, &[], &invoice("2026-03-12")).ok();
    paypal.seconds(15 * 3600 + 7 * 86_400 - 1);
    assert_eq!(get(&later).ok()["status"], "SCHEDULED");
    assert_eq!(paypal.effects().emails.get(&later), None);
    paypal.seconds(1);
    let shown = get(&later).ok();
    assert_eq!(shown["status"], "SENT");
    assert_eq!(shown["detail"]["metadata"]["first_sent_time"], "2026-03-10T00:00:00Z");
    assert_eq!(get(&moved).ok()["status"], "SCHEDULED");
    paypal.days(2);
    assert_eq!(get(&moved).ok()["status"], "SENT");
    assert_eq!(get(&deleted).status, 404);
    let emails = paypal.effects().emails;
    let read = [&today, &later, &quiet, &moved].map(|id| emails.get(id).copied().unwrap_or(0));
    assert_eq!(read, [1, 2, 0, 1]);
}
