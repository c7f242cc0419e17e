//! `ipn.receive`: verifies with PayPal and reads one message of its Instant Payment Notification. `ipn.acknowledge`:
//! notes that it was handed on.

mod verification;

use self::verification::{Outcome, Verification, verify};
use crate::{
    actions::acknowledgement::Acknowledgement,
    base::{date, document::Document},
    call::arguments::Arguments,
    ipn::{
        key::{dedupe_key, is_key},
        message::Message,
        summary::summary,
    },
    platform::{entry::Entry, environment::Environment, failure::Failure, file, interface::Platform, reply::Reply},
};

/// Verifies the message in the body, by posting it back to PayPal, and reads it. A verified one is written to the
/// journal under `ipn:` and its key; it is a duplicate once it has been acknowledged there.
///
/// Only a verified message may be acted on. One whose sender is unknown is still read, so that a person can look at it
/// or it can be received again; one that is not PayPal's is not read.
///
/// # Errors
/// `invalid-input` if the body is not base64. An invalid message is an outcome.
pub(crate) fn receive(platform: &dyn Platform, arguments: &Arguments) -> Result<Reply, Failure> {
    let body = file::received("body", arguments.body.as_deref().unwrap_or_default())?;
    let read = Message::read(&body);
    let refused = match &read {
        Err(_) => Some(("too-large", "the message has more than 10000 fields or more than 1 MiB")),
        Ok(_) if body.is_empty() => Some(("empty", "the message is empty")),
        Ok(message) if message.is_test && platform.environment() == Environment::Live => {
            Some(("test-message-in-live", "the message is a test (`test_ipn` is 1), and the connection is live"))
        }
        Ok(_) => None,
    };
    let verification = match refused {
        Some((reason, sentence)) => Verification::refused(reason, sentence),
        None => verify(platform, &body, arguments.parameter("content_type").as_deref(), arguments.options.deadline()),
    };
    // A message that is not PayPal's is not returned.
    let message = read.ok().filter(|_| verification.outcome != Outcome::Invalid);
    let key = message.as_ref().and_then(dedupe_key);
    let mut sentence = verification.sentence.clone();
    let duplicate = match (&message, &key) {
        (Some(message), Some(key)) if verification.outcome == Outcome::Verified => {
            let acknowledgement = Acknowledgement::of_message(key);
            let kept = platform.append(acknowledgement.subject(), entry(platform, message, key));
            let acknowledged = kept.and_then(|_| acknowledgement.is_kept(platform));
            acknowledged.map_err(|none| sentence += &format!("; {none}")).ok()
        }
        _ => None,
    };
    let charset = message.as_ref().map(|message| &message.charset);
    let members = [
        ("outcome", verification.outcome.as_str().into()),
        ("reason", verification.reason.into()),
        ("message", sentence.into()),
        ("duplicate", duplicate.into()),
        ("dedupe_key", key.into()),
        ("charset", charset.map(|charset| charset.name.clone()).into()),
        ("charset_known", charset.map(|charset| charset.is_known).into()),
        ("ipn", message.as_ref().map_or(Document::Null, summary)),
    ];
    let members = members.into_iter().map(|(name, value)| (name.into(), value)).collect();
    let Verification { debug_id, attempts, .. } = verification;
    Ok(Reply { debug_id, attempts, ..Reply::own(Document::Object(members).to_json()) })
}

/// Notes that a message has been handed on: later ones with its key are duplicates.
///
/// # Errors
/// `invalid-input` if it is not the key of a message; `connection-unavailable` if the journal cannot store it.
pub(crate) fn acknowledge(platform: &dyn Platform, arguments: &Arguments) -> Result<Reply, Failure> {
    let key = arguments.parameter("dedupe_key").unwrap_or_default();
    if !is_key(&key) {
        return Err(Failure::wrong_value("dedupe_key", "must be the `dedupe_key` of a message"));
    }
    Acknowledgement::of_message(&key).keep(platform)
}

/// The journal's entry for a message: ids and money, not the payer, nor the shop's own data (`custom`).
fn entry(platform: &dyn Platform, message: &Message, key: &str) -> Entry {
    let kept = ["txn_id", "parent_txn_id", "case_id", "invoice", "mc_gross", "mc_fee", "mc_currency", "pending_reason"];
    let member = |name: &'static str| Some((name.into(), message.get(name)?.to_owned().into()));
    Entry {
        id: Some(key.to_owned()),
        time: date::stamp(platform.now()),
        event: message.get("txn_type").map_or("ipn".to_owned(), |txn_type| format!("ipn.{txn_type}")),
        status: message.get("payment_status").map(str::to_owned),
        details: Document::Object(kept.into_iter().filter_map(member).collect()).to_json(),
    }
}

#[cfg(test)]
mod tests;
