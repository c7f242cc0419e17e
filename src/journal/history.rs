//! The history of a resource.

use crate::{
    base::{
        date::{self, OffsetDateTime},
        document::{Json, quoted},
    },
    paypal::subject::Subject,
    platform::{
        entry::{Entry, JournalError},
        failure::Failure,
        interface::Platform,
        reply::Reply,
    },
};

/// The history of a resource: its journal entries, sorted by when things happened, not by when the platform heard of
/// them. Entries with the same time keep the journal's order.
///
/// # Errors
/// `connection-unavailable` if the platform cannot read its journal.
pub(crate) fn history(platform: &dyn Platform, subject: Subject) -> Result<Reply, Failure> {
    let mut entries = platform.entries(&subject.name()).map_err(JournalError::into_failure)?;
    // A time that cannot be parsed sorts first. The connector writes none, but others may have written to the journal.
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
    // A platform may have stored something other than it was given.
    let details = Json::parse(&entry.details).map_or("{}", Json::as_str);
    format!(
        "{{\"time\":{},\"event\":{},\"status\":{status},\"details\":{details}}}",
        quoted(&entry.time),
        quoted(&entry.event)
    )
}
