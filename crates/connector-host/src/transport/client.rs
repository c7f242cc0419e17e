//! The network: one pooled client that keeps connections alive, for a whole process.

use std::{error::Error as _, io, time::Duration};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{
        self,
        connect::{HttpConnector, capture_connection},
    },
    rt::{TokioExecutor, TokioTimer},
};
use tokio::{pin, select, time::sleep};
use wasmtime_wasi_http::{Error, WasiBody};

use crate::connection::concurrency::Concurrency;
use crate::transport::{BoxFuture, PoolKey, Timeouts, Transport};

/// How long an unused connection is kept. Servers commonly close theirs after 60 seconds or more; sending on one that is
/// just being closed is what this avoids.
const IDLE: Duration = Duration::from_secs(30);

/// A pooled HTTP/1.1 client. Clones share the pool, in which each [`PoolKey`] has connections of its own. A connection on which
/// an answer comes that nobody has asked for is closed.
#[derive(Clone)]
pub struct Client(legacy::Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

impl Default for Client {
    fn default() -> Self {
        Self::new()
    }
}

impl Client {
    /// Makes a client that trusts Mozilla's root certificates.
    #[must_use]
    pub fn new() -> Self {
        let mut connector = HttpConnector::new();
        connector.enforce_http(false);
        connector.set_nodelay(true);
        let connector =
            HttpsConnectorBuilder::new().with_webpki_roots().https_or_http().enable_http1().wrap_connector(connector);
        let client = legacy::Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE)
            .pool_timer(TokioTimer::new())
            .pool_max_idle_per_host(Concurrency::MOST)
            .build(connector);
        Self(client)
    }
}

impl Transport for Client {
    fn send(&self, request: Request<Bytes>, timeouts: Timeouts) -> BoxFuture<Result<Response<WasiBody>, Error>> {
        let mut request = request.map(Full::new);
        if let Some(key) = request.extensions().get::<PoolKey>() {
            match key.apart(request.uri().clone()) {
                Ok(uri) => *request.uri_mut() = uri,
                Err(_) => return Box::pin(async { Err(Error::HttpRequestUriInvalid) }),
            }
        }
        let mut connection = capture_connection(&mut request);
        let response = self.0.request(request);
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
