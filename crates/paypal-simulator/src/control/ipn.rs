//! Instant payment notifications, PayPal's older events: a form that is posted, and confirmed when it is posted back.

use bytes::Bytes;
use serde_json::{Value, json};

use crate::{
    base::{charset::Charset, local::is_local},
    request::{
        answer::{Answer, Body},
        refusal::Refusal,
    },
    world::{World, ipn::IpnMessage},
};

/// The path of the control that makes the simulator post to an address that it is given.
pub(super) const PATH: &str = "ipn";

/// The maximum number of queued messages.
const MAX_QUEUED: usize = 100;

/// The maximum size of a message, in bytes. PayPal states no limit; the longest of its fields have some 200 characters.
const MAX_LENGTH: usize = 64 * 1024;

/// The prefix of a message that is posted back.
const VALIDATE: &[u8] = b"cmd=_notify-validate&";

/// Queues a message as `{"url", "fields": {...}, "charset"?}` describes it: its fields in their order, then those that every
/// message has, and the first merchant as the receiver if none is given. A field that is null is left out. `charset` is windows-1252, PayPal's default, or UTF-8.
pub(crate) fn queue(world: &mut World, body: &Value) -> Result<Answer, Refusal> {
    let url = body["url"].as_str().ok_or_else(|| Refusal::missing("/url"))?;
    if !is_local(url) {
        return Err(Refusal::invalid("/url", url, "INVALID_PARAMETER_VALUE", "It must be http, and on this machine."));
    }
    let charset = match &body["charset"] {
        Value::Null => Charset::Windows1252,
        name => name.as_str().and_then(Charset::named).ok_or_else(|| {
            let description = "It must be windows-1252 or UTF-8.";
            Refusal::invalid("/charset", name.clone(), "INVALID_PARAMETER_VALUE", description)
        })?,
    };
    let none = serde_json::Map::new();
    let given = match &body["fields"] {
        Value::Null => &none,
        Value::Object(fields) => fields,
        other => {
            return Err(Refusal::invalid("/fields", other.clone(), "INVALID_PARAMETER_VALUE", "It must be an object."));
        }
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
                let description = "A field must be a string or a number.";
                return Err(Refusal::invalid(&field, other.clone(), "INVALID_PARAMETER_VALUE", description));
            }
        };
        pairs.push((&**name, value));
    }
    // A message that names nobody is for the first merchant.
    if !["receiver_id", "receiver_email", "business"].iter().any(|name| given.contains_key(*name)) {
        pairs.push(("receiver_id", world.merchants[0].id.clone()));
    }
    pairs.extend(defaults.into_iter().filter(|(name, _)| !given.contains_key(*name)));
    let pair = |(name, value): &(&str, String)| format!("{}={}", charset.encode(name), charset.encode(value));
    let form = pairs.iter().map(pair).collect::<Vec<_>>().join("&");
    if form.len() > MAX_LENGTH {
        let description = format!("A message may have at most {MAX_LENGTH} bytes; this one has {}.", form.len());
        return Err(Refusal::invalid("/fields", form.len(), "INVALID_STRING_LENGTH", &description));
    }
    if world.ipn.len() >= MAX_QUEUED {
        return Err(Refusal::too_many("Too many messages are queued"));
    }
    world.ipn.push_back(IpnMessage { url: url.to_owned(), body: form.clone().into(), attempt: 1 });
    Ok(Answer::json(202, json!({"body": form})))
}

/// Answers `VERIFIED` if the body is `cmd=_notify-validate&` and a message that was sent, byte for byte; else `INVALID`.
pub(crate) fn confirm(world: &World, body: &[u8]) -> Answer {
    let sent = body.strip_prefix(VALIDATE).is_some_and(|message| world.ipn_sent.contains(message));
    let word = Bytes::from_static(if sent { b"VERIFIED" } else { b"INVALID" });
    Answer::new(200, Body::Other("text/plain".to_owned(), word))
}
