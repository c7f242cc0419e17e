//! A small HTTP/1.1 server with limits on connections, requests and time.
//!
//! A connection is *reading* before its first request, between requests, and in the middle of a head or a body; it is *working*
//! while the service answers. At the limit of connections, the one that has been reading for longest is closed for a new one.
//! So a client that sends a whole request at once is served, however many connections are idle or slow. A connection that is
//! working is never closed: the service must keep the number of these below the limit.

#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail"))]

mod connections;

use std::{
    convert::Infallible,
    future::{pending, ready},
    io,
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use http_body::Body;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
    time::{Instant, sleep, sleep_until, timeout},
};

use connections::{Connection, Connections};
pub use connections::{Reading, Working};

/// The pause after a failed `accept`, as when there are too many open files.
const PAUSE: Duration = Duration::from_millis(100);

/// Limits on connections.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections open at once.
    pub connections: usize,
    /// Requests on one connection; then it is closed.
    pub requests: usize,
    /// The lifetime of a connection; then it is closed, after the response to a request in progress.
    pub life: Duration,
    /// The timeout for the head of a request, including the wait for it; then the connection is closed.
    pub head_time: Duration,
    /// The size of a head in bytes; a request with more is answered 431.
    pub head: usize,
}

/// The address of the other end of a request's connection, among the extensions of each request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

/// Serves requests until it is dropped, which closes the connections.
///
/// The service gets each request once its head is read. It reads the body itself, with its own limit and timeout, and then calls
/// [`Reading::done`].
pub async fn run<S, F, B>(listener: TcpListener, limits: Limits, service: S)
where
    S: Fn(Request<Incoming>, Reading) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + 'static,
{
    run_until(listener, limits, |stream| ready(Ok(stream)), pending(), service).await;
}

/// Serves requests as [`run`] does, until `stop` completes. Then it takes no more connections, and ends when the open ones have
/// ended: those without a request at once, the others with the response.
///
/// `secure` makes of a TCP stream what HTTP is spoken over, such as TLS, within [`Limits::head_time`]; if it errs, the connection
/// is closed.
pub async fn run_until<A, G, T, S, F, B>(
    listener: TcpListener,
    limits: Limits,
    secure: A,
    stop: impl Future<Output = ()>,
    service: S,
) where
    A: Fn(TcpStream) -> G,
    G: Future<Output = io::Result<T>> + Send + 'static,
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    S: Fn(Request<Incoming>, Reading) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + 'static,
{
    let connections = Connections::new(limits.connections);
    let mut tasks = JoinSet::new();
    let stopping = watch::Sender::new(false);
    tokio::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let (stream, peer) = match accepted {
            Ok((stream, address)) => (stream, Peer(address)),
            Err(_) => {
                sleep(PAUSE).await;
                continue;
            }
        };
        // Reap finished connections.
        while tasks.try_join_next().is_some() {}
        let connection = tokio::select! {
            connection = connections.admit() => connection,
            () = &mut stop => break,
        };
        tasks.spawn(serve(secure(stream), peer, connection, limits, stopping.subscribe(), service.clone()));
    }
    drop(listener);
    stopping.send_replace(true);
    while tasks.join_next().await.is_some() {}
}

/// Serves one connection to its end.
async fn serve<T, S, F, B>(
    secured: impl Future<Output = io::Result<T>>,
    peer: Peer,
    connection: Arc<Connection>,
    limits: Limits,
    mut stopping: watch::Receiver<bool>,
    service: S,
) where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    S: Fn(Request<Incoming>, Reading) -> F + Send + Sync + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + 'static,
{
    let stream = tokio::select! {
        secured = timeout(limits.head_time, secured) => match secured {
            Ok(Ok(stream)) => stream,
            _ => return,
        },
        () = connection.closed() => return,
    };
    let answer = service_fn(|mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        let (number, reading) = connection.request();
        let response = service(request, reading);
        async move {
            let mut response = response.await;
            if number >= limits.requests {
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<_, Infallible>(response)
        }
    });
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(limits.head_time).max_buf_size(limits.head);
    let serving = server.serve_connection(TokioIo::new(stream), answer);
    let end = sleep_until(Instant::now() + limits.life);
    tokio::pin!(serving, end);
    let mut is_stopping = false;
    loop {
        tokio::select! {
            // Errors of a connection are ignored: its client sees them.
            _ = &mut serving => return,
            () = connection.closed() => return,
            // It fails if the server was dropped, which drops this too.
            _ = stopping.wait_for(|it| *it), if !is_stopping => {
                is_stopping = true;
                serving.as_mut().graceful_shutdown();
                end.as_mut().reset(Instant::now() + limits.head_time);
            }
            () = &mut end => {
                if connection.close() {
                    return;
                }
                serving.as_mut().graceful_shutdown();
                // The client may never read its response.
                end.as_mut().reset(Instant::now() + limits.head_time);
            }
        }
    }
}

/// Binds a port of 127.0.0.1; 0 picks a free one.
///
/// # Errors
/// If the port is taken or may not be used.
pub async fn bind(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind(("127.0.0.1", port)).await
}
