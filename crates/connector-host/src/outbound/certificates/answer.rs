//! The result of fetching a certificate, for all that wait for it.

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use wasmtime_wasi_http::{Error, WasiBody};

use crate::transport::whole;

/// The result of a fetch. Only the request that made it gets the header fields.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    /// A response, with its body if the status is 200.
    Served(StatusCode, Bytes),
    /// No readable response.
    Failed(Fault),
}

/// Why there is no response. This is a copy: the transport's error cannot be cloned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    TooLarge,
    NoConnection,
    TimedOut,
    Broken,
}

impl Answer {
    pub(super) fn of(fetched: &Result<(StatusCode, HeaderMap, Bytes), Error>) -> Self {
        match fetched {
            Ok((StatusCode::OK, _, body)) => Self::Served(StatusCode::OK, body.clone()),
            Ok((status, ..)) => Self::Served(*status, Bytes::new()),
            Err(Error::HttpResponseBodySize(_)) => Self::Failed(Fault::TooLarge),
            Err(Error::ConnectionTimeout) => Self::Failed(Fault::NoConnection),
            Err(Error::ConnectionReadTimeout | Error::HttpResponseTimeout) => Self::Failed(Fault::TimedOut),
            Err(_) => Self::Failed(Fault::Broken),
        }
    }

    /// Returns the result to another request for it.
    pub(super) fn response(self) -> Result<Response<WasiBody>, Error> {
        match self {
            Self::Served(status, body) => {
                let mut response = Response::new(whole(body));
                *response.status_mut() = status;
                Ok(response)
            }
            Self::Failed(Fault::TooLarge) => Err(Error::HttpResponseBodySize(None)),
            Self::Failed(Fault::NoConnection) => Err(Error::ConnectionTimeout),
            Self::Failed(Fault::TimedOut) => Err(Error::ConnectionReadTimeout),
            Self::Failed(Fault::Broken) => Err(Error::ConnectionTerminated),
        }
    }

    /// Returns whether it is a certificate, or begins like one.
    pub(super) fn is_certificate(&self) -> bool {
        let begin = b"-----BEGIN CERTIFICATE-----";
        matches!(self, Self::Served(StatusCode::OK, body) if body.trim_ascii_start().starts_with(begin))
    }

    /// Returns whether the result may soon change.
    pub(super) fn passes(&self) -> bool {
        match self {
            Self::Served(status, _) => {
                status.is_server_error()
                    || [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS].contains(status)
            }
            Self::Failed(fault) => *fault != Fault::TooLarge,
        }
    }
}
