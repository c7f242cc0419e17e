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
    let event_type = event.event_type().unwrap_or_default();
    let time = event.time().unwrap_or_else(|| date::stamp(platform.now()));
    // A simulated event is about nobody.
    let told = (!simulated).then(|| Told {
        time: &time,
        event: event_type,
        credits: payments.iter().filter_map(|payment| payment.as_ref().ok()).collect(),
        payers: payer::payer(event).into_iter().collect(),
        owners: payer::owners(event),
    });
    let keep_credits = || told.as_ref().map_or(Ok(()), |told| told.keep(platform));
    let Some(id) = event.id().filter(|id| is_id(id)) else { return keep_credits().map(|()| None) };
    let mut more = vec![("event_id", Document::from(id.to_owned())), ("simulated", simulated.into())];
    let amount = event.amount();
    more.extend(amount.as_ref().map(|amount| ("amount", amount.to_document())));
    more.extend(event.status_reason().map(|reason| ("reason", reason.to_owned().into())));
    let (subject, related, status) = (event.subject(), event.related(), event.status());
    Record { id: Some(id), time: &time, event: event_type, subject, related, status, more }.append(platform)?;
    keep_credits()?;
    let entry = Entry {
        id: Some(webhook_id.to_owned()),
        time: time.clone(),
        event: event_type.to_owned(),
        status: event.status(),
        details: Document::Object(vec![("webhook_id".into(), webhook_id.to_owned().into())]).to_json(),
    };
    let acknowledgement = Acknowledgement::of_event(id, webhook_id);
    platform.append(acknowledgement.subject(), entry)?;
    acknowledgement.is_kept(platform).map(Some)
}
