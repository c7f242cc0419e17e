//! Faults between the connector and a provider, one per request, as planned.
//!
//! ```text
//! Connector ──► Outbound ──► Faults ── the plan's next fault: does the request arrive, when, and what comes back ──► Provider
//! ```
//!
//! The connector sees what a real client would: what happens on an established connection is written as bytes and read by
//! hyper, as by [`Client`](connector_host::Client). Timeouts advance the guest's clock.

mod fault;
mod plan;
mod provider;
mod wire;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use connector_host::transport::{Error, WasiBody};
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::Full;

use connector_host::{
    testing::VirtualClock,
    transport::{BoxFuture, Timeouts, Transport, whole},
};

pub use fault::{Arrival, Fault, Garbage, RetryAfter};
pub use plan::Seen;
pub use provider::Provider;

use plan::{Pending, Plan};
use wire::Piece;

/// A [`Transport`] that leads to a [`Provider`] through faults. Clones share provider and plan.
#[derive(Clone)]
pub struct Faults {
    provider: Arc<dyn Provider>,
    clock: VirtualClock,
    plan: Arc<Mutex<Plan>>,
}

impl Faults {
    /// Returns a transport without faults. Timeouts advance `clock`, which should be the tenant's.
    #[must_use]
    pub fn new(provider: impl Provider + 'static, clock: VirtualClock) -> Self {
        Self { provider: Arc::new(provider), clock, plan: Arc::default() }
    }

    /// Plans a fault, or none, for each of the next requests, and replaces the plan before. Requests for tokens count.
    /// Requests after the last one have no faults.
    pub fn plan(&self, faults: impl IntoIterator<Item = Option<Fault>>) {
        self.lock().faults = faults.into_iter().collect();
    }

    /// Clears the plan, and delivers the requests that are still in transit.
    pub fn clear(&self) {
        let late = {
            let mut plan = self.lock();
            plan.faults.clear();
            std::mem::take(&mut plan.late)
        };
        for pending in late {
            self.provider.handle(pending.request);
        }
    }

    /// Returns the requests since the last call, in order.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        std::mem::take(&mut self.lock().seen)
    }

    /// Passes a request to the provider, with the late ones that arrive before and after it.
    fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        let (before, after) = self.lock().arriving(&request);
        for pending in before {
            self.provider.handle(pending.request);
        }
        let response = self.provider.handle(request);
        for pending in after {
            self.provider.handle(pending.request);
        }
        response
    }

    /// Handles a request whose answer is lost.
    fn lose(&self, request: Request<Bytes>, arrival: Arrival) {
        match arrival {
            Arrival::Never => {}
            Arrival::AtOnce => drop(self.handle(request)),
            Arrival::BeforeTheNext => self.lock().late.push(Pending { request, overtaken: false }),
            Arrival::AfterTheNext => self.lock().late.push(Pending { request, overtaken: true }),
        }
    }

    async fn send(self, request: Request<Bytes>, timeouts: Timeouts) -> Result<Response<WasiBody>, Error> {
        let fault = self.lock().next(&request);
        let Some(fault) = fault else { return Ok(self.handle(request).map(whole)) };
        match fault {
            Fault::ConnectionRefused => Err(Error::ConnectionRefused),
            // The host reports a reset while connecting as another error than a refused connection.
            Fault::ConnectionReset => Err(Error::DestinationUnavailable),
            Fault::ConnectionTimeout => {
                self.clock.advance(timeouts.connect);
                Err(Error::ConnectionTimeout)
            }
            Fault::ResponseTimeout(arrival) => {
                self.lose(request, arrival);
                self.clock.advance(timeouts.first_byte);
                Err(Error::ConnectionReadTimeout)
            }
            Fault::Reset(arrival) => {
                let sent = without_body(&request);
                self.lose(request, arrival);
                wire::exchange(sent, vec![Piece::Reset]).await
            }
            Fault::Closed(arrival) => {
                let sent = without_body(&request);
                self.lose(request, arrival);
                wire::exchange(sent, Vec::new()).await
            }
            Fault::Cut { at, reset } => {
                let sent = without_body(&request);
                let mut bytes = wire::bytes(&self.handle(request), 0);
                // Never all of it: that would not be a fault.
                let end = wire::part(bytes.len(), at);
                bytes.truncate(end);
                let mut pieces = vec![Piece::Bytes(bytes.into(), Duration::ZERO)];
                pieces.extend(reset.then_some(Piece::Reset));
                wire::exchange(sent, pieces).await
            }
            Fault::WrongLength(by) => {
                let sent = without_body(&request);
                let bytes = wire::bytes(&self.handle(request), by.into());
                wire::exchange(sent, vec![Piece::Bytes(bytes.into(), Duration::ZERO)]).await
            }
            Fault::Trickle(pause) => {
                let sent = without_body(&request);
                let bytes = Bytes::from(wire::bytes(&self.handle(request), 0));
                let pieces = (0..bytes.len()).map(|at| Piece::Bytes(bytes.slice(at..=at), pause));
                let clock = self.clock.clone();
                wire::exchange_by(sent, pieces.collect(), Some(clock)).await
            }
            Fault::Garbage(garbage, arrival) => {
                let sent = without_body(&request);
                self.lose(request, arrival);
                wire::exchange(sent, vec![Piece::Bytes(garbage.bytes().into(), Duration::ZERO)]).await
            }
            Fault::RateLimited(retry_after) => Ok(rate_limited(retry_after).map(whole)),
            Fault::ServerError { status, arrival, retry_after } => {
                self.lose(request, arrival);
                Ok(server_error(status, retry_after).map(whole))
            }
            // Without a key there is no earlier request.
            Fault::InProgress { .. } if !plan::has_key(&request) => Ok(self.handle(request).map(whole)),
            Fault::InProgress { cut: false } => Ok(in_progress().map(whole)),
            Fault::InProgress { cut: true } => {
                let mut bytes = wire::bytes(&in_progress(), 0);
                bytes.truncate(bytes.len().saturating_sub(50));
                wire::exchange(without_body(&request), vec![Piece::Bytes(bytes.into(), Duration::ZERO)]).await
            }
            Fault::TokenExpired => {
                self.provider.expire_tokens();
                Ok(self.handle(request).map(whole))
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for Faults {
    fn send(&self, request: Request<Bytes>, timeouts: Timeouts) -> BoxFuture<Result<Response<WasiBody>, Error>> {
        Box::pin(self.clone().send(request, timeouts))
    }
}

/// Returns a request for hyper to send to the script. The provider gets the real one.
fn without_body(request: &Request<Bytes>) -> Request<Full<Bytes>> {
    let mut sent = Request::new(Full::default());
    *sent.method_mut() = request.method().clone();
    sent
}

/// As PayPal sends it: with `debugId` in camel case, and without `Retry-After` by default.
fn rate_limited(retry_after: Option<RetryAfter>) -> Response<Bytes> {
    let body = r#"{"name":"RATE_LIMIT_REACHED","message":"Too many requests.","debugId":"fa017000"}"#;
    answer(StatusCode::TOO_MANY_REQUESTS, body, retry_after)
}

fn server_error(status: u16, retry_after: Option<RetryAfter>) -> Response<Bytes> {
    let body = r#"{"name":"INTERNAL_SERVER_ERROR","message":"Something failed.","debug_id":"fa017001"}"#;
    answer(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), body, retry_after)
}

/// PayPal's answer to a request with the key of another one that is still in progress.
fn in_progress() -> Response<Bytes> {
    let body = concat!(
        r#"{"name":"RESOURCE_CONFLICT","message":"The server has detected a conflict.","debug_id":"fa017002","#,
        r#""details":[{"issue":"PREVIOUS_REQUEST_IN_PROGRESS","description":"Not done with the earlier one."}]}"#
    );
    answer(StatusCode::CONFLICT, body, None)
}

fn answer(status: StatusCode, body: &'static str, retry_after: Option<RetryAfter>) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from_static(body.as_bytes()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(value) = retry_after.and_then(|it| HeaderValue::try_from(it.value()).ok()) {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response
}

#[cfg(test)]
mod tests;
