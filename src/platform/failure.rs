//! Why a call did not succeed.

use crate::base::pointer;

/// The kind of a failure; `kosha:connector/types.failure-kind` describes each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    InvalidInput,
    Unauthorized,
    Forbidden,
    NotFound,
    Conflict,
    Unprocessable,
    RateLimited,
    ProviderError,
    Unreachable,
    TimedOut,
    OutcomeUnknown,
    MalformedReply,
    TooLarge,
    ConnectionUnavailable,
    Denied,
}

impl Kind {
    /// Its name in the contract.
    #[must_use]
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::InvalidInput => "invalid-input",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not-found",
            Self::Conflict => "conflict",
            Self::Unprocessable => "unprocessable",
            Self::RateLimited => "rate-limited",
            Self::ProviderError => "provider-error",
            Self::Unreachable => "unreachable",
            Self::TimedOut => "timed-out",
            Self::OutcomeUnknown => "outcome-unknown",
            Self::MalformedReply => "malformed-reply",
            Self::TooLarge => "too-large",
            Self::ConnectionUnavailable => "connection-unavailable",
            Self::Denied => "denied",
        }
    }
}

/// A part of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    Path,
    Query,
    Header,
    /// A body of `application/x-www-form-urlencoded`.
    Form,
    Body,
}

impl Location {
    /// Its name in PayPal's errors.
    #[must_use]
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Form | Self::Body => "body",
        }
    }
}

/// An error in a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Issue {
    /// JSON Pointer or name of the field.
    pub field: Option<String>,
    /// The offending value.
    pub value: Option<String>,
    /// `body`, `path`, `query` or `header`.
    pub location: Option<String>,
    /// PayPal's issue code, or its prose.
    pub issue: Option<String>,
    /// What it means.
    pub description: Option<String>,
}

impl Issue {
    /// An issue found by the local check. Leaves out the value, which may be a card number; see [`Issue::with_value`].
    #[must_use]
    pub(crate) fn found(field: &str, location: Location, issue: &str, description: String) -> Self {
        Self {
            field: Some(field.to_owned()),
            value: None,
            location: Some(location.as_str().to_owned()),
            issue: Some(issue.to_owned()),
            description: Some(description),
        }
    }

    /// An issue for a missing required field.
    #[must_use]
    pub(crate) fn missing(field: &str, location: Location) -> Self {
        Self::found(field, location, "MISSING_REQUIRED_PARAMETER", "is required and missing".to_owned())
    }

    /// Adds the offending value. Only for amounts and currencies, never for anything that could be secret.
    #[must_use]
    pub(crate) fn with_value(mut self, value: &str) -> Self {
        self.value = Some(value.chars().take(100).collect());
        self
    }
}

/// A call that did not succeed; see `kosha:connector/types.failure`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// Its kind.
    pub kind: Kind,
    /// One sentence for a person.
    pub message: String,
    /// The HTTP status.
    pub status: Option<u16>,
    /// PayPal's name of the error.
    pub name: Option<String>,
    /// Every issue found.
    pub details: Vec<Issue>,
    /// PayPal's id of the exchange.
    pub debug_id: Option<String>,
    /// Whether the same call may succeed later, without the risk of a second effect.
    pub retryable: bool,
    /// How long PayPal asks to wait before that.
    pub retry_after_ms: Option<u64>,
    /// Whether any of the request may have reached PayPal.
    pub request_sent: bool,
    /// The idempotency key of the call.
    pub idempotency_key: Option<String>,
    /// How long PayPal remembers that key, in seconds.
    pub idempotency_retention_seconds: Option<u32>,
    /// How many times the request was sent.
    pub attempts: u32,
    /// A page of PayPal about the error.
    pub information_link: Option<String>,
    /// PayPal's error document, unchanged.
    pub body: Option<String>,
}

impl Failure {
    /// A failure before anything was sent, without further details.
    #[must_use]
    pub(crate) fn unsent(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            status: None,
            name: None,
            details: Vec::new(),
            debug_id: None,
            retryable: false,
            retry_after_ms: None,
            request_sent: false,
            idempotency_key: None,
            idempotency_retention_seconds: None,
            attempts: 0,
            information_link: None,
            body: None,
        }
    }

    /// A failure because one member of the input has a wrong value.
    #[must_use]
    pub(crate) fn wrong_value(name: &str, description: &str) -> Self {
        let field = pointer::member(name);
        let issue = Issue::found(&field, Location::Body, "INVALID_PARAMETER_VALUE", description.to_owned());
        Self::invalid_input(vec![issue])
    }

    /// A failure because the input violates the rules of its action.
    #[must_use]
    pub(crate) fn invalid_input(details: Vec<Issue>) -> Self {
        let first = details.first().map(|issue| {
            let field = issue.field.as_deref().filter(|field| !field.is_empty());
            let description = issue.description.as_deref().unwrap_or("is wrong");
            field.map_or(description.to_owned(), |field| format!("{field} {description}"))
        });
        let message = match (first, details.len()) {
            (Some(first), 0..=1) => format!("the input is not valid: {first}"),
            (Some(first), n) => format!("the input is not valid in {n} places; the first: {first}"),
            (None, _) => "the input is not valid".to_owned(),
        };
        Self { details, ..Self::unsent(Kind::InvalidInput, message) }
    }
}
