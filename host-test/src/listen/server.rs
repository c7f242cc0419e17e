//! Connections, and what their requests are answered.

use std::{convert::Infallible, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::Empty;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::TcpListener,
    sync::Semaphore,
    task::JoinSet,
    time::{sleep, timeout},
};

use super::{Answer, Limits, Receiver, request};

/// The bytes of a request's head. PayPal's have about 1500.
const HEAD: usize = 16 * 1024;

/// How long to wait before the next connection is accepted where one could not be, as when there are too many open files.
const PAUSE: Duration = Duration::from_millis(100);

/// When to come again, in seconds, where there is too much at once.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("5");

/// What all requests share.
struct Shared<R> {
    receiver: Arc<R>,
    limits: Limits,
    deliveries: Arc<Semaphore>,
}

/// Answers until it is dropped; then the connections are closed.
pub(super) async fn run<R: Receiver>(listener: TcpListener, receiver: Arc<R>, limits: Limits) {
    let connections = Arc::new(Semaphore::new(limits.connections));
    let shared = Arc::new(Shared { receiver, limits, deliveries: Arc::new(Semaphore::new(limits.deliveries)) });
    let mut open = JoinSet::new();
    // The semaphore is never closed.
    while let Ok(place) = connections.clone().acquire_owned().await {
        // Those that have ended.
        while open.try_join_next().is_some() {}
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(_) => {
                sleep(PAUSE).await;
                continue;
            }
        };
        let shared = shared.clone();
        open.spawn(async move {
            let service = service_fn(|request| {
                let shared = shared.clone();
                async move { Ok::<_, Infallible>(answer(&shared, request).await) }
            });
            let mut server = http1::Builder::new();
            server.timer(TokioTimer::new()).header_read_timeout(limits.head_time).max_buf_size(HEAD);
            // How a connection ends is its client's affair.
            let _ = server.serve_connection(TokioIo::new(stream), service).await;
            drop(place);
        });
    }
}

async fn answer<R: Receiver>(shared: &Shared<R>, request: Request<Incoming>) -> Response<Empty<Bytes>> {
    let delivery = match request::read(request, &*shared.receiver, &shared.limits).await {
        Ok(delivery) => delivery,
        Err(refusal) => return response(refusal),
    };
    let Ok(place) = shared.deliveries.clone().try_acquire_owned() else {
        let mut response = response(StatusCode::SERVICE_UNAVAILABLE);
        response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER);
        return response;
    };
    // In a task of its own: where the client goes away, the future of its request is dropped, and the event was half worked
    // off.
    let receiver = shared.receiver.clone();
    let work = tokio::spawn(async move {
        let answer = receiver.receive(delivery).await;
        drop(place);
        answer
    });
    let answer = match timeout(shared.limits.answer, work).await {
        Ok(Ok(answer)) => answer,
        // The receiver has panicked.
        Ok(Err(_)) => Answer::Failed,
        Err(_) => Answer::Later,
    };
    response(answer.status())
}

fn response(status: StatusCode) -> Response<Empty<Bytes>> {
    let mut response = Response::new(Empty::new());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    if status == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(header::ALLOW, HeaderValue::from_static("POST"));
    }
    // There may be more of the body to come, which nobody reads.
    if matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::PAYLOAD_TOO_LARGE) {
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}
