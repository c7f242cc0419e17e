//! `ipn.receive`: verifies with PayPal and reads one message of its Instant Payment Notification. `ipn.acknowledge`:
//! notes that it was handed on.

mod verification;

use self::verification::{Outcome, Verification, verify};
use crate::{
    actions::acknowledgement::Acknowledgement,
    base::{date, document::Document},
    call::arguments::Arguments,
    ipn::{
        credits,
        key::{dedupe_key, is_key},
        message::Message,
        summary::summary,
    },
    journal::credits::Told,
    paypal::{
        credit::{self, Counted},
        party::Party,
    },
    platform::{
        entry::{Entry, JournalError},
        environment::Environment,
        failure::{Failure, Issue, Location},
        file,
        interface::Platform,
        reply::Reply,
    },
};

/// Verifies the message in the body, by posting it back to PayPal, and reads it. A verified one is written to the
/// journal under `ipn:` and its key, and its credits under the payer; it is a duplicate once it has been acknowledged.
///
/// Only a verified message may be acted on. One whose sender is unknown is still read, so that a person can look at it
/// or it can be received again; one that is not PayPal's is not read. If receivers are given, a message that is for another
/// one is invalid: PayPal verifies a message about a payment to anybody. It is read, for a person, and not stored.
///
/// # Errors
/// `invalid-input` if the body is not base64, or a receiver is neither an id nor an address. An invalid message is an outcome.
pub(crate) fn receive(platform: &dyn Platform, arguments: &Arguments) -> Result<Reply, Failure> {
    let body = file::received("body", arguments.body.as_deref().unwrap_or_default())?;
    let receivers = receivers(arguments)?;
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
    let is_ours = message.as_ref().is_none_or(|message| receivers.is_empty() || is_for(message, &receivers));
    let verification = if is_ours { verification } else { verification.for_another() };
    let key = message.as_ref().and_then(dedupe_key);
    let mut sentence = verification.sentence.clone();
    let verified = message.as_ref().filter(|_| verification.outcome == Outcome::Verified);
    let payments = verified.map(credits::credits);
    let duplicate = verified.zip(payments.as_deref()).and_then(|(message, payments)| {
        // A message is returned even if the journal fails; the sentence then says why it is not stored.
        let kept = keep(platform, message, key.as_deref(), payments);
        kept.map_err(|none| sentence += &format!("; {none}")).ok().flatten()
    });
    let charset = message.as_ref().map(|message| &message.charset);
    let members = [
        ("outcome", verification.outcome.as_str().into()),
        ("reason", verification.reason.into()),
        ("message", sentence.into()),
        ("duplicate", duplicate.into()),
        ("dedupe_key", key.into()),
        ("charset", charset.map(|charset| charset.name.clone()).into()),
        ("charset_known", charset.map(|charset| charset.is_known).into()),
    ];
    let ipn = [("ipn", message.as_ref().map_or(Document::Null, summary))];
    let members = members.into_iter().chain(credit::members(payments.as_deref())).chain(ipn);
    let members = members.map(|(name, value)| (name.into(), value)).collect();
    let Verification { debug_id, attempts, .. } = verification;
    Ok(Reply { debug_id, attempts, ..Reply::own(Document::Object(members).to_json()) })
}

/// The caller's own accounts, by their [names](Party::name).
fn receivers(arguments: &Arguments) -> Result<Vec<String>, Failure> {
    let Some(given) = arguments.value("receivers") else { return Ok(Vec::new()) };
    if given.items().is_empty() {
        return Err(Failure::wrong_value("receivers", "must be a list of one or more accounts"));
    }
    let name = |(index, receiver): (usize, &Document)| {
        let name = receiver.as_text().and_then(Party::name);
        let (field, expected) =
            (format!("/receivers/{index}"), "must be PayPal's id of an account, or an e-mail address");
        let wrong = || Issue::found(&field, Location::Body, "INVALID_PARAMETER_VALUE", expected.to_owned());
        name.ok_or_else(|| Failure::invalid_input(vec![wrong()]))
    };
    given.items().iter().enumerate().map(name).collect()
}

/// Whether a message is for one of these accounts.
fn is_for(message: &Message, receivers: &[String]) -> bool {
    let names = credits::account(message);
    receivers.iter().any(|receiver| names.contains(receiver))
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

/// Stores a message under its key, and what it says about credits. Returns whether it has been acknowledged; `None` if
/// it has no key. The credits come before that answer: a message whose credits are not stored is no duplicate, and PayPal
/// sends it again.
///
/// # Errors
/// If the platform's journal fails.
fn keep(
    platform: &dyn Platform,
    message: &Message,
    key: Option<&str>,
    payments: &[Counted],
) -> Result<Option<bool>, JournalError> {
    let entry = entry(platform, message, key.unwrap_or_default());
    let payer = credits::payer(message);
    let (own, parent) = credits::transactions(message);
    let told = Told {
        time: &entry.time.clone(),
        event: &entry.event.clone(),
        credits: payments.iter().filter_map(|payment| payment.as_ref().ok()).collect(),
        payers: own.into_iter().chain(parent).map(|transaction| (transaction, payer)).collect(),
        owners: own.zip(parent).into_iter().collect(),
    };
    let acknowledgement = key.map(Acknowledgement::of_message);
    if let Some(acknowledgement) = &acknowledgement {
        platform.append(acknowledgement.subject(), entry)?;
    }
    match key.filter(|_| credits::is_mass_payment(message)) {
        Some(key) => told.keep_all(platform, key)?,
        None => told.keep(platform)?,
    }
    acknowledgement.map(|it| it.is_kept(platform)).transpose()
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
