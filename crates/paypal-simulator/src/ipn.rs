//! Instant payment notifications, PayPal's elder kind of events: a form that is posted, and confirmed when it is posted back.

use std::collections::VecDeque;

use bytes::Bytes;
use http::Uri;
use serde_json::{Value, json};

use crate::{
    answer::{Answer, Body},
    charset::Charset,
    refusal::Refusal,
    world::World,
};

/// How often a message is sent: once, and 15 times again where it is not taken.
const ATTEMPTS: u32 = 16;

/// How many messages wait at most.
const WAITING: usize = 100;

/// The most bytes of a message. PayPal states no limit; the longest of its fields have some 200 characters.
const LONGEST: usize = 64 * 1024;

/// The most bytes of messages that are confirmed when they come back; the oldest are forgotten.
const REMEMBERED: usize = 16 * 1024 * 1024;

/// What stands before a message that is posted back.
const VALIDATE: &[u8] = b"cmd=_notify-validate&";

/// A message to be posted: whoever takes it delivers it.
#[derive(Clone, Debug)]
pub struct IpnMessage {
    /// Where to post it, on this machine.
    pub url: String,
    /// The form, of which every byte counts.
    pub body: Bytes,
    /// Which try this is, from 1 to 16.
    pub attempt: u32,
}

impl IpnMessage {
    /// The `content-type` of every message. The character set stands in the field `charset` instead.
    pub const CONTENT_TYPE: &str = "application/x-www-form-urlencoded";

    /// The `user-agent` of every message.
    pub const USER_AGENT: &str = "PayPal IPN ( https://www.paypal.com/ipn )";

    /// The message for the next try, unless this was the last one.
    pub(super) fn again(self) -> Option<Self> {
        (self.attempt < ATTEMPTS).then(|| Self { attempt: self.attempt + 1, ..self })
    }
}

/// The messages that were taken to be posted.
#[derive(Default)]
pub(super) struct Sent {
    messages: VecDeque<Bytes>,
    bytes: usize,
}

impl Sent {
    pub(super) fn insert(&mut self, message: Bytes) {
        if self.contains(&message) {
            return;
        }
        self.bytes += message.len();
        self.messages.push_back(message);
        while self.bytes > REMEMBERED
            && let Some(oldest) = self.messages.pop_front()
        {
            self.bytes -= oldest.len();
        }
    }

    fn contains(&self, message: &[u8]) -> bool {
        self.messages.iter().any(|sent| *sent == *message)
    }
}

/// Whether a URL is one of this machine, as is all that the simulator posts to.
pub(super) fn is_local(url: &str) -> bool {
    let Ok(uri) = url.parse::<Uri>() else { return false };
    uri.scheme_str() == Some("http") && ["127.0.0.1", "localhost", "[::1]"].contains(&uri.host().unwrap_or_default())
}

/// Queues a message with the fields of `{"url", "fields": {...}, "charset"?}`, in their order, and with those behind them
/// that every message has; one that is null is left out. `charset` is windows-1252, as is PayPal's default, or UTF-8.
pub(super) fn queue(world: &mut World, body: &Value) -> Result<Answer, Refusal> {
    let url = body["url"].as_str().ok_or_else(|| Refusal::missing("/url"))?;
    if !is_local(url) {
        return Err(Refusal::invalid("/url", url, "INVALID_PARAMETER_VALUE", "It is http, and on this machine."));
    }
    let charset = match &body["charset"] {
        Value::Null => Charset::Windows1252,
        name => name.as_str().and_then(Charset::named).ok_or_else(|| {
            let description = "The simulator writes windows-1252 and UTF-8.";
            Refusal::invalid("/charset", name.clone(), "INVALID_PARAMETER_VALUE", description)
        })?,
    };
    let none = serde_json::Map::new();
    let given = match &body["fields"] {
        Value::Null => &none,
        Value::Object(fields) => fields,
        other => return Err(Refusal::invalid("/fields", other.clone(), "INVALID_PARAMETER_VALUE", "It is an object.")),
    };
    let defaults = [
        ("payment_status", "Completed".to_owned()),
        ("txn_id", world.ids.transaction()),
        ("test_ipn", "1".to_owned()),
        ("charset", charset.name().to_owned()),
    ];
    let mut pairs = Vec::new();
    for (name, value) in given {
        let value = match value {
            Value::Null => continue,
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            other => {
                let field = format!("/fields/{name}");
                let description = "A field is a string or a number.";
                return Err(Refusal::invalid(&field, other.clone(), "INVALID_PARAMETER_VALUE", description));
            }
        };
        pairs.push((&**name, value));
    }
    pairs.extend(defaults.into_iter().filter(|(name, _)| !given.contains_key(*name)));
    let pair = |(name, value): &(&str, String)| format!("{}={}", charset.encode(name), charset.encode(value));
    let form = pairs.iter().map(pair).collect::<Vec<_>>().join("&");
    if form.len() > LONGEST {
        let description = format!("A message has at most {LONGEST} bytes; this one has {}.", form.len());
        return Err(Refusal::invalid("/fields", form.len(), "INVALID_STRING_LENGTH", &description));
    }
    if world.ipn.len() >= WAITING {
        return Err(Refusal::too_many("So many messages wait already that no more are taken"));
    }
    world.ipn.push_back(IpnMessage { url: url.to_owned(), body: form.clone().into(), attempt: 1 });
    Ok(Answer::json(202, json!({"body": form})))
}

/// Says in one word whether a message that is posted back, behind `cmd=_notify-validate&`, is one that was sent, to the byte.
pub(super) fn confirm(world: &World, body: &[u8]) -> Answer {
    let sent = body.strip_prefix(VALIDATE).is_some_and(|message| world.ipn_sent.contains(message));
    let word = Bytes::from_static(if sent { b"VERIFIED" } else { b"INVALID" });
    Answer { status: 200, body: Body::Other("text/plain".to_owned(), word), subject: None }
}
