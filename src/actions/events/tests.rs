//! `receive` with a mock platform that has a journal.

use std::{cell::RefCell, collections::VecDeque, time::Duration};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::*;
use crate::{
    base::{
        checksum::CRC_32,
        date::{self, OffsetDateTime},
    },
    events::{
        chain::MAX_PEM,
        samples::{ROOT, Sample, sign, testdata},
    },
    platform::{
        entry::{Entry, JournalError},
        failure::Kind,
        interface::TokenError,
        request::Request,
        response::{Cause, Response, SendError},
        token::{Granted, Token},
    },
};

const WEBHOOK: &str = "1JE4291016473214C";
const EVENT: &str = r#"{"id": "WH-1", "event_type": "PAYMENT.CAPTURE.COMPLETED", "create_time": "2026-11-30T10:00:00Z",
    "resource_type": "capture", "resource": {"id": "C1", "status": "COMPLETED",
    "amount": {"currency_code": "INR", "value": "120.25"}, "supplementary_data": {"related_ids": {"order_id": "O1"}}}}"#;

struct Fake {
    environment: Environment,
    now: &'static str,
    answers: RefCell<VecDeque<Result<Response, SendError>>>,
    /// Host, path and body of each request, and whether it had a token.
    sent: RefCell<Vec<(String, String, bool)>>,
    slept: RefCell<Vec<Duration>>,
    journal: RefCell<Vec<(String, Entry)>>,
    /// The number of entries after which the journal fails.
    room: usize,
}

impl Fake {
    fn new(environment: Environment) -> Self {
        Self {
            environment,
            now: "2026-11-30T10:05:00Z",
            answers: RefCell::default(),
            sent: RefCell::default(),
            slept: RefCell::default(),
            journal: RefCell::default(),
            room: usize::MAX,
        }
    }

    fn sandbox() -> Self {
        Self::new(Environment::Sandbox)
    }

    fn answering(self, answers: impl IntoIterator<Item = Result<Response, SendError>>) -> Self {
        self.answers.borrow_mut().extend(answers);
        self
    }

    /// The entries as subject, id, event and status, without those about credits.
    fn kept(&self) -> Vec<String> {
        let entries = self.entries_of(|subject| !subject.starts_with("credits:"));
        let line = |(subject, entry): &(String, Entry)| {
            let [id, status] = [&entry.id, &entry.status].map(|it| it.as_deref().unwrap_or("-"));
            format!("{subject} {id} {} {status}", entry.event)
        };
        entries.iter().map(line).collect()
    }

    fn entries_of(&self, is: impl Fn(&str) -> bool) -> Vec<(String, Entry)> {
        self.journal.borrow().iter().filter(|(subject, _)| is(subject)).cloned().collect()
    }
}

impl Platform for Fake {
    fn environment(&self) -> Environment {
        self.environment
    }

    fn token(&self, _: Option<&Token>) -> Result<Granted, TokenError> {
        Ok(Token::new("token".to_owned()).into())
    }

    fn max_attempts(&self) -> u32 {
        3
    }

    fn sleep(&self, time: Duration) {
        self.slept.borrow_mut().push(time);
    }

    fn now(&self) -> OffsetDateTime {
        date::parse(self.now).unwrap()
    }

    fn send(&self, request: &Request, token: Option<&Token>, _: Option<Instant>) -> Result<Response, SendError> {
        let url = [request.authority, &request.path_and_query].concat();
        let body = request.body.iter().map(|piece| String::from_utf8_lossy(piece)).collect();
        self.sent.borrow_mut().push((url, body, token.is_some()));
        self.answers.borrow_mut().pop_front().unwrap()
    }

    fn authorities(&self) -> Vec<String> {
        vec![ROOT.to_owned(), testdata("intermediate.pem")]
    }

    fn append(&self, subject: &str, entry: Entry) -> Result<bool, JournalError> {
        let mut journal = self.journal.borrow_mut();
        if journal.len() >= self.room {
            return Err(JournalError("full".to_owned()));
        }
        let is_new = entry.id.is_none() || !journal.iter().any(|(of, other)| of == subject && other.id == entry.id);
        if is_new {
            journal.push((subject.to_owned(), entry));
        }
        Ok(is_new)
    }

    fn entries(&self, subject: &str) -> Result<Vec<Entry>, JournalError> {
        let journal = self.journal.borrow();
        Ok(journal.iter().filter(|(of, _)| of == subject).map(|(_, entry)| entry.clone()).collect())
    }
}

fn answer(status: u16, body: impl Into<Vec<u8>>) -> Result<Response, SendError> {
    Ok(Response { status, headers: Vec::new(), body: Ok(body.into()) })
}

fn lost(cause: Cause, sent: bool) -> Result<Response, SendError> {
    Err(SendError { cause, sent, reason: "gone".to_owned() })
}

fn certificate() -> Result<Response, SendError> {
    answer(200, testdata("leaf-sandbox.pem"))
}

/// A delivery signed for a webhook with our own key.
fn delivery(body: &str, webhook_id: &str) -> Value {
    let message = format!("69cd13f0|2026-11-30T10:00:01Z|{webhook_id}|{}", CRC_32.checksum(body.as_bytes()));
    let headers = json!([
        {"name": "Paypal-Transmission-Id", "value": "69cd13f0"},
        {"name": "Paypal-Transmission-Time", "value": "2026-11-30T10:00:01Z"},
        {"name": "Paypal-Transmission-Sig", "value": sign(&message)},
        {"name": "Paypal-Cert-Url", "value": "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-own"},
        {"name": "Paypal-Auth-Algo", "value": "SHA256withRSA"},
        {"name": "Content-Type", "value": "application/json"},
    ]);
    json!({"headers": headers, "body": BASE64_STANDARD.encode(body), "webhook_id": WEBHOOK})
}

fn with(mut input: Value, members: Value) -> Value {
    for (name, value) in members.as_object().unwrap() {
        input[name] = value.clone();
    }
    input
}

fn with_header(mut input: Value, name: &str, value: &str) -> Value {
    let headers = input["headers"].as_array_mut().unwrap();
    let header = headers.iter_mut().find(|header| header["name"] == name).unwrap();
    header["value"] = value.into();
    input
}

fn run(platform: &Fake, input: &Value) -> Result<Reply, Failure> {
    let input = input.to_string();
    receive(platform, &Arguments::parse(&input).unwrap_or_default())
}

fn body(platform: &Fake, input: &Value) -> Value {
    serde_json::from_str(&run(platform, input).unwrap().body.unwrap()).unwrap()
}

/// Outcome and reason.
fn outcome(platform: &Fake, input: &Value) -> String {
    let body = body(platform, input);
    if body["outcome"] == "valid" || body["outcome"] == "stale" {
        assert!(body["event"].is_object() && body["verified_by"].is_string());
    } else {
        assert!(body["event"].is_null() && body["verified_by"].is_null() && body["duplicate"].is_null());
    }
    if body["outcome"] != "valid" {
        assert!(platform.journal.borrow().is_empty());
    }
    format!("{} {}", body["outcome"].as_str().unwrap(), body["reason"].as_str().unwrap())
}

fn field(failure: &Failure) -> &str {
    assert_eq!(failure.kind, Kind::InvalidInput, "{failure:?}");
    failure.details[0].field.as_deref().unwrap()
}

#[test]
fn an_event_is_verified_read_and_kept() {
    let platform = Fake::sandbox().answering([certificate()]);
    let reply = run(&platform, &delivery(EVENT, WEBHOOK)).unwrap();
    assert_eq!((reply.status, reply.attempts), (200, 1));
    let text = reply.body.unwrap();
    assert!(text.ends_with(&format!(",\"raw\":{EVENT}}}}}")), "{text}");
    let body: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&body["outcome"], &body["reason"]), (&"valid".into(), &"verified".into()));
    assert_eq!((&body["simulated"], &body["duplicate"]), (&false.into(), &false.into()));
    assert_eq!((&body["verified_by"], &body["event"]["id"]), (&"certificate".into(), &"WH-1".into()));
    let url = "api.sandbox.paypal.com/v1/notifications/certs/CERT-own";
    assert_eq!(*platform.sent.borrow(), [(url.to_owned(), String::new(), false)]);
    assert_eq!(
        platform.kept(),
        [
            "capture:C1 WH-1 PAYMENT.CAPTURE.COMPLETED COMPLETED",
            "order:O1 WH-1 PAYMENT.CAPTURE.COMPLETED COMPLETED",
            "event:WH-1 1JE4291016473214C PAYMENT.CAPTURE.COMPLETED COMPLETED",
        ]
    );
    let journal = platform.journal.borrow();
    assert_eq!(journal[1].1.time, "2026-11-30T10:00:00Z");
    let details: Value = serde_json::from_str(&journal[1].1.details).unwrap();
    let expected = json!({"event_id": "WH-1", "subject": {"kind": "capture", "id": "C1"}, "simulated": false, "related": {"order": "O1"},
        "amount": {"currency_code": "INR", "value": "120.25"}});
    assert_eq!(details, expected);
    let credit: Value =
        serde_json::from_str(&platform.entries_of(|subject| subject == "credits:O1")[0].1.details).unwrap();
    assert_eq!((&credit, &credit["key"]), (&body["credits"][0], &"C1:in".into()));
}

fn acknowledge(platform: &Fake, event_id: &str, webhook_id: &str) -> Result<Reply, Failure> {
    let parameter = |arguments: Arguments<'static>, name, value: &str| arguments.with(name, value.to_owned());
    let arguments = parameter(Arguments::default(), "event_id", event_id);
    super::acknowledge(platform, &parameter(arguments, "webhook_id", webhook_id))
}

fn acknowledged(platform: &Fake, webhook_id: &str) -> String {
    let event: Value = serde_json::from_str(EVENT).unwrap();
    acknowledge(platform, event["id"].as_str().unwrap(), webhook_id).unwrap().body.unwrap().to_string()
}

#[test]
fn an_acknowledgement_that_cannot_be_stored_fails() {
    let platform = Fake { room: 0, ..Fake::sandbox() };
    let failure = acknowledge(&platform, "WH-1", WEBHOOK).unwrap_err();
    assert_eq!((failure.kind, failure.retryable, failure.request_sent), (Kind::ConnectionUnavailable, true, false));
    for (event_id, webhook_id, name) in [
        ("", WEBHOOK, "/event_id"),
        ("WH 1", WEBHOOK, "/event_id"),
        ("WH-1", "", "/webhook_id"),
        ("WH-1", "\u{e9}", "/webhook_id"),
    ] {
        let failure = acknowledge(&Fake::sandbox(), event_id, webhook_id).unwrap_err();
        assert_eq!((failure.kind, field(&failure)), (Kind::InvalidInput, name));
    }
}

#[test]
fn a_repeated_delivery_is_a_duplicate_for_its_webhook_alone() {
    let pem = json!({"certificate": testdata("leaf-sandbox.pem")});
    let platform = Fake::sandbox();
    let first = with(delivery(EVENT, WEBHOOK), pem.clone());
    let other = with(delivery(EVENT, "OTHER"), pem);
    let other = with(other, json!({"webhook_id": "OTHER"}));
    let duplicate = |input| body(&platform, input)["duplicate"].clone();
    assert_eq!([&first, &first, &other, &other].map(duplicate), [false; 4], "nobody has said that it was handed on");
    assert_eq!(platform.kept().len(), 4, "the capture and the order know it by its id");
    assert_eq!(acknowledged(&platform, WEBHOOK), r#"{"first":true}"#);
    assert_eq!([&first, &other, &first].map(duplicate), [true, false, true]);
    assert_eq!(acknowledged(&platform, WEBHOOK), r#"{"first":false}"#);
    assert_eq!(acknowledged(&platform, "OTHER"), r#"{"first":true}"#);
    assert_eq!([&first, &other].map(duplicate), [true, true]);
    assert_eq!(platform.kept().len(), 6);
    assert!(platform.sent.borrow().is_empty());
}

#[test]
fn an_event_that_cannot_be_kept_is_delivered() {
    for room in 0..3 {
        let platform = Fake { room, ..Fake::sandbox() };
        let body =
            body(&platform, &with(delivery(EVENT, WEBHOOK), json!({"certificate": testdata("leaf-sandbox.pem")})));
        assert_eq!((&body["outcome"], &body["duplicate"]), (&"valid".into(), &Value::Null));
        assert!(
            body["message"]
                .as_str()
                .unwrap()
                .starts_with("PayPal has sent it; the platform's journal is not available: ")
        );
        assert_eq!(platform.kept().len(), room);
        assert!(!platform.kept().iter().any(|line| line.starts_with("event:")));
    }
    let nameless = with(delivery("{}", WEBHOOK), json!({"certificate": testdata("leaf-sandbox.pem")}));
    let platform = Fake::sandbox();
    let body = body(&platform, &nameless);
    assert_eq!((&body["outcome"], &body["duplicate"], platform.kept().len()), (&"valid".into(), &Value::Null, 0));
}

#[test]
fn an_event_comes_to_the_order_that_it_names() {
    let pem = json!({"certificate": testdata("leaf-sandbox.pem")});
    let subject_of_the_order = |event: &str| {
        let platform = Fake::sandbox();
        let event = body(&platform, &with(delivery(event, WEBHOOK), pem.clone()))["event"].clone();
        let journal = platform.journal.borrow();
        let entry = &journal.iter().find(|(of, _)| of == "order:O1").unwrap().1;
        let details: Value = serde_json::from_str(&entry.details).unwrap();
        assert_eq!((entry.id.as_deref(), &details["related"]), (Some("WH-1"), &event["related"]));
        (details["subject"].clone(), event["resource_id"].clone())
    };
    let reversed =
        r#"{"id": "WH-1", "event_type": "CHECKOUT.PAYMENT-APPROVAL.REVERSED", "resource": {"order_id": "O1"}}"#;
    assert_eq!(subject_of_the_order(reversed), (json!({"kind": "order", "id": "O1"}), json!("O1")));
    // An unknown type with an unknown resource.
    let unknown = r#"{"id": "WH-1", "event_type": "NEW.NEW.NEW", "resource": {"id": "X1", "order_id": "O1"}}"#;
    assert_eq!(subject_of_the_order(unknown), (Value::Null, json!("X1")));
}

#[test]
fn base64_may_be_broken_into_lines() {
    let mut input = with(delivery(EVENT, WEBHOOK), json!({"certificate": testdata("leaf-sandbox.pem")}));
    let encoded = input["body"].as_str().unwrap();
    input["body"] = [&encoded[..76], "\r\n", &encoded[76..]].concat().into();
    assert_eq!(outcome(&Fake::sandbox(), &input), "valid verified");
}

#[test]
fn a_refund_comes_to_the_order_of_its_capture() {
    let pem = json!({"certificate": testdata("leaf-sandbox.pem")});
    let refund = r#"{"id": "WH-2", "event_type": "PAYMENT.CAPTURE.REFUNDED", "create_time": "2018-19-12T22:20:32.000Z",
        "resource_type": "refund", "resource": {"id": "R1", "status": "COMPLETED",
        "links": [{"rel": "up", "href": "https://api-m.sandbox.paypal.com/v2/payments/captures/C1"}]}}"#;
    let platform = Fake::sandbox();
    assert_eq!(outcome(&platform, &with(delivery(EVENT, WEBHOOK), pem.clone())), "valid verified");
    assert_eq!(outcome(&platform, &with(delivery(refund, WEBHOOK), pem)), "valid verified");
    assert_eq!(
        platform.kept()[3..],
        [
            "refund:R1 WH-2 PAYMENT.CAPTURE.REFUNDED COMPLETED",
            "capture:C1 WH-2 PAYMENT.CAPTURE.REFUNDED COMPLETED",
            "order:O1 WH-2 PAYMENT.CAPTURE.REFUNDED COMPLETED",
            "event:WH-2 1JE4291016473214C PAYMENT.CAPTURE.REFUNDED COMPLETED",
        ]
    );
    // Its time is not valid: it is stored with the current time.
    assert_eq!(platform.entries_of(|subject| subject == "refund:R1")[0].1.time, "2026-11-30T10:05:00Z");
}

#[test]
fn paypal_s_deliveries_are_valid_and_changed_ones_are_not() {
    for sample in Sample::all() {
        let headers = sample.headers();
        let headers: Vec<_> = headers.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
        let input = |body: &[u8], webhook_id: &str| json!({"headers": headers, "body": BASE64_STANDARD.encode(body), "webhook_id": webhook_id});
        let run = |environment, input: Value| {
            let platform = Fake::new(environment).answering([answer(200, sample.certificate())]);
            outcome(&platform, &input) + " " + &platform.sent.borrow().len().to_string()
        };
        let whole = || input(&sample.body, &sample.webhook_id);
        assert_eq!(run(Environment::Sandbox, whole()), "valid verified 1", "{}", sample.name);
        for place in (0..sample.body.len()).step_by(sample.body.len() / 40) {
            let mut changed = sample.body.clone();
            changed[place] ^= 1 << (place % 8);
            let told = run(Environment::Sandbox, input(&changed, &sample.webhook_id));
            let not_json = told == "invalid not-json 0";
            assert!(not_json || told == "invalid bad-signature 1", "{}, {place}: {told}", sample.name);
        }
        let strict = with(whole(), json!({"accept_simulated": false}));
        if sample.is_simulated() {
            let own = input(&sample.body, WEBHOOK);
            assert_eq!(run(Environment::Sandbox, own.clone()), "valid verified 1");
            let platform = Fake::sandbox().answering([answer(200, sample.certificate())]);
            assert_eq!(body(&platform, &own)["simulated"], true);
            assert_eq!(run(Environment::Sandbox, strict), "invalid simulated 1");
            assert_eq!(run(Environment::Live, own), "invalid simulated 1");
        } else {
            assert_eq!(run(Environment::Sandbox, strict), "valid verified 1");
            assert_eq!(run(Environment::Sandbox, input(&sample.body, WEBHOOK)), "invalid bad-signature 1");
            assert_eq!(run(Environment::Live, whole()), "invalid wrong-environment 0");
        }
        let stale = with(whole(), json!({"max_age_seconds": 86400}));
        assert_eq!(run(Environment::Sandbox, stale), "stale too-old 1");
    }
}

#[test]
fn simulated_events_are_the_caller_s_choice_in_the_sandbox_alone() {
    let pem = json!({"certificate": testdata("leaf-live.pem")});
    let simulated = with(delivery(EVENT, SIMULATOR), pem.clone());
    assert_eq!(body(&Fake::sandbox(), &simulated)["simulated"], true);
    let refused = body(&Fake::sandbox(), &with(simulated.clone(), json!({"accept_simulated": false})));
    assert_eq!((&refused["reason"], &refused["simulated"]), (&"simulated".into(), &true.into()));
    // No webhook has that id: a delivery signed for it is simulated.
    let literal = with(simulated.clone(), json!({"webhook_id": SIMULATOR}));
    assert_eq!(body(&Fake::sandbox(), &literal)["simulated"], true);

    let live = |input: Value| {
        let url = "https://api.paypal.com/v1/notifications/certs/CERT-own";
        with_header(input, "Paypal-Cert-Url", url)
    };
    assert_eq!(outcome(&Fake::new(Environment::Live), &live(simulated.clone())), "invalid simulated");
    let accepted = with(live(simulated.clone()), json!({"accept_simulated": true}));
    assert_eq!(field(&run(&Fake::new(Environment::Live), &accepted).unwrap_err()), "/accept_simulated");
    // Live's key signs no other events of the sandbox.
    let own = with(delivery(EVENT, WEBHOOK), pem);
    assert_eq!(outcome(&Fake::sandbox(), &own), "invalid wrong-environment");
    assert_eq!(outcome(&Fake::sandbox(), &live(own.clone())), "invalid wrong-environment");
    assert_eq!(outcome(&Fake::new(Environment::Live), &live(own)), "valid verified");
    let sandbox = with(delivery(EVENT, WEBHOOK), json!({"certificate": testdata("leaf-sandbox.pem")}));
    assert_eq!(outcome(&Fake::new(Environment::Live), &live(sandbox)), "invalid certificate-for-another-name");
}

#[test]
fn nothing_is_fetched_for_what_is_wrong_at_first_sight() {
    let own = || delivery(EVENT, WEBHOOK);
    let mut doubled = own();
    let twice = json!({"name": "PAYPAL-TRANSMISSION-ID", "value": "other"});
    doubled["headers"].as_array_mut().unwrap().push(twice);
    let mut bare = own();
    bare["headers"] = json!([]);
    let encoded = |body: &[u8]| with(own(), json!({"body": BASE64_STANDARD.encode(body)}));
    for (input, expected) in [
        (bare, "invalid missing-header"),
        (doubled, "invalid doubled-header"),
        (with_header(own(), "Paypal-Transmission-Sig", " "), "invalid empty-header"),
        (with_header(own(), "Paypal-Transmission-Id", "a|b"), "invalid malformed-header"),
        (with_header(own(), "Paypal-Transmission-Time", "now"), "invalid malformed-time"),
        (with_header(own(), "Paypal-Transmission-Sig", "not base64"), "invalid malformed-signature"),
        (with_header(own(), "Paypal-Auth-Algo", "SHA512withRSA"), "unverifiable unknown-algorithm"),
        (
            with_header(own(), "Paypal-Cert-Url", "https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1"),
            "invalid malformed-certificate-url",
        ),
        (encoded(b"id=1"), "invalid not-json"),
        (encoded(b""), "invalid not-json"),
        (encoded(b"{\"a\": \"\xff\"}"), "invalid not-json"),
    ] {
        for postback in [false, true] {
            let platform = Fake::sandbox();
            assert_eq!(outcome(&platform, &with(input.clone(), json!({"postback": postback}))), expected);
            assert!(platform.sent.borrow().is_empty());
        }
    }
    let live = Fake::new(Environment::Live);
    assert_eq!(outcome(&live, &own()), "invalid wrong-environment");
    assert!(live.sent.borrow().is_empty());
}

#[test]
fn a_certificate_that_cannot_be_had_leaves_it_open() {
    let broken = || Ok(Response { status: 200, headers: Vec::new(), body: Err(Cause::Broken) });
    let too_large = || Ok(Response { status: 200, headers: Vec::new(), body: Err(Cause::TooLarge) });
    let cases = [
        (vec![lost(Cause::Unreachable, false), certificate()], "valid verified", 2),
        (vec![answer(503, ""), lost(Cause::TimedOut, true), certificate()], "valid verified", 3),
        (vec![lost(Cause::Broken, true), broken(), certificate()], "valid verified", 3),
        (vec![answer(503, ""), answer(503, ""), answer(503, "")], "unverifiable certificate-not-served", 3),
        (vec![answer(404, "")], "unverifiable certificate-not-served", 1),
        (vec![answer(204, "")], "unverifiable certificate-not-served", 1),
        (vec![answer(401, "")], "unverifiable certificate-not-served", 1),
        (vec![answer(302, testdata("leaf-sandbox.pem"))], "unverifiable certificate-redirected", 1),
        (vec![answer(200, vec![b'\n'; MAX_PEM + 1])], "unverifiable certificate-too-large", 1),
        (vec![too_large()], "unverifiable certificate-too-large", 1),
        (vec![lost(Cause::Denied, false)], "unverifiable certificate-denied", 1),
        (vec![lost(Cause::Limited, false)], "unverifiable certificate-unreachable", 1),
        (
            vec![lost(Cause::TimedOut, true), lost(Cause::TimedOut, false), lost(Cause::TimedOut, true)],
            "unverifiable certificate-timed-out",
            3,
        ),
        (vec![answer(200, "<html>")], "unverifiable certificate-unreadable", 1),
    ];
    for (answers, expected, requests) in cases {
        let platform = Fake::sandbox().answering(answers);
        assert_eq!(outcome(&platform, &delivery(EVENT, WEBHOOK)), expected);
        assert_eq!(platform.sent.borrow().len(), requests, "{expected}");
        assert_eq!(platform.slept.borrow().len(), requests - 1, "{expected}");
    }
    let padded = testdata("leaf-sandbox.pem") + &" ".repeat(MAX_PEM);
    let platform = Fake::sandbox().answering([answer(200, &padded[..MAX_PEM])]);
    assert_eq!(outcome(&platform, &delivery(EVENT, WEBHOOK)), "valid verified");
}

#[test]
fn no_request_goes_out_after_the_deadline() {
    let platform = Fake::sandbox();
    let input = with(delivery(EVENT, WEBHOOK), json!({"options": {"deadline_ms": 0}}));
    let reply = run(&platform, &input).unwrap();
    assert!(reply.body.unwrap().contains("\"certificate-timed-out\"") && reply.attempts == 0);
}

#[test]
fn a_certificate_that_does_not_count_is_a_forgery_s() {
    for (name, expected) in [
        ("leaf-other-name.pem", "invalid certificate-for-another-name"),
        ("self-signed.pem", "invalid certificate-of-unknown-issuer"),
        ("leaf-forged.pem", "invalid certificate-with-bad-signature"),
        ("leaf-1024.pem", "invalid certificate-with-unsuitable-key"),
        ("leaf-sha1.pem", "invalid certificate-unsuitable"),
    ] {
        let handed_in = with(delivery(EVENT, WEBHOOK), json!({"certificate": testdata(name)}));
        assert_eq!(outcome(&Fake::sandbox(), &handed_in), expected);
        let platform = Fake::sandbox().answering([answer(200, testdata(name))]);
        assert_eq!(outcome(&platform, &delivery(EVENT, WEBHOOK)), expected);
    }
    let pem = json!({"certificate": testdata("leaf-sandbox.pem")});
    let at = |time| {
        let input = with_header(with(delivery(EVENT, WEBHOOK), pem.clone()), "Paypal-Transmission-Time", time);
        outcome(&Fake::sandbox(), &input)
    };
    assert_eq!(at("2300-01-01T00:00:00Z"), "invalid certificate-expired");
    assert_eq!(at("2020-01-01T00:00:00Z"), "invalid certificate-not-yet-valid");
    assert_eq!(at("2026-11-30T10:00:02Z"), "invalid bad-signature");
}

#[test]
fn age_counts_where_the_caller_sets_a_limit() {
    let pem = json!({"certificate": testdata("leaf-sandbox.pem")});
    let at = |now, limit: Value| {
        let platform = Fake { now, ..Fake::sandbox() };
        outcome(&platform, &with(with(delivery(EVENT, WEBHOOK), pem.clone()), json!({"max_age_seconds": limit})))
    };
    assert_eq!(at("2026-11-30T10:05:00Z", 299.into()), "valid verified");
    assert_eq!(at("2026-11-30T10:05:01Z", 299.into()), "stale too-old");
    assert_eq!(at("2026-11-30T09:55:00Z", 299.into()), "stale from-the-future");
    assert_eq!(at("2036-11-30T10:00:00Z", Value::Null), "valid verified");
}

#[test]
fn a_signed_event_is_read_with_any_json() {
    let pem = json!({"certificate": testdata("leaf-sandbox.pem")});
    let doubled = with(delivery(r#"{"id": "WH-1", "id": "WH-2"}"#, WEBHOOK), pem.clone());
    assert_eq!(body(&Fake::sandbox(), &doubled)["event"]["id"], "WH-2");
    let deep = format!("{{\"a\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let dense = format!(r#"{{"id": "WH-1", "id": "WH-2", "resource": [{}0]}}"#, "0,".repeat(1_000_000));
    assert_eq!(body(&Fake::sandbox(), &with(delivery(&dense, WEBHOOK), pem.clone()))["event"]["id"], "WH-2");
    for event in [&*deep, &dense, r#"{"summary": "cut \ud83d", "n": 1e999}"#, " {} \r\n"] {
        let reply = run(&Fake::sandbox(), &with(delivery(event, WEBHOOK), pem.clone())).unwrap().body.unwrap();
        assert!(reply.starts_with("{\"outcome\":\"valid\"") && reply.ends_with(&format!(",\"raw\":{event}}}}}")));
    }
}

#[test]
fn twelve_megabytes_are_read_and_passed_on() {
    let padding = "\u{e9} \\u00e9".repeat(12_000_000 / 9);
    let event = EVENT.replace("\"id\": \"WH-1\"", &format!("\"id\": \"WH-1\", \"summary\": \"{padding}\""));
    assert!(event.len() > 11_900_000);
    let input = with(delivery(&event, WEBHOOK), json!({"certificate": testdata("leaf-sandbox.pem")}));
    let reply = run(&Fake::sandbox(), &input).unwrap().body.unwrap();
    assert!(reply.starts_with("{\"outcome\":\"valid\"") && reply.ends_with(&format!(",\"raw\":{event}}}}}")));
}

#[test]
fn paypal_is_asked_with_the_very_bytes() {
    let input = with(delivery(EVENT, WEBHOOK), json!({"postback": true}));
    let status = |status: &str| answer(200, format!(r#"{{"verification_status": "{status}"}}"#));
    let platform = Fake::sandbox().answering([answer(503, ""), status("SUCCESS")]);
    let reply = run(&platform, &input).unwrap();
    assert_eq!(reply.attempts, 2);
    let body: Value = serde_json::from_str(&reply.body.unwrap()).unwrap();
    assert_eq!((&body["outcome"], &body["verified_by"]), (&"valid".into(), &"postback".into()));
    assert_eq!((&body["duplicate"], platform.kept().len()), (&false.into(), 3));
    let sent = platform.sent.borrow();
    assert_eq!((&*sent[1].0, sent[1].2), ("api-m.sandbox.paypal.com/v1/notifications/verify-webhook-signature", true));
    assert!(sent[1].1.ends_with(&format!("\"webhook_id\":\"{WEBHOOK}\",\"webhook_event\":{EVENT}}}")), "{}", sent[1].1);

    let asked = |answers: Vec<_>, input: &Value| outcome(&Fake::sandbox().answering(answers), input);
    assert_eq!(asked(vec![status("FAILURE")], &input), "invalid refused-by-paypal");
    assert_eq!(asked(vec![status("MAYBE")], &input), "unverifiable postback-failed");
    assert_eq!(asked(vec![answer(500, ""), answer(500, ""), answer(500, "")], &input), "unverifiable postback-failed");
    assert_eq!(asked(vec![answer(400, r#"{"name": "VALIDATION_ERROR"}"#)], &input), "invalid refused-by-paypal");
    let long = with_header(input.clone(), "Paypal-Transmission-Id", &"x".repeat(51));
    assert_eq!(asked(vec![answer(400, r#"{"name": "VALIDATION_ERROR"}"#)], &long), "invalid refused-by-paypal");
    let stale = with(input.clone(), json!({"max_age_seconds": 1}));
    assert_eq!(asked(vec![status("SUCCESS")], &stale), "stale too-old");

    let live_url = "https://api.paypal.com/v1/notifications/certs/CERT-1";
    let simulated = with_header(input.clone(), "Paypal-Cert-Url", live_url);
    assert_eq!(asked(vec![], &simulated), "unverifiable simulated-postback");
    let deep = format!("{{\"a\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let dense = format!(r#"{{"resource": [{}0]}}"#, "0,".repeat(1_000_000));
    for event in [
        r#"{"id":"WH-1","resource":{"a":1.10,"a":2}}"#,
        r#"{"id": "WH-1", "id": "WH-2"}"#,
        r#"{"summary": "\ud83d", "n": 1e999}"#,
        " {} \r\n",
        &deep,
        &dense,
    ] {
        let platform = Fake::sandbox().answering([status("SUCCESS")]);
        let input = with(delivery(event, WEBHOOK), json!({"postback": true}));
        let reply = run(&platform, &input).unwrap().body.unwrap();
        assert!(reply.starts_with("{\"outcome\":\"valid\""), "{reply}");
        assert!(platform.sent.borrow()[0].1.ends_with(&format!(",\"webhook_event\":{event}}}")));
    }

    let failed = |answers: Vec<_>, input: &Value| run(&Fake::sandbox().answering(answers), input).unwrap_err();
    let scope = answer(403, r#"{"name": "NOT_AUTHORIZED"}"#);
    assert_eq!(failed(vec![scope], &input).kind, Kind::Forbidden);
}

#[test]
fn what_is_wrong_with_the_caller_s_own_arguments_is_a_failure() {
    for (members, expected) in [
        (json!({"headers": null}), "/headers"),
        (json!({"headers": [{"name": "x"}]}), "/headers"),
        (json!({"body": null}), "/body"),
        (json!({"body": "?"}), "/body"),
        (json!({"body": {}}), "/body"),
        (json!({"webhook_id": null}), "/webhook_id"),
        (json!({"certificate": 7}), "/certificate"),
        (json!({"max_age_seconds": -1}), "/max_age_seconds"),
        (json!({"postback": "yes"}), "/postback"),
    ] {
        let failure = run(&Fake::sandbox(), &with(delivery(EVENT, WEBHOOK), members)).unwrap_err();
        assert_eq!(field(&failure), expected);
    }
}
