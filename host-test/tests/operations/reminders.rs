//! Automatic reminders of invoices.

use serde_json::{Value, json};

use super::{Played, linked, text, usd};

const UNKNOWN: &str = "RC-5WX70418GM263905B";
const GONE: &str = "RESOURCE_NOT_FOUND";

pub(super) async fn play(paypal: &Played) {
    assert_eq!(paypal.call("invoice-reminders.list", json!({})).await["configurations"], json!([]));
    paypal.forbidden("invoice-reminders.list", json!({}), "PERMISSION_DENIED").await;
    let late = json!({"type": "AFTER_DUE", "interval": {"unit": "DAY", "value": 1}, "repetition": 3});
    let set_up = json!({"body": {"configurations": [late]}});
    let both = paypal.call("invoice-reminders.set-up", set_up.clone()).await;
    paypal.refused("invoice-reminders.set-up", set_up, 422, "UNPROCESSABLE_ENTITY").await;
    let [before, after] = [0, 1].map(|index| text(&both["configurations"][index]["id"]));
    let it = |id: &str| json!({"reminder_id": id});
    assert_eq!(paypal.call("invoice-reminders.get", it(&before)).await["status"], "INACTIVE");
    paypal.refused("invoice-reminders.get", it(UNKNOWN), 404, GONE).await;

    let due = json!({"term_type": "DUE_ON_RECEIPT"});
    let invoice = json!({
        "detail": {"currency_code": "USD", "payment_term": due},
        "primary_recipients": [{"billing_info": {"email_address": "robin@example.com"}}],
        "items": [{"name": "Tea", "quantity": "2", "unit_amount": usd("5.00")}],
    });
    let mut invoices = Vec::new();
    for _ in 0..2 {
        let id = linked(&paypal.call("invoices.create", json!({"body": invoice})).await);
        paypal.call("invoices.send", json!({"invoice_id": id})).await;
        invoices.push(id);
    }
    paypal.call("invoices.cancel-reminders", json!({"invoice_id": invoices[1]})).await;
    let unknown = json!({"invoice_id": "INV2-C3FN-8PV6-Y5SA-KX2M"});
    paypal.refused("invoices.cancel-reminders", unknown, 404, GONE).await;
    let mails = || {
        let emails = paypal.sandbox().effects().emails;
        [emails[&invoices[0]], emails[&invoices[1]]]
    };
    let days = |days: u64| paypal.control("clock", &json!({"seconds": days * 86_400}));
    days(2);
    assert_eq!(mails(), [3, 1], "one when it was sent, one a day");
    paypal.call("invoice-reminders.suspend", it(&after)).await;
    paypal.refused("invoice-reminders.suspend", it(UNKNOWN), 404, GONE).await;
    days(1);
    assert_eq!(mails(), [3, 1]);
    let on = |id: &str, body: &Value| json!({"reminder_id": id, "body": body});
    let more = json!({"type": "AFTER_DUE", "interval": {"unit": "DAY", "value": 1}, "repetition": 5});
    paypal.call("invoice-reminders.update", on(&after, &more)).await;
    paypal.refused("invoice-reminders.update", on(&before, &more), 422, "UNPROCESSABLE_ENTITY").await;
    paypal.call("invoice-reminders.resume", it(&after)).await;
    paypal.refused("invoice-reminders.resume", it(UNKNOWN), 404, GONE).await;
    days(7);
    assert_eq!(mails(), [5, 1], "on the fourth and the fifth day");
}
