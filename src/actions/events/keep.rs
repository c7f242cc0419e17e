//! Writes an event to the journal.

use crate::{
    actions::acknowledgement::Acknowledgement,
    base::{date, document::Document},
    events::{event::Event, payer},
    journal::{credits::Told, record::Record},
    paypal::{credit::Counted, kind::is_id},
    platform::{
        entry::{Entry, JournalError},
        interface::Platform,
    },
};

/// Stores an event once each under its subject, under the related order and subscription, and under itself, and what it
/// says about credits. Returns whether it has been acknowledged for this webhook: one that was stored but not acknowledged
/// may not have been handed on. `None` if it has no id.
///
/// The credits come before that answer: an event whose credits are not stored is no duplicate, and PayPal delivers it
/// again.
///
/// # Errors
/// If the platform's journal fails.
pub(super) fn keep(
    platform: &dyn Platform,
    event: &Event,
    webhook_id: &str,
    simulated: bool,
    payments: &[Counted],
) -> Result<Option<bool>, JournalError> {
    let Some(id) = id(event) else { return keep_credits(platform, event, simulated, payments).map(|()| None) };
    store(platform, event, id, webhook_id, simulated, payments)?;
    Acknowledgement::of_event(id, webhook_id).is_kept(platform).map(Some)
}

/// What the journal knows of an event that PayPal lists.
pub(super) enum Known {
    /// It was acknowledged for this webhook.
    Acknowledged,
    /// It was not. Whether it was received at this webhook.
    Stored { received: bool },
}

/// Stores an event that PayPal lists in the same way, unless it has been acknowledged for this webhook. `None` if it has no
/// id.
///
/// # Errors
/// If the platform's journal fails.
pub(super) fn keep_listed(
    platform: &dyn Platform,
    event: &Event,
    webhook_id: &str,
    payments: &[Counted],
) -> Result<Option<Known>, JournalError> {
    let Some(id) = id(event) else { return keep_credits(platform, event, false, payments).map(|()| None) };
    // First, since all else was stored before it was acknowledged.
    if Acknowledgement::of_event(id, webhook_id).is_kept(platform)? {
        return Ok(Some(Known::Acknowledged));
    }
    let is_first = store(platform, event, id, webhook_id, false, payments)?;
    Ok(Some(Known::Stored { received: !is_first }))
}

/// The id under which an event is stored.
fn id<'a>(event: &'a Event) -> Option<&'a str> {
    event.id().filter(|id| is_id(id))
}

/// Stores an event and its credits. Returns whether it is the first time for this webhook.
fn store(
    platform: &dyn Platform,
    event: &Event,
    id: &str,
    webhook_id: &str,
    simulated: bool,
    payments: &[Counted],
) -> Result<bool, JournalError> {
    let event_type = event.event_type().unwrap_or_default();
    let time = time(platform, event);
    let mut more = vec![("event_id", Document::from(id.to_owned())), ("simulated", simulated.into())];
    let amount = event.amount();
    more.extend(amount.as_ref().map(|amount| ("amount", amount.to_document())));
    more.extend(event.status_reason().map(|reason| ("reason", reason.to_owned().into())));
    let (subject, related, status) = (event.subject(), event.related(), event.status());
    Record { id: Some(id), time: &time, event: event_type, subject, related, status, more }.append(platform)?;
    keep_credits(platform, event, simulated, payments)?;
    let entry = Entry {
        id: Some(webhook_id.to_owned()),
        time: time.clone(),
        event: event_type.to_owned(),
        status: event.status(),
        details: Document::Object(vec![("webhook_id".into(), webhook_id.to_owned().into())]).to_json(),
    };
    platform.append(Acknowledgement::of_event(id, webhook_id).subject(), entry)
}

/// Stores what an event says about credits. A simulated one is about nobody.
fn keep_credits(
    platform: &dyn Platform,
    event: &Event,
    simulated: bool,
    payments: &[Counted],
) -> Result<(), JournalError> {
    if simulated {
        return Ok(());
    }
    let told = Told {
        time: &time(platform, event),
        event: event.event_type().unwrap_or_default(),
        credits: payments.iter().filter_map(|payment| payment.as_ref().ok()).collect(),
        payers: payer::payer(event).into_iter().collect(),
        owners: payer::owners(event),
    };
    told.keep(platform)
}

/// When it happened.
fn time(platform: &dyn Platform, event: &Event) -> String {
    event.time().unwrap_or_else(|| date::stamp(platform.now()))
}
