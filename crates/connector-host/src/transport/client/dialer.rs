//! Opens TCP connections, directly or through a proxy.

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

/// A stream to the server, or a tunnel to it. The tunnel to an `https` proxy is itself within TLS.
type Stream = MaybeHttpsStream<TokioIo<TcpStream>>;

/// Opens TCP connections. The caller adds TLS: a proxy sees the server's name, and nothing of a request.
#[derive(Clone)]
pub(super) struct Dialer {
    direct: HttpConnector,
    /// With the connector for connections to it.
    proxy: Option<Arc<(Proxy, HttpsConnector<HttpConnector>)>>,
}

impl Dialer {
    /// The connector for the proxy must not negotiate HTTP/2: the tunnel is requested by HTTP/1.1.
    pub(super) fn new(direct: HttpConnector, proxy: Option<(Proxy, HttpsConnector<HttpConnector>)>) -> Self {
        Self { direct, proxy: proxy.map(Arc::new) }
    }
}

impl Service<Uri> for Dialer {
    type Response = Stream;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Stream, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        // Connections to proxies use a clone of the same connector, which is always ready.
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
