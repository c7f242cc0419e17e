//! Answers requests, with a limit on how many are handled at once.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Incoming;
use tokio::{
    net::TcpListener,
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::listen::{
    delivery::{Channel, Delivery},
    limits::Limits,
    receiver::{Answer, Receiver},
    request,
};
use bounded_server::Reading;

/// The maximum size of a request's head in bytes. PayPal's have about 1500.
const HEAD: usize = 16 * 1024;

/// `Retry-After` in seconds, when there are too many at once.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("5");

/// Shared by all requests.
struct Shared<R> {
    receiver: R,
    limits: Limits,
    /// Each channel has its own permits: one that waits for PayPal's confirmations does not block the other.
    webhooks: Arc<Semaphore>,
    messages: Arc<Semaphore>,
    /// For deliveries that must be prepared first: they hold no permit of their channel meanwhile.
    waiting: Arc<Semaphore>,
}

/// Serves until it is dropped, which closes the connections.
pub(super) async fn run<R: Receiver>(listener: TcpListener, receiver: R, limits: Limits) {
    let permits = |count| Arc::new(Semaphore::new(count));
    let (webhooks, messages) = (permits(limits.deliveries), permits(limits.deliveries));
    let shared = Arc::new(Shared { receiver, limits, webhooks, messages, waiting: permits(limits.waiting) });
    let limits = bounded_server::Limits {
        connections: limits.connections,
        requests: limits.requests,
        life: limits.life,
        head_time: limits.head_time,
        head: HEAD,
    };
    bounded_server::run(listener, limits, move |request, reading| answer(shared.clone(), request, reading)).await;
}

async fn answer<R: Receiver>(
    shared: Arc<Shared<R>>,
    request: Request<Incoming>,
    reading: Reading,
) -> Response<Full<Bytes>> {
    let delivery = match request::read(request, &shared.receiver, &shared.limits).await {
        Ok(delivery) => delivery,
        Err(refusal) => return response(refusal),
    };
    // `None` means that the connection is being closed: nobody gets the answer.
    let Some(_working) = reading.done() else { return response(StatusCode::SERVICE_UNAVAILABLE) };
    // In a separate task: if the client goes away, the future of its request is dropped, but the event is still handled.
    let limit = shared.limits.answer;
    match timeout(limit, tokio::spawn(async move { shared.work(delivery).await })).await {
        Ok(Ok(Some(Answer::Program(answer)))) => answer.into_response(),
        Ok(Ok(Some(answer))) => response(answer.status()),
        Ok(Ok(None)) => {
            let mut response = response(StatusCode::SERVICE_UNAVAILABLE);
            response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER);
            response
        }
        // The receiver has panicked.
        Ok(Err(_)) => response(Answer::Failed.status()),
        Err(_) => response(Answer::Later.status()),
    }
}

impl<R: Receiver> Shared<R> {
    /// Returns the answer to a delivery, or `None` if there are too many at once.
    async fn work(&self, delivery: Delivery) -> Option<Answer> {
        if !self.receiver.is_ready(&delivery) {
            let _permit = permit(&self.waiting)?;
            if let Some(answer) = self.receiver.prepare(&delivery).await {
                return Some(answer);
            }
        }
        let deliveries = match delivery.channel {
            Channel::Webhook => &self.webhooks,
            Channel::Ipn => &self.messages,
        };
        let _permit = permit(deliveries)?;
        Some(self.receiver.receive(delivery).await)
    }
}

fn permit(permits: &Arc<Semaphore>) -> Option<OwnedSemaphorePermit> {
    permits.clone().try_acquire_owned().ok()
}

fn response(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    if status == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(header::ALLOW, HeaderValue::from_static("POST"));
    }
    // The rest of the body is not read.
    if matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::PAYLOAD_TOO_LARGE) {
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}
