//! What the provider delivers: webhook events and IPN messages.
//!
//! Each is verified and written to the journal, handed on, acknowledged, and answered, in this order: what was not acknowledged
//! is not a duplicate when the provider delivers it again. `docs/webhooks.md` explains it. The actions are PayPal's.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use http::{HeaderMap, Response, header};
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};

use crate::{
    bindings::{Failure, FailureKind, Reply},
    config::Config,
    host::Host,
    json as form, outcome,
    problem::{Kind, Problem},
};

/// The time after which the provider may deliver again what was not taken, in milliseconds.
const AGAIN_MS: u64 = 5_000;

/// The longest media type, in bytes; PayPal's have at most 50.
const MEDIA_TYPE: usize = 256;

/// The reason of a message that is for none of the receivers.
const ANOTHER_RECEIVER: &str = "another-receiver";

/// The header fields without which a signature cannot be verified.
pub(crate) const SIGNED: [&str; 5] = [
    "paypal-auth-algo",
    "paypal-cert-url",
    "paypal-transmission-id",
    "paypal-transmission-sig",
    "paypal-transmission-time",
];

/// Checks that an event can have a valid signature, so that nothing else is read of one that cannot.
pub(crate) fn check_signed(headers: &HeaderMap) -> Result<(), Problem> {
    let refused = |name| Problem::new(Kind::DELIVERY_REFUSED, format!("the header field {name} is missing"));
    SIGNED.into_iter().find(|name| !headers.contains_key(*name)).map_or(Ok(()), |name| Err(refused(name)))
}

/// A delivery.
pub(crate) struct Delivery<'a> {
    pub(crate) connection: &'a str,
    /// The webhook that it came for; none for an IPN message.
    pub(crate) webhook: Option<&'a str>,
    /// The accounts whose IPN messages are taken.
    pub(crate) receivers: &'a [String],
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
}

/// What the gateway reads of the reply of `events.receive` and `ipn.receive`.
#[derive(Deserialize)]
struct Receipt<'a> {
    outcome: String,
    reason: Option<String>,
    duplicate: Option<bool>,
    #[serde(borrow)]
    event: Option<&'a RawValue>,
    dedupe_key: Option<String>,
}

/// What was received.
struct Received<'a> {
    receipt: Receipt<'a>,
    /// The event's id or the message's key; none if a repeat of it cannot be recognised.
    id: Option<String>,
}

impl<'a> Received<'a> {
    fn read(reply: &'a str) -> Option<Self> {
        #[derive(Deserialize)]
        struct Event<'a> {
            #[serde(borrow)]
            id: Option<&'a RawValue>,
        }
        let receipt: Receipt<'a> = serde_json::from_str(reply).ok()?;
        let event =
            receipt.event.and_then(|event| serde_json::from_str::<Option<Event<'_>>>(event.get()).ok()).flatten();
        // An id may be anything that is JSON: not a text, or half of a surrogate pair.
        let id = event.and_then(|event| serde_json::from_str::<String>(event.id?.get()).ok());
        // What `events.acknowledge` accepts.
        let id = id.filter(|id| (1..=127).contains(&id.len()) && id.bytes().all(|it| it.is_ascii_graphic()));
        let id = id.or_else(|| receipt.dedupe_key.clone());
        Some(Self { receipt, id })
    }
}

impl Delivery<'_> {
    /// Receives it. The connection has begun.
    pub(crate) fn receive(&self, host: &impl Host, config: &Config) -> Response<Vec<u8>> {
        let received = self.input().and_then(|input| self.take(host, config, &input));
        received.unwrap_or_else(Problem::answer)
    }

    /// Returns the input of the action that receives it.
    fn input(&self) -> Result<Value, Problem> {
        let body = BASE64_STANDARD.encode(self.body);
        let Some(webhook) = self.webhook else {
            let mut input = json!({"body": body, "receivers": self.receivers});
            if let Some(value) = self.headers.get(header::CONTENT_TYPE) {
                let media_type = value.to_str().ok().filter(|it| it.len() <= MEDIA_TYPE);
                let media_type =
                    media_type.ok_or_else(|| malformed("the header field Content-Type is not a media type"))?;
                if !media_type.is_empty() {
                    input["content_type"] = media_type.into();
                }
            }
            return Ok(input);
        };
        // Those of the signature alone: the others are the connection's and proxies', in any character set.
        let signed = self.headers.iter().filter(|(name, _)| name.as_str().starts_with("paypal-"));
        let headers = signed.map(|(name, value)| Some(json!({"name": name.as_str(), "value": value.to_str().ok()?})));
        let headers = headers.collect::<Option<Vec<_>>>();
        let headers = headers.ok_or_else(|| malformed("a header field of the signature is not ASCII"))?;
        Ok(json!({"headers": headers, "body": body, "webhook_id": webhook}))
    }

    fn take(&self, host: &impl Host, config: &Config, input: &Value) -> Result<Response<Vec<u8>>, Problem> {
        let action = if self.webhook.is_some() { "events.receive" } else { "ipn.receive" };
        let reply = host.invoke(action, &input.to_string()).map_err(|failure| self.failed(&failure))?;
        let Reply { body: Some(reply), .. } = reply else { return Err(unreadable()) };
        let Received { receipt, id } = Received::read(&reply).ok_or_else(unreadable)?;
        let reason = receipt.reason.as_deref().unwrap_or("no reason is known");
        let answer = |duplicate: Option<bool>| {
            Ok(outcome::document(json!({"outcome": receipt.outcome, "duplicate": duplicate}).to_string()))
        };
        match receipt.outcome.as_str() {
            "valid" | "verified" => {}
            // PayPal's, and no repeat would change it.
            "invalid" if reason == ANOTHER_RECEIVER => return answer(None),
            "invalid" | "stale" => {
                return Err(Problem::new(Kind::DELIVERY_REFUSED, format!("it is {}: {reason}", receipt.outcome)));
            }
            "unverifiable" | "unknown" => return Err(again(format!("it cannot be verified now: {reason}"))),
            _ => return Err(unreadable()),
        }
        match receipt.duplicate {
            Some(true) => return answer(Some(true)),
            // It has an id, and whether it is new is not known: the journal fails.
            None if id.is_some() => return Err(again("the journal cannot be read or written now")),
            _ => {}
        }
        if let Some(forward) = &config.forward {
            let document = self.document(&reply);
            forward.hand_on(host, id.as_deref(), document.as_bytes()).map_err(again)?;
        }
        if let (Some(false), Some(id)) = (receipt.duplicate, &id) {
            self.acknowledge(host, id)?;
        }
        answer(receipt.duplicate)
    }

    fn acknowledge(&self, host: &impl Host, id: &str) -> Result<(), Problem> {
        let (action, input) = match self.webhook {
            Some(webhook) => ("events.acknowledge", json!({"webhook_id": webhook, "event_id": id})),
            None => ("ipn.acknowledge", json!({"dedupe_key": id})),
        };
        let acknowledged = host.invoke(action, &input.to_string());
        acknowledged.map(drop).map_err(|failure| again(format!("it cannot be acknowledged: {}", failure.message)))
    }

    /// Returns what is handed on: the reply unchanged, and where it came from.
    fn document(&self, reply: &str) -> String {
        let channel = if self.webhook.is_some() { "webhook" } else { "ipn" };
        let head = json!({"connection": self.connection, "channel": channel, "webhook_id": self.webhook}).to_string();
        format!("{},\"reply\":{}}}", head.strip_suffix('}').unwrap_or(&head), form::single_line(reply))
    }

    /// Returns the answer if the action failed.
    fn failed(&self, failure: &Failure) -> Problem {
        match failure.kind {
            // Of the arguments, only the webhook's id and the header fields come from outside.
            FailureKind::InvalidInput if self.webhook.is_some() => malformed(&failure.message),
            FailureKind::InvalidInput => Problem::new(Kind::RECEIVING_FAILED, &failure.message),
            // The delivery, and not an answer of the provider's: it would be too large each time it came.
            FailureKind::TooLarge if !failure.request_sent => Problem::new(Kind::TOO_LARGE, &failure.message),
            _ => again(&failure.message),
        }
    }
}

fn malformed(detail: &str) -> Problem {
    Problem::new(Kind::MALFORMED, detail)
}

fn unreadable() -> Problem {
    Problem::new(Kind::RECEIVING_FAILED, "the connector's reply cannot be read")
}

fn again(detail: impl Into<String>) -> Problem {
    Problem::new(Kind::DELIVER_AGAIN, detail).retry_after_ms(AGAIN_MS)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http::{HeaderName, HeaderValue, Method};

    use super::*;
    use crate::{
        head::Head,
        host::{Body, BodyError},
        serve,
        testing::{Fake, Whole, failure, reply},
    };

    /// Delivers to a path; the actions answer as given. Returns the status, and what was asked, without inputs.
    fn deliver(path: &str, consumer: Option<u16>, answers: Vec<Result<Reply, Failure>>) -> (u16, Vec<String>) {
        let variables = vec![
            ("GATEWAY_FORWARD_URL", "http://127.0.0.1:9/hook"),
            ("GATEWAY_FORWARD_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        ];
        let host = Fake { variables, answers: answers.into(), consumer, ..Fake::default() };
        let headers = SIGNED.iter().map(|it| (it.parse().unwrap(), HeaderValue::from_static("x"))).collect();
        let head = Head { method: Method::POST, target: path.to_owned(), authority: None, headers };
        let response = serve::answer(&host, &head, &mut Whole(b"{}".to_vec()));
        let asked = host.asked.take().into_iter().map(|it| match it.split_once(" {") {
            Some((action, _)) => action.to_owned(),
            None => it,
        });
        assert!(host.answers.borrow().is_empty(), "an action was not asked");
        (response.status().as_u16(), asked.collect())
    }

    const WEBHOOK: &str = "/v1/connections/shop/webhooks/1JE4";

    #[test]
    fn it_is_handed_on_then_acknowledged_then_answered() {
        let new = r#"{"outcome": "valid", "duplicate": false, "event": {"id": "WH-1"}}"#;
        let steps = ["begin shop", "events.receive", "post WH-1", "events.acknowledge", "end None"];
        let (status, asked) = deliver(WEBHOOK, Some(204), vec![reply(new), reply(r#"{"first": true}"#)]);
        assert_eq!((status, &asked[..]), (200, &steps.map(str::to_owned)[..]));
        // Not taken, or not acknowledged: it comes again.
        for consumer in [None, Some(199), Some(300), Some(503)] {
            let (status, asked) = deliver(WEBHOOK, consumer, vec![reply(new)]);
            assert_eq!((status, asked.len()), (503, 4), "{consumer:?}");
        }
        let failed = Err(failure(FailureKind::ConnectionUnavailable));
        assert_eq!(deliver(WEBHOOK, Some(200), vec![reply(new), failed]).0, 503);
        let ipn = r#"{"outcome": "verified", "reason": null, "duplicate": false, "dedupe_key": "0B14:Completed"}"#;
        let (status, asked) = deliver("/v1/connections/shop/ipn", Some(204), vec![reply(ipn), reply("{}")]);
        assert_eq!((status, &*asked[2], &*asked[3]), (200, "post 0B14:Completed", "ipn.acknowledge"));
    }

    #[test]
    fn a_message_for_another_account_is_answered_and_not_handed_on() {
        let body = r#"{"outcome": "invalid", "reason": "another-receiver", "duplicate": null, "dedupe_key": "0B14:Completed"}"#;
        let (status, asked) = deliver("/v1/connections/shop/ipn", Some(204), vec![reply(body)]);
        assert_eq!((status, &asked[..]), (200, &["begin shop", "ipn.receive", "end None"].map(str::to_owned)[..]));
    }

    #[test]
    fn a_message_goes_with_the_accounts_of_its_connection() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("a/b"));
        let host = Fake { answers: vec![reply("[]")].into(), ..Fake::default() };
        let target = "/v1/connections/shop/ipn".to_owned();
        let head = Head { method: Method::POST, target, authority: None, headers };
        serve::answer(&host, &head, &mut Whole(b"{}".to_vec()));
        let asked = host.asked.take();
        let input: Value = serde_json::from_str(asked[1].strip_prefix("ipn.receive ").unwrap()).unwrap();
        assert_eq!(
            input,
            json!({"body": "e30=", "content_type": "a/b", "receivers": ["WDJJHEBZ4X2LY", "shop@example.com"]})
        );
    }

    #[test]
    fn what_cannot_be_told_apart_is_handed_on_and_what_is_not_known_comes_again() {
        for (body, expected, steps) in [
            (r#"{"outcome": "valid", "duplicate": true, "event": {"id": "WH-1"}}"#, 200, 3),
            // The journal fails.
            (r#"{"outcome": "valid", "duplicate": null, "event": {"id": "WH-1"}}"#, 503, 3),
            // There is no id to acknowledge.
            (r#"{"outcome": "valid", "duplicate": null, "event": {"id": null}}"#, 200, 4),
            (r#"{"outcome": "valid", "duplicate": null, "event": {"id": "\ud800"}}"#, 200, 4),
            (r#"{"outcome": "valid", "duplicate": null, "event": {"id": "a b"}}"#, 200, 4),
            (r#"{"outcome": "valid", "duplicate": null, "event": {"id": {"a": 1e999}}}"#, 200, 4),
            (r#"{"outcome": "verified", "duplicate": null, "dedupe_key": null}"#, 200, 4),
            (r#"{"outcome": "stale", "reason": "too-old"}"#, 400, 3),
            (r#"{"outcome": "invalid", "reason": "bad-signature"}"#, 400, 3),
            (r#"{"outcome": "unverifiable", "reason": "certificate-unreachable"}"#, 503, 3),
            (r#"{"outcome": "unknown", "reason": "no-answer"}"#, 503, 3),
            (r#"{"outcome": "else"}"#, 500, 3),
            ("[]", 500, 3),
        ] {
            let (status, asked) = deliver(WEBHOOK, Some(200), vec![reply(body)]);
            assert_eq!((status, asked.len()), (expected, steps), "{body}: {asked:?}");
            assert_eq!((&*asked[0], &*asked[steps - 1]), ("begin shop", "end None"), "{body}");
        }
        for (kind, expected) in [
            (FailureKind::InvalidInput, 400),
            (FailureKind::TooLarge, 413),
            (FailureKind::TimedOut, 503),
            (FailureKind::Denied, 503),
        ] {
            assert_eq!(deliver(WEBHOOK, Some(200), vec![Err(failure(kind))]).0, expected, "{kind:?}");
        }
        let answer = Failure { request_sent: true, ..failure(FailureKind::TooLarge) };
        assert_eq!(deliver(WEBHOOK, Some(200), vec![Err(answer)]).0, 503);
    }

    #[test]
    fn the_longest_event_fits_into_the_connectors_limit() {
        // The body's JSON text, with its quotes, against `MAX_BODY` of src/platform/request.rs.
        assert!(BASE64_STANDARD.encode(vec![0; serve::WEBHOOK]).len() + 2 <= 16 * 1024 * 1024);
    }

    /// A body that must not be read.
    struct Unread;

    impl Body for Unread {
        fn read(&mut self, _: usize, _: Duration) -> Result<Vec<u8>, BodyError> {
            panic!("it was read");
        }
    }

    /// Delivers to a path a body that must not be read, and returns the answer.
    fn refuse(path: &str, host: &Fake) -> (u16, Value) {
        let signed = SIGNED.map(|name| (HeaderName::from_static(name), HeaderValue::from_static("x")));
        let headers = HeaderMap::from_iter(signed);
        let head = Head { method: Method::POST, target: path.to_owned(), authority: None, headers };
        let response = serve::answer(host, &head, &mut Unread);
        (response.status().as_u16(), serde_json::from_slice(response.body()).unwrap())
    }

    #[test]
    fn what_is_not_a_connection_s_is_answered_as_another_connection_is() {
        let host = Fake::default();
        let unknown = refuse("/v1/connections/none/webhooks/1JE4", &host);
        assert_eq!((unknown.0, &unknown.1["type"]), (404, &json!("urn:problem-type:kosha-gateway:no-such-connection")));
        for id in ["1JE5", "1je4", "1JE4,", "1JE", "WEBHOOK_ID"] {
            assert_eq!(refuse(&format!("/v1/connections/shop/webhooks/{id}"), &host), unknown, "{id}");
        }
        // Nobody has said whose messages these are.
        for connection in ["none", "silent"] {
            assert_eq!(refuse(&format!("/v1/connections/{connection}/ipn"), &host), unknown, "{connection}");
        }
        assert!(host.asked.borrow().is_empty(), "a use has begun");
    }

    #[test]
    fn without_journal_and_consumer_nothing_is_taken() {
        for path in [WEBHOOK, "/v1/connections/shop/ipn"] {
            let host = Fake { without_journal: true, ..Fake::default() };
            let (status, problem) = refuse(path, &host);
            assert_eq!((status, &problem["title"]), (503, &json!("The service is not configured")));
            assert!(problem["detail"].as_str().unwrap().starts_with("GATEWAY_FORWARD_URL is not set"), "{problem}");
            assert_eq!(host.asked.take(), ["begin shop", "end None"]);
        }
    }

    #[test]
    fn what_is_handed_on_is_one_document() {
        let (headers, body) = (HeaderMap::new(), b"");
        let delivery = Delivery { connection: "a\"b", webhook: None, receivers: &[], headers: &headers, body };
        let document = delivery.document("{\n  \"event\": {\"raw\": 1.0}\n}");
        let expected = r#"{"connection":"a\"b","channel":"ipn","webhook_id":null,"reply":{"event":{"raw":1.0}}}"#;
        assert_eq!(document, expected);
    }
}
