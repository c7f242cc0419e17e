//! The simulator's answers.

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Response, StatusCode,
    header::{
        ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    },
};
use serde_json::Value;

use crate::{
    base::links::PublicUrl,
    request::refusal::{Family, Refusal},
};

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Body,
    /// The id of the resource that was created or changed, which a repeated request shows.
    pub(crate) subject: Option<String>,
    /// The methods of the path, of a 405.
    pub(crate) allow: Vec<&'static str>,
}

#[derive(Debug)]
pub(crate) enum Body {
    None,
    Json(Value),
    /// Another media type, and the bytes.
    Other(String, Bytes),
    /// A page, and its content security policy.
    Page(String, String),
    /// Nothing, but where to go on.
    Location(String),
}

impl Answer {
    pub(crate) fn new(status: u16, body: Body) -> Self {
        Self { status, body, subject: None, allow: Vec::new() }
    }

    /// The answer to a refused request, in the shape of its API.
    pub(crate) fn refused(refusal: &Refusal, family: Family, debug_id: &str) -> Self {
        let document = Body::Json(refusal.document(family, debug_id));
        Self { allow: refusal.allow.clone(), ..Self::new(refusal.status, document) }
    }

    pub(crate) fn json(status: u16, body: Value) -> Self {
        Self::new(status, Body::Json(body))
    }

    pub(crate) fn ok(body: Value) -> Self {
        Self::json(200, body)
    }

    /// 204.
    pub(crate) fn none() -> Self {
        Self::new(204, Body::None)
    }

    /// 303: a browser goes on to this address with `GET`.
    pub(crate) fn see_other(address: String) -> Self {
        Self::new(303, Body::Location(address))
    }

    /// The same with another status.
    pub(crate) fn status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    pub(crate) fn about(self, subject: impl Into<String>) -> Self {
        Self { subject: Some(subject.into()), ..self }
    }

    /// Makes the links of a document lead to an address, if there is one.
    pub(crate) fn leading_to(mut self, url: Option<&PublicUrl>) -> Self {
        if let (Some(url), Body::Json(document)) = (url, &mut self.body) {
            url.lead(document);
        }
        self
    }

    /// Returns the response, with `paypal-debug-id`.
    pub(crate) fn response(self, debug_id: &str) -> Response<Bytes> {
        let mut headers = HeaderMap::new();
        let mut add = |name: HeaderName, value: String| headers.extend(value.parse().ok().map(|it| (name, it)));
        add(HeaderName::from_static("paypal-debug-id"), debug_id.to_owned());
        if !self.allow.is_empty() {
            add(ALLOW, self.allow.join(", "));
        }
        let bytes = match self.body {
            Body::None => Bytes::new(),
            Body::Location(address) => {
                add(LOCATION, address);
                Bytes::new()
            }
            Body::Json(body) => {
                add(CONTENT_TYPE, "application/json".to_owned());
                Bytes::from(body.to_string())
            }
            Body::Other(media_type, bytes) => {
                add(CONTENT_TYPE, media_type);
                bytes
            }
            Body::Page(html, policy) => {
                add(CONTENT_TYPE, "text/html; charset=utf-8".to_owned());
                add(CONTENT_SECURITY_POLICY, policy);
                headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
                // With `no-referrer`, browsers send the origin `null` with a form, which is refused.
                headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
                headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
                Bytes::from(html)
            }
        };
        let mut response = Response::new(bytes);
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        *response.headers_mut() = headers;
        response
    }
}
