//! An HTTP response, or why there is none.

use std::time::SystemTime;

/// An HTTP response as delivered by the transport.
#[derive(Debug)]
pub(crate) struct Response {
    /// The status code; any value.
    pub status: u16,
    /// The header fields, names in lower case.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body, or why it could not be read to its end.
    pub body: Result<Vec<u8>, Cause>,
}

impl Response {
    /// The first header field of that name (in lower case), if it is text.
    #[must_use]
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(key, _)| key == name)?;
        std::str::from_utf8(value).ok()
    }

    /// PayPal's id of the exchange.
    #[must_use]
    pub(crate) fn debug_id(&self) -> Option<String> {
        self.header("paypal-debug-id").filter(|id| !id.is_empty()).map(str::to_owned)
    }

    /// How long PayPal asks to wait, in milliseconds from `now`.
    #[must_use]
    pub(crate) fn retry_after_ms(&self, now: SystemTime) -> Option<u64> {
        self.header("retry-after").and_then(|value| retry_after_ms(value, now))
    }
}

/// `Retry-After` is a number of seconds or a date (RFC 9110 section 10.2.3). A number that overflows is a long time.
fn retry_after_ms(value: &str, now: SystemTime) -> Option<u64> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(value.parse::<u64>().unwrap_or(u64::MAX).saturating_mul(1000));
    }
    let wait = httpdate::parse_http_date(value).ok()?.duration_since(now).unwrap_or_default();
    u64::try_from(wait.as_millis()).ok()
}

/// Whether a status is transient: the same request may succeed later.
pub(crate) fn is_transient(status: u16) -> bool {
    matches!(status, 408 | 429 | 500 | 502 | 503 | 504)
}

/// Whether PayPal refuses a request by that status, so that it has not acted. After any other status it may have acted
/// or still may: it failed (5xx), gave up (408), redirected (3xx), or PayPal does not document the status.
/// <https://developer.paypal.com/api/rest/responses/>
pub(crate) fn is_refusal(status: u16) -> bool {
    matches!(status, 400 | 401 | 403 | 404 | 405 | 406 | 409 | 415 | 422 | 429)
}

/// Why an exchange failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The platform's policy does not allow it.
    Denied,
    /// The platform limits requests in flight or their rate.
    Limited,
    /// No connection: name resolution, TCP or TLS failed.
    Unreachable,
    /// It timed out.
    TimedOut,
    /// A size limit was exceeded.
    TooLarge,
    /// The connection broke, or its data was not HTTP.
    Broken,
}

/// An exchange that ended without a response.
#[derive(Debug)]
pub(crate) struct SendError {
    /// Why it failed.
    pub cause: Cause,
    /// Whether any of the request may have reached PayPal. True if unknown.
    pub sent: bool,
    /// The transport's message, without any part of the request.
    pub reason: String,
}

impl SendError {
    /// A request that was not sent because the call's deadline has passed.
    #[must_use]
    pub(crate) fn deadline_passed() -> Self {
        Self { cause: Cause::TimedOut, sent: false, reason: "the call's deadline has passed".to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = httpdate::parse_http_date("Sat, 21 Nov 2026 10:00:00 GMT").unwrap();
        for (value, expected) in [
            ("0", Some(0)),
            ("5", Some(5_000)),
            (" 120 ", Some(120_000)),
            ("Sat, 21 Nov 2026 10:01:30 GMT", Some(90_000)),
            ("Sat, 21 Nov 2026 09:00:00 GMT", Some(0)),
            ("soon", None),
            ("", None),
            ("-1", None),
            ("1.5", None),
            ("18446744073709551615", Some(u64::MAX)),
            ("99999999999999999999", Some(u64::MAX)),
        ] {
            assert_eq!(retry_after_ms(value, now), expected, "{value}");
        }
    }
}
