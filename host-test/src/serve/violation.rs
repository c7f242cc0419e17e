//! What is wrong with what a caller has sent of the service's own: a document, or a query.

use std::borrow::Cow;

use connector_host::{Failure, FailureKind, Issue};

/// Where something is wrong, as an action's issues say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    Body,
    Path,
    Query,
}

/// What is wrong with one member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Violation {
    /// The member's name; of an item of a list with its number: `ipn_receivers/0`. Empty for the whole body.
    pub(crate) field: Cow<'static, str>,
    location: Location,
    /// The kind, by the names that the check of an action's input has.
    issue: &'static str,
    /// A sentence for a person. It quotes no value.
    pub(crate) description: String,
}

impl Violation {
    pub(crate) fn missing(field: impl Into<Cow<'static, str>>, description: impl Into<String>) -> Self {
        Self::new(field, "MISSING_REQUIRED_PARAMETER", description)
    }

    pub(crate) fn invalid(field: impl Into<Cow<'static, str>>, description: impl Into<String>) -> Self {
        Self::new(field, "INVALID_PARAMETER_VALUE", description)
    }

    /// Of a member of the body, with an issue of that name.
    pub(crate) fn new(
        field: impl Into<Cow<'static, str>>,
        issue: &'static str,
        description: impl Into<String>,
    ) -> Self {
        Self { field: field.into(), location: Location::Body, issue, description: description.into() }
    }

    /// Says that it is not in the body.
    pub(crate) fn at(self, location: Location) -> Self {
        Self { location, ..self }
    }

    /// Returns the failure of a request, in the form of an action's `invalid-input`.
    pub(crate) fn failure(violations: &[Self]) -> Failure {
        let words = violations.iter().map(|it| match &*it.field {
            "" => format!("the body: {}", it.description),
            field => format!("`{field}`: {}", it.description),
        });
        let mut failure = Failure::unsent(FailureKind::InvalidInput, words.collect::<Vec<_>>().join("; "));
        failure.details = violations.iter().map(Self::issue).collect();
        failure
    }

    fn issue(&self) -> Issue {
        let location = match self.location {
            Location::Body => "body",
            Location::Path => "path",
            Location::Query => "query",
        };
        let pointer = if self.field.is_empty() { String::new() } else { format!("/{}", self.field) };
        Issue {
            field: Some(pointer),
            value: None,
            location: Some(location.to_owned()),
            issue: Some(self.issue.to_owned()),
            description: Some(self.description.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_a_pointer_and_says_where() {
        let failure = Violation::failure(&[
            Violation::missing("", "expected an object"),
            Violation::invalid("ipn_receivers/1", "expected an id"),
            Violation::invalid("limit", "expected 1 to 200").at(Location::Query),
        ]);
        let fields: Vec<_> = failure.details.iter().map(|it| (it.field.as_deref(), it.location.as_deref())).collect();
        let expected = [("", "body"), ("/ipn_receivers/1", "body"), ("/limit", "query")];
        assert_eq!(fields, expected.map(|(field, location)| (Some(field), Some(location))));
        assert!(
            failure.message.starts_with("the body: expected an object; `ipn_receivers/1`: "),
            "{}",
            failure.message
        );
    }
}
