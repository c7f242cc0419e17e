//! What came of fetching a certificate, for all who wait for it.

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use wasmtime_wasi_http::{Error, WasiBody};

use crate::transport::whole;

/// What came of a fetch. Its header fields are for the one who has sent the request.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    /// An answer with its body, which a status other than 200 has not.
    Served(StatusCode, Bytes),
    /// None that can be read.
    Failed(Fault),
}

/// Why there is no answer. An error of the transport is no value that can be had twice.
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

    /// The same for another one who has asked for it.
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

    /// Whether it is a certificate, or begins as one.
    pub(super) fn is_certificate(&self) -> bool {
        let begin = b"-----BEGIN CERTIFICATE-----";
        matches!(self, Self::Served(StatusCode::OK, body) if body.trim_ascii_start().starts_with(begin))
    }

    /// Whether it may be another one soon.
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
