//! What is wrong with a document of a connection.

use std::borrow::Cow;

use connector_host::{Failure, FailureKind, Issue};

/// What is wrong with one member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Violation {
    /// The member's name; of an item of a list with its number: `ipn_receivers/0`.
    pub(crate) field: Cow<'static, str>,
    /// The kind, by the names that the check of an action's input has.
    pub(crate) issue: &'static str,
    /// A sentence for a person. It quotes no value.
    pub(crate) description: String,
}

impl Violation {
    pub(crate) fn missing(field: impl Into<Cow<'static, str>>, description: impl Into<String>) -> Self {
        Self { field: field.into(), issue: "MISSING_REQUIRED_PARAMETER", description: description.into() }
    }

    pub(crate) fn invalid(field: impl Into<Cow<'static, str>>, description: impl Into<String>) -> Self {
        Self { field: field.into(), issue: "INVALID_PARAMETER_VALUE", description: description.into() }
    }

    /// Returns the failure of a document, in the form of an action's `invalid-input`.
    pub(crate) fn failure(violations: &[Self]) -> Failure {
        let words: Vec<String> = violations.iter().map(|it| format!("`{}`: {}", it.field, it.description)).collect();
        let mut failure = Failure::unsent(FailureKind::InvalidInput, words.join("; "));
        failure.details = violations.iter().map(Self::issue).collect();
        failure
    }

    fn issue(&self) -> Issue {
        Issue {
            field: Some(format!("/{}", self.field)),
            value: None,
            location: Some("body".to_owned()),
            issue: Some(self.issue.to_owned()),
            description: Some(self.description.clone()),
        }
    }
}
