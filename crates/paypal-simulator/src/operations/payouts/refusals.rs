//! How payouts are refused.

use crate::request::refusal::{Issue, Refusal};

/// A refusal with a name of its own, as all of this API's are.
pub(super) fn refuse(status: u16, name: &'static str, message: &'static str) -> Refusal {
    Refusal { status, ..Refusal::named(name, message) }
}

/// 404.
pub(super) fn not_found() -> Refusal {
    refuse(404, "INVALID_RESOURCE_ID", "There is nothing under this id")
}

/// Adds a mistake in the body, in prose.
pub(super) fn add(refusal: &mut Refusal, field: &str, prose: &str) {
    let issues = Refusal::missing(field).issues;
    refusal.issues.extend(issues.into_iter().map(|issue| Issue { description: prose.to_owned(), ..issue }));
}
