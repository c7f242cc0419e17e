//! What an action writes to the journal.

use super::record::Record;
use crate::platform::entry::JournalError;
use crate::{
    base::{
        date::{self, OffsetDateTime},
        document::Document,
    },
    catalogue::{Action, Trace},
    paypal::{
        kind::is_id,
        resource::{self, Amount, Payment},
        subject::Subject,
    },
    platform::{
        failure::{self, Failure},
        interface::Platform,
        reply::Reply,
    },
};

/// The input of an action.
pub(crate) struct Input<'a> {
    /// The id of the resource that it changes.
    pub(crate) id: Option<&'a str>,
    /// Its body.
    pub(crate) body: Option<&'a str>,
}

/// Appends what the action did, under the resource that it changes and under the payments in the response.
///
/// An action that may have been carried out is also recorded, without a status and with the `outcome` `unknown`; a
/// later entry with the same `idempotency_key` has its actual outcome. PayPal's response to a repeated key adds
/// nothing, unless a status has changed.
///
/// # Errors
/// If the platform cannot store it.
pub(crate) fn append(
    platform: &dyn Platform,
    action: &Action,
    trace: &Trace,
    input: &Input,
    outcome: &Result<Reply, Failure>,
    began: OffsetDateTime,
) -> Result<(), JournalError> {
    let mut more = Vec::new();
    let body = match outcome {
        Ok(reply) => {
            more.extend(reply.idempotency_key.as_deref().map(|key| ("idempotency_key", key.into())));
            more.extend(reply.debug_id.as_deref().map(|id| ("debug_id", id.into())));
            reply.body.as_deref()
        }
        Err(failure) if failure.kind == failure::Kind::OutcomeUnknown => {
            more.push(("outcome", "unknown".into()));
            more.extend(failure.idempotency_key.as_deref().map(|key| ("idempotency_key", key.into())));
            more.extend(failure.debug_id.as_deref().map(|id| ("debug_id", id.into())));
            None
        }
        Err(_) => return Ok(()),
    };
    let answer = match body.map(Document::parse) {
        None => Document::Null,
        Some(Ok(answer)) => answer,
        Some(Err(_)) => {
            // It was done, even if the response could not be read.
            more.push(("outcome", "unread".into()));
            Document::Null
        }
    };
    let answered = answer.get("id").and_then(Document::as_text).filter(|id| is_id(id));
    let changed = match trace.id {
        Some(_) => input.id.filter(|id| is_id(id)),
        None => answered,
    };
    // If it is unknown whether an order was created, so is its id.
    let Some(changed) = changed else { return Ok(()) };
    let time = date::stamp(began);
    let changed = Subject { kind: trace.subject, id: changed };
    let payments = resource::payments(&answer);
    let keyed = outcome.as_ref().ok().filter(|reply| reply.idempotency_key.is_some());
    let id = keyed.and(answered).map(|id| entry_id(action, id, &answer, &payments));
    let record = |subject, related, status, more| Record {
        id: id.as_deref(),
        time: &time,
        event: action.id,
        subject: Some(subject),
        related,
        status,
        more,
    };
    for payment in &payments {
        let Some(id) = payment.id.filter(|id| is_id(id)) else { continue };
        // The order's own entry lists its payments.
        record(Subject { kind: payment.kind, id }, vec![changed], payment.status.clone(), payment.details())
            .append_to_subject(platform)?;
    }
    let subject = answered.map_or(changed, |id| Subject { kind: trace.answer, id });
    let mut related = Subject::related(Some(subject), &answer);
    if subject != changed {
        related.retain(|it| it.kind != changed.kind);
        related.push(changed);
    }
    // A minimal response omits the amount. The requested amount is not PayPal's, and the response to a repeated key may
    // be for another call.
    let requested = input.body.filter(|_| keyed.is_none_or(|reply| reply.status != 200));
    let requested = requested.and_then(|body| Document::parse(body).ok()).unwrap_or(Document::Null);
    let requested = resource::amount(&requested).or_else(|| patched_amount(&requested));
    more.extend(match resource::amount(&answer) {
        Some(amount) => Some(("amount", amount.to_document())),
        None => requested.map(|amount| ("requested_amount", amount.to_document())),
    });
    more.extend(resource::status_reason(&answer).map(|reason| ("reason", reason.into())));
    more.extend(resource::processor_response_code(&answer).map(|code| ("processor_response_code", code.into())));
    if !payments.is_empty() {
        more.push(("payments", Document::Array(payments.iter().map(Payment::to_document).collect())));
    }
    record(subject, related, resource::status(&answer), more).append(platform)
}

/// The amount that a JSON Patch sets, if it sets one.
fn patched_amount<'a>(patch: &'a Document) -> Option<Amount<'a>> {
    let is_amount = |it: &&Document| resource::text(it, "path").is_some_and(|path| path.ends_with("/amount"));
    let mut operations = patch.items().iter().filter(is_amount);
    let amount = operations.next()?.get("value").and_then(Amount::read);
    amount.filter(|_| operations.next().is_none())
}

/// The id of an entry, equal for repeats: PayPal gives each resource an id, and returns the same one for a repeated
/// key.
fn entry_id(action: &Action, answered: &str, answer: &Document, payments: &[Payment]) -> String {
    let own = (Some(answered), resource::status(answer));
    let mut id = action.id.to_owned();
    for (of, status) in [own].into_iter().chain(payments.iter().map(|payment| (payment.id, payment.status.clone()))) {
        id.extend([":", of.unwrap_or_default(), ":", status.as_deref().unwrap_or_default()]);
    }
    id
}
