//! The server on streamable HTTP, on this machine only.

mod held;
mod key;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use bounded_server::{Limits, Reading};
use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full, Limited, combinators::BoxBody};
use hyper::body::Incoming;
use rmcp::transport::streamable_http_server::{
    StreamableHttpServerConfig, StreamableHttpService, session::local::LocalSessionManager,
};
use tokio::{net::TcpListener, sync::Semaphore, time::timeout};

use crate::server::{LARGEST, Server};
use held::Held;
pub use key::{Key, WeakKey};

/// The path of the server's only endpoint.
pub const PATH: &str = "/mcp";

/// The most requests at once, with the streams of clients that listen. It is below the limit of connections, so that one more
/// client is always told so.
const AT_ONCE: usize = 64;

const LIMITS: Limits = Limits {
    connections: 2 * AT_ONCE,
    requests: 100_000,
    life: Duration::from_secs(24 * 60 * 60),
    head_time: Duration::from_secs(30),
    head: 64 * 1024,
};

/// How long a client may take to send a message.
const BODY_TIME: Duration = Duration::from_secs(60);

type Body = BoxBody<Bytes, std::convert::Infallible>;
type Answer = Response<Held<Body>>;

/// Serves clients that have the key, until it is dropped.
///
/// It refuses a `Host` that is not this machine's, and every `Origin` but its own, so that no page in a browser can reach it,
/// not even by rebinding a name to this machine. `listener` must be bound to a loopback address.
///
/// # Errors
/// If the listener has no address.
pub async fn serve(server: Server, listener: TcpListener, key: Key) -> std::io::Result<()> {
    let mcp = Arc::new(Mcp {
        service: StreamableHttpService::new(
            move || Ok(server.clone()),
            Arc::new(LocalSessionManager::default()),
            config(listener.local_addr()?),
        ),
        key,
        room: Arc::new(Semaphore::new(AT_ONCE)),
    });
    bounded_server::run(listener, LIMITS, move |request, reading| {
        let mcp = mcp.clone();
        async move { mcp.answer(request, reading).await }
    })
    .await;
    Ok(())
}

/// Who may be asked for in `Host`, and from where a browser may ask.
fn config(address: SocketAddr) -> StreamableHttpServerConfig {
    let port = address.port();
    let hosts = [format!("localhost:{port}"), address.to_string()];
    let origins: Vec<String> = hosts.iter().map(|host| format!("http://{host}")).collect();
    StreamableHttpServerConfig::default()
        .with_allowed_hosts(hosts)
        .with_allowed_origins(origins)
        .enforce_origin_validation()
        .with_max_request_body_bytes(LARGEST)
}

struct Mcp {
    service: StreamableHttpService<Server, LocalSessionManager>,
    key: Key,
    room: Arc<Semaphore>,
}

impl Mcp {
    async fn answer(&self, request: Request<Incoming>, reading: Reading) -> Answer {
        if request.uri().path() != PATH {
            return refusal(StatusCode::NOT_FOUND, "the server is at /mcp");
        }
        if !self.key.opens(request.headers()) {
            let mut answer = refusal(StatusCode::UNAUTHORIZED, "the key is missing or wrong");
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            return answer;
        }
        let Ok(permit) = self.room.clone().try_acquire_owned() else {
            return refusal(StatusCode::SERVICE_UNAVAILABLE, "too many requests at once");
        };
        let (head, body) = request.into_parts();
        let body = match timeout(BODY_TIME, Limited::new(body, LARGEST).collect()).await {
            Ok(Ok(body)) => body.to_bytes(),
            Ok(Err(_)) => return refusal(StatusCode::PAYLOAD_TOO_LARGE, "the message is too large, or was cut off"),
            Err(_) => return refusal(StatusCode::REQUEST_TIMEOUT, "the message did not come in time"),
        };
        let Some(working) = reading.done() else {
            return refusal(StatusCode::SERVICE_UNAVAILABLE, "the connection is being closed");
        };
        let answer = self.service.handle(Request::from_parts(head, Full::new(body))).await;
        // A stream ends with its body: until then its connection is in use.
        answer.map(|body| Held::new(body, Some((working, permit))))
    }
}

fn refusal(status: StatusCode, text: &'static str) -> Answer {
    let body = Full::new(Bytes::from_static(text.as_bytes())).boxed();
    let mut answer = Response::new(Held::new(body, None));
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    answer
}
