//! Serves connections, and answers their requests.

use std::sync::Arc;

use bounded_server::Reading;
use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use http_body_util::Full;
use hyper::body::Incoming;
use tokio::{net::TcpListener, sync::Semaphore};

use super::{body, limits::Limits, source::Hosts};
use crate::simulator::Simulator;

/// The bytes of a request's head. An idempotency key may have 10,000.
const HEAD: usize = 64 * 1024;

/// What all connections share.
struct Shared {
    simulator: Simulator,
    hosts: Hosts,
    limits: Limits,
    budget: Arc<Semaphore>,
}

/// Serves until it is dropped, which closes the connections.
pub(super) async fn serve(listener: TcpListener, simulator: Simulator, hosts: Hosts, limits: Limits) {
    let bounds = bounded_server::Limits {
        connections: limits.connections,
        requests: limits.requests,
        life: limits.life,
        head_time: limits.head_time,
        head: HEAD,
    };
    let budget = Arc::new(Semaphore::new(limits.bodies));
    let shared = Arc::new(Shared { simulator, hosts, limits, budget });
    let service = move |request, reading| {
        let shared = shared.clone();
        async move { answer(&shared, request, reading).await }
    };
    bounded_server::run(listener, bounds, service).await;
}

async fn answer(shared: &Shared, request: Request<Incoming>, reading: Reading) -> Response<Full<Bytes>> {
    let Shared { simulator, hosts, limits, budget } = shared;
    let (head, mut body) = request.into_parts();
    if let Err(refusal) = hosts.check(&head) {
        body::discard(body, limits.body_time);
        return closing(simulator.refuse(head.uri.path(), &refusal));
    }
    let limit = match simulator.admit(&head) {
        Ok(limit) => limit,
        Err(refused) => {
            // The client can go on with a fresh token, on this connection once its body is read.
            body::discard(body, limits.body_time);
            return refused.map(Full::new);
        }
    };
    match body::read(&mut body, limit, budget, limits.body_time).await {
        Ok(read) => {
            // From here on the connection is not closed to make room for another one.
            let _working = reading.done();
            simulator.handle(Request::from_parts(head, read.bytes.clone())).map(Full::new)
        }
        Err(refusal) => {
            body::discard(body, limits.body_time);
            closing(simulator.refuse(head.uri.path(), &refusal))
        }
    }
}

/// The last answer of a connection.
fn closing(mut response: Response<Bytes>) -> Response<Full<Bytes>> {
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response.map(Full::new)
}
