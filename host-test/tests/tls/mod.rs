//! A TLS server on loopback that speaks HTTP/1.1 and HTTP/2, and a proxy in front of it.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response, Version};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, server::conn, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, copy_bidirectional},
    net::{TcpListener, TcpStream},
    time::sleep,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    },
};

/// What the server does with a request that it has read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Does {
    Answers,
    /// It breaks the connection off.
    Breaks,
    /// It sends nothing for a minute.
    Hangs,
}

/// A request as the server has read it.
#[derive(Clone, Debug)]
pub(crate) struct Read {
    pub(crate) version: Version,
    /// The host, from `:authority` or `host`.
    pub(crate) authority: String,
    /// The names of its header fields.
    pub(crate) headers: Vec<String>,
    pub(crate) authorization: String,
    /// The number of its connection.
    pub(crate) connection: usize,
}

pub(crate) struct TlsServer {
    pub(crate) address: SocketAddr,
    /// Its certificate, in PEM.
    pub(crate) certificate: String,
    read: Arc<Mutex<Vec<Read>>>,
}

impl TlsServer {
    /// Starts one whose certificate is for `name`. It runs until the test's runtime ends.
    pub(crate) async fn start(name: &str, does: Does) -> Self {
        let made = rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let (acceptor, listener) =
            (TlsAcceptor::from(Arc::new(config)), TcpListener::bind("127.0.0.1:0").await.unwrap());
        let (address, read) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(Vec::new())));
        let (log, connections) = (read.clone(), AtomicUsize::new(0));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let connection = connections.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(serve(stream, acceptor.clone(), does, connection, log.clone()));
            }
        });
        Self { address, certificate: made.cert.pem(), read }
    }

    pub(crate) fn read(&self) -> Vec<Read> {
        self.read.lock().unwrap().clone()
    }
}

async fn serve(stream: TcpStream, acceptor: TlsAcceptor, does: Does, connection: usize, log: Arc<Mutex<Vec<Read>>>) {
    // A client that does not trust the certificate goes away.
    let Ok(stream) = acceptor.accept(stream).await else { return };
    let http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
    let service = service_fn(move |request: Request<Incoming>| {
        let log = log.clone();
        async move {
            let (parts, body) = request.into_parts();
            body.collect().await.map_err(io::Error::other)?;
            let text = |name| parts.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
            log.lock().unwrap().push(Read {
                version: parts.version,
                authority: parts.uri.authority().map(ToString::to_string).or_else(|| text("host")).unwrap(),
                headers: parts.headers.keys().map(ToString::to_string).collect(),
                authorization: text("authorization").unwrap_or_default(),
                connection,
            });
            match does {
                Does::Answers => {}
                Does::Breaks => return Err(io::Error::other("broken off")),
                Does::Hangs => sleep(Duration::from_secs(60)).await,
            }
            let id = parts.uri.path().rsplit('/').next().unwrap();
            let response = Response::builder().header("content-type", "application/json");
            Ok(response.body(Full::new(Bytes::from(format!(r#"{{"id": "{id}"}}"#)))).unwrap())
        }
    });
    let stream = TokioIo::new(stream);
    _ = match http2 {
        true => conn::http2::Builder::new(TokioExecutor::new()).serve_connection(stream, service).await,
        false => conn::http1::Builder::new().serve_connection(stream, service).await,
    };
}

/// What a proxy does with a CONNECT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proxies {
    /// It makes a tunnel to that address, whatever the request.
    To(SocketAddr),
    /// It answers with these bytes and closes.
    Says(&'static str),
    /// It closes without an answer.
    Closes,
    /// It sends no answer for a minute.
    Hangs,
}

pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    heads: Arc<Mutex<Vec<Vec<String>>>>,
}

impl Proxy {
    /// Starts one. It runs until the test's runtime ends.
    pub(crate) async fn start(proxies: Proxies) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, heads) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(Vec::new())));
        let log = heads.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let log = log.clone();
                // A client that goes away is not an error.
                tokio::spawn(async move { tunnel(stream, proxies, &log).await.unwrap_or_default() });
            }
        });
        Self { address, heads }
    }

    /// Returns the lines of the heads that it has read.
    pub(crate) fn heads(&self) -> Vec<Vec<String>> {
        self.heads.lock().unwrap().clone()
    }
}

async fn tunnel(stream: TcpStream, proxies: Proxies, log: &Mutex<Vec<Vec<String>>>) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        match line.trim_end() {
            "" => break,
            line => head.push(line.to_owned()),
        }
    }
    log.lock().unwrap().push(head);
    match proxies {
        Proxies::To(server) => {
            stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
            let mut server = TcpStream::connect(server).await?;
            copy_bidirectional(&mut stream, &mut server).await?;
        }
        Proxies::Says(bytes) => {
            stream.write_all(bytes.as_bytes()).await?;
            stream.shutdown().await?;
        }
        Proxies::Closes => {}
        Proxies::Hangs => sleep(Duration::from_secs(60)).await,
    }
    Ok(())
}
