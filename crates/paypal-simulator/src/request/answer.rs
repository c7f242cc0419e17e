//! The simulator's answers.

use bytes::Bytes;
use http::{Response, StatusCode, header};
use serde_json::Value;

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Body,
    /// The id of the resource that was created or changed, which a repeated request shows.
    pub(crate) subject: Option<String>,
}

#[derive(Debug)]
pub(crate) enum Body {
    None,
    Json(Value),
    /// Another media type, and the bytes.
    Other(String, Bytes),
}

impl Answer {
    pub(crate) fn json(status: u16, body: Value) -> Self {
        Self { status, body: Body::Json(body), subject: None }
    }

    pub(crate) fn ok(body: Value) -> Self {
        Self::json(200, body)
    }

    /// 204.
    pub(crate) fn none() -> Self {
        Self { status: 204, body: Body::None, subject: None }
    }

    /// The same with another status.
    pub(crate) fn status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    pub(crate) fn about(self, subject: impl Into<String>) -> Self {
        Self { subject: Some(subject.into()), ..self }
    }

    /// Returns the response, with `paypal-debug-id`.
    pub(crate) fn response(self, debug_id: &str) -> Response<Bytes> {
        let (media_type, bytes) = match self.body {
            Body::None => (None, Bytes::new()),
            Body::Json(body) => (Some("application/json".to_owned()), Bytes::from(body.to_string())),
            Body::Other(media_type, bytes) => (Some(media_type), bytes),
        };
        let mut response = Response::new(bytes);
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let media_type = media_type.and_then(|it| it.parse().ok());
        response.headers_mut().extend(media_type.map(|value| (header::CONTENT_TYPE, value)));
        let debug_id = debug_id.parse().ok();
        response
            .headers_mut()
            .extend(debug_id.map(|value| (header::HeaderName::from_static("paypal-debug-id"), value)));
        response
    }
}
