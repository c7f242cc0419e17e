//! Conditional rules of invoices and of series.

use serde_json::{Value, json};

use super::{Played, linked, text, usd};

const UNKNOWN: &str = "CR-7QF2-4D81-93BX07KA-5E1C-60HT8W2MRZ41";
/// What PayPal says of a state for which it has no code.
const STATE: &str = "UNPROCESSABLE_ENTITY";
const GONE: &str = "RESOURCE_NOT_FOUND";

fn parts() -> Value {
    json!({
        "detail": {"currency_code": "USD", "payment_term": {"term_type": "NET_10"}},
        "primary_recipients": [{"billing_info": {"email_address": "robin@example.com"}}],
        "items": [{"name": "Tea", "quantity": "2", "unit_amount": usd("50.00")}],
    })
}

fn discount(percent: &str) -> Value {
    json!({
        "conditional_rule_type": "EARLY_PAYMENT_DISCOUNT",
        "conditional_rule_value": percent,
        "conditional_rule_value_type": "PERCENT",
        "rule_expiry_terms": {"rule_expiry_condition": "SEVEN_DAYS_AFTER_ISSUE_DATE"},
    })
}

fn cancellation() -> Value {
    json!({
        "conditional_rule_type": "AUTO_CANCEL",
        "rule_expiry_terms": {"rule_expiry_condition": "ONE_DAY_AFTER_DUE_DATE"},
    })
}

/// Plays the actions on the rules of what has an id.
async fn rules(paypal: &Played, resource: &str, owner: &Value, end: Option<&str>) {
    let action = |name: &str| format!("{resource}.{name}");
    let with = |more: Value| {
        let mut input = owner.clone();
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    let dated = |mut rule: Value| {
        if let Some(end) = end {
            rule["rule_expiry_terms"]["condition_rule_end_date"] = end.into();
        }
        rule
    };
    let both = with(json!({"body": {"rules": [dated(discount("5")), dated(cancellation())]}}));
    let made = paypal.call(&action("create-rules"), both.clone()).await;
    paypal.refused(&action("create-rules"), both, 422, STATE).await;
    let [first, second] = [0, 1].map(|index| text(&made["rules"][index]["conditional_rule_id"]));
    let one = |id: &str| with(json!({"conditional_rule_id": id}));
    let replace = |id: &str, rule: Value| with(json!({"conditional_rule_id": id, "body": dated(rule)}));
    paypal.call(&action("update-rule"), replace(&first, discount("10"))).await;
    paypal.refused(&action("update-rule"), replace(&first, cancellation()), 422, STATE).await;
    assert_eq!(paypal.call(&action("get-rule"), one(&first)).await["conditional_rule_value"], "10");
    paypal.refused(&action("get-rule"), one(UNKNOWN), 404, GONE).await;
    paypal.call(&action("delete-rule"), one(&second)).await;
    paypal.refused(&action("delete-rule"), one(&second), 404, GONE).await;
    let list = paypal.call(&action("list-rules"), owner.clone()).await;
    assert_eq!(list["rules"].as_array().unwrap().len(), 1);
    paypal.forbidden(&action("list-rules"), owner.clone(), "PERMISSION_DENIED").await;
}

pub(super) async fn play(paypal: &Played) {
    let id = linked(&paypal.call("invoices.create", json!({"body": parts()})).await);
    let today = text(&paypal.call("invoices.get", json!({"invoice_id": id})).await["detail"]["invoice_date"]);
    rules(paypal, "invoices", &json!({"invoice_id": id}), Some(&today)).await;
    paypal.call("invoices.send", json!({"invoice_id": id})).await;
    paypal.control(&format!("invoices/{id}/pay"), &json!({}));
    let paid = paypal.call("invoices.get", json!({"invoice_id": id})).await;
    assert_eq!((&paid["status"], &paid["payments"]["paid_amount"]), (&json!("PAID"), &usd("90.00")));

    let plan = json!({"frequency": {"interval_unit": "MONTH", "interval_count": 1}});
    let series = json!({"body": {"plan_detail": plan, "recurring_info": parts()}});
    let id = text(&paypal.call("recurring-invoices.create", series).await["id"]);
    rules(paypal, "recurring-invoices", &json!({"recurring_invoice_id": id}), None).await;
}
