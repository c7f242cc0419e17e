//! The host's error codes by name, as [`crate::platform::error_code`] uses them.

use waki::bindings::wasi::http::types::ErrorCode as Wasi;

use crate::platform::error_code::ErrorCode;

/// The code without its payload.
pub(super) fn of(code: &Wasi) -> ErrorCode {
    match code {
        Wasi::DnsTimeout => ErrorCode::DnsTimeout,
        Wasi::DnsError(_) => ErrorCode::DnsError,
        Wasi::DestinationNotFound => ErrorCode::DestinationNotFound,
        Wasi::DestinationUnavailable => ErrorCode::DestinationUnavailable,
        Wasi::DestinationIpProhibited => ErrorCode::DestinationIpProhibited,
        Wasi::DestinationIpUnroutable => ErrorCode::DestinationIpUnroutable,
        Wasi::ConnectionRefused => ErrorCode::ConnectionRefused,
        Wasi::ConnectionTerminated => ErrorCode::ConnectionTerminated,
        Wasi::ConnectionTimeout => ErrorCode::ConnectionTimeout,
        Wasi::ConnectionReadTimeout => ErrorCode::ConnectionReadTimeout,
        Wasi::ConnectionWriteTimeout => ErrorCode::ConnectionWriteTimeout,
        Wasi::ConnectionLimitReached => ErrorCode::ConnectionLimitReached,
        Wasi::TlsProtocolError => ErrorCode::TlsProtocolError,
        Wasi::TlsCertificateError => ErrorCode::TlsCertificateError,
        Wasi::TlsAlertReceived(_) => ErrorCode::TlsAlertReceived,
        Wasi::HttpRequestDenied => ErrorCode::HttpRequestDenied,
        Wasi::HttpRequestLengthRequired => ErrorCode::HttpRequestLengthRequired,
        Wasi::HttpRequestBodySize(_) => ErrorCode::HttpRequestBodySize,
        Wasi::HttpRequestMethodInvalid => ErrorCode::HttpRequestMethodInvalid,
        Wasi::HttpRequestUriInvalid => ErrorCode::HttpRequestUriInvalid,
        Wasi::HttpRequestUriTooLong => ErrorCode::HttpRequestUriTooLong,
        Wasi::HttpRequestHeaderSectionSize(_) => ErrorCode::HttpRequestHeaderSectionSize,
        Wasi::HttpRequestHeaderSize(_) => ErrorCode::HttpRequestHeaderSize,
        Wasi::HttpRequestTrailerSectionSize(_) => ErrorCode::HttpRequestTrailerSectionSize,
        Wasi::HttpRequestTrailerSize(_) => ErrorCode::HttpRequestTrailerSize,
        Wasi::HttpResponseIncomplete => ErrorCode::HttpResponseIncomplete,
        Wasi::HttpResponseHeaderSectionSize(_) => ErrorCode::HttpResponseHeaderSectionSize,
        Wasi::HttpResponseHeaderSize(_) => ErrorCode::HttpResponseHeaderSize,
        Wasi::HttpResponseBodySize(_) => ErrorCode::HttpResponseBodySize,
        Wasi::HttpResponseTrailerSectionSize(_) => ErrorCode::HttpResponseTrailerSectionSize,
        Wasi::HttpResponseTrailerSize(_) => ErrorCode::HttpResponseTrailerSize,
        Wasi::HttpResponseTransferCoding(_) => ErrorCode::HttpResponseTransferCoding,
        Wasi::HttpResponseContentCoding(_) => ErrorCode::HttpResponseContentCoding,
        Wasi::HttpResponseTimeout => ErrorCode::HttpResponseTimeout,
        Wasi::HttpUpgradeFailed => ErrorCode::HttpUpgradeFailed,
        Wasi::HttpProtocolError => ErrorCode::HttpProtocolError,
        Wasi::LoopDetected => ErrorCode::LoopDetected,
        Wasi::ConfigurationError => ErrorCode::ConfigurationError,
        Wasi::InternalError(_) => ErrorCode::InternalError,
    }
}
