use serde_json::{Value, json};

use super::record::Record;
use crate::{
    base::document::Document,
    call::{arguments::Arguments, options::CallOptions, run::call},
    catalogue::{Action, orders, payments, subscriptions},
    paypal::{kind, subject::Subject},
    platform::{
        entry::Entry,
        failure::{Failure, Kind},
        interface::Platform,
        reply::Reply,
        response::{Cause, Response, SendError},
        scripted::{Scripted, answer, lost},
    },
};

const CAPTURED: &str = r#"{"id": "O1", "status": "COMPLETED", "purchase_units": [{"payments": {"captures": [
    {"id": "C1", "status": "COMPLETED", "amount": {"currency_code": "INR", "value": "120.25"}}]}}]}"#;

const REFUNDED: &str = r#"{"id": "R1", "status": "COMPLETED", "links": [
    {"rel": "self", "href": "https://api-m.paypal.com/v2/payments/refunds/R1"},
    {"rel": "up", "href": "https://api-m.paypal.com/v2/payments/captures/C1"}]}"#;

/// A platform that sends each request once.
fn answering(answers: Vec<Result<Response, SendError>>) -> Scripted {
    Scripted { attempts: 1, ..Scripted::new(answers) }
}

fn act(platform: &Scripted, action: &'static Action, id: Option<(&'static str, &str)>) -> Result<Reply, Failure> {
    let options =
        CallOptions { idempotency_key: action.idempotency.as_ref().map(|_| "k1".into()), ..Default::default() };
    let arguments = Arguments::new(Some(options));
    call(platform, action, &id.into_iter().fold(arguments, |it, (name, id)| it.with(name, id.to_owned())))
}

fn refund(platform: &Scripted, body: &str) -> Result<Reply, Failure> {
    let options = CallOptions { idempotency_key: Some("k2".into()), ..Default::default() };
    let arguments = Arguments::new(Some(options)).with("capture_id", "C1".to_owned());
    call(platform, payments::REFUND_CAPTURE, &arguments.body(body.to_owned()))
}

/// Subject, event and status of all entries.
fn lines(platform: &Scripted) -> Vec<String> {
    let line = |(subject, entry): &(String, Entry)| {
        format!("{subject} {} {}", entry.event, entry.status.as_deref().unwrap_or("-"))
    };
    platform.journal.borrow().iter().map(line).collect()
}

/// The details of a subject's entries.
fn details(platform: &Scripted, subject: &str) -> Vec<Value> {
    let journal = platform.journal.borrow();
    let of_subject = journal.iter().filter(|(of, _)| of == subject);
    of_subject.map(|(_, entry)| serde_json::from_str(&entry.details).unwrap()).collect()
}

fn put(platform: &Scripted, subject: &str, details: &str) {
    let entry = Entry { id: None, time: String::new(), event: "e".into(), status: None, details: details.into() };
    platform.journal.borrow_mut().push((subject.to_owned(), entry));
}

#[test]
fn an_order_has_its_captures_and_their_refunds() {
    let platform = answering(vec![answer(201, CAPTURED), answer(201, REFUNDED)]);
    act(&platform, orders::CAPTURE, Some(("id", "O1"))).unwrap();
    refund(&platform, r#"{"amount": {"currency_code": "INR", "value": "20.00"}}"#).unwrap();
    assert_eq!(
        lines(&platform),
        [
            "capture:C1 orders.capture COMPLETED",
            "order:O1 orders.capture COMPLETED",
            "refund:R1 payments.refund-capture COMPLETED",
            "capture:C1 payments.refund-capture COMPLETED",
            "order:O1 payments.refund-capture COMPLETED",
        ]
    );
    let amount = json!({"currency_code": "INR", "value": "120.25"});
    let captured = json!({
        "subject": {"kind": "order", "id": "O1"}, "related": {}, "idempotency_key": "k1", "debug_id": "f00d",
        "payments": [{"kind": "capture", "id": "C1", "status": "COMPLETED", "amount": amount}],
    });
    // The minimal response has no amount, and the requested one is not presented as PayPal's.
    let refunded = json!({
        "subject": {"kind": "refund", "id": "R1"}, "related": {"capture": "C1", "order": "O1"},
        "idempotency_key": "k2", "debug_id": "f00d", "requested_amount": {"currency_code": "INR", "value": "20.00"},
    });
    assert_eq!(details(&platform, "order:O1"), [captured, refunded.clone()]);
    assert_eq!(details(&platform, "refund:R1"), [refunded]);
    let of_capture = json!({"subject": {"kind": "capture", "id": "C1"}, "related": {"order": "O1"}, "amount": amount});
    assert_eq!(details(&platform, "capture:C1")[0], of_capture);
}

#[test]
fn an_authorization_leads_to_its_order_through_captures_and_renewals() {
    let authorized = CAPTURED.replace("captures", "authorizations").replace("C1", "A1");
    let renewed = r#"{"id": "A2", "status": "CREATED"}"#;
    let captured = r#"{"id": "C1", "status": "DECLINED", "processor_response": {"response_code": "5120"}, "links": [
        {"rel": "up", "href": "https://api-m.paypal.com/v2/payments/authorizations/A2"}]}"#;
    let answers = [&*authorized, renewed, captured, REFUNDED].map(|body| answer(201, body));
    let platform = answering(answers.into());
    act(&platform, orders::AUTHORIZE, Some(("id", "O1"))).unwrap();
    act(&platform, payments::REAUTHORIZE, Some(("authorization_id", "A1"))).unwrap();
    act(&platform, payments::CAPTURE_AUTHORIZATION, Some(("authorization_id", "A2"))).unwrap();
    refund(&platform, "{}").unwrap();
    let of_order = lines(&platform).into_iter().filter(|line| line.starts_with("order:O1"));
    assert_eq!(
        of_order.collect::<Vec<_>>(),
        [
            "order:O1 orders.authorize COMPLETED",
            "order:O1 payments.reauthorize CREATED",
            "order:O1 payments.capture-authorization DECLINED",
            "order:O1 payments.refund-capture COMPLETED",
        ]
    );
    let declined = &details(&platform, "capture:C1")[0];
    assert_eq!(declined["related"], json!({"authorization": "A2", "order": "O1"}));
    assert_eq!(declined["processor_response_code"], "5120");
}

#[test]
fn the_refund_of_a_sale_is_in_the_history_of_its_subscription() {
    let platform = answering(Vec::new());
    put(&platform, "sale:S1", r#"{"subject": {"kind": "sale", "id": "S1"}, "related": {"subscription": "I-1"}}"#);
    let subject = Subject { kind: kind::Kind::Refund, id: "R1" };
    let related = vec![Subject { kind: kind::Kind::Sale, id: "S1" }];
    let (time, event) = ("2026-03-02T09:00:00Z", "PAYMENT.SALE.REFUNDED");
    let status = Some("COMPLETED".to_owned());
    Record { id: Some("WH-1"), time, event, subject: Some(subject), related, status, more: Vec::new() }
        .append(&platform)
        .unwrap();
    assert_eq!(
        lines(&platform)[1..],
        ["refund:R1", "sale:S1", "subscription:I-1"].map(|it| format!("{it} PAYMENT.SALE.REFUNDED COMPLETED"))
    );
    let expected = json!({"subject": {"kind": "refund", "id": "R1"}, "related": {"sale": "S1", "subscription": "I-1"}});
    assert_eq!(details(&platform, "subscription:I-1"), [expected]);
}

/// A payment has the same id under each of its kinds.
#[test]
fn a_payment_is_the_same_by_another_name() {
    // A subscription's payment, a sale in its events, is refunded as a capture.
    let platform = answering(vec![answer(201, REFUNDED)]);
    put(&platform, "sale:C1", r#"{"subject": {"kind": "sale", "id": "C1"}, "related": {"subscription": "I-1"}}"#);
    refund(&platform, "{}").unwrap();
    assert_eq!(lines(&platform)[3], "subscription:I-1 payments.refund-capture COMPLETED");

    // A payment of an order is disputed as a transaction.
    let platform = answering(vec![answer(201, CAPTURED)]);
    act(&platform, orders::CAPTURE, Some(("id", "O1"))).unwrap();
    let subject = Subject { kind: kind::Kind::Dispute, id: "PP-D-1" };
    let related = vec![Subject { kind: kind::Kind::Transaction, id: "C1" }];
    let (time, event, status) = ("2026-03-02T09:00:00Z", "CUSTOMER.DISPUTE.CREATED", Some("OPEN".to_owned()));
    Record { id: Some("WH-1"), time, event, subject: Some(subject), related, status, more: Vec::new() }
        .append(&platform)
        .unwrap();
    assert_eq!(
        lines(&platform)[2..],
        ["dispute:PP-D-1 CUSTOMER.DISPUTE.CREATED OPEN", "order:O1 CUSTOMER.DISPUTE.CREATED OPEN"]
    );
    // What was paid elsewhere is not.
    let other = vec![Subject { kind: kind::Kind::Transaction, id: "C2" }];
    Record { id: Some("WH-2"), time, event, subject: Some(subject), related: other, status: None, more: Vec::new() }
        .append(&platform)
        .unwrap();
    assert_eq!(lines(&platform)[4..], ["dispute:PP-D-1 CUSTOMER.DISPUTE.CREATED -"]);
}

#[test]
fn an_action_that_may_have_been_carried_out_is_recorded() {
    let platform = answering(vec![lost(Cause::Broken, true), answer(500, "{}"), answer(201, REFUNDED)]);
    put(&platform, "capture:C1", r#"{"related": {"order": "O1"}}"#);
    let body = r#"{"amount": {"currency_code": "INR", "value": "20.00"}}"#;
    for _ in 0..2 {
        assert_eq!(refund(&platform, body).unwrap_err().kind, Kind::OutcomeUnknown);
    }
    refund(&platform, body).unwrap();
    let of_order = details(&platform, "order:O1");
    assert_eq!(
        of_order[0],
        json!({
            "subject": {"kind": "capture", "id": "C1"}, "related": {"order": "O1"}, "outcome": "unknown",
            "idempotency_key": "k2", "requested_amount": {"currency_code": "INR", "value": "20.00"},
        })
    );
    // Either of the first two may have succeeded; the third shows it with the same key.
    assert_eq!((&of_order[1]["outcome"], &of_order[1]["debug_id"]), (&json!("unknown"), &json!("f00d")));
    assert_eq!((&of_order[2]["outcome"], &of_order[2]["idempotency_key"]), (&Value::Null, &json!("k2")));
    assert_eq!(
        lines(&platform)[1..3].join("; "),
        "capture:C1 payments.refund-capture -; order:O1 payments.refund-capture -"
    );
}

#[test]
fn nothing_is_recorded_if_refused_not_sent_or_in_doubt_without_an_id() {
    let platform = answering(vec![
        answer(422, r#"{"name": "UNPROCESSABLE_ENTITY"}"#),
        lost(Cause::Unreachable, false),
        lost(Cause::Broken, true),
    ]);
    refund(&platform, "{}").unwrap_err();
    refund(&platform, "{}").unwrap_err();
    refund(&platform, "[]").unwrap_err();
    // An order that PayPal may have created has no known id.
    let order = r#"{"intent": "CAPTURE", "purchase_units": [{"amount": {"currency_code": "USD", "value": "1.00"}}]}"#;
    let failure = call(&platform, orders::CREATE, &Arguments::new(None).body(order.to_owned())).unwrap_err();
    assert_eq!(failure.kind, Kind::OutcomeUnknown);
    assert_eq!((platform.lines().len(), lines(&platform)), (3, Vec::new()));
}

#[test]
fn the_response_to_a_repeated_key_is_recorded_once() {
    let pending = CAPTURED.replacen(r#""id": "C1", "status": "COMPLETED""#, r#""id": "C1", "status": "PENDING""#, 1);
    let platform = answering(vec![answer(201, &pending), answer(200, &pending), answer(200, CAPTURED)]);
    for _ in 0..3 {
        act(&platform, orders::CAPTURE, Some(("id", "O1"))).unwrap();
    }
    let once = ["capture:C1 orders.capture PENDING", "order:O1 orders.capture COMPLETED"];
    let then = ["capture:C1 orders.capture COMPLETED", "order:O1 orders.capture COMPLETED"];
    assert_eq!(lines(&platform), [once, then].concat());
    let of_order = details(&platform, "order:O1");
    assert_eq!(
        [&of_order[0], &of_order[1]].map(|it| it["payments"][0]["status"].as_str().unwrap()),
        ["PENDING", "COMPLETED"]
    );
}

#[test]
fn what_a_used_key_gets_is_not_given_the_amount_of_this_call() {
    let platform = answering(vec![answer(200, REFUNDED)]);
    refund(&platform, r#"{"amount": {"currency_code": "INR", "value": "20.00"}}"#).unwrap();
    let details = details(&platform, "refund:R1");
    assert_eq!((&details[0]["amount"], &details[0]["requested_amount"]), (&Value::Null, &Value::Null));
}

#[test]
fn what_can_be_done_again_is_noted_each_time() {
    let platform = answering((0..4).map(|_| answer(204, "")).collect());
    let reason = |platform: &Scripted, action| {
        let arguments = Arguments::new(None).with("id", "I-1".to_owned()).body(r#"{"reason": "x"}"#.to_owned());
        call(platform, action, &arguments).unwrap();
    };
    for action in [subscriptions::SUSPEND, subscriptions::ACTIVATE, subscriptions::SUSPEND, subscriptions::ACTIVATE] {
        reason(&platform, action);
    }
    let (suspended, activated) =
        ("subscription:I-1 subscriptions.suspend -", "subscription:I-1 subscriptions.activate -");
    assert_eq!(lines(&platform), [suspended, activated, suspended, activated]);
}

#[test]
fn a_journal_that_fails_does_not_fail_the_action() {
    let platform = Scripted { without_journal: true, ..answering(vec![answer(201, CAPTURED), answer(201, REFUNDED)]) };
    assert_eq!(act(&platform, orders::CAPTURE, Some(("id", "O1"))).unwrap().body.as_deref(), Some(CAPTURED));
    assert_eq!(refund(&platform, "{}").unwrap().status, 201);
    assert_eq!((platform.lines().len(), lines(&platform)), (2, Vec::new()));
}

#[test]
fn invalid_ids_are_not_recorded() {
    let long = "x".repeat(128);
    for id in ["", "a b", "a\\u0000b", "a\\nb", "\u{e9}", &long] {
        // In the response,
        let body = CAPTURED.replace("C1", id);
        let platform = answering(vec![answer(201, &body)]);
        act(&platform, orders::CAPTURE, Some(("id", "O1"))).unwrap();
        assert_eq!(lines(&platform), ["order:O1 orders.capture COMPLETED"], "{id}");
        // and in what a journal holds.
        let platform = answering(vec![answer(201, REFUNDED)]);
        put(&platform, "capture:C1", &format!(r#"{{"related": {{"order": "{id}"}}}}"#));
        refund(&platform, "{}").unwrap();
        assert_eq!(details(&platform, "refund:R1")[0]["related"], json!({"capture": "C1"}), "{id}");
        assert_eq!(lines(&platform).len(), 3);
    }
    for odd in ["", "[]", "{}", r#"{"related": []}"#, r#"{"related": {"order": 7}}"#, "no JSON"] {
        let platform = answering(vec![answer(201, REFUNDED)]);
        put(&platform, "capture:C1", odd);
        refund(&platform, "{}").unwrap();
        assert_eq!(lines(&platform).len(), 3, "{odd}");
    }
}

/// A name begins with a kind, which contains no colon: all that follows is the id.
#[test]
fn an_id_cannot_name_a_subject_of_another_kind() {
    for id in ["x:order:V", "order:V", ":order:V", "../order:V", "V/../V", "V#", "V?", "%56", "V;order:V"] {
        let body = CAPTURED.replace("C1", id);
        let platform = answering(vec![answer(201, &body)]);
        act(&platform, orders::CAPTURE, Some(("id", "O1"))).unwrap();
        let names: Vec<_> = platform.journal.borrow().iter().map(|(subject, _)| subject.clone()).collect();
        assert_eq!(names, [format!("capture:{id}"), "order:O1".into()]);
        assert!(platform.entries("order:V").unwrap().is_empty() && platform.entries("capture:V").unwrap().is_empty());
        // Its related resources are looked up under its own name only.
        put(&platform, "capture:V", r#"{"related": {"order": "O2"}}"#);
        let related = vec![Subject { kind: kind::Kind::Capture, id }];
        let subject = Subject { kind: kind::Kind::Refund, id: "R1" };
        let more: Vec<(_, Document)> = Vec::new();
        Record { id: None, time: "", event: "e", subject: Some(subject), related, status: None, more }
            .append(&platform)
            .unwrap();
        assert!(lines(&platform).iter().all(|line| !line.starts_with("order:O2")));
    }
    // Nor can the parameter of an action, which is part of a path.
    for id in ["O1:x", "x/O1", "order:O1"] {
        let platform = answering(Vec::new());
        assert_eq!(act(&platform, orders::CAPTURE, Some(("id", id))).unwrap_err().kind, Kind::InvalidInput);
        assert!(platform.journal.borrow().is_empty());
    }
}

#[test]
fn an_update_of_an_order_tells_the_amount_that_it_asks_for() {
    let amount = json!({"currency_code": "USD", "value": "162.40"});
    let unit = |name: &str| format!("/purchase_units/@reference_id=='{name}'");
    let of = |name: &str| json!({"op": "replace", "path": unit(name) + "/amount", "value": amount});
    let other = json!({"op": "add", "path": unit("a") + "/invoice_id", "value": "SHOP-1"});
    for (patch, expected) in [
        (json!([other, of("a")]), &amount),
        // With two units, neither amount is the order's.
        (json!([of("a"), of("b")]), &Value::Null),
        (json!([other]), &Value::Null),
    ] {
        let platform = answering(vec![answer(204, "")]);
        let arguments = Arguments::new(None).with("id", "O1".to_owned()).body(patch.to_string());
        call(&platform, orders::UPDATE, &arguments).unwrap();
        assert_eq!(details(&platform, "order:O1")[0]["requested_amount"], *expected);
    }
}
