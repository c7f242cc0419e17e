//! What happened to a resource, in order.

use crate::{
    base::{
        date::{self, OffsetDateTime},
        document::{Json, quoted},
    },
    paypal::subject::Subject,
    platform::{
        entry::{Entry, NoJournal},
        failure::Failure,
        interface::Platform,
        reply::Reply,
    },
};

/// The history of a resource: its entries in the journal by the time of what happened,
/// which is not the time at which the platform heard of it. What happened at one moment stays in the order of the journal.
///
/// # Errors
/// `connection-unavailable` where the platform cannot read its journal.
pub(crate) fn history(platform: &dyn Platform, subject: Subject) -> Result<Reply, Failure> {
    let mut entries = platform.entries(&subject.name()).map_err(NoJournal::into_failure)?;
    // A time that cannot be read goes before all others; a journal holds none unless somebody else has written into it.
    entries.sort_by_key(|entry| date::parse(&entry.time).unwrap_or(OffsetDateTime::UNIX_EPOCH));
    let entries: Vec<String> = entries.iter().map(to_json).collect();
    let body = format!(
        "{{\"subject\":{{\"kind\":{},\"id\":{}}},\"entries\":[{}]}}",
        quoted(subject.kind.as_str()),
        quoted(subject.id),
        entries.join(",")
    );
    Ok(Reply::own(body))
}

fn to_json(entry: &Entry) -> String {
    let status = entry.status.as_deref().map_or_else(|| "null".to_owned(), quoted);
    // A platform may have kept something else than it was given.
    let details = Json::parse(&entry.details).map_or("{}", Json::as_str);
    format!(
        "{{\"time\":{},\"event\":{},\"status\":{status},\"details\":{details}}}",
        quoted(&entry.time),
        quoted(&entry.event)
    )
}
