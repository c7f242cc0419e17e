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

/// A mistake in the body, in prose.
pub(super) fn mistake(field: &str, prose: &str) -> Issue {
    Issue {
        field: Some(field.to_owned()),
        value: None,
        location: "body",
        issue: "VALIDATION_ERROR".to_owned(),
        description: prose.to_owned(),
        link: None,
    }
}
