//! Answers requests.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use tokio::net::TcpListener;

use crate::listen::{
    handler::{Handler, response},
    limits::Limits,
    receiver::Receiver,
    request,
};
use bounded_server::Reading;

/// The maximum size of a request's head in bytes. PayPal's have about 1500.
const HEAD: usize = 16 * 1024;

/// Serves until it is dropped, which closes the connections.
pub(super) async fn run<R: Receiver>(listener: TcpListener, receiver: R, limits: Limits) {
    let handler = Arc::new(Handler::new(receiver, &limits));
    let connections = bounded_server::Limits {
        connections: limits.connections,
        requests: limits.requests,
        life: limits.life,
        head_time: limits.head_time,
        head: HEAD,
    };
    bounded_server::run(listener, connections, move |request, reading| {
        answer(handler.clone(), limits, request, reading)
    })
    .await;
}

async fn answer<R: Receiver>(
    handler: Arc<Handler<R>>,
    limits: Limits,
    request: Request<Incoming>,
    reading: Reading,
) -> Response<Full<Bytes>> {
    let delivery = match request::read(request, handler.receiver(), &limits).await {
        Ok(delivery) => delivery,
        Err(refusal) => return response(refusal),
    };
    // `None` means that the connection is being closed: nobody gets the answer.
    let Some(_working) = reading.done() else { return response(StatusCode::SERVICE_UNAVAILABLE) };
    handler.answer(delivery).await
}
