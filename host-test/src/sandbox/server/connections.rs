//! Connections, and what their requests are answered.

use std::{
    convert::Infallible,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use http_body_util::Full;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinSet,
    time::{sleep, timeout},
};

use super::{Hosts, Limits, body};
use crate::sandbox::Sandbox;

/// The bytes of a request's head. An idempotency key may have 10,000.
const HEAD: usize = 64 * 1024;

/// How long to wait before the next connection is accepted where one could not be, as when there are too many open files.
const PAUSE: Duration = Duration::from_millis(100);

/// How long an answer takes that has to wait for keys to be made, and more.
const ANSWER: Duration = Duration::from_secs(60);

/// What all connections share.
struct Shared {
    sandbox: Sandbox,
    hosts: Hosts,
    limits: Limits,
    budget: Arc<Semaphore>,
}

/// Answers until it is dropped; then the connections are closed.
pub(super) async fn serve(listener: TcpListener, sandbox: Sandbox, hosts: Hosts, limits: Limits) {
    let connections = Arc::new(Semaphore::new(limits.connections));
    let budget = Arc::new(Semaphore::new(limits.bodies));
    let shared = Arc::new(Shared { sandbox, hosts, limits, budget });
    let mut open = JoinSet::new();
    // The semaphore is never closed.
    while let Ok(permit) = connections.clone().acquire_owned().await {
        // Those that have ended.
        while open.try_join_next().is_some() {}
        match listener.accept().await {
            Ok((stream, _)) => {
                let shared = shared.clone();
                open.spawn(async move {
                    converse(stream, &shared).await;
                    drop(permit);
                });
            }
            Err(_) => sleep(PAUSE).await,
        }
    }
}

/// Answers the requests of a connection until it is closed, or has lasted long enough.
async fn converse(stream: TcpStream, shared: &Arc<Shared>) {
    let (limits, requests) = (shared.limits, AtomicUsize::new(0));
    let service = service_fn(|request| {
        let is_last = requests.fetch_add(1, Ordering::Relaxed) + 1 >= limits.requests;
        let shared = shared.clone();
        async move {
            let mut response = answer(&shared, request).await;
            if is_last {
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<_, Infallible>(response)
        }
    });
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(limits.head_time).max_buf_size(HEAD);
    let mut connection = pin!(server.serve_connection(TokioIo::new(stream), service));
    // How a connection ends is its client's affair.
    if timeout(limits.life, connection.as_mut()).await.is_err() {
        connection.as_mut().graceful_shutdown();
        let _ = timeout(limits.head_time.saturating_add(limits.body_time).saturating_add(ANSWER), connection).await;
    }
}

async fn answer(shared: &Shared, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let Shared { sandbox, hosts, limits, budget } = shared;
    let (head, mut body) = request.into_parts();
    if let Err(refusal) = hosts.check(&head) {
        body::discard(body, limits.body_time);
        return closing(sandbox.refuse(head.uri.path(), &refusal));
    }
    let most = match sandbox.admit(&head) {
        Ok(most) => most,
        Err(refused) => {
            // The client goes on with a fresh token, on this connection where its body has come to the end.
            body::discard(body, limits.body_time);
            return refused.map(Full::new);
        }
    };
    match body::read(&mut body, most, budget, limits.body_time).await {
        Ok(read) => sandbox.handle(Request::from_parts(head, read.bytes.clone())).map(Full::new),
        Err(refusal) => {
            body::discard(body, limits.body_time);
            closing(sandbox.refuse(head.uri.path(), &refusal))
        }
    }
}

/// The last answer of a connection.
fn closing(mut response: Response<Bytes>) -> Response<Full<Bytes>> {
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response.map(Full::new)
}
