//! Calls that were noted and cut off, as a platform finds them after a crash.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    actions::run::invoke,
    base::date,
    call::{arguments::Arguments, run::call},
    catalogue::{Action, find},
    platform::{
        delegation::Delegation,
        entry::Entry,
        failure::{Failure, Kind},
        response::{Cause, Response, SendError},
        scripted::{Scripted, answer, lost},
    },
};

const CAPTURED: &str = r#"{"id": "O1", "status": "COMPLETED"}"#;
const NOT_APPROVED: &str = r#"{"name": "UNPROCESSABLE_ENTITY", "details": [{"issue": "ORDER_NOT_APPROVED"}]}"#;

/// The time at which the calls of these tests are made.
const THEN: &str = "2026-11-30T14:30:00Z";

/// A platform that notes calls, which gets these answers one after the other, each in one attempt.
fn noting(answers: Vec<Result<Response, SendError>>) -> Scripted {
    let platform = Scripted { attempts: 1, records_calls: true, ..Scripted::new(answers) };
    platform.now.set(date::parse(THEN).unwrap());
    platform
}

fn pass(platform: &Scripted, time: Duration) {
    platform.now.set(platform.now.get() + time);
}

const HOUR: Duration = Duration::from_secs(3600);

/// Makes a call, and cuts it off: nothing of what it would note afterwards is in the journal.
fn cut_off(platform: &Scripted, action: &str, input: &str) {
    let action: &'static Action = find(action).unwrap();
    let _ = call(platform, action, &Arguments::parse(input).unwrap_or_default());
    let mut journal = platform.journal.borrow_mut();
    let noted =
        |(subject, entry): &(String, Entry)| subject.starts_with("calls:") && !entry.id.as_ref().unwrap().contains(':');
    let intent = journal.iter().rposition(noted).unwrap();
    let intent = journal[intent].clone();
    journal.retain(|it| it.0.starts_with("calls:") && it.1.event != intent.1.event);
    journal.push(intent);
}

fn ask(platform: &Scripted, action: &str, input: &Value) -> Result<(Value, Option<Value>), Failure> {
    let reply = invoke(platform, action, &input.to_string())?;
    let next = reply.next.map(|next| serde_json::from_str(&next).unwrap());
    Ok((serde_json::from_str(reply.body.as_deref().unwrap()).unwrap(), next))
}

/// The calls that are listed, on all pages.
fn unresolved(platform: &Scripted) -> Vec<Value> {
    let (mut calls, mut next) = (Vec::new(), Some(json!({})));
    while let Some(input) = next {
        let (body, following) = ask(platform, "calls.unresolved", &input).unwrap();
        calls.extend(body["calls"].as_array().unwrap().clone());
        assert_ne!(following, Some(input), "it goes on");
        next = following;
    }
    calls
}

fn resolve(platform: &Scripted, call: &Value) -> Value {
    ask(platform, "calls.resolve", &json!({"call": call["call"]})).unwrap().0
}

fn outcome(found: &Value) -> [&str; 2] {
    [found["outcome"].as_str().unwrap(), found["found_by"].as_str().unwrap_or("-")]
}

#[test]
fn what_was_cut_off_is_found_out_by_its_key_and_listed_no_more() {
    let platform = noting(vec![lost(Cause::Broken, true), answer(200, CAPTURED)]);
    cut_off(&platform, "orders.capture", r#"{"id": "O1"}"#);
    pass(&platform, HOUR);
    let calls = unresolved(&platform);
    let [call] = &*calls else { panic!("{calls:?}") };
    assert_eq!((&call["action"], &call["state"]), (&json!("orders.capture"), &json!("cut-off")));
    assert_eq!((&call["time"], &call["repeatable_until"]), (&json!(THEN), &json!("2026-11-30T20:20:00Z")));
    assert_eq!((&call["may_be_running"], &call["input_kept"]), (&json!(false), &json!(true)));
    let found = resolve(&platform, call);
    assert_eq!(outcome(&found), ["done", "key"]);
    assert_eq!((&found["status"], &found["document"]["id"]), (&json!("COMPLETED"), &json!("O1")));
    let sent = platform.sent.borrow();
    let keys: Vec<_> = sent.iter().map(|sent| sent.header("paypal-request-id").unwrap()).collect();
    assert_eq!(keys, [call["idempotency_key"].as_str().unwrap(); 2]);
    assert_eq!(unresolved(&platform), [] as [Value; 0]);
    // The journal knows it now, and its history as well.
    assert_eq!(outcome(&resolve(&platform, call)), ["done", "journal"]);
    assert!(platform.journal.borrow().iter().any(|(subject, _)| subject == "order:O1"));
}

#[test]
fn an_outcome_that_is_unknown_is_listed_too_and_one_that_is_known_is_not() {
    let answers = vec![
        lost(Cause::Broken, true),
        answer(422, NOT_APPROVED),
        answer(201, &CAPTURED.replace("O1", "O3")),
        lost(Cause::Unreachable, false),
    ];
    let platform = noting(answers);
    for id in ["O1", "O2", "O3", "O4"] {
        let _ = invoke(&platform, "orders.capture", &json!({"id": id}).to_string());
    }
    let calls = unresolved(&platform);
    let [call] = &*calls else { panic!("{calls:?}") };
    assert_eq!((&call["state"], &call["parameters"]), (&json!("unknown"), &json!({"id": "O1"})));
}

#[test]
fn a_caller_who_repeats_it_with_its_key_resolves_it() {
    let platform = noting(vec![lost(Cause::Broken, true), answer(200, CAPTURED)]);
    let input = json!({"id": "O1", "options": {"idempotency_key": "mine"}}).to_string();
    invoke(&platform, "orders.capture", &input).unwrap_err();
    // In another hour of the journal.
    pass(&platform, HOUR * 2);
    invoke(&platform, "orders.capture", &input).unwrap();
    assert_eq!(unresolved(&platform), [] as [Value; 0]);
    // That another order was captured with that key says nothing about a refund with the same.
    let platform = noting(vec![lost(Cause::Broken, true), answer(200, CAPTURED)]);
    let refund = json!({"capture_id": "C1", "options": {"idempotency_key": "mine"}});
    invoke(&platform, "payments.refund-capture", &refund.to_string()).unwrap_err();
    invoke(&platform, "orders.capture", &input).unwrap();
    assert_eq!(unresolved(&platform).len(), 1);
}

#[test]
fn a_refusal_of_the_repeat_counts_when_the_call_cannot_be_running_any_more() {
    let refused = || answer(422, NOT_APPROVED);
    let platform = noting(vec![lost(Cause::Broken, true), refused(), refused()]);
    cut_off(&platform, "orders.capture", r#"{"id": "O1", "options": {"deadline_ms": 60000}}"#);
    let call = unresolved(&platform).remove(0);
    let found = resolve(&platform, &call);
    assert_eq!((outcome(&found), &found["failure"]["issues"]), (["unknown", "-"], &json!(["ORDER_NOT_APPROVED"])));
    pass(&platform, Duration::from_secs(61));
    assert_eq!(unresolved(&platform).len(), 1);
    assert_eq!(outcome(&resolve(&platform, &call)), ["not-done", "key"]);
    assert_eq!(unresolved(&platform), [] as [Value; 0]);
    let noted = resolve(&platform, &call);
    assert_eq!((outcome(&noted), &noted["failure"]["kind"]), (["not-done", "journal"], &json!("unprocessable")));
}

#[test]
fn what_paypal_says_is_done_already_may_be_this_call() {
    let already = r#"{"name": "UNPROCESSABLE_ENTITY", "details": [{"issue": "ORDER_ALREADY_CAPTURED"}]}"#;
    let order =
        r#"{"id": "O1", "status": "COMPLETED", "purchase_units": [{"payments": {"captures": [{"id": "C1"}]}}]}"#;
    let platform = noting(vec![lost(Cause::Broken, true), answer(422, already), answer(200, order)]);
    cut_off(&platform, "orders.capture", r#"{"id": "O1"}"#);
    pass(&platform, HOUR);
    let call = unresolved(&platform).remove(0);
    assert_eq!(outcome(&resolve(&platform, &call)), ["done", "lookup"]);
}

#[test]
fn a_failure_that_says_nothing_about_the_call_notes_nothing() {
    for (failed, kind) in [
        (lost(Cause::Unreachable, false), Kind::Unreachable),
        (lost(Cause::Broken, true), Kind::OutcomeUnknown),
        (answer(403, r#"{"name": "NOT_AUTHORIZED"}"#), Kind::Forbidden),
        (answer(401, r#"{"name": "AUTHENTICATION_FAILURE"}"#), Kind::Unauthorized),
        (answer(429, ""), Kind::RateLimited),
        (answer(503, ""), Kind::OutcomeUnknown),
    ] {
        let platform = noting(vec![lost(Cause::Broken, true), failed]);
        cut_off(&platform, "orders.capture", r#"{"id": "O1"}"#);
        pass(&platform, HOUR);
        let call = unresolved(&platform).remove(0);
        let failure = ask(&platform, "calls.resolve", &json!({"call": call["call"]})).unwrap_err();
        assert_eq!(failure.kind, kind);
        assert_eq!(unresolved(&platform), [call]);
    }
}

#[test]
fn after_the_retention_a_call_is_looked_up_and_never_repeated() {
    let order = |payments: &str| {
        answer(200, &format!(r#"{{"id": "O1", "status": "APPROVED", "purchase_units": [{{"payments": {payments}}}]}}"#))
    };
    for (payments, expected) in
        [(r#"{"captures": [{"id": "C1"}]}"#, ["done", "lookup"]), ("{}", ["not-done", "lookup"])]
    {
        let platform = noting(vec![lost(Cause::Broken, true), order(payments)]);
        cut_off(&platform, "orders.capture", r#"{"id": "O1"}"#);
        pass(&platform, HOUR * 6 - Duration::from_secs(600));
        let call = unresolved(&platform).remove(0);
        assert_eq!(outcome(&resolve(&platform, &call)), expected);
        assert_eq!(platform.lines()[1], "GET /v2/checkout/orders/O1");
    }
    // Nothing shows whether an order was created.
    let platform = noting(vec![lost(Cause::Broken, true)]);
    let order =
        json!({"body": {"intent": "CAPTURE", "purchase_units": [{"amount": {"currency_code": "USD", "value": "1"}}]}});
    cut_off(&platform, "orders.create", &order.to_string());
    pass(&platform, HOUR * 6);
    let call = unresolved(&platform).remove(0);
    assert_eq!(outcome(&resolve(&platform, &call)), ["unknown", "-"]);
    // The caller may know by other means.
    let known = json!({"call": call["call"], "outcome": "done"});
    let (found, _) = ask(&platform, "calls.resolve", &known).unwrap();
    assert_eq!(outcome(&found), ["done", "caller"]);
    assert_eq!(unresolved(&platform), [] as [Value; 0]);
}

#[test]
fn a_call_without_a_key_is_looked_up_and_never_repeated() {
    for (status, may_run, expected) in [
        ("ACTIVE", true, ["done", "lookup"]),
        ("SUSPENDED", true, ["unknown", "-"]),
        ("SUSPENDED", false, ["not-done", "lookup"]),
        ("CANCELLED", false, ["unknown", "-"]),
    ] {
        let subscription = format!(r#"{{"id": "I-1", "status": "{status}"}}"#);
        let platform = noting(vec![lost(Cause::Broken, true), answer(200, &subscription)]);
        cut_off(&platform, "subscriptions.activate", r#"{"id": "I-1", "body": {"reason": "asked"}}"#);
        pass(&platform, if may_run { HOUR / 4 } else { HOUR });
        let call = unresolved(&platform).remove(0);
        assert_eq!((&call["idempotency_key"], &call["may_be_running"]), (&Value::Null, &json!(may_run)));
        let found = resolve(&platform, &call);
        assert_eq!((outcome(&found), &found["document"]["status"]), (expected, &json!(status)));
        assert_eq!(platform.lines()[1], "GET /v1/billing/subscriptions/I-1");
        assert_eq!(unresolved(&platform).is_empty(), expected[0] != "unknown");
    }
}

#[test]
fn an_input_that_was_not_kept_is_given_again_and_compared() {
    let order = |number: &str| {
        json!({"body": {"intent": "CAPTURE", "purchase_units": [{"amount": {"currency_code": "USD", "value": "1.00"}}],
            "payment_source": {"card": {"number": number, "expiry": "2031-01"}}}})
    };
    let platform = noting(vec![lost(Cause::Broken, true), answer(200, r#"{"id": "O1", "status": "COMPLETED"}"#)]);
    cut_off(&platform, "orders.create", &order("4111111111111111").to_string());
    let call = unresolved(&platform).remove(0);
    assert_eq!(call["input_kept"], json!(false));
    for (input, issue) in [
        (json!({"call": call["call"]}), "MISSING_REQUIRED_PARAMETER"),
        (json!({"call": call["call"], "body": order("4012888888881881")}), "INVALID_PARAMETER_VALUE"),
    ] {
        let failure = ask(&platform, "calls.resolve", &input).unwrap_err();
        assert_eq!((failure.kind, failure.request_sent), (Kind::InvalidInput, false));
        assert_eq!(failure.details[0].issue.as_deref(), Some(issue));
    }
    let given = json!({"call": call["call"], "body": order("4111111111111111")});
    assert_eq!(outcome(&ask(&platform, "calls.resolve", &given).unwrap().0), ["done", "key"]);
}

/// As when a host has removed a secret from an entry.
#[test]
fn a_kept_input_that_was_changed_is_not_sent() {
    let platform = noting(vec![lost(Cause::Broken, true)]);
    cut_off(&platform, "payments.refund-capture", r#"{"capture_id": "C1", "body": {"note_to_payer": "sorry"}}"#);
    for (_, entry) in platform.journal.borrow_mut().iter_mut() {
        entry.details = entry.details.replace("sorry", "*****");
    }
    let call = unresolved(&platform).remove(0);
    let failure = ask(&platform, "calls.resolve", &json!({"call": call["call"]})).unwrap_err();
    assert_eq!(failure.details[0].issue.as_deref(), Some("MISSING_REQUIRED_PARAMETER"));
}

#[test]
fn a_call_that_is_none_is_refused() {
    let platform = noting(Vec::new());
    for (call, kind) in [
        ("2026-11-30T14/0b1f62a4-91d2-4e0c-8f43-3f1f3a1c9a11", Kind::NotFound),
        ("order:O1", Kind::InvalidInput),
        ("../calls", Kind::InvalidInput),
    ] {
        assert_eq!(ask(&platform, "calls.resolve", &json!({"call": call})).unwrap_err().kind, kind);
    }
    let platform = noting(vec![lost(Cause::Broken, true)]);
    cut_off(&platform, "orders.capture", r#"{"id": "O1"}"#);
    let call = unresolved(&platform).remove(0);
    for outcome in ["perhaps", "unknown", "Done"] {
        let failure = ask(&platform, "calls.resolve", &json!({"call": call["call"], "outcome": outcome})).unwrap_err();
        assert_eq!((failure.kind, failure.details[0].field.as_deref()), (Kind::InvalidInput, Some("/outcome")));
    }
}

#[test]
fn a_call_that_may_be_running_is_not_noted_as_not_done() {
    let platform = noting(vec![lost(Cause::Broken, true)]);
    cut_off(&platform, "orders.capture", r#"{"id": "O1", "options": {"deadline_ms": 60000}}"#);
    let call = unresolved(&platform).remove(0);
    let input = json!({"call": call["call"], "outcome": "not-done"});
    let failure = ask(&platform, "calls.resolve", &input).unwrap_err();
    assert_eq!((failure.kind, failure.details[0].field.as_deref()), (Kind::InvalidInput, Some("/outcome")));
    assert_eq!(unresolved(&platform).len(), 1);
    pass(&platform, Duration::from_secs(61));
    assert_eq!(outcome(&ask(&platform, "calls.resolve", &input).unwrap().0), ["not-done", "caller"]);
    assert_eq!(unresolved(&platform), [] as [Value; 0]);
}

#[test]
fn pages_leave_no_hour_out() {
    let platform = noting((0..200).map(|_| lost(Cause::Broken, true)).collect());
    let mut made = Vec::new();
    // Forty-four days, a call every five hours.
    for number in 0..200 {
        invoke(&platform, "orders.capture", &json!({"id": format!("O{number}")}).to_string()).unwrap_err();
        made.push(format!("O{number}"));
        pass(&platform, HOUR * 5);
    }
    let listed: Vec<_> =
        unresolved(&platform).iter().map(|call| call["parameters"]["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(listed, made);
    // From a time within an hour.
    let since = json!({"since": "2026-11-30T14:30:01Z"});
    assert_eq!(ask(&platform, "calls.unresolved", &since).unwrap().0["calls"][0]["parameters"]["id"], "O1");
    let (body, next) = ask(&platform, "calls.unresolved", &json!({"since": "2099-01-01T00:00:00Z"})).unwrap();
    assert_eq!((&body["calls"], next), (&json!([]), None));
}

/// As many as the host lets a call read of a subject.
#[test]
fn an_hour_may_have_many_calls() {
    let platform = noting(vec![lost(Cause::Broken, true)]);
    cut_off(&platform, "orders.capture", r#"{"id": "O1"}"#);
    let (subject, intent) = platform.journal.borrow()[0].clone();
    let entries = (0..20_000_u32).flat_map(|number| {
        let unique = format!("{number:08}-91d2-4e0c-8f43-3f1f3a1c9a11");
        let details = json!({"outcome": "done", "idempotency_key": format!("k{number}")}).to_string();
        let done = Entry { id: Some(format!("{unique}:outcome")), details, ..intent.clone() };
        [Entry { id: Some(unique), ..intent.clone() }, done]
    });
    *platform.journal.borrow_mut() =
        entries.map(|entry| (subject.clone(), entry)).chain([(subject.clone(), intent.clone())]).collect();
    let (body, _) = ask(&platform, "calls.unresolved", &json!({"since": THEN})).unwrap();
    assert_eq!(body["calls"].as_array().unwrap().len(), 1);
}

#[test]
fn without_its_journal_nothing_is_found_out() {
    let platform = Scripted { without_journal: true, ..noting(Vec::new()) };
    let call = "2026-11-30T14/0b1f62a4-91d2-4e0c-8f43-3f1f3a1c9a11";
    for (action, input) in [("calls.unresolved", json!({})), ("calls.resolve", json!({"call": call}))] {
        let failure = ask(&platform, action, &input).unwrap_err();
        assert_eq!((failure.kind, failure.retryable), (Kind::ConnectionUnavailable, true));
    }
}

fn delegation(account_id: &str) -> Option<Delegation> {
    Some(Delegation { client_id: "app".to_owned(), account_id: account_id.to_owned() })
}

fn assertions(platform: &Scripted) -> Vec<Option<String>> {
    platform.sent.borrow().iter().map(|sent| sent.header("paypal-auth-assertion").map(str::to_owned)).collect()
}

#[test]
fn a_call_is_resolved_on_behalf_of_whom_it_was_made() {
    for (then, now) in [(Some("SELLER-A"), Some("SELLER-B")), (Some("SELLER-A"), None), (None, Some("SELLER-B"))] {
        for given in [json!({}), json!({"body": {"id": "O1"}})] {
            let answers = vec![lost(Cause::Broken, true), answer(200, CAPTURED)];
            let mut platform = Scripted { on_behalf_of: then.and_then(delegation), ..noting(answers) };
            cut_off(&platform, "orders.capture", r#"{"id": "O1"}"#);
            pass(&platform, HOUR);
            platform.on_behalf_of = now.and_then(delegation);
            let mut input = given.clone();
            input["call"] = unresolved(&platform).remove(0)["call"].clone();
            assert_eq!(outcome(&ask(&platform, "calls.resolve", &input).unwrap().0), ["done", "key"]);
            let sent = assertions(&platform);
            assert_eq!((sent[0].is_some(), &sent[0]), (then.is_some(), &sent[1]), "{then:?} {now:?} {given}");
        }
    }
}

#[test]
fn a_call_is_looked_up_on_behalf_of_whom_it_was_made() {
    for (then, now) in [(Some("SELLER-A"), Some("SELLER-B")), (None, Some("SELLER-B"))] {
        let order = r#"{"id": "O1", "status": "APPROVED", "purchase_units": []}"#;
        let answers = vec![lost(Cause::Broken, true), answer(200, order)];
        let mut platform = Scripted { on_behalf_of: then.and_then(delegation), ..noting(answers) };
        cut_off(&platform, "orders.capture", r#"{"id": "O1"}"#);
        pass(&platform, HOUR * 7);
        platform.on_behalf_of = now.and_then(delegation);
        let call = unresolved(&platform).remove(0);
        assert_eq!(outcome(&resolve(&platform, &call)), ["not-done", "lookup"]);
        let sent = assertions(&platform);
        assert_eq!((sent[0].is_some(), &sent[0]), (then.is_some(), &sent[1]));
    }
}

#[test]
fn the_same_key_on_behalf_of_another_is_that_of_another_call() {
    let input = json!({"id": "O1", "options": {"idempotency_key": "mine"}}).to_string();
    for other in [None, Some("SELLER-B")] {
        let mut platform = noting(vec![lost(Cause::Broken, true), answer(200, CAPTURED), answer(200, CAPTURED)]);
        platform.on_behalf_of = delegation("SELLER-A");
        invoke(&platform, "orders.capture", &input).unwrap_err();
        platform.on_behalf_of = other.and_then(delegation);
        invoke(&platform, "orders.capture", &input).unwrap();
        assert_eq!(unresolved(&platform).len(), 1, "what was done for another does not resolve it");
        platform.on_behalf_of = delegation("SELLER-A");
        invoke(&platform, "orders.capture", &input).unwrap();
        assert_eq!(unresolved(&platform), [] as [Value; 0]);
    }
}

#[test]
fn an_input_on_behalf_of_another_is_that_of_another_call() {
    let mut platform = noting(vec![lost(Cause::Broken, true)]);
    platform.on_behalf_of = delegation("SELLER-A");
    cut_off(&platform, "orders.capture", r#"{"id": "O1"}"#);
    let call = unresolved(&platform).remove(0);
    let other = json!({"id": "O1", "options": {"auth_assertion": "e30.e30."}});
    let failure = ask(&platform, "calls.resolve", &json!({"call": call["call"], "body": other})).unwrap_err();
    assert_eq!((failure.kind, failure.request_sent), (Kind::InvalidInput, false));
}
