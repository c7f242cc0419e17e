//! Problem details (RFC 9457): every answer that is not a success.

use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use serde::Serialize;
use serde_json::value::RawValue;

/// The prefix of the types of problems that the gateway finds.
pub(crate) const OWN: &str = "urn:problem-type:kosha-gateway:";

/// The prefix of the types of failures, followed by their kinds.
pub(crate) const FAILURE: &str = "urn:problem-type:kosha-failure:";

/// A kind of problem that the gateway itself finds. Except for `undeliverable`, no action was run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) status: StatusCode,
    pub(crate) title: &'static str,
}

macro_rules! kinds {
    ($($constant:ident = $name:literal, $status:ident, $title:literal;)*) => {
        impl Kind {
            $(pub(crate) const $constant: Self = Self { name: $name, status: StatusCode::$status, title: $title };)*

            /// All of them, for the documentation.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$constant),*];
        }
    };
}

kinds! {
    MALFORMED = "malformed-request", BAD_REQUEST, "The request is malformed";
    DELIVERY_REFUSED = "delivery-refused", BAD_REQUEST, "The delivery is not the provider's";
    KEY_REQUIRED = "key-required", UNAUTHORIZED, "A caller key is required";
    KEY_REFUSED = "key-refused", UNAUTHORIZED, "The caller key is not valid";
    OUT_OF_SCOPE = "out-of-scope", FORBIDDEN, "The caller key does not cover this";
    ORIGIN_REFUSED = "origin-refused", FORBIDDEN, "The origin is not allowed";
    NO_ROUTE = "no-such-route", NOT_FOUND, "There is no such route";
    NO_CONNECTION = "no-such-connection", NOT_FOUND, "There is no such connection";
    NO_ACTION = "no-such-action", NOT_FOUND, "There is no such action";
    METHOD = "method-not-allowed", METHOD_NOT_ALLOWED, "The route does not have this method";
    TOO_SLOW = "body-too-slow", REQUEST_TIMEOUT, "The body did not come in time";
    TOO_LARGE = "body-too-large", PAYLOAD_TOO_LARGE, "The body is too large";
    TARGET_TOO_LONG = "target-too-long", URI_TOO_LONG, "The path is too long";
    MEDIA_TYPE = "unsupported-media-type", UNSUPPORTED_MEDIA_TYPE, "The body has another media type";
    HOST_REFUSED = "host-refused", MISDIRECTED_REQUEST, "The host is not served here";
    BUSY = "connection-busy", TOO_MANY_REQUESTS, "The connection is busy";
    HEAD_TOO_LARGE = "head-too-large", REQUEST_HEADER_FIELDS_TOO_LARGE, "The header fields are too large";
    UNDESCRIBED = "undescribed", INTERNAL_SERVER_ERROR, "The connector cannot be described";
    UNDELIVERABLE = "undeliverable", INTERNAL_SERVER_ERROR, "The action was run, and its outcome cannot be shown";
    RECEIVING_FAILED = "receiving-failed", INTERNAL_SERVER_ERROR, "The delivery could not be read";
    MISCONFIGURED = "misconfigured", SERVICE_UNAVAILABLE, "The service is not configured";
    UNAVAILABLE = "connection-store-unavailable", SERVICE_UNAVAILABLE, "The connection cannot be used now";
    DELIVER_AGAIN = "deliver-again", SERVICE_UNAVAILABLE, "The delivery was not taken; deliver it again";
}

/// A problem, to answer with.
#[derive(Debug)]
pub(crate) struct Problem {
    uri: String,
    title: &'static str,
    pub(crate) status: StatusCode,
    pub(crate) detail: String,
    failure: Option<Box<RawValue>>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// Its document.
#[derive(Serialize)]
struct View<'a> {
    r#type: &'a str,
    title: &'a str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<&'a RawValue>,
}

impl Problem {
    /// Returns a problem that the gateway has found. `detail` must not contain a secret.
    pub(crate) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        let uri = format!("{OWN}{}", kind.name);
        Self { uri, title: kind.title, status: kind.status, detail: detail.into(), failure: None, headers: Vec::new() }
    }

    /// Returns the problem of a failure, whose document it contains.
    pub(crate) fn failure(
        kind: &str,
        title: &'static str,
        status: StatusCode,
        detail: String,
        failure: Box<RawValue>,
    ) -> Self {
        let uri = format!("{FAILURE}{kind}");
        Self { uri, title, status, detail, failure: Some(failure), headers: Vec::new() }
    }

    /// Adds a header field.
    pub(crate) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Adds `Retry-After`, in whole seconds, rounded up: at least one, so that nobody repeats at once.
    pub(crate) fn retry_after_ms(self, milliseconds: u64) -> Self {
        let seconds = milliseconds.div_ceil(1000).max(1);
        self.with(header::RETRY_AFTER, HeaderValue::from(seconds))
    }

    /// Returns the answer.
    pub(crate) fn answer(self) -> Response<Vec<u8>> {
        let view = View {
            r#type: &self.uri,
            title: self.title,
            status: self.status.as_u16(),
            detail: &self.detail,
            failure: self.failure.as_deref(),
        };
        // A record of texts is always JSON.
        let mut response = Response::new(serde_json::to_vec(&view).unwrap_or_default());
        *response.status_mut() = self.status;
        response.headers_mut().extend(self.headers);
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_names_its_type_and_status() {
        let response = Problem::new(Kind::BUSY, "all 25 calls are in use").retry_after_ms(1500).answer();
        assert_eq!(response.status(), 429);
        assert_eq!(response.headers()["retry-after"], "2");
        assert_eq!(response.headers()["content-type"], "application/problem+json");
        let expected = serde_json::json!({
            "type": "urn:problem-type:kosha-gateway:connection-busy", "title": "The connection is busy",
            "status": 429, "detail": "all 25 calls are in use",
        });
        assert_eq!(serde_json::from_slice::<serde_json::Value>(response.body()).unwrap(), expected);
    }

    #[test]
    fn a_wait_is_never_zero() {
        let wait = |it| Problem::new(Kind::BUSY, "").retry_after_ms(it).answer().headers()["retry-after"].clone();
        assert_eq!(
            (wait(0), wait(1), wait(1000), wait(u64::MAX)),
            ("1".parse().unwrap(), "1".parse().unwrap(), "1".parse().unwrap(), (u64::MAX / 1000 + 1).into())
        );
    }

    #[test]
    fn names_are_used_once() {
        let mut names: Vec<_> = Kind::ALL.iter().map(|kind| kind.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Kind::ALL.len());
    }
}
