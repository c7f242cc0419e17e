//! Options of a client.

use std::env;

use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::HttpConnector;
use rustls::{ClientConfig, RootCertStore};

use crate::tls;

use super::{dialer::Dialer, error::ClientError, pools::Pools, proxy::Proxy};

/// Configures a [`Client`](crate::Client). [`Client::builder`](crate::Client::builder) returns one.
pub struct ClientBuilder {
    roots: RootCertStore,
    proxy: Option<Proxy>,
    http2: bool,
}

impl ClientBuilder {
    pub(super) fn new() -> Self {
        Self { roots: tls::roots(), proxy: None, http2: true }
    }

    /// Adds root certificates, in PEM, to Mozilla's: for a network whose proxy ends TLS, and for your own servers.
    /// Anybody with the key of one can read what is sent, tokens included, and answer as PayPal. Everything else in the
    /// text, such as a key, is ignored.
    ///
    /// # Errors
    /// If it contains no certificate, or one that cannot be read.
    pub fn with_root_certificates(mut self, pem: &[u8]) -> Result<Self, ClientError> {
        tls::add(&mut self.roots, pem).map_err(|reason| ClientError::RootCertificates { reason })?;
        Ok(self)
    }

    /// Sets the proxy for connections to `https` servers that are not on this machine: its address, such as
    /// `http://user:password@proxy.example:3128`, and the hosts to reach without it, separated by commas as in
    /// `NO_PROXY`. The client asks the proxy for a tunnel (CONNECT, RFC 9110 section 9.3.6): the proxy learns the
    /// server's name, and nothing of a request. Its own address may be `https`.
    ///
    /// # Errors
    /// If the address is invalid.
    pub fn with_proxy(mut self, address: &str, without: &str) -> Result<Self, ClientError> {
        self.proxy = Some(Proxy::new(address, without)?);
        Ok(self)
    }

    /// Sets the proxy from the environment: the first of `HTTPS_PROXY`, `https_proxy`, `ALL_PROXY` and `all_proxy` that
    /// is set, and `NO_PROXY` or `no_proxy`. Without one of these, uses no proxy.
    ///
    /// # Errors
    /// If a variable is invalid: requests must not bypass a proxy because of a typing error.
    pub fn with_proxy_from_environment(mut self) -> Result<Self, ClientError> {
        self.proxy = Proxy::from_environment(|name| env::var_os(name))?;
        Ok(self)
    }

    /// Uses only HTTP/1.1. By default the client uses HTTP/2 if the server offers it in the TLS handshake.
    #[must_use]
    pub fn http1_only(mut self) -> Self {
        self.http2 = false;
        self
    }

    /// Creates the connection pools.
    pub(super) fn pools(self) -> Pools {
        let proxy = self.proxy.map(|proxy| (proxy, HttpsConnector::from((tcp(), https(self.roots.clone(), false)))));
        let dialer = Dialer::new(tcp(), proxy);
        Pools::new(HttpsConnector::from((dialer, https(self.roots, self.http2))))
    }
}

fn tcp() -> HttpConnector {
    let mut connector = HttpConnector::new();
    connector.enforce_http(false);
    connector.set_nodelay(true);
    connector
}

fn https(roots: RootCertStore, http2: bool) -> ClientConfig {
    let mut config = tls::client(roots);
    if http2 {
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    }
    config
}
