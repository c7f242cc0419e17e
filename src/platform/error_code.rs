//! What a host's error code means for a request: the only place that decides which codes are trusted.
//!
//! `wasi:http` does not define when a host gives which code, and hosts differ: Node's shim gives `connection-timeout`
//! if a response does not come. So a code counts as "nothing was sent" only if every host whose sender was read gives
//! it before the first byte of the request, or if only this project's host gives it. All others count as sent.
//! `docs/hosts.md` lists the senders that were read, code by code.

use crate::platform::response::Cause;

/// The cases of `wasi:http/types.error-code`, in their order, without their payloads, which are the host's own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorCode {
    DnsTimeout,
    DnsError,
    DestinationNotFound,
    DestinationUnavailable,
    DestinationIpProhibited,
    DestinationIpUnroutable,
    ConnectionRefused,
    ConnectionTerminated,
    ConnectionTimeout,
    ConnectionReadTimeout,
    ConnectionWriteTimeout,
    ConnectionLimitReached,
    TlsProtocolError,
    TlsCertificateError,
    TlsAlertReceived,
    HttpRequestDenied,
    HttpRequestLengthRequired,
    HttpRequestBodySize,
    HttpRequestMethodInvalid,
    HttpRequestUriInvalid,
    HttpRequestUriTooLong,
    HttpRequestHeaderSectionSize,
    HttpRequestHeaderSize,
    HttpRequestTrailerSectionSize,
    HttpRequestTrailerSize,
    HttpResponseIncomplete,
    HttpResponseHeaderSectionSize,
    HttpResponseHeaderSize,
    HttpResponseBodySize,
    HttpResponseTrailerSectionSize,
    HttpResponseTrailerSize,
    HttpResponseTransferCoding,
    HttpResponseContentCoding,
    HttpResponseTimeout,
    HttpUpgradeFailed,
    HttpProtocolError,
    LoopDetected,
    ConfigurationError,
    InternalError,
}

/// What a code means for the request that it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Meaning {
    /// What ended the exchange.
    pub cause: Cause,
    /// Whether any of the request may have reached the server.
    pub sent: bool,
    /// The same as text.
    pub reason: &'static str,
}

impl ErrorCode {
    /// What the code means.
    #[must_use]
    pub(crate) fn meaning(self) -> Meaning {
        let unsent = |cause, reason| Meaning { cause, sent: false, reason };
        let sent = |cause, reason| Meaning { cause, sent: true, reason };
        match self {
            // wasmCloud, Spin and our host, which apply their policies before they connect.
            Self::HttpRequestDenied => unsent(Cause::Denied, "denied by the host's policy"),
            // Spin alone: all addresses of the name are blocked.
            Self::DestinationIpProhibited => unsent(Cause::Denied, "the host does not allow the server's address"),
            // No stock host gives this. Our host does if it could not connect in time, whether names, TCP or TLS took
            // the time. It cannot use `connection-timeout`, which is not trusted.
            Self::DnsTimeout => unsent(Cause::TimedOut, "no connection could be made in time"),
            // wasmtime, wasmCloud, Spin and Node, each when it resolves the name or binds its own address.
            Self::DnsError => unsent(Cause::Unreachable, "name resolution failed"),
            // wasmtime, wasmCloud and Spin for any TCP error while connecting, Node for ECONNREFUSED alone.
            Self::ConnectionRefused => unsent(Cause::Unreachable, "the connection was refused or could not be made"),
            // wasmtime, wasmCloud and Spin if the handshake fails, before any HTTP is written. Not given by Node.
            Self::TlsProtocolError => unsent(Cause::Unreachable, "TLS could not be agreed on"),
            // Given by our host alone, when it holds the request back.
            Self::ConnectionLimitReached => unsent(Cause::Limited, "it holds requests back, or has too many in flight"),
            // wasmtime and hosts built on it in `handle` itself, Spin and Node before they connect.
            Self::HttpRequestMethodInvalid | Self::HttpRequestUriInvalid => {
                unsent(Cause::Denied, "the host does not take the request")
            }
            // wasmtime if the length does not match the body, which ours always does; our host if the body is over its
            // limit, before it connects. A request whose body is cut off is incomplete (RFC 9112 section 8).
            Self::HttpRequestBodySize => unsent(Cause::TooLarge, "larger than the host sends"),

            // wasmtime, wasmCloud and Spin give it while connecting, but Node for any silence of a minute, even after
            // the request; wasmCloud also for hyper's timeouts on an open connection.
            Self::ConnectionTimeout => sent(Cause::TimedOut, "no connection, or no answer, in time"),
            Self::ConnectionReadTimeout | Self::ConnectionWriteTimeout | Self::HttpResponseTimeout => {
                sent(Cause::TimedOut, "the answer did not come in time")
            }
            Self::HttpResponseBodySize | Self::HttpResponseHeaderSectionSize | Self::HttpResponseHeaderSize => {
                sent(Cause::TooLarge, "the answer is larger than the host takes")
            }
            Self::ConnectionTerminated | Self::HttpResponseIncomplete => sent(Cause::Broken, "the connection broke"),
            // wasmtime, wasmCloud, Spin and Node give it for any error on a connection: a reset before the request was
            // read as well as one after it.
            Self::HttpProtocolError => sent(Cause::Broken, "the exchange broke off, or the answer is not HTTP"),
            // Given by no host that was read, or for anything. Some can only mean that nothing was sent, but unknown
            // hosts are not trusted; edgee, for one, gives `destination-unavailable` if a component failed that may
            // have forwarded the request.
            Self::DestinationNotFound | Self::DestinationUnavailable | Self::DestinationIpUnroutable => {
                sent(Cause::Unreachable, "the host has not found the server")
            }
            Self::TlsCertificateError | Self::TlsAlertReceived => sent(Cause::Broken, "TLS failed"),
            Self::HttpRequestLengthRequired
            | Self::HttpRequestUriTooLong
            | Self::HttpRequestHeaderSectionSize
            | Self::HttpRequestHeaderSize
            | Self::HttpRequestTrailerSectionSize
            | Self::HttpRequestTrailerSize
            | Self::HttpResponseTrailerSectionSize
            | Self::HttpResponseTrailerSize
            | Self::HttpResponseTransferCoding
            | Self::HttpResponseContentCoding
            | Self::HttpUpgradeFailed
            | Self::LoopDetected
            | Self::ConfigurationError
            | Self::InternalError => sent(Cause::Broken, "the exchange failed"),
        }
    }
}

/// Why a response body broke off, by the message of the stream's error.
///
/// `wasi:http` has `http-error-code` for this. It is not called, since Node's shim then ends the whole call with an
/// exception, and the caller loses what it must know about a payment. Hosts may change the messages: only the failure
/// kind of a call that only reads depends on them.
#[must_use]
pub(crate) fn why_a_body_ends(words: &str) -> Cause {
    match words {
        _ if words.contains("timeout") => Cause::TimedOut,
        _ if words.contains("body size exceeds") => Cause::TooLarge,
        _ => Cause::Broken,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every code, in the order of `wasi:http`, with its name there and whether something may have been sent.
    const CODES: [(ErrorCode, &str, bool); 39] = [
        (ErrorCode::DnsTimeout, "DNS-timeout", false),
        (ErrorCode::DnsError, "DNS-error", false),
        (ErrorCode::DestinationNotFound, "destination-not-found", true),
        (ErrorCode::DestinationUnavailable, "destination-unavailable", true),
        (ErrorCode::DestinationIpProhibited, "destination-IP-prohibited", false),
        (ErrorCode::DestinationIpUnroutable, "destination-IP-unroutable", true),
        (ErrorCode::ConnectionRefused, "connection-refused", false),
        (ErrorCode::ConnectionTerminated, "connection-terminated", true),
        (ErrorCode::ConnectionTimeout, "connection-timeout", true),
        (ErrorCode::ConnectionReadTimeout, "connection-read-timeout", true),
        (ErrorCode::ConnectionWriteTimeout, "connection-write-timeout", true),
        (ErrorCode::ConnectionLimitReached, "connection-limit-reached", false),
        (ErrorCode::TlsProtocolError, "TLS-protocol-error", false),
        (ErrorCode::TlsCertificateError, "TLS-certificate-error", true),
        (ErrorCode::TlsAlertReceived, "TLS-alert-received", true),
        (ErrorCode::HttpRequestDenied, "HTTP-request-denied", false),
        (ErrorCode::HttpRequestLengthRequired, "HTTP-request-length-required", true),
        (ErrorCode::HttpRequestBodySize, "HTTP-request-body-size", false),
        (ErrorCode::HttpRequestMethodInvalid, "HTTP-request-method-invalid", false),
        (ErrorCode::HttpRequestUriInvalid, "HTTP-request-URI-invalid", false),
        (ErrorCode::HttpRequestUriTooLong, "HTTP-request-URI-too-long", true),
        (ErrorCode::HttpRequestHeaderSectionSize, "HTTP-request-header-section-size", true),
        (ErrorCode::HttpRequestHeaderSize, "HTTP-request-header-size", true),
        (ErrorCode::HttpRequestTrailerSectionSize, "HTTP-request-trailer-section-size", true),
        (ErrorCode::HttpRequestTrailerSize, "HTTP-request-trailer-size", true),
        (ErrorCode::HttpResponseIncomplete, "HTTP-response-incomplete", true),
        (ErrorCode::HttpResponseHeaderSectionSize, "HTTP-response-header-section-size", true),
        (ErrorCode::HttpResponseHeaderSize, "HTTP-response-header-size", true),
        (ErrorCode::HttpResponseBodySize, "HTTP-response-body-size", true),
        (ErrorCode::HttpResponseTrailerSectionSize, "HTTP-response-trailer-section-size", true),
        (ErrorCode::HttpResponseTrailerSize, "HTTP-response-trailer-size", true),
        (ErrorCode::HttpResponseTransferCoding, "HTTP-response-transfer-coding", true),
        (ErrorCode::HttpResponseContentCoding, "HTTP-response-content-coding", true),
        (ErrorCode::HttpResponseTimeout, "HTTP-response-timeout", true),
        (ErrorCode::HttpUpgradeFailed, "HTTP-upgrade-failed", true),
        (ErrorCode::HttpProtocolError, "HTTP-protocol-error", true),
        (ErrorCode::LoopDetected, "loop-detected", true),
        (ErrorCode::ConfigurationError, "configuration-error", true),
        (ErrorCode::InternalError, "internal-error", true),
    ];

    #[test]
    fn only_a_code_that_no_host_gives_after_the_first_byte_is_believed() {
        for (code, name, sent) in CODES {
            assert_eq!(code.meaning().sent, sent, "{name}");
        }
        let mut seen: Vec<_> = CODES.iter().map(|(code, ..)| *code as usize).collect();
        seen.dedup();
        assert_eq!(seen, (0..CODES.len()).collect::<Vec<_>>(), "each once, in order");
    }

    #[test]
    fn the_page_about_hosts_agrees() {
        let page = include_str!("../../docs/hosts.md");
        for (_, name, sent) in CODES {
            let row = page.lines().find(|line| line.starts_with("| ") && line.contains(&format!("`{name}`")));
            let row = row.unwrap_or_else(|| panic!("docs/hosts.md has no row for `{name}`"));
            let verdict = row.trim_end_matches(" |").rsplit(" | ").next().unwrap();
            assert_eq!(verdict, if sent { "sent" } else { "**not sent**" }, "{row}");
        }
    }

    #[test]
    fn a_body_s_end_is_classified_by_the_message() {
        for (words, cause) in [
            ("connection read timeout", Cause::TimedOut),
            ("HTTP response timeout", Cause::TimedOut),
            ("HTTP response body size exceeds limit", Cause::TooLarge),
            ("hyper error: error reading a body from connection", Cause::Broken),
            ("aborted", Cause::Broken),
            ("", Cause::Broken),
        ] {
            assert_eq!(why_a_body_ends(words), cause, "{words}");
        }
    }

    #[test]
    fn a_code_for_nothing_sent_has_a_matching_cause() {
        for (code, name, sent) in CODES {
            let cause = code.meaning().cause;
            assert!(sent || cause != Cause::Broken, "{name}");
        }
    }
}
