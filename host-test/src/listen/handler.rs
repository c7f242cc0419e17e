//! Handles deliveries, with a limit on how many are handled at once.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::Full;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Duration, timeout},
};

use crate::listen::{
    delivery::{Channel, Delivery},
    limits::Limits,
    receiver::{Answer, Receiver},
};

/// `Retry-After` in seconds, when there are too many at once.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("5");

/// A receiver with limits.
pub(crate) struct Handler<R> {
    receiver: R,
    /// The timeout for an answer; then it is 503, and handling goes on.
    answer: Duration,
    /// Each channel has its own permits: one that waits for PayPal's confirmations does not block the other.
    webhooks: Arc<Semaphore>,
    messages: Arc<Semaphore>,
    /// For deliveries that must be prepared first: they hold no permit of their channel meanwhile.
    waiting: Arc<Semaphore>,
}

impl<R: Receiver> Handler<R> {
    pub(crate) fn new(receiver: R, limits: &Limits) -> Self {
        let permits = |count| Arc::new(Semaphore::new(count));
        let (webhooks, messages) = (permits(limits.deliveries), permits(limits.deliveries));
        Self { receiver, answer: limits.answer, webhooks, messages, waiting: permits(limits.waiting) }
    }

    pub(crate) fn receiver(&self) -> &R {
        &self.receiver
    }

    /// Answers a delivery, which is handled to the end even if this future is dropped.
    pub(crate) async fn answer(self: &Arc<Self>, delivery: Delivery) -> Response<Full<Bytes>> {
        let shared = self.clone();
        // In a separate task: if the client goes away, the future of its request is dropped, but the event is still handled.
        match timeout(self.answer, tokio::spawn(async move { shared.work(delivery).await })).await {
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

pub(crate) fn response(status: StatusCode) -> Response<Full<Bytes>> {
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
