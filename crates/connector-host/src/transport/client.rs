//! The HTTP client: one for a whole process, with pooled connections.

pub(crate) mod builder;
mod dialer;
pub(crate) mod error;
mod pools;
mod proxy;

use std::{error::Error as _, io, sync::Arc};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::{self, connect::capture_connection};
use tokio::{pin, select, time::sleep};
use wasmtime_wasi_http::{Error, WasiBody};

use crate::transport::{BoxFuture, PoolKey, Timeouts, Transport};

use builder::ClientBuilder;
use error::ClientError;
use pools::Pools;

/// A client for HTTP/1.1, and for HTTP/2 if the server offers it. Clones share its pool, in which each [`PoolKey`] has
/// separate connections. A connection with an unsolicited response is closed.
///
/// By default it trusts Mozilla's root certificates and uses no proxy; [`ClientBuilder`] changes that.
#[derive(Clone)]
pub struct Client(Arc<Pools>);

impl Default for Client {
    fn default() -> Self {
        Self::new()
    }
}

impl Client {
    /// Creates a client. It does not read the environment.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// Creates a client that uses the proxy named in the environment, if there is one
    /// ([`ClientBuilder::with_proxy_from_environment`]).
    ///
    /// # Errors
    /// If a variable is invalid.
    pub fn from_environment() -> Result<Self, ClientError> {
        Ok(Self::builder().with_proxy_from_environment()?.build())
    }

    /// Configures a client: a proxy, more root certificates, or only HTTP/1.1.
    #[must_use]
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }
}

/// Here, so that the builder's module does not depend on this one.
impl ClientBuilder {
    /// Creates the client.
    #[must_use]
    pub fn build(self) -> Client {
        Client(Arc::new(self.pools()))
    }
}

impl Transport for Client {
    fn send(&self, request: Request<Bytes>, timeouts: Timeouts) -> BoxFuture<Result<Response<WasiBody>, Error>> {
        let mut request = request.map(Full::new);
        let pool = self.0.of(request.extensions().get::<PoolKey>());
        let mut connection = capture_connection(&mut request);
        let response = pool.request(request);
        Box::pin(async move {
            pin!(response);
            // Until there is a connection, nothing can have been sent. `biased`, so that a response that is there
            // counts however late it is polled.
            let early = select! {
                biased;
                response = &mut response => Some(response),
                _ = connection.wait_for_connection_metadata() => None,
                () = sleep(timeouts.connect) => return Err(Error::ConnectionTimeout),
            };
            let response = match early {
                Some(response) => response,
                None => select! {
                    biased;
                    response = &mut response => response,
                    () = sleep(timeouts.first_byte) => return Err(Error::ConnectionReadTimeout),
                },
            };
            let response = response.map_err(|error| explain(&error))?;
            Ok(response.map(|body| body.map_err(Error::from).boxed_unsync()))
        })
    }
}

/// Maps an error of the client. If a connection was made, something may have been sent.
fn explain(error: &legacy::Error) -> Error {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if error.is_connect()
            && let Some(io) = inner.downcast_ref::<io::Error>()
        {
            return match io.kind() {
                io::ErrorKind::ConnectionRefused => Error::ConnectionRefused,
                io::ErrorKind::TimedOut => Error::ConnectionTimeout,
                // The error of rustls about the server's certificate or TLS.
                io::ErrorKind::InvalidData => Error::TlsProtocolError,
                _ => Error::DestinationUnavailable,
            };
        }
        if let Some(hyper) = inner.downcast_ref::<hyper::Error>() {
            return broken(hyper);
        }
        cause = inner.source();
    }
    if error.is_connect() { Error::DestinationUnavailable } else { Error::ConnectionTerminated }
}

/// Maps an error of an exchange on an established connection. For your own transports.
#[must_use]
pub fn broken(error: &hyper::Error) -> Error {
    match error {
        _ if error.is_incomplete_message() => Error::HttpResponseIncomplete,
        _ if error.is_parse() => Error::HttpProtocolError,
        _ => Error::ConnectionTerminated,
    }
}
