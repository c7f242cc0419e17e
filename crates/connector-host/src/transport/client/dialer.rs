//! How a TCP connection is made: directly, or through a proxy.

use std::{
    error::Error,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use http::Uri;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::{
    client::legacy::connect::{HttpConnector, proxy::Tunnel},
    rt::TokioIo,
};
use tokio::net::TcpStream;
use tower_service::Service;

use super::proxy::Proxy;

type BoxError = Box<dyn Error + Send + Sync>;

/// A stream to the server, or a tunnel to it. To an `https` proxy the tunnel itself is within TLS.
type Stream = MaybeHttpsStream<TokioIo<TcpStream>>;

/// Makes TCP connections. What goes over them is the caller's, TLS included: a proxy sees the name of the server, and nothing of a
/// request.
#[derive(Clone)]
pub(super) struct Dialer {
    direct: HttpConnector,
    /// With what makes connections to it.
    proxy: Option<Arc<(Proxy, HttpsConnector<HttpConnector>)>>,
}

impl Dialer {
    /// What makes connections to the proxy must not negotiate HTTP/2: a tunnel is asked for by HTTP/1.1.
    pub(super) fn new(direct: HttpConnector, proxy: Option<(Proxy, HttpsConnector<HttpConnector>)>) -> Self {
        Self { direct, proxy: proxy.map(Arc::new) }
    }
}

impl Service<Uri> for Dialer {
    type Response = Stream;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Stream, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        // The connections to proxies are made by a clone of the same, which is always ready.
        self.direct.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let proxy = self.proxy.as_deref();
        let Some((found, to_proxy)) = proxy.and_then(|(proxy, it)| Some((proxy.on_the_way_to(&uri)?, it))) else {
            let connecting = self.direct.call(uri);
            return Box::pin(async move { Ok(MaybeHttpsStream::Http(connecting.await?)) });
        };
        let mut tunnel = Tunnel::new(found.uri().clone(), to_proxy.clone());
        if let Some(credentials) = found.basic_auth() {
            tunnel = tunnel.with_auth(credentials.clone());
        }
        Box::pin(async move { Ok(tunnel.call(uri).await?) })
    }
}
