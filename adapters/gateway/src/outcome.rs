//! Outcomes as answers.

use http::{HeaderValue, Response, StatusCode, header};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    bindings::{
        Failure, FailureKind, Reply,
        actions::{Choices, ConnectionReport},
    },
    json,
    problem::{Kind, Problem},
};

/// Returns a JSON document as an answer.
pub(crate) fn document(text: impl Into<String>) -> Response<Vec<u8>> {
    let mut response = Response::new(text.into().into_bytes());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Returns the answer for an action's outcome.
pub(crate) fn answer(action: &str, result: &Result<Reply, Failure>) -> Response<Vec<u8>> {
    match (json::outcome(result), result) {
        (Ok(text), Ok(_)) => document(text),
        (Ok(text), Err(failure)) => problem(failure, &text).answer(),
        // The connector has returned a document that is not JSON. What was done must not be hidden.
        (Err(_), _) => Problem::new(Kind::UNDELIVERABLE, json::undelivered(action, result)).answer(),
    }
}

/// Returns the answer for the test of a connection.
pub(crate) fn report(result: &Result<ConnectionReport, Failure>) -> Response<Vec<u8>> {
    match (json::connection_report(result), result) {
        (Ok(text), Ok(_)) => document(text),
        (Ok(text), Err(failure)) => problem(failure, &text).answer(),
        (Err(_), _) => Problem::new(Kind::UNDELIVERABLE, "the report is not JSON").answer(),
    }
}

/// Returns the answer with choices.
pub(crate) fn choices(result: &Result<Choices, Failure>) -> Response<Vec<u8>> {
    match (json::choices(result), result) {
        (Ok(text), Ok(_)) => document(text),
        (Ok(text), Err(failure)) => problem(failure, &text).answer(),
        (Err(_), _) => Problem::new(Kind::UNDELIVERABLE, "the next page is not JSON").answer(),
    }
}

/// Returns how long the provider has asked to wait (429), in milliseconds.
pub(crate) fn back_off<T>(result: &Result<T, Failure>) -> Option<u64> {
    let failure = result.as_ref().err()?;
    failure.retry_after_ms.filter(|_| failure.status == Some(429))
}

/// Returns the problem of a failure that no outcome has been made of.
pub(crate) fn problem_of(failure: &Failure) -> Problem {
    json::outcome(&Err(failure.clone())).map_or_else(
        |_| Problem::new(Kind::UNDELIVERABLE, json::undelivered("", &Err(failure.clone()))),
        |outcome| problem(failure, &outcome),
    )
}

/// Returns the problem of a failure. `outcome` is `{"failure": ...}`.
fn problem(failure: &Failure, outcome: &str) -> Problem {
    #[derive(Deserialize)]
    struct Outcome {
        failure: Box<RawValue>,
    }
    let Ok(Outcome { failure: document }) = serde_json::from_str(outcome) else {
        return Problem::new(Kind::UNDELIVERABLE, json::undelivered("", &Err(failure.clone())));
    };
    let (status, title) = (status(failure), title(failure.kind));
    let problem = Problem::failure(json::kind(failure.kind), title, status, failure.message.clone(), document);
    match failure.retry_after_ms {
        Some(wait) if failure.retryable => problem.retry_after_ms(wait),
        _ => problem,
    }
}

/// Returns the status for a failure. 504 always means that the outcome is unknown, and nothing else does; 401 is never a
/// failure's, since it would be about the caller's key.
pub(crate) fn status(failure: &Failure) -> StatusCode {
    match failure.kind {
        FailureKind::InvalidInput => StatusCode::BAD_REQUEST,
        FailureKind::Denied if failure.retryable => StatusCode::SERVICE_UNAVAILABLE,
        FailureKind::Unauthorized | FailureKind::Forbidden | FailureKind::Denied => StatusCode::FORBIDDEN,
        FailureKind::NotFound => StatusCode::NOT_FOUND,
        FailureKind::Conflict => StatusCode::CONFLICT,
        // The request is too large, for the connector or the provider; otherwise it is the answer that is.
        FailureKind::TooLarge if !failure.request_sent || failure.status == Some(413) => StatusCode::PAYLOAD_TOO_LARGE,
        FailureKind::Unprocessable => StatusCode::UNPROCESSABLE_ENTITY,
        FailureKind::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        FailureKind::ProviderError | FailureKind::MalformedReply | FailureKind::TooLarge => StatusCode::BAD_GATEWAY,
        // The provider refuses the credentials: a repeat fails too, and callers and proxies repeat what is 503.
        FailureKind::ConnectionUnavailable if !failure.retryable => StatusCode::BAD_GATEWAY,
        FailureKind::Unreachable | FailureKind::TimedOut | FailureKind::ConnectionUnavailable => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        FailureKind::OutcomeUnknown => StatusCode::GATEWAY_TIMEOUT,
    }
}

fn title(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::InvalidInput => "The input is not valid",
        FailureKind::Unauthorized => "The provider does not accept the connection",
        FailureKind::Forbidden => "The connection may not do this",
        FailureKind::NotFound => "The provider has no such resource",
        FailureKind::Conflict => "It conflicts with the resource's state",
        FailureKind::Unprocessable => "The provider refused it",
        FailureKind::RateLimited => "There are too many requests",
        FailureKind::ProviderError => "The provider failed",
        FailureKind::Unreachable => "The provider could not be reached and has not acted",
        FailureKind::TimedOut => "It timed out and nothing was done",
        FailureKind::OutcomeUnknown => "The outcome is unknown: the provider may have acted",
        FailureKind::MalformedReply => "The provider's answer cannot be read",
        FailureKind::TooLarge => "The request or the answer is too large",
        FailureKind::ConnectionUnavailable => "There is no access token",
        FailureKind::Denied => "The platform does not allow it",
    }
}

/// Every kind of failure.
#[cfg_attr(not(test), allow(dead_code, reason = "the tests', and the log's of `host-test serve`"))]
pub(crate) const KINDS: [FailureKind; 15] = [
    FailureKind::InvalidInput,
    FailureKind::Unauthorized,
    FailureKind::Forbidden,
    FailureKind::NotFound,
    FailureKind::Conflict,
    FailureKind::Unprocessable,
    FailureKind::RateLimited,
    FailureKind::ProviderError,
    FailureKind::Unreachable,
    FailureKind::TimedOut,
    FailureKind::OutcomeUnknown,
    FailureKind::MalformedReply,
    FailureKind::TooLarge,
    FailureKind::ConnectionUnavailable,
    FailureKind::Denied,
];
