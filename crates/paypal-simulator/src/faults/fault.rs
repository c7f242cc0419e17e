//! What can go wrong with one request.

use std::time::Duration;

/// Whether a request without an answer is carried out, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// It is lost.
    Never,
    /// It is carried out; its answer is lost.
    AtOnce,
    /// It is carried out after the client has given it up, and before the next request.
    BeforeTheNext,
    /// The next request overtakes it, where both have the same idempotency key; otherwise as [`Arrival::BeforeTheNext`].
    /// A fault later than that could not be told from a new request.
    AfterTheNext,
}

/// One fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The connection is refused.
    ConnectionRefused,
    /// The connection is reset while it is made, as in the TLS handshake.
    ConnectionReset,
    /// No connection is made in time.
    ConnectionTimeout,
    /// No answer comes in time.
    ResponseTimeout(Arrival),
    /// The connection is reset: while the request is under way ([`Arrival::Never`]), or in place of an answer.
    Reset(Arrival),
    /// The connection is closed in place of an answer, as by a server that is stopped.
    Closed(Arrival),
    /// The request is carried out, and its answer breaks off, head or body: of 65536 parts so many come.
    Cut {
        /// How many parts come.
        at: u16,
        /// Whether the connection is then reset rather than closed.
        reset: bool,
    },
    /// The request is carried out, and its answer states a length that is wrong by so many bytes; the connection is closed
    /// behind what was sent.
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
        /// Whether the request is carried out nevertheless.
        arrival: Arrival,
        /// When to come back.
        retry_after: Option<RetryAfter>,
    },
    /// 409 `PREVIOUS_REQUEST_IN_PROGRESS`; the request is not carried out, and perhaps an earlier one is. One without an
    /// idempotency key passes.
    InProgress {
        /// Whether the error document breaks off.
        cut: bool,
    },
    /// The tokens that were granted become invalid just before the request arrives.
    TokenExpired,
}

/// What can come in place of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Garbage {
    /// Bytes that are no HTTP.
    NotHttp,
    /// 200 with a web page, as of a network that wants a login.
    WebPage,
    /// 200 with JSON that does not end.
    HalfOfJson,
    /// 200 with bytes that are no text, though they are said to be JSON.
    NotText,
    /// 200 with nothing, where something is documented.
    Nothing,
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
            Self::HalfOfJson => ("200 OK", "application/json", br#"{"id": "5O19"#),
            Self::NotText => ("200 OK", "application/json", b"\x1f\x8b\x08\x00\xff\xfe"),
            Self::Nothing => ("200 OK", "application/json", b""),
            Self::Gateway => ("502 Bad Gateway", "text/html", page),
        };
        let head = format!("HTTP/1.1 {status}\r\ncontent-type: {media_type}\r\ncontent-length: {}\r\n\r\n", body.len());
        [head.as_bytes(), body].concat()
    }
}

/// When to come back (RFC 9110 section 10.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// In so many seconds.
    Seconds(u32),
    /// At a moment that is past.
    Past,
    /// At a moment in the far future.
    FarFuture,
    /// Something that is neither seconds nor a date.
    Nonsense,
}

impl RetryAfter {
    /// The value of the header.
    pub(super) fn value(self) -> String {
        match self {
            Self::Seconds(seconds) => seconds.to_string(),
            Self::Past => "Sun, 06 Nov 1994 08:49:37 GMT".to_owned(),
            Self::FarFuture => "Fri, 31 Dec 9999 23:59:59 GMT".to_owned(),
            Self::Nonsense => "soon".to_owned(),
        }
    }
}
