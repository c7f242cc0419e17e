//! The result of a delivery, to answer and to print.

use std::{collections::BTreeMap, fmt, time::SystemTime};

use serde_json::{Value, json, value::RawValue};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::listen::{delivery::Channel, forwarded::Forwarded, receiver::Answer};
use connector_host::{CallError, CertificateError, Failure, FailureKind, Outcome, json};

/// The maximum length of a word in a line, in characters.
const LONGEST: usize = 120;

/// The result of a delivery. It displays as one line; [`Received::json`] has all of it.
#[derive(Debug)]
pub struct Received {
    channel: Channel,
    time: SystemTime,
    result: Result<Read, Failed>,
    /// `None` if it was not forwarded.
    forwarded: Option<Forwarded>,
}

/// What was read.
#[derive(Debug)]
struct Read {
    /// The reply's body, unchanged.
    text: String,
    document: Value,
}

/// Why nothing was read.
#[derive(Debug)]
enum Failed {
    Action(Failure),
    Component(CallError),
    Malformed,
    Certificate(CertificateError),
}

impl Received {
    pub(super) fn new(channel: Channel, outcome: Result<Outcome, CallError>) -> Self {
        let result = match outcome.map(|outcome| outcome.result) {
            Err(error) => Err(Failed::Component(error)),
            Ok(Err(failure)) => Err(Failed::Action(failure)),
            Ok(Ok(reply)) => {
                let text = reply.body.unwrap_or_default();
                parts(&text, PARTS).map(|document| Read { text, document }).ok_or(Failed::Malformed)
            }
        };
        Self { channel, time: SystemTime::now(), result, forwarded: None }
    }

    /// Returns an event that nobody has verified; `outcome` says so. What it is about is read from the event itself.
    pub(super) fn unverified(outcome: &str, body: &[u8]) -> Self {
        let event: Value = serde_json::from_slice(body).unwrap_or_default();
        let resource = &event["resource"];
        let document = json!({
            "outcome": outcome,
            "event": {
                "id": event["id"],
                "type": event["event_type"],
                "subject": {"kind": event["resource_type"], "id": resource["id"]},
                "status": resource["status"],
                "amount": {
                    "value": resource["amount"]["value"],
                    "currency_code": resource["amount"]["currency_code"],
                },
            },
        });
        let text = document.to_string();
        Self {
            channel: Channel::Webhook,
            time: SystemTime::now(),
            result: Ok(Read { text, document }),
            forwarded: None,
        }
    }

    /// Adds what came of forwarding it.
    #[must_use]
    pub(super) fn with_forwarded(self, forwarded: Forwarded) -> Self {
        Self { forwarded: Some(forwarded), ..self }
    }

    /// Returns a webhook delivery whose certificate cannot be fetched now.
    pub(super) fn without_certificate(reason: CertificateError) -> Self {
        Self {
            channel: Channel::Webhook,
            time: SystemTime::now(),
            result: Err(Failed::Certificate(reason)),
            forwarded: None,
        }
    }

    /// Returns the channel through which it came.
    #[must_use]
    pub fn channel(&self) -> Channel {
        self.channel
    }

    /// Returns the body of the reply of `events.receive` or `ipn.receive`; `None` if the action failed.
    #[must_use]
    pub fn document(&self) -> Option<&Value> {
        self.result.as_ref().ok().map(|read| &read.document)
    }

    /// Returns the action that acknowledges it, and its input, if it is accepted and not yet acknowledged.
    pub(super) fn acknowledgement(&self, webhook_id: Option<&str>) -> Option<(&'static str, Value)> {
        let document = self.document().filter(|document| document["duplicate"] == false)?;
        match self.channel {
            Channel::Webhook => {
                let input = json!({"webhook_id": webhook_id, "event_id": document["event"]["id"]});
                Some(("events.acknowledge", input))
            }
            Channel::Ipn => Some(("ipn.acknowledge", json!({"dedupe_key": document["dedupe_key"]}))),
        }
    }

    /// Returns what tells a repeat of it: the event's id, or the message's `dedupe_key`. `None` if it has none.
    pub(crate) fn key(&self) -> Option<&str> {
        let document = self.document()?;
        match self.channel {
            Channel::Webhook => document["event"]["id"].as_str(),
            Channel::Ipn => document["dedupe_key"].as_str(),
        }
    }

    /// Whether the journal failed: it should know the event and does not.
    fn is_lost(&self, document: &Value) -> bool {
        // What `events.acknowledge` accepts as an id. Without an id, a repeat cannot be recognised.
        let is_id = |id: &str| (1..=127).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
        document["duplicate"].is_null() && self.key().is_some_and(|key| self.channel == Channel::Ipn || is_id(key))
    }

    /// Returns the answer to PayPal, if the event can be handed on and acknowledged.
    #[must_use]
    pub fn answer(&self) -> Answer {
        match &self.result {
            Ok(read) => match read.document["outcome"].as_str() {
                Some("valid" | "verified") if self.is_lost(&read.document) => Answer::Later,
                // An event that nobody can verify, because it was pulled or there is no webhook, has been read for a person.
                Some("valid" | "verified" | "pulled" | "unverified") => Answer::Taken,
                Some("invalid") if read.document["reason"] == "another-receiver" => Answer::Ignored,
                Some("invalid" | "stale") => Answer::Refused,
                Some("unverifiable" | "unknown") => Answer::Later,
                _ => Answer::Failed,
            },
            // A repeat would have the same arguments.
            Err(Failed::Action(failure)) if failure.kind == FailureKind::InvalidInput => Answer::Failed,
            Err(Failed::Action(_) | Failed::Certificate(_)) => Answer::Later,
            Err(Failed::Component(_) | Failed::Malformed) => Answer::Failed,
        }
    }

    /// Returns all of it as one line of JSON: `{"received", "channel", "answer", "reply"}`, with the body of the action's reply
    /// unchanged, or with `failure` or `error` in place of `reply`. `answer` is 200 if the event can be taken, or is another account's; if
    /// one that was taken cannot be acknowledged, PayPal gets 503. The content of a message from an unknown sender is left out: anybody can send a long one
    /// again and again. `forwarded` says what came of forwarding it, whose answer PayPal then gets.
    #[must_use]
    pub fn json(&self) -> String {
        let channel = match self.channel {
            Channel::Webhook => "webhook",
            Channel::Ipn => "ipn",
        };
        let mut head = json!({"received": rfc3339(self.time), "channel": channel});
        match &self.forwarded {
            Some(forwarded) => {
                head["answer"] = forwarded.answer().status.as_u16().into();
                head["forwarded"] = forwarded.json();
            }
            None => head["answer"] = self.answer().status().as_u16().into(),
        }
        let head = head.to_string();
        let (name, value) = match &self.result {
            Ok(Read { document, .. }) if document["outcome"] == "unknown" => ("reply", without_content(document)),
            Ok(read) => ("reply", json::single_line(&read.text)),
            Err(Failed::Action(failure)) => ("failure", failure_document(failure)),
            Err(other) => ("error", Value::from(other.to_string()).to_string()),
        };
        format!("{},\"{name}\":{value}}}", head.strip_suffix('}').unwrap_or(&head))
    }
}

/// Returns the reply for a message from an unknown sender, without the message's content.
fn without_content(document: &Value) -> String {
    let mut document = document.clone();
    for member in ["ipn", "charset", "charset_known"] {
        document[member] = Value::Null;
    }
    document.to_string()
}

/// The depth to which a reply is parsed part by part: down to the subject of its event.
const PARTS: u8 = 3;

/// Parses a reply, which contains the event as PayPal sent it. A part that is JSON, but that `serde_json` cannot represent (half
/// of a surrogate pair, a number beyond 64-bit floating point, more than 128 levels), is null.
fn parts(text: &str, depth: u8) -> Option<Value> {
    if let Ok(value) = serde_json::from_str(text) {
        return Some(value);
    }
    let below = depth.checked_sub(1)?;
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(text).ok()?;
    let read = |(name, value): (String, &RawValue)| (name, parts(value.get(), below).unwrap_or_default());
    Some(Value::Object(members.into_iter().map(read).collect()))
}

/// Formats a time in UTC, with whole seconds: `2026-03-02T09:00:00Z`.
fn rfc3339(time: SystemTime) -> String {
    let time = OffsetDateTime::from(time).replace_nanosecond(0);
    // The year of this machine's clock can be formatted.
    time.ok().and_then(|time| time.format(&Rfc3339).ok()).unwrap_or_default()
}

/// Returns the failure with its documents as strings, so that it is JSON whatever the provider sent.
fn failure_document(failure: &Failure) -> String {
    let document = json::comparable(&Err(failure.clone()));
    document.map_or("null".to_owned(), |mut document| document["failure"].take().to_string())
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Action(failure) => write!(f, "{}: {}", json::kind(failure.kind), failure.message),
            Self::Component(error) => error.fmt(f),
            Self::Malformed => f.write_str("the component's reply is not JSON"),
            Self::Certificate(reason) => write!(f, "cannot get the certificate to verify it: {reason}"),
        }
    }
}

impl fmt::Display for Received {
    /// Time of arrival, outcome, type, subject, status and amount, a dash for each that is missing; then `duplicate` and
    /// `simulated` if they apply, or the reason why it is not accepted; at the end what came of forwarding it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = rfc3339(self.time);
        let document = match &self.result {
            Ok(read) => &read.document,
            Err(failed) => {
                write!(f, "{time} failed {}", printable(&failed.to_string()))?;
                return self.forwarded.iter().try_for_each(|forwarded| write!(f, " -> {forwarded}"));
            }
        };
        let event = match self.channel {
            Channel::Webhook => webhook_event(&document["event"]),
            Channel::Ipn => ipn_event(&document["ipn"]),
        };
        write!(f, "{time} {}", word(&document["outcome"]).unwrap_or_else(dash))?;
        for word in event {
            write!(f, " {}", word.unwrap_or_else(dash))?;
        }
        for mark in ["duplicate", "simulated"] {
            if document[mark] == true {
                write!(f, " {mark}")?;
            }
        }
        if self.answer() != Answer::Taken
            && let Some(reason) = word(&document["reason"])
        {
            write!(f, " ({reason})")?;
        }
        self.forwarded.iter().try_for_each(|forwarded| write!(f, " -> {forwarded}"))
    }
}

/// Type, subject, status and amount.
type Words = [Option<String>; 4];

fn webhook_event(event: &Value) -> Words {
    let subject = &event["subject"];
    let subject = word(&subject["id"]).map(|id| format!("{}:{id}", word(&subject["kind"]).unwrap_or_else(dash)));
    let amount = &event["amount"];
    [word(&event["type"]), subject, word(&event["status"]), money(&amount["value"], &amount["currency_code"])]
}

/// The members have the names of the message's fields, but `gross` and `currency` are `mc_gross` and `mc_currency` there.
fn ipn_event(ipn: &Value) -> Words {
    let subject = word(&ipn["txn_id"]).map(|id| format!("ipn:{id}"));
    [word(&ipn["txn_type"]), subject, word(&ipn["payment_status"]), money(&ipn["gross"], &ipn["currency"])]
}

fn money(value: &Value, currency: &Value) -> Option<String> {
    let value = word(value)?;
    Some(word(currency).map_or(value.clone(), |currency| format!("{value} {currency}")))
}

fn word(value: &Value) -> Option<String> {
    value.as_str().filter(|text| !text.is_empty()).map(printable)
}

fn dash() -> String {
    "-".to_owned()
}

/// Returns a foreign text for one line of a terminal, without control characters.
fn printable(text: &str) -> String {
    let mut shown: String =
        text.chars().map(|it| if it.is_control() { char::REPLACEMENT_CHARACTER } else { it }).collect();
    if let Some((end, _)) = shown.char_indices().nth(LONGEST) {
        shown.truncate(end);
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use connector_host::{Reply, StopReason};

    fn reply(channel: Channel, body: &str) -> Received {
        let reply = Reply {
            status: 200,
            body: Some(body.to_owned()),
            debug_id: None,
            idempotency_key: None,
            attempts: 0,
            next: None,
            file: None,
        };
        Received::new(channel, Ok(Outcome { result: Ok(reply), output: String::new() }))
    }

    fn failed(failure: Failure) -> Received {
        Received::new(Channel::Webhook, Ok(Outcome { result: Err(failure), output: String::new() }))
    }

    /// The line without the time.
    fn line(received: &Received) -> String {
        let line = received.to_string();
        let (time, rest) = line.split_once(' ').unwrap();
        assert!(time.len() == 20 && time.ends_with('Z'), "{line}");
        rest.to_owned()
    }

    const VALID: &str = r#"{"outcome": "valid", "reason": "SIGNED", "message": "...", "simulated": true,
        "duplicate": true, "verified_by": "certificate", "event": {"id": "WH-1", "type": "PAYMENT.CAPTURE.COMPLETED",
        "subject": {"kind": "capture", "id": "7TK53561YB803214S"}, "related": {}, "status": "COMPLETED",
        "amount": {"value": "120.250", "currency_code": "INR"}, "raw": {"total": 1.50}}}"#;

    #[test]
    fn an_event_is_one_line() {
        let received = reply(Channel::Webhook, VALID);
        let expected =
            "valid PAYMENT.CAPTURE.COMPLETED capture:7TK53561YB803214S COMPLETED 120.250 INR duplicate simulated";
        assert_eq!(line(&received), expected);
        assert_eq!(received.answer(), Answer::Taken);
        let json = received.json();
        assert!(!json.contains('\n') && json.ends_with(r#""raw":{"total":1.50}}}}"#), "{json}");
        let document: Value = serde_json::from_str(&json).unwrap();
        assert_eq!((&document["channel"], &document["answer"]), (&json!("webhook"), &json!(200)));
        assert_eq!(document["reply"], serde_json::from_str::<Value>(VALID).unwrap());
    }

    #[test]
    fn an_event_is_taken_whatever_its_json_is_like() {
        let deep = format!("{}{}", "[".repeat(1_000), "]".repeat(1_000));
        for raw in [r#"{"total":"cut \ud83d"}"#, r#"{"total":1e999}"#, r#"{"a":1,"a":2}"#, &deep] {
            let received = reply(Channel::Webhook, &VALID.replace(r#"{"total": 1.50}"#, raw));
            assert_eq!(received.answer(), Answer::Taken, "{raw}");
            assert!(line(&received).starts_with("valid PAYMENT.CAPTURE.COMPLETED capture:7TK53561YB803214S COMPLETED"));
            assert!(received.json().ends_with(&format!(r#""raw":{raw}}}}}}}"#)), "{}", received.json());
        }
    }

    #[test]
    fn a_message_is_one_line() {
        let verified = r#"{"outcome": "verified", "reason": "VERIFIED", "message": "...", "duplicate": false, "dedupe_key": "1",
            "ipn": {"txn_type": "web_accept", "txn_id": "61E67681CH3238416", "payment_status": "Completed",
            "gross": "19.95", "currency": "USD"}}"#;
        let received = reply(Channel::Ipn, verified);
        assert_eq!(line(&received), "verified web_accept ipn:61E67681CH3238416 Completed 19.95 USD");
        assert_eq!(received.answer(), Answer::Taken);
    }

    #[test]
    fn what_does_not_count_says_why() {
        for (outcome, answer, status) in [
            ("invalid", Answer::Refused, 400),
            ("stale", Answer::Refused, 400),
            ("unverifiable", Answer::Later, 503),
            ("unknown", Answer::Later, 503),
            ("splendid", Answer::Failed, 500),
        ] {
            let body = json!({"outcome": outcome, "reason": "SOME_REASON", "event": null, "duplicate": null});
            let received = reply(Channel::Webhook, &body.to_string());
            assert_eq!(line(&received), format!("{outcome} - - - - (SOME_REASON)"));
            assert_eq!((received.answer(), answer.status().as_u16()), (answer, status));
        }
    }

    #[test]
    fn another_account_s_message_is_not_taken_and_not_repeated() {
        let body = json!({"outcome": "invalid", "reason": "another-receiver", "dedupe_key": "1:Completed", "duplicate": null,
            "ipn": {"txn_id": "1"}});
        let received = reply(Channel::Ipn, &body.to_string());
        assert_eq!((received.answer(), Answer::Ignored.status().as_u16()), (Answer::Ignored, 200));
        assert_eq!(line(&received), "invalid - ipn:1 - - (another-receiver)");
        assert!(received.acknowledgement(None).is_none());
    }

    #[test]
    fn what_the_journal_has_not_kept_is_not_taken() {
        let event = |id: &str, duplicate: &str| {
            let body =
                format!(r#"{{"outcome": "valid", "duplicate": {duplicate}, "event": {{"id": {id}, "type": "T"}}}}"#);
            reply(Channel::Webhook, &body)
        };
        let message = |key: &str, duplicate: &str| {
            reply(Channel::Ipn, &format!(r#"{{"outcome": "verified", "duplicate": {duplicate}, "dedupe_key": {key}}}"#))
        };
        let input = json!({"webhook_id": "W", "event_id": "WH-1"});
        for (received, answer, acknowledgement) in [
            (event(r#""WH-1""#, "false"), Answer::Taken, Some(("events.acknowledge", input))),
            (event(r#""WH-1""#, "true"), Answer::Taken, None),
            (event(r#""WH-1""#, "null"), Answer::Later, None),
            // Events without a valid id.
            (event("null", "null"), Answer::Taken, None),
            (event(r#""WH 1""#, "null"), Answer::Taken, None),
            (message(r#""A:B""#, "false"), Answer::Taken, Some(("ipn.acknowledge", json!({"dedupe_key": "A:B"})))),
            (message(r#""A:B""#, "true"), Answer::Taken, None),
            (message(r#""A:B""#, "null"), Answer::Later, None),
            (message("null", "null"), Answer::Taken, None),
        ] {
            assert_eq!(received.answer(), answer, "{received:?}");
            assert_eq!(received.acknowledgement(Some("W")), acknowledgement, "{received:?}");
        }
        let forged = reply(Channel::Webhook, r#"{"outcome": "invalid", "duplicate": null, "event": null}"#);
        assert_eq!((forged.answer(), forged.acknowledgement(Some("W"))), (Answer::Refused, None));
    }

    #[test]
    fn a_message_of_an_unknown_sender_is_not_shown() {
        let long = "x".repeat(1_000_000);
        let body = json!({"outcome": "unknown", "reason": "no-answer", "message": "...", "duplicate": null,
            "dedupe_key": "A:B", "charset": long, "charset_known": false,
            "ipn": {"txn_id": "A", "custom": long, "fields": [{"name": "custom", "value": long}]}});
        let received = reply(Channel::Ipn, &body.to_string());
        let line = received.json();
        assert!(line.len() < 500, "{} bytes", line.len());
        let document: Value = serde_json::from_str(&line).unwrap();
        let reply = &document["reply"];
        assert_eq!((&reply["dedupe_key"], &reply["ipn"]), (&json!("A:B"), &Value::Null));
        assert_eq!((&document["answer"], received.answer()), (&json!(503), Answer::Later));
    }

    #[test]
    fn a_failure_is_one_line() {
        let unreachable = Failure::unsent(FailureKind::Unreachable, "nobody\nis \u{1b}[2Jthere".to_owned());
        let received = failed(unreachable);
        assert_eq!(line(&received), "failed unreachable: nobody\u{fffd}is \u{fffd}[2Jthere");
        assert_eq!(received.answer(), Answer::Later);
        let document: Value = serde_json::from_str(&received.json()).unwrap();
        assert_eq!(document["failure"]["kind"], "unreachable");
        assert_eq!(failed(Failure::unsent(FailureKind::InvalidInput, String::new())).answer(), Answer::Failed);
        let malformed = reply(Channel::Webhook, "<html>");
        assert_eq!(
            (line(&malformed), malformed.answer()),
            ("failed the component's reply is not JSON".to_owned(), Answer::Failed)
        );
        let stopped = CallError {
            reason: StopReason::Failed("out of memory".to_owned()),
            request_sent: false,
            idempotency_key: None,
            output: String::new(),
        };
        let broken = Received::new(Channel::Ipn, Err(stopped));
        assert_eq!(broken.answer(), Answer::Failed);
        let document: Value = serde_json::from_str(&broken.json()).unwrap();
        assert_eq!(document["error"], "out of memory; nothing was sent");
    }

    #[test]
    fn what_others_send_does_not_command_a_terminal() {
        let body = json!({"outcome": "invalid", "reason": "\u{1b}]0;owned\u{7}\r\n2026 valid", "ipn": null});
        let line = line(&reply(Channel::Ipn, &body.to_string()));
        assert!(!line.contains(char::is_control), "{line:?}");
        let long = json!({"outcome": "x".repeat(10_000)});
        assert!(reply(Channel::Ipn, &long.to_string()).to_string().len() < 200);
    }
}
