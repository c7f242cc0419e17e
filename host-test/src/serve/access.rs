//! Who reaches the service, and how: this machine, anybody by TLS, or a proxy.

use std::{io, net::IpAddr, path::PathBuf, sync::Arc};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    },
};

/// Who reaches the service.
#[derive(Clone, Debug)]
pub enum Access {
    /// Programs on this machine.
    Loopback,
    /// Anybody, by TLS.
    Tls {
        /// A PEM file of the certificate and those between it and its root.
        certificates: PathBuf,
        /// A PEM file of its private key.
        key: PathBuf,
    },
    /// Proxies with these addresses, which end TLS. Connections of others are closed.
    Proxies(Vec<IpAddr>),
}

/// What connections pass before a request is read.
#[derive(Clone)]
pub(super) enum Gate {
    Open,
    Tls(TlsAcceptor),
    Proxies(Arc<[IpAddr]>),
}

/// A stream that HTTP is spoken over.
pub(super) trait Io: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Io for T {}

impl Access {
    /// Whether browsers come by https.
    pub(super) fn is_secure(&self) -> bool {
        !matches!(self, Self::Loopback)
    }

    /// Reads the files.
    ///
    /// # Errors
    /// If a file cannot be read, or the key is not that of the certificate. The message names the file.
    pub(super) fn open(&self) -> io::Result<Gate> {
        let (certificates, key) = match self {
            Self::Loopback => return Ok(Gate::Open),
            Self::Proxies(addresses) => return Ok(Gate::Proxies(addresses.as_slice().into())),
            Self::Tls { certificates, key } => (certificates, key),
        };
        let wrong =
            |file: &PathBuf, error: &dyn std::fmt::Display| io::Error::other(format!("{}: {error}", file.display()));
        let chain = CertificateDer::pem_file_iter(certificates).and_then(Iterator::collect);
        let chain: Vec<CertificateDer<'static>> = chain.map_err(|error| wrong(certificates, &error))?;
        // What is wrong with a key is not told in detail: the message could have a part of it.
        let private = PrivateKeyDer::from_pem_file(key).map_err(|_| wrong(key, &"it has no private key in PEM"))?;
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, private));
        let mut config = config.map_err(|error| wrong(certificates, &error))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Gate::Tls(TlsAcceptor::from(Arc::new(config))))
    }
}

impl Gate {
    /// Lets a connection pass.
    ///
    /// # Errors
    /// If it may not, or TLS fails. Nobody is told.
    pub(super) async fn pass(self, stream: TcpStream) -> io::Result<Box<dyn Io>> {
        match self {
            Self::Open => Ok(Box::new(stream)),
            Self::Tls(acceptor) => Ok(Box::new(acceptor.accept(stream).await?)),
            Self::Proxies(addresses) => {
                let peer = stream.peer_addr()?.ip().to_canonical();
                if addresses.contains(&peer) {
                    Ok(Box::new(stream))
                } else {
                    Err(io::ErrorKind::PermissionDenied.into())
                }
            }
        }
    }
}
