//! Conditional rules: discounts for who pays early, and cancellations of what is not paid, of invoices and of series.

use paypal_simulator::NewMerchant;
use serde_json::{Value, json};

use crate::{accounts::bearer, sandbox::Sandbox};

const INVOICES: &str = "/v2/invoicing/invoices";
const SERIES: &str = "/v2/invoicing/recurring-invoices";

fn usd(value: &str) -> Value {
    json!({"currency_code": "USD", "value": value})
}

/// What an invoice of 40 dollars has, which is due on 12 March.
fn parts() -> Value {
    json!({
        "detail": {"currency_code": "USD", "payment_term": {"term_type": "NET_10"}},
        "primary_recipients": [{"billing_info": {"email_address": "jo@example.com"}}],
        "items": [{"name": "Tea", "quantity": "4", "unit_amount": usd("10.00")}],
    })
}

fn invoice(paypal: &Sandbox) -> String {
    let link = paypal.post(INVOICES, &parts()).ok();
    link["href"].as_str().unwrap().rsplit('/').next().unwrap().to_owned()
}

fn send(paypal: &Sandbox, id: &str) {
    paypal.post(&format!("{INVOICES}/{id}/send"), &Value::Null).ok();
}

fn discount(value: &str, kind: &str, end: &str) -> Value {
    json!({
        "conditional_rule_type": "EARLY_PAYMENT_DISCOUNT",
        "conditional_rule_value": value,
        "conditional_rule_value_type": kind,
        "rule_expiry_terms": {
            "rule_expiry_condition": "SEVEN_DAYS_AFTER_ISSUE_DATE", "condition_rule_end_date": end,
        },
    })
}

fn cancellation(end: &str) -> Value {
    json!({
        "conditional_rule_type": "AUTO_CANCEL",
        "rule_expiry_terms": {"rule_expiry_condition": "ONE_DAY_AFTER_DUE_DATE", "condition_rule_end_date": end},
    })
}

fn add(paypal: &Sandbox, id: &str, rules: &[Value]) -> Vec<Value> {
    let answer = paypal.post(&format!("{INVOICES}/{id}/conditional-rules"), &json!({"rules": rules}));
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.body["rules"].as_array().unwrap().clone()
}

fn get(paypal: &Sandbox, id: &str) -> Value {
    paypal.get(&format!("{INVOICES}/{id}")).ok()
}

#[test]
fn who_pays_early_pays_less() {
    let paypal = Sandbox::new();
    let [early, late, cash] = [(); 3].map(|()| {
        let id = invoice(&paypal);
        add(&paypal, &id, &[discount("12.5", "PERCENT", "2026-03-09")]);
        send(&paypal, &id);
        id
    });
    let shown = get(&paypal, &early);
    let rule = &shown["detail"]["payment_term"]["conditional_rules"]["early_payment_discount"];
    assert_eq!(*rule, json!({"discount_end_date": "2026-03-09", "percent": "12.5", "is_applied": false}));
    assert_eq!(shown["due_amount"]["value"], "40.00");
    let pay = |id: &str| paypal.control(&format!("invoices/{id}/pay"), &json!({}));
    let recorded = json!({"method": "CASH", "amount": usd("40.00")});
    paypal.post(&format!("{INVOICES}/{cash}/payments"), &recorded).ok();
    pay(&early);
    paypal.days(8);
    pay(&late);
    let paid = |id: &str| {
        let shown = get(&paypal, id);
        assert_eq!(shown["due_amount"]["value"], "0.00", "{shown}");
        let rule = &shown["detail"]["payment_term"]["conditional_rules"]["early_payment_discount"];
        (shown["status"].clone(), shown["payments"]["paid_amount"]["value"].clone(), rule["is_applied"].clone())
    };
    assert_eq!(paid(&early), (json!("PAID"), json!("35.00"), json!(true)));
    assert_eq!(paid(&late), (json!("PAID"), json!("40.00"), json!(false)));
    assert_eq!(paid(&cash), (json!("MARKED_AS_PAID"), json!("40.00"), json!(false)));
    let payments = paypal.effects().invoice_payments;
    assert_eq!(payments.values().map(|it| it.minor_units).sum::<i64>(), 3500 + 4000 + 4000);
}

#[test]
fn what_nobody_has_paid_is_cancelled_after_the_last_day() {
    let paypal = Sandbox::new();
    let [unpaid, partly, draft, spared] = [(); 4].map(|()| invoice(&paypal));
    for id in [&unpaid, &partly, &draft] {
        add(&paypal, id, &[cancellation("2026-03-13")]);
    }
    let rule = add(&paypal, &spared, &[cancellation("2026-03-13")])[0]["conditional_rule_id"].clone();
    for id in [&unpaid, &partly, &spared] {
        send(&paypal, id);
    }
    let part = json!({"method": "CASH", "amount": usd("1.00")});
    paypal.post(&format!("{INVOICES}/{partly}/payments"), &part).ok();
    let path = format!("{INVOICES}/{spared}/conditional-rules/{}", rule.as_str().unwrap());
    assert_eq!(paypal.send("DELETE", &path, &[], &Value::Null).status, 204);
    assert_eq!(paypal.get(&path).status, 404);
    // It is 9 o'clock on 2 March.
    paypal.seconds(15 * 3600 + 11 * 86_400 - 1);
    assert_eq!(get(&paypal, &unpaid)["status"], "SENT", "its last day is not over");
    paypal.seconds(1);
    let status = |id: &str| get(&paypal, id)["status"].clone();
    assert_eq!(
        [&unpaid, &partly, &draft, &spared].map(|id| status(id)),
        ["CANCELLED", "PARTIALLY_PAID", "DRAFT", "SENT"]
    );
    let rule = &get(&paypal, &unpaid)["detail"]["payment_term"]["conditional_rules"]["auto_cancellation"];
    assert_eq!(*rule, json!({"cancel_by_date": "2026-03-13", "is_applied": true}));
    assert_eq!(paypal.effects().emails[&unpaid], 2);
    assert_eq!(paypal.events().iter().filter(|(name, _)| name == "INVOICING.INVOICE.CANCELLED").count(), 1);
    send(&paypal, &draft);
    paypal.seconds(1);
    assert_eq!(status(&draft), "CANCELLED", "it was sent too late");
}

#[test]
fn rules_are_listed_changed_and_added_once_by_key() {
    let paypal = Sandbox::new();
    let id = invoice(&paypal);
    let path = format!("{INVOICES}/{id}/conditional-rules");
    let body = json!({"rules": [discount("5", "PERCENT", "2026-03-09")]});
    let key = [("paypal-request-id", "rules-1")];
    let first = paypal.send("POST", &path, &key, &body).ok();
    let again = paypal.send("POST", &path, &key, &body).ok();
    assert_eq!(first, again);
    assert_eq!(paypal.post(&path, &body).status, 422, "there is one of this type");
    add(&paypal, &id, &[cancellation("2026-03-13")]);
    let list = paypal.get(&path).ok();
    assert_eq!(list["rules"].as_array().unwrap().len(), 2);
    let rule = &list["rules"][0];
    let name = rule["conditional_rule_id"].as_str().unwrap();
    assert_eq!((name.len(), &name[..3]), (39, "CR-"));
    let one = format!("{path}/{name}");
    assert_eq!(paypal.get(&one).ok(), *rule);
    paypal.days(1);
    let changed = paypal.send("PUT", &one, &[], &discount("10.00", "AMOUNT", "2026-03-10")).ok();
    assert_eq!((&changed["conditional_rule_id"], &changed["created_time"]), (&json!(name), &rule["created_time"]));
    assert_ne!(changed["updated_time"], rule["updated_time"]);
    assert_eq!(paypal.send("PUT", &one, &[], &cancellation("2026-03-13")).status, 422, "there is one of this type");
    send(&paypal, &id);
    paypal.control(&format!("invoices/{id}/pay"), &json!({}));
    assert_eq!(get(&paypal, &id)["payments"]["paid_amount"]["value"], "30.00");
    for (method, path, body) in [
        ("POST", &path, json!({"rules": [cancellation("2026-03-13")]})),
        ("PUT", &one, discount("1", "PERCENT", "2026-03-10")),
        ("DELETE", &one, Value::Null),
    ] {
        assert_eq!(paypal.send(method, path, &[], &body).status, 422, "{method}: it is paid");
    }
}

#[test]
fn the_rules_of_a_series_become_those_of_its_invoices() {
    let paypal = Sandbox::new();
    let plan = json!({"frequency": {"interval_unit": "MONTH", "interval_count": 1}, "start_series_date": "2026-04-01"});
    let series = paypal.post(SERIES, &json!({"plan_detail": plan, "recurring_info": parts()})).ok();
    let id = series["id"].as_str().unwrap();
    let path = format!("{SERIES}/{id}/conditional-rules");
    let mut rules = [discount("5", "PERCENT", ""), cancellation("")];
    for rule in &mut rules {
        rule["rule_expiry_terms"].as_object_mut().unwrap().remove("condition_rule_end_date");
    }
    let made = paypal.post(&path, &json!({"rules": rules})).ok();
    assert_eq!(made["rules"][0]["rule_expiry_terms"], rules[0]["rule_expiry_terms"]);
    let one = format!("{path}/{}", made["rules"][1]["conditional_rule_id"].as_str().unwrap());
    assert_eq!(paypal.get(&path).ok()["rules"], made["rules"]);
    assert_eq!(paypal.send("PUT", &one, &[], &rules[1]).ok()["conditional_rule_type"], "AUTO_CANCEL");
    let specific = json!({"conditional_rule_type": "AUTO_CANCEL", "rule_expiry_terms": {"rule_expiry_condition": "SPECIFIC_DATE"}});
    assert_eq!(paypal.send("PUT", &one, &[], &specific).status, 400, "a series has no dates");
    paypal.post(&format!("{SERIES}/{id}/activate"), &Value::Null);
    paypal.days(31);
    let invoice = paypal.get(INVOICES).ok()["items"][0].clone();
    let shown = &invoice["detail"]["payment_term"]["conditional_rules"];
    assert_eq!(shown["early_payment_discount"]["discount_end_date"], "2026-04-08");
    assert_eq!(shown["auto_cancellation"]["cancel_by_date"], "2026-04-12", "a day after it is due");
    let number = invoice["id"].as_str().unwrap();
    let own = paypal.get(&format!("{INVOICES}/{number}/conditional-rules")).ok();
    assert_ne!(own["rules"][0]["conditional_rule_id"], made["rules"][0]["conditional_rule_id"]);
    paypal.days(11);
    assert_eq!(get(&paypal, number)["status"], "CANCELLED");
    assert_eq!(paypal.send("DELETE", &one, &[], &Value::Null).status, 204);
    assert_eq!(paypal.send("DELETE", &one, &[], &Value::Null).status, 404);
}

#[test]
fn what_no_rule_can_be_is_refused() {
    let paypal = Sandbox::new();
    let id = invoice(&paypal);
    let path = format!("{INVOICES}/{id}/conditional-rules");
    let mut late = discount("5", "PERCENT", "2026-03-09");
    late["rule_expiry_terms"]["rule_expiry_condition"] = "ONE_DAY_AFTER_DUE_DATE".into();
    let mut without = discount("5", "PERCENT", "2026-03-09");
    without.as_object_mut().unwrap().remove("conditional_rule_value");
    let terms = "/rules/0/rule_expiry_terms";
    for (rule, status, field) in [
        (late, 400, format!("{terms}/rule_expiry_condition")),
        (without, 400, "/rules/0/conditional_rule_value".to_owned()),
        (discount("five", "PERCENT", "2026-03-09"), 400, "/rules/0/conditional_rule_value".to_owned()),
        (discount("100", "PERCENT", "2026-03-09"), 422, "/rules/0/conditional_rule_value".to_owned()),
        (discount("40.00", "AMOUNT", "2026-03-09"), 422, "/rules/0/conditional_rule_value".to_owned()),
        (discount("5", "PERCENT", "2026-02-30"), 400, format!("{terms}/condition_rule_end_date")),
        (json!({"conditional_rule_type": "AUTO_CANCEL"}), 400, terms.to_owned()),
    ] {
        let answer = paypal.post(&path, &json!({"rules": [rule]}));
        assert_eq!((answer.status, &answer.body["details"][0]["field"]), (status, &json!(field)), "{}", answer.body);
    }
    assert_eq!(paypal.post(&path, &json!({"rules": []})).status, 400);
    assert_eq!(paypal.get(&path).ok()["rules"], json!([]));
    let other = paypal.0.add_merchant(NewMerchant::default()).unwrap();
    let headers = [("authorization", &*bearer(&paypal, &other))];
    assert_eq!(paypal.send("GET", &path, &headers, &Value::Null).refusal(), (403, "PERMISSION_DENIED"));
    let unknown = "CR-0000-0000-00000000-0000-000000000000";
    let plan = json!({"frequency": {"interval_unit": "DAY", "interval_count": 1}});
    let series = paypal.post(SERIES, &json!({"plan_detail": plan, "recurring_info": parts()})).ok();
    let of_series = format!("{SERIES}/{}/conditional-rules", series["id"].as_str().unwrap());
    for path in [path, of_series, format!("{SERIES}/RI-0000000000000000/conditional-rules")] {
        for (method, body) in [("GET", Value::Null), ("PUT", cancellation("2026-03-13")), ("DELETE", Value::Null)] {
            assert_eq!(paypal.send(method, &format!("{path}/{unknown}"), &[], &body).status, 404, "{method} {path}");
        }
    }
    for owner in [format!("{INVOICES}/INV2-0000-0000-0000-0000"), format!("{SERIES}/RI-0000000000000000")] {
        let path = format!("{owner}/conditional-rules");
        assert_eq!(paypal.get(&path).status, 404, "{path}");
        assert_eq!(paypal.post(&path, &json!({"rules": [cancellation("2026-03-13")]})).status, 404, "{path}");
    }
}
