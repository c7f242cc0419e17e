//! Documents and problems as answers of axum.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::serve::{
    calls::CALL_ID,
    connections::ChangeError,
    forms::{
        outcome,
        problem::{Kind, Problem},
    },
    keys::KeyError,
    store::StoreError,
    violation::Violation,
};

/// A connection cannot be removed, or a key made, as things are.
const CONFLICT: Kind =
    Kind { name: "conflict", status: StatusCode::CONFLICT, title: "It conflicts with what is there" };

/// What must be new is there already (RFC 9110 section 13.1.2).
const TAKEN: Kind =
    Kind { name: "precondition-failed", status: StatusCode::PRECONDITION_FAILED, title: "It is there already" };

/// The store fails.
const STORE: Kind = Kind {
    name: "store-unavailable",
    status: StatusCode::SERVICE_UNAVAILABLE,
    title: "The data cannot be read or written",
};

/// There is no such key.
const NO_KEY: Kind = Kind { name: "no-such-key", status: StatusCode::NOT_FOUND, title: "There is no such key" };

impl From<Problem> for Response {
    fn from(problem: Problem) -> Self {
        problem.answer().map(Body::from)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.into()
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::new(STORE, error.to_string()).retry_after_ms(1_000)
    }
}

impl From<ChangeError> for Problem {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Invalid(violations) => invalid(&violations),
            ChangeError::Unknown => no_connection(),
            ChangeError::Taken => Self::new(TAKEN, "there is a connection of that name already: choose another name"),
            ChangeError::Lent(_) => Self::new(CONFLICT, error.to_string()),
            ChangeError::Store(error) => error.into(),
            ChangeError::Simulator(_) => Self::new(Kind::MISCONFIGURED, error.to_string()),
        }
    }
}

impl From<KeyError> for Problem {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Invalid { field, expected } => invalid(&[Violation::invalid(field, expected)]),
            KeyError::Taken => Self::new(CONFLICT, error.to_string()),
            KeyError::Unknown => Self::new(NO_KEY, "GET /v1/keys lists the keys"),
            KeyError::Store(error) => error.into(),
        }
    }
}

/// Returns the problem of a request, in the form of an action's `invalid-input`.
pub(super) fn invalid(violations: &[Violation]) -> Problem {
    outcome::problem_of(&Violation::failure(violations))
}

/// Returns the problem of a connection that is not there.
pub(super) fn no_connection() -> Problem {
    Problem::new(Kind::NO_CONNECTION, "GET /v1/connections lists the connections")
}

/// Returns a JSON text as an answer.
pub(super) fn text(text: impl Into<String>) -> Response {
    outcome::document(text).map(Body::from)
}

/// Returns a document as an answer.
pub(super) fn document(status: StatusCode, document: &impl Serialize) -> Response {
    // Records of texts are always JSON.
    let mut response = Response::new(Body::from(serde_json::to_vec(document).unwrap_or_default()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Adds to an answer which call it is of.
pub(super) fn of_call(id: Option<i64>, mut answer: Response) -> Response {
    if let Some(id) = id {
        answer.headers_mut().insert(CALL_ID, HeaderValue::from(id));
    }
    answer
}

/// Returns an answer without a document: 204.
pub(super) fn empty() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}
