//! An HTTP request.

use std::borrow::Cow;

pub(crate) const USER_AGENT: &str = concat!("paypal-connector/", env!("CARGO_PKG_VERSION"));

/// The largest body that is sent or read, in bytes. PayPal publishes no limit for JSON; this is the host's default, and
/// a host may set a lower one.
pub(crate) const MAX_BODY: usize = 16 * 1024 * 1024;

/// An HTTP method (RFC 9110, RFC 5789).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// Its token in a request line.
    #[must_use]
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// An HTTP request without its `Authorization`, which may change from one attempt to the next. Not `Debug`: headers and
/// body may be confidential.
pub(crate) struct Request<'a> {
    /// The method.
    pub method: Method,
    /// The host. The scheme is always https.
    pub authority: &'static str,
    /// The path and the query, percent-encoded.
    pub path_and_query: String,
    /// The header fields, names in lower case.
    pub headers: Vec<(&'static str, Cow<'a, str>)>,
    /// The body in pieces, which are sent unchanged; empty without a body.
    pub body: Vec<Cow<'a, [u8]>>,
    /// The most to read of the response body, in bytes.
    pub max_answer: usize,
}
