//! Outgoing HTTP: the one policy that every request of a guest passes, and what sends it.

mod body;
mod client;
pub(crate) mod error_code;
mod route;

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks, p2::bindings::http::types::ErrorCode};

use crate::connection::Connection;

pub use client::Client;
pub use route::{BaseUrlError, Route};

use body::Capped;

/// How long to wait for what.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For a connection: name resolution, TCP and TLS together.
    pub connect: Duration,
    /// For the head of the response, once there is a connection.
    pub first_byte: Duration,
    /// For each further piece of the response.
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
    /// The shorter of these and what a guest asks for.
    fn at_most(self, options: Option<RequestOptions>) -> Self {
        let options = options.unwrap_or_default();
        let shorter = |own: Duration, asked: Option<Duration>| asked.map_or(own, |asked| own.min(asked));
        Self {
            connect: shorter(self.connect, options.connect_timeout),
            first_byte: shorter(self.first_byte, options.first_byte_timeout),
            between_bytes: shorter(self.between_bytes, options.between_bytes_timeout),
        }
    }
}

/// A future on the heap.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// What a request is sent by, once the policy has passed it.
pub trait Transport: Send + Sync {
    /// Sends a request whose URI is absolute, and waits for the head of the response. The body comes as it is read.
    ///
    /// The error tells whether the request may have been sent: see the kinds of [`Error`].
    fn send(&self, request: Request<Bytes>, timeouts: Timeouts) -> BoxFuture<Result<Response<WasiBody>, Error>>;
}

/// The policy of outgoing requests, for one call.
///
/// A request goes out only if it is for the PayPal host of the connection's environment, by https, and carries the
/// placeholder that the connection has handed out. Everything else is denied before a socket is opened. Redirects are not
/// followed: PayPal's API has none, and one would carry the token elsewhere.
#[derive(Clone)]
pub struct Outbound {
    connection: Arc<Connection>,
    transport: Arc<dyn Transport>,
    timeouts: Timeouts,
    /// The most a request or a response body may have, in bytes.
    cap: usize,
    sent: Arc<AtomicBool>,
}

impl Outbound {
    /// A policy for one call.
    #[must_use]
    pub fn new(connection: Arc<Connection>, transport: Arc<dyn Transport>, timeouts: Timeouts, cap: usize) -> Self {
        Self { connection, transport, timeouts, cap, sent: Arc::default() }
    }

    /// Whether any request has been handed to the transport so far.
    #[must_use]
    pub fn has_sent(&self) -> bool {
        self.sent.load(Ordering::Acquire)
    }

    async fn send(
        self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
    ) -> Result<Response<WasiBody>, Error> {
        let (mut parts, body) = request.into_parts();
        parts.uri = self.connection.route().apply(&parts.uri).ok_or(Error::HttpRequestDenied)?;
        // The client makes its own `host` from the URI.
        parts.headers.remove(header::HOST);
        self.put_token(&mut parts.headers).await?;
        let body = match Limited::new(body, self.cap).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) if error.is::<LengthLimitError>() => {
                return Err(Error::HttpRequestBodySize(Some(self.cap as u64)));
            }
            // The guest has dropped the request half-written: there is nobody to tell.
            Err(_) => return Err(Error::ConnectionWriteTimeout),
        };
        let timeouts = self.timeouts.at_most(options);
        self.sent.store(true, Ordering::Release);
        let response = self.transport.send(Request::from_parts(parts, body), timeouts).await?;
        Ok(response.map(|body| Capped::new(body, self.cap, timeouts.between_bytes).boxed_unsync()))
    }

    /// Puts the token where its placeholder is.
    async fn put_token(&self, headers: &mut header::HeaderMap) -> Result<(), Error> {
        let placeholder =
            headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        let token = match placeholder {
            Some(placeholder) => self.connection.token(placeholder).await,
            None => None,
        };
        let token = token.ok_or(Error::HttpRequestDenied)?;
        let mut value =
            HeaderValue::try_from(format!("Bearer {}", token.expose())).map_err(|_| Error::HttpRequestDenied)?;
        value.set_sensitive(true);
        headers.insert(header::AUTHORIZATION, value);
        Ok(())
    }
}

type Sent = (Response<WasiBody>, Box<dyn Future<Output = Result<(), Error>> + Send>);

impl WasiHttpHooks for Outbound {
    fn send_request(
        &mut self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
        _processed: Box<dyn Future<Output = Result<(), Error>> + Send>,
    ) -> Box<dyn Future<Output = Result<Sent, Error>> + Send> {
        let send = self.clone().send(request, options);
        Box::new(async move {
            let response = send.await?;
            let rest: Box<dyn Future<Output = _> + Send> = Box::new(async { Ok(()) });
            Ok((response, rest))
        })
    }

    fn p2_error_from_hyper(&mut self, error: &hyper::Error) -> ErrorCode {
        if error.is_incomplete_message() { ErrorCode::HttpResponseIncomplete } else { ErrorCode::HttpProtocolError }
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::Full;

    use super::*;
    use crate::{
        connection::{Credentials, Environment},
        secret::Secret,
    };

    /// A transport that hands back what it is given.
    struct Echo;

    impl Transport for Echo {
        fn send(&self, request: Request<Bytes>, _: Timeouts) -> BoxFuture<Result<Response<WasiBody>, Error>> {
            let mut response = Response::new(body(request.body()));
            *response.headers_mut() = request.headers().clone();
            Box::pin(async { Ok(response) })
        }
    }

    fn body(bytes: &[u8]) -> WasiBody {
        Full::new(Bytes::copy_from_slice(bytes)).map_err(|never| match never {}).boxed_unsync()
    }

    async fn outbound() -> (Outbound, String) {
        let token = Credentials::AccessToken(Secret::new("real-token".to_owned()));
        let connection = Connection::new(Route::paypal(Environment::Sandbox), token, Client::new());
        let (placeholder, _) = connection.placeholder(None).await.unwrap();
        (Outbound::new(Arc::new(connection), Arc::new(Echo), Timeouts::default(), 10), placeholder)
    }

    fn request(uri: &str, authorization: &str, bytes: &[u8]) -> Request<WasiBody> {
        let request = Request::post(uri).header("host", "guest.example").header("authorization", authorization);
        request.body(body(bytes)).unwrap()
    }

    const GOOD: &str = "https://api-m.sandbox.paypal.com/v2/checkout/orders";

    #[tokio::test]
    async fn the_token_takes_its_placeholder_s_place() {
        let (outbound, placeholder) = outbound().await;
        let request = request(GOOD, &format!("Bearer {placeholder}"), b"0123456789");
        let response = outbound.clone().send(request, None).await.unwrap();
        assert_eq!(response.headers()["authorization"], "Bearer real-token");
        assert!(response.headers()["authorization"].is_sensitive() && !response.headers().contains_key("host"));
        assert!(outbound.has_sent());
    }

    #[tokio::test]
    async fn what_is_not_approved_is_denied_before_it_is_sent() {
        let (outbound, placeholder) = outbound().await;
        let good = format!("Bearer {placeholder}");
        for (uri, authorization) in [
            ("https://api-m.paypal.com/v2/checkout/orders", &*good),
            ("https://evil.example/", &good),
            ("http://api-m.sandbox.paypal.com/v2/checkout/orders", &good),
            (GOOD, "Bearer real-token"),
            (GOOD, "Bearer host-token-2"),
            (GOOD, &good.replace("Bearer", "Basic")),
            (GOOD, ""),
        ] {
            let error = outbound.clone().send(request(uri, authorization, b""), None).await.unwrap_err();
            assert!(matches!(error, Error::HttpRequestDenied), "{uri} {authorization}");
        }
        assert!(!outbound.has_sent());
    }

    #[tokio::test]
    async fn bodies_over_the_cap_are_not_sent() {
        let (outbound, placeholder) = outbound().await;
        let request = request(GOOD, &format!("Bearer {placeholder}"), b"0123456789a");
        let error = outbound.clone().send(request, None).await.unwrap_err();
        assert!(matches!(error, Error::HttpRequestBodySize(Some(10))) && !outbound.has_sent());
    }

    #[test]
    fn a_guest_can_shorten_timeouts_and_not_lengthen_them() {
        let millisecond = Duration::from_millis(1);
        let options = RequestOptions {
            connect_timeout: Some(millisecond),
            first_byte_timeout: Some(Duration::MAX),
            between_bytes_timeout: None,
        };
        let timeouts = Timeouts::default().at_most(Some(options));
        assert_eq!(timeouts.connect, millisecond);
        assert_eq!(timeouts.first_byte, Timeouts::default().first_byte);
        assert_eq!(timeouts.between_bytes, Timeouts::default().between_bytes);
    }
}
