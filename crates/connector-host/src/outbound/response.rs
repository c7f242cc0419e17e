//! Responses and errors as a guest may see them: within limits, and without the connection's secrets.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use http::{HeaderMap, HeaderValue, Response, header};
use http_body_util::BodyExt as _;

use super::{
    body::{Capped, Failed, Redacted},
    budget::Permit,
};
use crate::{
    printable::printable,
    redact::{REDACTED, Redactor},
    transport::{Error, WasiBody},
};

/// What a response body may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Its length, in bytes.
    pub(super) cap: usize,
    /// The time to each of its pieces.
    pub(super) pause: Duration,
    /// The end of the call.
    pub(super) until: Option<Instant>,
}

/// Limits a response and replaces the secrets in it. Its body holds `permit`.
pub(super) fn for_guest(
    response: Response<WasiBody>,
    redactor: Arc<Redactor>,
    limits: Limits,
    permit: Permit,
) -> Response<WasiBody> {
    let Limits { cap, pause, until } = limits;
    let (mut parts, body) = response.into_parts();
    let coded = |value: &HeaderValue| !value.as_bytes().eq_ignore_ascii_case(b"identity");
    let body = match parts.headers.get_all(header::CONTENT_ENCODING).into_iter().any(coded) {
        true => Failed::new(Error::HttpResponseContentCoding(None)).boxed_unsync(),
        false => Capped::new(body, cap, pause, until.map(Into::into), permit).boxed_unsync(),
    };
    parts.headers = clean(parts.headers, &redactor);
    let errors = redactor.clone();
    let body = Redacted::new(body, redactor).map_err(move |error| error_for_guest(error, &errors));
    Response::from_parts(parts, body.boxed_unsync())
}

/// Replaces the secrets in header fields. `content-length` is removed: replacing may change the length of the body.
fn clean(mut headers: HeaderMap, redactor: &Redactor) -> HeaderMap {
    headers.remove(header::CONTENT_LENGTH);
    let secret: Vec<_> = headers.keys().filter(|name| !redactor.is_clean(name.as_str().as_bytes())).cloned().collect();
    for name in secret {
        headers.remove(name);
    }
    for value in headers.values_mut().filter(|value| !redactor.is_clean(value.as_bytes())) {
        let clean = HeaderValue::from_bytes(&redactor.bytes(value.as_bytes()));
        *value = clean.unwrap_or(HeaderValue::from_static(REDACTED));
    }
    headers
}

/// Replaces the secrets in an error: a transport may have quoted what it was sent.
pub(super) fn error_for_guest(error: Error, redactor: &Redactor) -> Error {
    let text = |text: Option<String>| text.map(|text| printable(&redactor.text(text)).into_owned());
    match error {
        Error::InternalError(what) => Error::InternalError(text(what)),
        Error::DnsError { rcode, info_code } => Error::DnsError { rcode: text(rcode), info_code },
        Error::TlsAlertReceived { alert_id, alert_message } => {
            Error::TlsAlertReceived { alert_id, alert_message: text(alert_message) }
        }
        Error::HttpRequestHeaderSize { field_size, .. } => {
            Error::HttpRequestHeaderSize { field_name: None, field_size }
        }
        Error::HttpRequestTrailerSize { field_size, .. } => {
            Error::HttpRequestTrailerSize { field_name: None, field_size }
        }
        Error::HttpResponseHeaderSize { field_size, .. } => {
            Error::HttpResponseHeaderSize { field_name: None, field_size }
        }
        Error::HttpResponseTrailerSize { field_size, .. } => {
            Error::HttpResponseTrailerSize { field_name: None, field_size }
        }
        Error::HttpResponseTransferCoding(what) => Error::HttpResponseTransferCoding(text(what)),
        Error::HttpResponseContentCoding(what) => Error::HttpResponseContentCoding(text(what)),
        other => other,
    }
}
