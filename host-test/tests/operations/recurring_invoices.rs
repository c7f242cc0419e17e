//! Series of invoices.

use serde_json::{Value, json};

use super::{Played, text, usd};

const UNKNOWN: &str = "RI-7KD20935TX418602M";
/// What PayPal says of a state for which it has no code.
const STATE: &str = "UNPROCESSABLE_ENTITY";
const GONE: &str = "RESOURCE_NOT_FOUND";

fn series(value: &str) -> Value {
    json!({
        "plan_detail": {"total_cycles": 2, "frequency": {"interval_unit": "WEEK", "interval_count": 1}},
        "recurring_info": {
            "detail": {"currency_code": "USD"},
            "primary_recipients": [{"billing_info": {"email_address": "robin@example.com"}}],
            "items": [{"name": "Tea", "quantity": "1", "unit_amount": usd(value)}],
        },
    })
}

pub(super) async fn play(paypal: &Played) {
    let id = text(&paypal.call("recurring-invoices.create", json!({"body": series("5.00")})).await["id"]);
    let draft = text(&paypal.call("recurring-invoices.create", json!({"body": series("7.00")})).await["id"]);
    let mut mixed = series("5.00");
    mixed["recurring_info"]["detail"]["currency_code"] = "EUR".into();
    paypal.refused("recurring-invoices.create", json!({"body": mixed}), 422, STATE).await;
    let it = |id: &str| json!({"recurring_invoice_id": id});
    let on = |id: &str, body: Value| json!({"recurring_invoice_id": id, "body": body});
    let changed = paypal.call("recurring-invoices.update", on(&id, series("6.00"))).await;
    assert_eq!(changed["recurring_info"]["amount"]["value"], "6.00");
    paypal.refused("recurring-invoices.update", on(UNKNOWN, series("6.00")), 404, GONE).await;
    paypal.refused("recurring-invoices.cancel", it(&id), 422, STATE).await;
    paypal.call("recurring-invoices.activate", it(&id)).await;
    paypal.refused("recurring-invoices.activate", it(&id), 422, STATE).await;
    paypal.refused("recurring-invoices.delete", it(&id), 422, STATE).await;
    paypal.call("recurring-invoices.delete", it(&draft)).await;
    paypal.refused("recurring-invoices.get", it(&draft), 404, GONE).await;

    let active = json!({"page_size": 1, "body": {"search_filters": {"status": ["ACTIVE"]}}});
    let found = paypal.call("recurring-invoices.search", active).await;
    assert_eq!(found["recurring_invoices"][0]["id"], id);
    paypal.forbidden("recurring-invoices.search", json!({}), "PERMISSION_DENIED").await;
    assert_eq!(paypal.sandbox().effects().invoices.len(), 1, "the first invoice is made at once");
    paypal.control("clock", &json!({"seconds": 7 * 86_400}));
    let shown = paypal.call("recurring-invoices.get", it(&id)).await;
    assert_eq!((&shown["status"], &shown["plan_detail"]["completed_cycles"]), (&json!("EXPIRED"), &json!(2)));
    let invoices = paypal.sandbox().effects().invoices;
    assert!(invoices.len() == 2 && invoices.values().all(|status| status == "SENT"), "{invoices:?}");
    let last = text(&paypal.call("recurring-invoices.create", json!({"body": series("5.00")})).await["id"]);
    paypal.call("recurring-invoices.activate", it(&last)).await;
    paypal.call("recurring-invoices.cancel", it(&last)).await;
    assert_eq!(paypal.sandbox().effects().recurring_invoices[&last], "CANCELLED");
}
