//! The network: one pooled client that keeps connections alive, for a whole process.

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

/// A pooled client for HTTP/1.1, and for HTTP/2 where a server offers it. Clones share the pool, in which each [`PoolKey`] has
/// connections of its own. A connection on which an answer comes that nobody has asked for is closed.
///
/// It trusts Mozilla's root certificates and uses no proxy, unless its [`ClientBuilder`] is told otherwise.
#[derive(Clone)]
pub struct Client(Arc<Pools>);

impl Default for Client {
    fn default() -> Self {
        Self::new()
    }
}

impl Client {
    /// Makes a client. It reads nothing of the environment.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// Makes a client that goes through the proxy that the environment asks for, if it does
    /// ([`ClientBuilder::with_proxy_from_environment`]).
    ///
    /// # Errors
    /// Where one of the variables is not understood.
    pub fn from_environment() -> Result<Self, ClientError> {
        Ok(Self::builder().with_proxy_from_environment()?.build())
    }

    /// Makes a client with a proxy, with more root certificates, or by HTTP/1.1 alone.
    #[must_use]
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }
}

/// Here, so that the builder need not know what it builds.
impl ClientBuilder {
    /// Makes the client.
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
            // Until there is a connection nothing can have been sent. The order matters: an answer that is there counts,
            // however late it is seen.
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

/// What an error of the client means. Where a connection was made, something may have been sent.
fn explain(error: &legacy::Error) -> Error {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if error.is_connect()
            && let Some(io) = inner.downcast_ref::<io::Error>()
        {
            return match io.kind() {
                io::ErrorKind::ConnectionRefused => Error::ConnectionRefused,
                io::ErrorKind::TimedOut => Error::ConnectionTimeout,
                // What rustls has against the server's certificate or its TLS.
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

/// What it means that an exchange broke on a connection that was made. For transports of one's own.
#[must_use]
pub fn broken(error: &hyper::Error) -> Error {
    match error {
        _ if error.is_incomplete_message() => Error::HttpResponseIncomplete,
        _ if error.is_parse() => Error::HttpProtocolError,
        _ => Error::ConnectionTerminated,
    }
}
