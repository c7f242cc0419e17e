//! Automatic reminders: set up once, sent on their days, stopped and changed.

use paypal_simulator::NewMerchant;
use serde_json::{Value, json};

use crate::{accounts::bearer, sandbox::Sandbox};

const SET_UP: &str = "/v2/invoicing/setup-reminders";
const REMINDERS: &str = "/v2/invoicing/reminders";

fn reminder(kind: &str, days: u64, repetition: u64) -> Value {
    json!({"type": kind, "interval": {"unit": "DAY", "value": days}, "repetition": repetition})
}

/// Sends an invoice with this term of payment, and returns its id.
fn sent(paypal: &Sandbox, term: &Value) -> String {
    let invoice = json!({
        "detail": {"currency_code": "USD", "payment_term": term},
        "primary_recipients": [{"billing_info": {"email_address": "jo@example.com"}}],
        "items": [{"name": "Tea", "quantity": "1", "unit_amount": {"currency_code": "USD", "value": "5.00"}}],
    });
    let link = paypal.post("/v2/invoicing/invoices", &invoice).ok();
    let id = link["href"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    paypal.post(&format!("/v2/invoicing/invoices/{id}/send"), &Value::Null).ok();
    id
}

fn mails(paypal: &Sandbox, id: &str) -> u32 {
    paypal.effects().emails[id]
}

fn id_of(document: &Value, kind: &str) -> String {
    let mut all = document["configurations"].as_array().unwrap().iter();
    all.find(|it| it["type"] == kind).unwrap()["id"].as_str().unwrap().to_owned()
}

#[test]
fn what_is_left_out_is_set_up_with_default_values_and_inactive() {
    let paypal = Sandbox::new();
    assert_eq!(paypal.get(REMINDERS).ok()["configurations"], json!([]));
    let both = paypal.post(SET_UP, &json!({"configurations": [reminder("AFTER_DUE", 3, 4)]}));
    assert_eq!(both.status, 201);
    let [before, after] = [0, 1].map(|index| both.body["configurations"][index].clone());
    let shape =
        |it: &Value| [&it["type"], &it["status"], &it["interval"]["value"], &it["repetition"]].map(Clone::clone);
    assert_eq!(shape(&before), [json!("BEFORE_DUE"), json!("INACTIVE"), json!(2), json!(1)]);
    assert_eq!(shape(&after), [json!("AFTER_DUE"), json!("ACTIVE"), json!(3), json!(4)]);
    let id = after["id"].as_str().unwrap();
    assert_eq!((id.len(), &id[..3]), (20, "RC-"));
    assert_eq!(paypal.post(SET_UP, &Value::Null).status, 422, "there are some");
    let list = paypal.get(&format!("{REMINDERS}?type=AFTER_DUE")).ok();
    assert_eq!(list["configurations"], json!([after]));
    assert_eq!(paypal.get(&format!("{REMINDERS}/{id}")).ok(), after);
}

#[test]
fn reminders_are_sent_on_their_days_until_the_invoice_is_paid() {
    let paypal = Sandbox::new();
    let both = json!({"configurations": [reminder("BEFORE_DUE", 3, 1), reminder("AFTER_DUE", 2, 2)]});
    paypal.post(SET_UP, &both).ok();
    let on_time = sent(&paypal, &json!({"term_type": "NET_10"}));
    let quiet = sent(&paypal, &json!({"term_type": "NET_10"}));
    let endless = sent(&paypal, &json!({"term_type": "NO_DUE_DATE"}));
    let late = sent(&paypal, &json!({"term_type": "DUE_ON_DATE_SPECIFIED", "due_date": "2026-03-12"}));
    assert_eq!(paypal.post(&format!("/v2/invoicing/invoices/{quiet}/cancel-reminders"), &Value::Null).status, 204);
    let all = |paypal: &Sandbox| [&on_time, &quiet, &endless, &late].map(|id| mails(paypal, id));
    paypal.days(6);
    assert_eq!(all(&paypal), [1; 4], "they were sent");
    paypal.days(1);
    assert_eq!(all(&paypal), [2, 1, 1, 2], "three days before");
    paypal.control(&format!("invoices/{on_time}/pay"), &json!({}));
    paypal.days(5);
    assert_eq!(all(&paypal), [2, 1, 1, 3], "two days after");
    paypal.days(30);
    assert_eq!(all(&paypal), [2, 1, 1, 4], "twice, and no more");
}

#[test]
fn a_reminder_is_stopped_changed_and_started() {
    let paypal = Sandbox::new();
    let both = paypal.post(SET_UP, &json!({"configurations": [reminder("BEFORE_DUE", 3, 1)]})).ok();
    let id = id_of(&both, "BEFORE_DUE");
    let path = format!("{REMINDERS}/{id}");
    let invoice = sent(&paypal, &json!({"term_type": "NET_10"}));
    assert_eq!(paypal.post(&format!("{path}/suspend"), &Value::Null).status, 204);
    assert_eq!(paypal.get(&path).ok()["status"], "INACTIVE");
    paypal.days(8);
    assert_eq!(mails(&paypal, &invoice), 1);
    let mut changed = reminder("BEFORE_DUE", 1, 1);
    changed["notification"] = json!({"send_to_invoicer": true});
    let link = paypal.send("PUT", &path, &[], &changed).ok();
    assert!(link["href"].as_str().unwrap().ends_with(&id), "{link}");
    let shown = paypal.send("PUT", &path, &[("prefer", "return=representation")], &changed).ok();
    assert_eq!((&shown["status"], &shown["interval"]["value"]), (&json!("INACTIVE"), &json!(1)));
    assert_eq!(paypal.post(&format!("{path}/resume"), &Value::Null).status, 204);
    assert_eq!(paypal.post(&format!("{path}/resume"), &Value::Null).status, 204, "it is active");
    paypal.days(2);
    assert_eq!(mails(&paypal, &invoice), 3, "the day before, once, to the merchant too");
}

#[test]
fn what_no_reminder_can_be_is_refused() {
    let paypal = Sandbox::new();
    let one = |it: Value| json!({"configurations": [it]});
    let twice = json!({"configurations": [reminder("AFTER_DUE", 1, 1), reminder("AFTER_DUE", 2, 1)]});
    let mut weekly = reminder("AFTER_DUE", 1, 1);
    weekly["interval"]["unit"] = "WEEK".into();
    for (body, field) in [
        (one(reminder("BEFORE_DUE", 2, 2)), "/configurations/0/repetition"),
        (one(reminder("AFTER_DUE", 8, 1)), "/configurations/0/interval/value"),
        (one(reminder("AFTER_DUE", 1, 0)), "/configurations/0/repetition"),
        (one(reminder("NEVER", 1, 1)), "/configurations/0/type"),
        (one(weekly), "/configurations/0/interval/unit"),
        (twice, "/configurations/1/type"),
    ] {
        let answer = paypal.post(SET_UP, &body);
        assert_eq!((answer.status, &answer.body["details"][0]["field"]), (400, &json!(field)), "{body}");
    }
    let both = paypal.post(SET_UP, &Value::Null).ok();
    let path = format!("{REMINDERS}/{}", id_of(&both, "AFTER_DUE"));
    assert_eq!(paypal.send("PUT", &path, &[], &reminder("BEFORE_DUE", 1, 1)).status, 422, "its type stays");
    let other = paypal.0.add_merchant(NewMerchant::default()).unwrap();
    let headers = [("authorization", &*bearer(&paypal, &other))];
    assert_eq!(paypal.send("GET", &path, &headers, &Value::Null).refusal(), (403, "PERMISSION_DENIED"));
    assert_eq!(paypal.send("POST", SET_UP, &headers, &Value::Null).status, 201, "each merchant has its own");
    for (method, rest) in [("GET", ""), ("PUT", ""), ("POST", "/suspend"), ("POST", "/resume")] {
        let body = if method == "PUT" { reminder("AFTER_DUE", 1, 1) } else { Value::Null };
        let answer = paypal.send(method, &format!("{REMINDERS}/RC-0000000000000000{rest}"), &[], &body);
        assert_eq!(answer.status, 404, "{method} {rest}");
    }
    let unknown = "/v2/invoicing/invoices/INV2-0000-0000-0000-0000/cancel-reminders";
    assert_eq!(paypal.post(unknown, &Value::Null).status, 404);
}
