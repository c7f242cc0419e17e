//! A noted call, and what has become of it, as in replies.

use std::time::Duration;

use crate::{
    base::{
        date::{self, OffsetDateTime},
        document::Document,
    },
    catalogue::find,
    journal::{conclusion::Conclusion, intent::Intent},
    platform::failure::Failure,
};

/// How long before PayPal forgets a key a call with it is no longer repeated: a repeat takes its time.
const MARGIN: Duration = Duration::from_secs(600);

/// Until when repeating a call shows its outcome; `None` if PayPal recognises no repeat of it.
pub(super) fn repeatable_until(intent: &Intent) -> Option<OffsetDateTime> {
    let retention = find(&intent.action)?.idempotency.filter(|_| intent.key.is_some())?.retention_seconds;
    intent.began.checked_add(Duration::from_secs(retention.into()).saturating_sub(MARGIN).try_into().ok()?)
}

/// A call of `calls.unresolved`.
pub(super) fn unresolved(intent: &Intent, state: &'static str, now: OffsetDateTime) -> String {
    let parameters = intent.parameters.iter().map(|(name, value)| (name.into(), value.as_str().into()));
    let members = [
        ("call", Document::from(intent.id.to_text())),
        ("action", intent.action.as_str().into()),
        ("time", date::stamp(intent.began).into()),
        ("state", state.into()),
        ("may_be_running", (now < intent.ends).into()),
        ("idempotency_key", intent.key.as_deref().into()),
        ("repeatable_until", repeatable_until(intent).map(date::stamp).into()),
        ("parameters", Document::Object(parameters.collect())),
        ("digest", intent.digest.as_str().into()),
        ("input_kept", intent.input.is_some().into()),
    ];
    Document::Object(members.map(|(name, value)| (name.into(), value)).into()).to_json()
}

/// The reply of `calls.resolve`, with PayPal's document unchanged.
pub(super) fn resolved(
    intent: &Intent,
    conclusion: &Conclusion,
    found_by: Option<&'static str>,
    failure: Option<&Failure>,
    document: Option<&str>,
) -> String {
    let failed = failure.map(|failure| {
        let issues = failure.details.iter().filter_map(|issue| issue.issue.as_deref()).map(Document::from);
        let members = [
            ("kind", failure.kind.as_str().into()),
            ("name", failure.name.as_deref().into()),
            ("message", failure.message.as_str().into()),
            ("issues", Document::Array(issues.collect())),
        ];
        Document::Object(members.map(|(name, value)| (name.into(), value)).into())
    });
    let noted = conclusion.failure.as_ref().map(|(kind, name)| {
        let members = [("kind", kind.as_str().into()), ("name", name.as_deref().into())];
        Document::Object(members.map(|(name, value)| (name.into(), value)).into())
    });
    let members = [
        ("call", Document::from(intent.id.to_text())),
        ("action", intent.action.as_str().into()),
        ("outcome", conclusion.verdict.as_str().into()),
        ("found_by", found_by.into()),
        ("status", conclusion.status.as_deref().into()),
        ("resource_id", conclusion.resource_id.as_deref().into()),
        ("failure", failed.or(noted).into()),
    ];
    Document::to_json_with(members, "document", document.unwrap_or("null"))
}
