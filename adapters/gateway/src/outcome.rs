//! Outcomes as answers.

use http::{HeaderValue, Response, StatusCode, header};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
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
#[cfg(test)]
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::Value;

    use super::*;
    use crate::{bindings::actions::Choice, problem::Kind, testing::failure};

    #[test]
    fn choices_are_a_document_and_their_failure_is_a_problem() {
        let choice = Choice { value: "P-1".to_owned(), label: "Monthly".to_owned() };
        let next = |next: &str| Ok(Choices { items: vec![choice.clone()], next: Some(next.to_owned()) });
        let response = choices(&next(r#"{"page": 2}"#));
        let document: Value = serde_json::from_slice(response.body()).unwrap();
        let items = serde_json::json!([{"value": "P-1", "label": "Monthly"}]);
        assert_eq!(document["choices"], serde_json::json!({"items": items, "next": {"page": 2}}));
        assert_eq!(choices(&next("{")).status(), 500);
        assert_eq!(choices(&Err(failure(FailureKind::InvalidInput))).status(), 400);
    }

    #[test]
    fn a_failure_is_a_problem_with_its_document() {
        let result = Err(failure(FailureKind::OutcomeUnknown));
        let response = answer("orders.create", &result);
        assert_eq!((response.status().as_u16(), &response.headers()["retry-after"]), (504, &HeaderValue::from(2)));
        let problem: Value = serde_json::from_slice(response.body()).unwrap();
        let outcome: Value = serde_json::from_str(&json::outcome(&result).unwrap()).unwrap();
        assert_eq!(problem["failure"], outcome["failure"]);
        assert_eq!((&problem["detail"], &problem["status"]), (&"it failed".into(), &504.into()));
        assert!(std::str::from_utf8(response.body()).unwrap().contains(r#"{"a": 1.0}"#), "{problem}");
    }

    #[test]
    fn an_outcome_that_cannot_be_shown_is_not_hidden() {
        let mut failure = failure(FailureKind::Conflict);
        failure.body = Some("{".to_owned());
        let response = answer("orders.create", &Err(failure));
        let problem: Value = serde_json::from_slice(response.body()).unwrap();
        assert_eq!(problem["type"], "urn:problem-type:kosha-gateway:undeliverable");
        assert!(problem["detail"].as_str().unwrap().contains(r#""idempotency_key":"k""#), "{problem}");
    }

    #[test]
    fn only_an_unknown_outcome_is_504_and_no_failure_is_401() {
        for kind in KINDS {
            for (retryable, sent) in [(true, true), (true, false), (false, true), (false, false)] {
                let mut failure = failure(kind);
                (failure.retryable, failure.request_sent) = (retryable, sent);
                let status = status(&failure).as_u16();
                assert_eq!(status == 504, kind == FailureKind::OutcomeUnknown, "{kind:?}");
                assert!((400..600).contains(&status) && status != 401 && status != 500, "{kind:?} {status}");
            }
        }
        assert!(Kind::ALL.iter().all(|kind| kind.status != 504));
    }

    #[test]
    fn credentials_that_are_refused_are_not_to_be_repeated() {
        let status = |retryable| {
            let failure = Failure { retryable, ..failure(FailureKind::ConnectionUnavailable) };
            answer("orders.create", &Err(failure)).status().as_u16()
        };
        assert_eq!((status(true), status(false)), (503, 502));
    }

    #[test]
    fn the_documentation_has_every_problem() {
        let page = include_str!("../../../docs/service.md");
        let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
        let rows: BTreeMap<&str, &str> = rows.collect();
        for kind in Kind::ALL {
            let row = rows.get(kind.name).unwrap_or_else(|| panic!("docs/service.md has no row for {}", kind.name));
            assert!(row.starts_with(kind.status.as_str()), "{} is {}: {row}", kind.name, kind.status);
        }
        for kind in KINDS {
            let row = rows.get(json::kind(kind)).unwrap_or_else(|| panic!("no row for {}", json::kind(kind)));
            let failure = Failure { retryable: false, ..failure(kind) };
            assert!(row.starts_with(status(&failure).as_str()), "{}: {row}", json::kind(kind));
        }
    }
}
