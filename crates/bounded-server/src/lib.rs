//! A small HTTP/1.1 server: how many connections it has, for how long, and how slowly they may ask.
//!
//! A connection is *reading* while nothing is worked on for it: before its first request, between requests, in the middle of
//! a head or a body. Where there are as many connections as there may be, the one that has been reading for longest is closed
//! for a new one. So however many are kept open or trickle, a client that sends a whole request at once gets in. What is worked
//! on is never cut off; how much of that there is at once is for the service to bound, below the number of connections.

#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail"))]

mod connections;

use std::{convert::Infallible, io, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use http_body::Body;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::{Instant, sleep, sleep_until},
};

pub use connections::Reading;
use connections::{Connection, Connections};

/// How long to wait before the next connection is accepted where one could not be, as when there are too many open files.
const PAUSE: Duration = Duration::from_millis(100);

/// What connections may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many are open at once.
    pub connections: usize,
    /// How many requests one may bring; then it is closed.
    pub requests: usize,
    /// How long one may last; then it is closed, after the answer to a request that is worked on.
    pub life: Duration,
    /// The time for the head of a request, also for the next one on a connection that is kept; then it is closed.
    pub head_time: Duration,
    /// The bytes of a head; a request with more is answered 431.
    pub head: usize,
}

/// Answers requests until it is dropped; then the connections are closed.
///
/// The service gets each request as soon as its head is there, and reads the body itself, with a limit and a time of its own.
/// It calls [`Reading::done`] when it has read all that it wants.
pub async fn run<S, F, B>(listener: TcpListener, limits: Limits, service: S)
where
    S: Fn(Request<Incoming>, Reading) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + 'static,
{
    let connections = Connections::new(limits.connections);
    let mut tasks = JoinSet::new();
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(_) => {
                sleep(PAUSE).await;
                continue;
            }
        };
        // Those that have ended.
        while tasks.try_join_next().is_some() {}
        let connection = connections.admit().await;
        tasks.spawn(serve(stream, connection, limits, service.clone()));
    }
}

/// Serves one connection to its end.
async fn serve<S, F, B>(stream: TcpStream, connection: Arc<Connection>, limits: Limits, service: S)
where
    S: Fn(Request<Incoming>, Reading) -> F + Send + Sync + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + 'static,
{
    let answer = service_fn(|request| {
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
    loop {
        tokio::select! {
            // How it ends is its client's affair.
            _ = &mut serving => return,
            () = connection.closed() => return,
            () = &mut end => {
                if connection.close() {
                    return;
                }
                serving.as_mut().graceful_shutdown();
                // By then the answer may be there, and nobody may be taking it.
                end.as_mut().reset(Instant::now() + limits.head_time);
            }
        }
    }
}

/// A socket on 127.0.0.1; port 0 is any that is free.
///
/// # Errors
/// Where the port is taken or may not be had.
pub async fn bind(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind(("127.0.0.1", port)).await
}
