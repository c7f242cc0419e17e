//! Transports, which send the requests that the policy allows.

pub(crate) mod client;
pub(crate) mod digits;
pub(crate) mod error_code;
pub(crate) mod pool;
pub(crate) mod retry_after;

use std::{pin::Pin, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use wasmtime_wasi_http::RequestOptions;

pub use client::broken;
pub use pool::PoolKey;
pub use wasmtime_wasi_http::{Error, WasiBody};

/// Timeouts of a request.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For the connection: name resolution, TCP and TLS together.
    pub connect: Duration,
    /// For the head of the response, from when the connection is made.
    pub first_byte: Duration,
    /// For each further part of the response.
    pub between_bytes: Duration,
}

impl Default for Timeouts {
    /// 5, 30 and 30 seconds.
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { connect: seconds(5), first_byte: seconds(30), between_bytes: seconds(30) }
    }
}

impl Timeouts {
    /// Limits each of them to `time`.
    pub(crate) fn within(self, time: Duration) -> Self {
        let Self { connect, first_byte, between_bytes } = self;
        Self { connect: connect.min(time), first_byte: first_byte.min(time), between_bytes: between_bytes.min(time) }
    }

    /// Returns the shorter of these and the guest's.
    pub(crate) fn at_most(self, options: Option<RequestOptions>) -> Self {
        let options = options.unwrap_or_default();
        let shorter = |own: Duration, asked: Option<Duration>| asked.map_or(own, |asked| own.min(asked));
        Self {
            connect: shorter(self.connect, options.connect_timeout),
            first_byte: shorter(self.first_byte, options.first_byte_timeout),
            between_bytes: shorter(self.between_bytes, options.between_bytes_timeout),
        }
    }
}

/// A boxed future.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Sends the requests that the policy allows.
pub trait Transport: Send + Sync {
    /// Sends a request with an absolute URI, and returns the response when its head is there. The body is read later.
    ///
    /// The error tells the guest whether the request may have been sent. [`Error::ConnectionTimeout`],
    /// [`Error::DestinationUnavailable`] and the codes that `docs/hosts.md` lists as not sent, such as
    /// [`Error::ConnectionRefused`], mean that not a byte was sent. After any other error the guest assumes that PayPal
    /// may have acted.
    fn send(&self, request: Request<Bytes>, timeouts: Timeouts) -> BoxFuture<Result<Response<WasiBody>, Error>>;
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(&self, request: Request<Bytes>, timeouts: Timeouts) -> BoxFuture<Result<Response<WasiBody>, Error>> {
        (**self).send(request, timeouts)
    }
}

/// Returns a body of these bytes.
pub fn whole(bytes: Bytes) -> WasiBody {
    Full::new(bytes).map_err(|never| match never {}).boxed_unsync()
}
