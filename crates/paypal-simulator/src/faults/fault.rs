//! What can go wrong with one request.

use std::time::Duration;

/// Whether a request without an answer is carried out, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// It is lost.
    Never,
    /// It is carried out; its answer is lost.
    AtOnce,
    /// It is carried out after the client has given up, and before the next request.
    BeforeTheNext,
    /// The next request overtakes it if both have the same idempotency key; otherwise as [`Arrival::BeforeTheNext`].
    /// Arriving any later, it could not be told from a new request.
    AfterTheNext,
}

/// One fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The connection is refused.
    ConnectionRefused,
    /// The connection is reset while it is established, as in the TLS handshake.
    ConnectionReset,
    /// No connection is established in time.
    ConnectionTimeout,
    /// No answer comes in time.
    ResponseTimeout(Arrival),
    /// The connection is reset: while the request is sent ([`Arrival::Never`]), or in place of an answer.
    Reset(Arrival),
    /// The connection is closed in place of an answer, as by a server that is stopped.
    Closed(Arrival),
    /// The request is carried out, and its answer breaks off, in the head or the body, after `at` of 65536 parts.
    Cut {
        /// The number of parts that arrive.
        at: u16,
        /// Whether the connection is then reset rather than closed.
        reset: bool,
    },
    /// The request is carried out, and its answer states a length that is wrong by that many bytes; then the connection is
    /// closed.
    WrongLength(i16),
    /// The request is carried out, and its answer comes byte by byte, with a pause before each.
    Trickle(Duration),
    /// The answer is not one of PayPal's.
    Garbage(Garbage, Arrival),
    /// 429 `RATE_LIMIT_REACHED`; the request is not carried out.
    RateLimited(Option<RetryAfter>),
    /// 5xx, or 408.
    ServerError {
        /// The status.
        status: u16,
        /// Whether the request is carried out anyway.
        arrival: Arrival,
        /// The header `Retry-After`.
        retry_after: Option<RetryAfter>,
    },
    /// 409 `PREVIOUS_REQUEST_IN_PROGRESS`; the request is not carried out, though an earlier one may be. A request without
    /// an idempotency key passes.
    InProgress {
        /// Whether the error document breaks off.
        cut: bool,
    },
    /// The tokens that were granted become invalid just before the request arrives.
    TokenExpired,
}

/// An answer that is not one of PayPal's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Garbage {
    /// Bytes that are not HTTP.
    NotHttp,
    /// 200 with a web page, as of a network that wants a login.
    WebPage,
    /// 200 with JSON that does not end.
    TruncatedJson,
    /// 200 with bytes that are not text, declared as JSON.
    NotText,
    /// 200 without a body, though PayPal documents one.
    EmptyBody,
    /// 502 with a web page, as of a gateway.
    Gateway,
}

impl Garbage {
    /// The answer, head and body.
    pub(super) fn bytes(self) -> Vec<u8> {
        let page: &[u8] = b"<!doctype html><title>Welcome</title>";
        let (status, media_type, body): (_, _, &[u8]) = match self {
            Self::NotHttp => return b"\x16\x03\x01 SSH-2.0-what\r\n\r\n".to_vec(),
            Self::WebPage => ("200 OK", "text/html", page),
            Self::TruncatedJson => ("200 OK", "application/json", br#"{"id": "5O19"#),
            Self::NotText => ("200 OK", "application/json", b"\x1f\x8b\x08\x00\xff\xfe"),
            Self::EmptyBody => ("200 OK", "application/json", b""),
            Self::Gateway => ("502 Bad Gateway", "text/html", page),
        };
        let head = format!("HTTP/1.1 {status}\r\ncontent-type: {media_type}\r\ncontent-length: {}\r\n\r\n", body.len());
        [head.as_bytes(), body].concat()
    }
}

/// A `Retry-After` (RFC 9110 section 10.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// A number of seconds.
    Seconds(u32),
    /// A date in the past.
    Past,
    /// A date in the far future.
    FarFuture,
    /// Something that is neither seconds nor a date.
    Invalid,
}

impl RetryAfter {
    /// The value of the header.
    pub(super) fn value(self) -> String {
        match self {
            Self::Seconds(seconds) => seconds.to_string(),
            Self::Past => "Sun, 06 Nov 1994 08:49:37 GMT".to_owned(),
            Self::FarFuture => "Fri, 31 Dec 9999 23:59:59 GMT".to_owned(),
            Self::Invalid => "soon".to_owned(),
        }
    }
}
