use std::time::Duration;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::*;
use crate::{
    call::options::CallOptions,
    ipn::message::{MAX_BYTES, MAX_FIELDS},
    platform::{
        failure::Kind,
        response::{Cause, Response},
        scripted::{Scripted, answer, lost},
    },
};

const PAID: &[u8] = b"txn_id=61E6&payment_status=Completed&mc_gross=19.95&mc_currency=USD&txn_type=web_accept&\
    payer_email=ada%40example.com&custom=s3cret&address_name=J%F6rg&charset=windows-1252&test_ipn=1";

fn arguments(message: &[u8]) -> Arguments<'static> {
    Arguments::new(None).body(format!("\"{}\"", BASE64_STANDARD.encode(message)))
}

fn body(reply: &Reply) -> Value {
    serde_json::from_str(reply.body.as_deref().unwrap()).unwrap()
}

/// The body of the reply for a message.
fn received(platform: &Scripted, message: &[u8]) -> Value {
    body(&receive(platform, &arguments(message)).unwrap())
}

fn verified() -> Scripted {
    Scripted::new(vec![answer(200, "VERIFIED")])
}

#[test]
fn a_verified_message_is_read_and_noted() {
    let verified = || answer(200, "VERIFIED\n");
    let platform = Scripted::new(vec![answer(200, "VERIFIED"), verified(), verified(), verified()]);
    let with_type = arguments(PAID).with("content_type", "application/x-www-form-urlencoded; charset=UTF-8".to_owned());
    let reply = receive(&platform, &with_type).unwrap();
    let first = body(&reply);
    for (member, value) in [
        ("outcome", json!("verified")),
        ("reason", Value::Null),
        ("duplicate", json!(false)),
        ("dedupe_key", json!("61E6:Completed")),
        ("charset", json!("windows-1252")),
        ("charset_known", json!(true)),
    ] {
        assert_eq!(first[member], value, "{member}");
    }
    assert_eq!((&first["ipn"]["gross"], &first["ipn"]["test"]), (&json!("19.95"), &json!(true)));
    assert_eq!(first["ipn"]["fields"][7], json!({"name": "address_name", "value": "J\u{f6}rg"}));
    assert_eq!((reply.status, reply.attempts, reply.debug_id.as_deref()), (200, 1, Some("f00d")));
    {
        let sent = &platform.sent.borrow()[0];
        assert_eq!((&*sent.line, sent.authority), ("POST /cgi-bin/webscr", "ipnpb.sandbox.paypal.com"));
        assert_eq!(sent.body, [b"cmd=_notify-validate&", PAID].concat());
        assert_eq!(sent.header("content-type"), Some("application/x-www-form-urlencoded; charset=UTF-8"));
        assert!(!sent.with_token && sent.max_answer == 1024);
    }
    // A repeat is recognised by its key, once it was acknowledged.
    assert_eq!(received(&platform, PAID)["duplicate"], false);
    let acknowledge = |key: &str| acknowledge(&platform, &Arguments::default().with("dedupe_key", key.to_owned()));
    for first in [r#"{"first":true}"#, r#"{"first":false}"#] {
        assert_eq!(acknowledge("61E6:Completed").unwrap().body.as_deref(), Some(first));
        assert_eq!(received(&platform, PAID)["duplicate"], true);
    }
    assert_eq!(acknowledge("61E6").unwrap_err().details[0].field.as_deref(), Some("/dedupe_key"));
    assert_eq!((&first["credits"][0]["key"], &first["uncounted"]), (&json!("61E6:in"), &json!([])));
    let journal = platform.journal.borrow();
    let credits: Vec<_> = journal.iter().filter(|(subject, _)| subject == "payer:ada@example.com").collect();
    assert_eq!((credits.len(), &*credits[0].1.event), (1, "ipn.web_accept"));
    let own: Vec<_> = journal.iter().filter(|(subject, _)| subject.starts_with("ipn:")).collect();
    let [(subject, entry), (of, acknowledgement)] = &own[..] else { panic!("{journal:?}") };
    assert_eq!((of, &*acknowledgement.event), (subject, "ipn.acknowledge"));
    assert_eq!((&**subject, entry.id.as_deref()), ("ipn:61E6:Completed", Some("61E6:Completed")));
    assert_eq!((&*entry.event, entry.status.as_deref()), ("ipn.web_accept", Some("Completed")));
    assert_eq!(
        (&*entry.time, &*entry.details),
        ("1970-01-01T00:00:00Z", r#"{"txn_id":"61E6","mc_gross":"19.95","mc_currency":"USD"}"#)
    );
}

#[test]
fn another_status_of_the_same_payment_is_no_duplicate() {
    let platform = Scripted::new(vec![answer(200, "VERIFIED"), answer(200, "VERIFIED")]);
    assert_eq!(received(&platform, b"txn_id=A&payment_status=Pending")["duplicate"], false);
    assert_eq!(received(&platform, b"txn_id=A&payment_status=Completed")["duplicate"], false);
}

#[test]
fn without_a_journal_or_a_key_it_is_not_known_whether_it_has_come_before() {
    let platform = Scripted { without_journal: true, ..verified() };
    let ipn = received(&platform, PAID);
    assert_eq!((&ipn["outcome"], &ipn["duplicate"]), (&json!("verified"), &Value::Null));
    assert_eq!(ipn["dedupe_key"], "61E6:Completed");
    let key = Arguments::default().with("dedupe_key", "61E6:Completed".to_owned());
    assert_eq!(acknowledge(&platform, &key).unwrap_err().kind, Kind::ConnectionUnavailable);
    assert!(ipn["message"].as_str().unwrap().contains("journal is not available: full"));

    let platform = verified();
    let ipn = received(&platform, b"txn_type=subscr_signup&subscr_id=I-1");
    assert_eq!(
        (&ipn["outcome"], &ipn["duplicate"], &ipn["dedupe_key"]),
        (&json!("verified"), &Value::Null, &Value::Null)
    );
    assert!(platform.journal.borrow().is_empty());
}

#[test]
fn a_forgery_is_invalid_and_not_handed_on() {
    let platform = Scripted::new(vec![answer(200, "INVALID")]);
    let ipn = received(&platform, PAID);
    assert_eq!((&ipn["outcome"], &ipn["reason"]), (&json!("invalid"), &json!("not-from-paypal")));
    for member in ["ipn", "duplicate", "dedupe_key", "charset", "charset_known", "credits", "uncounted"] {
        assert_eq!(ipn[member], Value::Null, "{member}");
    }
    assert!(platform.journal.borrow().is_empty() && ipn["message"].is_string());
}

#[test]
fn a_message_for_another_account_is_shown_and_not_stored() {
    let receive_for = |receivers: &str, fields: &str| {
        let platform = verified();
        let message = [PAID, fields.as_bytes()].concat();
        let arguments = arguments(&message).with("receivers", Document::parse(receivers).unwrap());
        (receive(&platform, &arguments), platform)
    };
    let ours = r#"["WDJJHEBZ4X2LY", "Shop@Example.com"]"#;
    for fields in [
        "&receiver_id=WDJJHEBZ4X2LY",
        "&receiver_id=WDJJHEBZ4X2LY&receiver_email=other%40example.com",
        "&receiver_id=OTHER&receiver_email=SHOP%40example.com",
        "&business=shop%40EXAMPLE.com",
        "&business=WDJJHEBZ4X2LY",
        // The account has sent a mass payment.
        "&payer_id=WDJJHEBZ4X2LY&masspay_txn_id_1=M1&status_1=Completed&mc_gross_1=1.00",
    ] {
        let (reply, platform) = receive_for(ours, fields);
        assert_eq!(body(&reply.unwrap())["outcome"], "verified", "{fields}");
        assert!(!platform.journal.borrow().is_empty(), "{fields}");
    }
    for fields in [
        "",
        "&receiver_id=wdjjhebz4x2ly",
        "&receiver_id=OTHER&receiver_email=other%40example.com",
        // Who pays is not who is paid, and the first of two fields counts.
        "&payer_id=WDJJHEBZ4X2LY",
        "&receiver_id=OTHER&receiver_id=WDJJHEBZ4X2LY",
        "&receiver_id=WDJJHEBZ4X2LY&masspay_txn_id_1=M1&status_1=Completed&mc_gross_1=1.00&payer_id=OTHER",
    ] {
        let (reply, platform) = receive_for(ours, fields);
        let ipn = body(&reply.unwrap());
        assert_eq!((&ipn["outcome"], &ipn["reason"]), (&json!("invalid"), &json!("another-receiver")), "{fields}");
        assert_eq!([&ipn["duplicate"], &ipn["credits"], &ipn["uncounted"]], [&Value::Null; 3], "{fields}");
        assert_eq!(ipn["ipn"]["txn_id"], "61E6", "{fields}");
        assert!(platform.journal.borrow().is_empty(), "{fields}");
    }
    for (receivers, field) in [
        ("[]", "/receivers"),
        (r#""WDJJHEBZ4X2LY""#, "/receivers"),
        (r#"["WDJJHEBZ4X2LY", "a b"]"#, "/receivers/1"),
        ("[7]", "/receivers/0"),
    ] {
        let (failure, platform) = receive_for(receivers, "");
        assert_eq!(failure.unwrap_err().details[0].field.as_deref(), Some(field));
        assert!(platform.sent.borrow().is_empty());
    }
    // What PayPal has not confirmed stays unknown, or a forgery.
    for (answered, reason) in [("INVALID", "not-from-paypal"), ("<html>", "unexpected-answer")] {
        let platform = Scripted::new(vec![answer(200, answered), answer(200, answered), answer(200, answered)]);
        let arguments = arguments(PAID).with("receivers", Document::Array(vec!["OTHER".into()]));
        assert_eq!(body(&receive(&platform, &arguments).unwrap())["reason"], reason);
    }
}

#[test]
fn an_invalid_message_is_not_posted_back() {
    let fields = |count: usize| vec!["a=1"; count].join("&").into_bytes();
    for (environment, message, reason) in [
        (Environment::Live, PAID.to_vec(), "test-message-in-live"),
        (
            Environment::Live,
            b"txn_id=A&payment_status=Completed&test_ipn=0&test_ipn=1".to_vec(),
            "test-message-in-live",
        ),
        (Environment::Sandbox, Vec::new(), "empty"),
        (Environment::Sandbox, fields(MAX_FIELDS + 1), "too-large"),
        (Environment::Sandbox, vec![b'a'; MAX_BYTES + 1], "too-large"),
    ] {
        let platform = Scripted { environment, ..Scripted::new(Vec::new()) };
        let reply = receive(&platform, &arguments(&message)).unwrap();
        let ipn = body(&reply);
        assert_eq!((&ipn["outcome"], &ipn["reason"], reply.attempts), (&json!("invalid"), &json!(reason), 0));
        assert_eq!((&ipn["ipn"], platform.lines().len()), (&Value::Null, 0));
    }
    // A live message goes to the live host.
    let platform = Scripted { environment: Environment::Live, ..verified() };
    assert_eq!(received(&platform, b"txn_id=A&payment_status=Completed")["outcome"], "verified");
    assert_eq!(platform.sent.borrow()[0].authority, "ipnpb.paypal.com");
}

#[test]
fn odd_messages_are_read_without_a_crash() {
    let many = vec!["a=1"; MAX_FIELDS].join("&");
    let numbered: Vec<_> = (1..=MAX_FIELDS).rev().map(|n| format!("masspay_txn_id_{n}=T{n}")).collect();
    for message in [
        &b"txn_type=web_accept"[..],
        b"\0=\0&a=%00",
        b"&",
        b"=",
        b"charset=x-klingon&txn_id=A",
        b"charset=utf-16&txn_id=A&payment_status=B",
        b"custom=%u00e9%uD83D",
        b"\xff\xfe\xfd=\x80&%",
        many.as_bytes(),
        numbered.join("&").as_bytes(),
    ] {
        let platform = verified();
        let ipn = received(&platform, message);
        assert_eq!(ipn["outcome"], "verified");
        assert!(ipn["ipn"]["fields"].is_array());
        assert_eq!(platform.sent.borrow()[0].body[21..], *message);
    }
    let ipn = received(&verified(), b"charset=x-klingon&a=J%F6rg");
    assert_eq!((&ipn["charset"], &ipn["charset_known"]), (&json!("x-klingon"), &json!(false)));
    assert_eq!(ipn["ipn"]["fields"][1]["value"], "J\u{f6}rg");
    let ipn = received(&verified(), numbered.join("&").as_bytes());
    let payments = ipn["ipn"]["payments"].as_array().unwrap();
    assert_eq!((payments.len(), &payments[0]["txn_id"]), (MAX_FIELDS, &json!("T1")));
}

#[test]
fn paypal_is_asked_again_until_it_answers() {
    for first in [
        lost(Cause::Broken, true),
        lost(Cause::Unreachable, false),
        lost(Cause::TimedOut, true),
        answer(503, "busy"),
        answer(429, ""),
        answer(200, "<html>"),
        Ok(Response { status: 200, headers: Vec::new(), body: Err(Cause::TooLarge) }),
    ] {
        let platform = Scripted::new(vec![first, answer(500, ""), answer(200, "VERIFIED")]);
        let reply = receive(&platform, &arguments(PAID)).unwrap();
        assert_eq!((&body(&reply)["outcome"], reply.attempts), (&json!("verified"), 3));
        let sent = platform.sent.borrow();
        assert!(sent.iter().all(|it| it.body == sent[0].body));
        assert_eq!(platform.slept.borrow().len(), 2);
    }
    let asked = Response { status: 503, headers: vec![("retry-after".into(), b"7".to_vec())], body: Ok(Vec::new()) };
    let platform = Scripted::new(vec![Ok(asked), answer(200, "VERIFIED")]);
    receive(&platform, &arguments(PAID)).unwrap();
    assert_eq!(*platform.slept.borrow(), [Duration::from_secs(7)]);
}

#[test]
fn without_a_verdict_the_outcome_is_unknown() {
    let broken = || lost(Cause::Broken, true);
    for (answers, reason) in [
        (vec![broken(), broken(), broken()], "no-answer"),
        (vec![broken(), broken(), answer(503, "VERIFIED")], "unexpected-answer"),
        (vec![answer(200, "MAYBE"), answer(200, ""), answer(200, "<html>")], "unexpected-answer"),
        // Asking again would not help.
        (vec![answer(403, "")], "unexpected-answer"),
        (vec![answer(302, "")], "unexpected-answer"),
        (vec![answer(401, "")], "unexpected-answer"),
        (vec![lost(Cause::Denied, false)], "no-answer"),
        (vec![lost(Cause::Limited, false)], "no-answer"),
    ] {
        let count = answers.len();
        let platform = Scripted::new(answers);
        let reply = receive(&platform, &arguments(PAID)).unwrap();
        let ipn = body(&reply);
        assert_eq!((&ipn["outcome"], &ipn["reason"]), (&json!("unknown"), &json!(reason)));
        assert_eq!((reply.attempts as usize, platform.lines().len()), (count, count));
        // It is read, but must not be acted on.
        assert_eq!((&ipn["ipn"]["txn_id"], &ipn["dedupe_key"]), (&json!("61E6"), &json!("61E6:Completed")));
        assert_eq!([&ipn["duplicate"], &ipn["credits"], &ipn["uncounted"]], [&Value::Null; 3]);
        assert!(platform.journal.borrow().is_empty());
        let sentence = ipn["message"].as_str().unwrap();
        assert!(sentence.contains("do not act on the message") && !sentence.contains("s3cret"), "{sentence}");
        assert!(!sentence.contains("MAYBE") && !sentence.contains("html"), "{sentence}");
    }
}

#[test]
fn the_deadline_holds_for_all_attempts() {
    let options = CallOptions { deadline_ms: Some(20), ..CallOptions::default() };
    let broken = || lost(Cause::Broken, true);
    let answers = (0..100).map(|_| broken()).collect();
    let latency = Duration::from_millis(25);
    let platform = Scripted { attempts: 100, latency, ..Scripted::new(answers) };
    let reply = receive(&platform, &Arguments { options, ..arguments(PAID) }).unwrap();
    assert_eq!((&body(&reply)["outcome"], &body(&reply)["reason"]), (&json!("unknown"), &json!("no-answer")));
    // There may be no attempt at all if this machine is slow.
    assert!(reply.attempts <= 1 && platform.sent.borrow().len() == reply.attempts as usize);
    assert!(platform.sent.borrow().iter().all(|sent| sent.has_deadline) && platform.slept.borrow().is_empty());
}

#[test]
fn a_body_that_is_no_base64_is_the_caller_s_fault() {
    for json in ["\"a b\"", "\"%%\"", "\"YQ\"", "7", "{}", "null", "[\"YQ==\"]", "\"YQ==\\u0000\""] {
        let platform = Scripted::new(Vec::new());
        let failure = receive(&platform, &Arguments::new(None).body(json.to_owned())).unwrap_err();
        assert_eq!((failure.kind, failure.request_sent), (Kind::InvalidInput, false), "{json}");
        assert_eq!(failure.details[0].field.as_deref(), Some("/body"));
    }
    // It may contain line breaks.
    let platform = verified();
    let reply = receive(&platform, &Arguments::new(None).body("\"YT\\r\\n0x\"".to_owned())).unwrap();
    assert_eq!(body(&reply)["ipn"]["fields"], json!([{"name": "a", "value": "1"}]));
}
