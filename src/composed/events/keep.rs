//! What the journal keeps of an event.

use crate::{
    call::Platform,
    date,
    document::Document,
    events::{
        event::Event,
        subject::{Kind, Subject, is_id},
    },
    journal::{Entry, NoJournal},
    resource::Amount,
};

/// Keeps an event under what it is about, under the order and the subscription behind that, and last under itself; returns
/// whether it had been kept for this webhook before. The last comes last so that an event whose keeping was cut short counts
/// as new when PayPal delivers it again; the others know it by its id. Nothing where it has no id.
///
/// # Errors
/// Where the platform's journal fails.
pub(super) fn keep(
    platform: &dyn Platform,
    event: &Event,
    webhook_id: &str,
    simulated: bool,
) -> Result<Option<bool>, NoJournal> {
    let Some(id) = event.id().filter(|id| is_id(id)) else { return Ok(None) };
    let entry = entry(platform, event, id, simulated);
    for subject in subjects(platform, event)? {
        platform.append(&subject, entry.clone())?;
    }
    let is_new = platform.append(&["event:", id].concat(), Entry { id: Some(webhook_id.to_owned()), ..entry })?;
    Ok(Some(!is_new))
}

fn entry(platform: &dyn Platform, event: &Event, id: &str, simulated: bool) -> Entry {
    let text = |text: &str| Document::from(text.to_owned());
    let details = [
        ("event_id", text(id)),
        ("resource_id", event.resource_id().map_or(Document::Null, text)),
        ("amount", event.amount().as_ref().map_or(Document::Null, Amount::to_document)),
        ("related", event.related_document()),
        ("simulated", simulated.into()),
    ];
    Entry {
        id: Some(id.to_owned()),
        time: event.time().or_else(|| date::format(platform.now())).unwrap_or_default(),
        event: event.event_type().unwrap_or_default().to_owned(),
        status: event.status(),
        details: Document::Object(details.map(|(name, value)| (name.into(), value)).into()).to_json(),
    }
}

/// The names in the journal. PayPal's refunds know their capture and not their order: that stands in what came of the
/// capture before.
fn subjects(platform: &dyn Platform, event: &Event) -> Result<Vec<String>, NoJournal> {
    let own = event.subject();
    let related = event.related();
    let mut names: Vec<String> = own.iter().map(Subject::name).collect();
    for (kind, word) in [(Kind::Order, "order"), (Kind::Subscription, "subscription")] {
        if own.is_some_and(|own| own.kind == kind) {
            continue;
        }
        if let Some(known) = related.iter().find(|it| it.kind == kind) {
            names.push(known.name());
            continue;
        }
        let payments = related.iter().filter(|it| matches!(it.kind, Kind::Capture | Kind::Authorization | Kind::Sale));
        for payment in payments {
            let entries = platform.entries(&payment.name())?;
            if let Some(id) = entries.iter().find_map(|entry| related_id(&entry.details, word)) {
                names.push([word, ":", &id].concat());
                break;
            }
        }
    }
    Ok(names)
}

/// The id that the details of an entry have of a related resource.
fn related_id(details: &str, kind: &str) -> Option<String> {
    let details = Document::parse(details).ok()?;
    let id = details.get("related")?.get(kind)?.as_text()?;
    is_id(id).then(|| id.to_owned())
}
