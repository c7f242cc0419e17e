//! The answer of the program to which deliveries are forwarded.

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use http_body_util::Full;

/// The answer of a program, as it goes back to PayPal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramAnswer {
    /// The status.
    pub status: StatusCode,
    /// The header fields that describe the body.
    pub fields: HeaderMap,
    /// The body; empty if it was too long.
    pub body: Bytes,
}

impl ProgramAnswer {
    /// Returns an answer without a body.
    pub(super) fn empty(status: StatusCode) -> Self {
        Self { status, fields: HeaderMap::new(), body: Bytes::new() }
    }

    pub(super) fn into_response(self) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::new(self.body));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.fields;
        response
    }
}
