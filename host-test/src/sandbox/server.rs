//! The simulator as a server on this machine.

use std::{io, net::SocketAddr, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use tokio::{net::TcpListener, time::sleep};

use super::{Delivery, IpnMessage, Sandbox, ipn::is_local};
use crate::outbound::{Client, Timeouts, Transport as _};

/// The most that is read of a request, in bytes.
const MOST: usize = 64 * 1024 * 1024;

/// How often the queue of deliveries is looked at.
const PAUSE: Duration = Duration::from_millis(200);

/// A server that answers for a simulator, on 127.0.0.1 alone. The simulator's clock is moved to the present, and runs with
/// the real one; deliveries and instant payment notifications are posted to those addresses that are on this machine. The
/// others get none.
pub struct Server {
    sandbox: Sandbox,
    listener: TcpListener,
}

impl Server {
    /// Takes a port; 0 is any that is free.
    ///
    /// # Errors
    /// Where the port is taken or may not be had.
    pub async fn bind(sandbox: Sandbox, port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        sandbox.world().clock.go();
        Ok(Self { sandbox, listener })
    }

    /// Where it is.
    ///
    /// # Errors
    /// Where the system does not say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until it is dropped.
    ///
    /// # Errors
    /// Where no more connections can be accepted.
    pub async fn run(self) -> io::Result<()> {
        let routes = Router::new().fallback(answer).with_state(self.sandbox.clone());
        tokio::select! {
            ended = async { axum::serve(self.listener, routes).await } => ended,
            () = post_all(self.sandbox) => Ok(()),
        }
    }
}

async fn answer(State(sandbox): State<Sandbox>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    match to_bytes(body, MOST).await {
        Ok(body) => sandbox.handle(Request::from_parts(parts, body)).map(Body::from),
        Err(_) => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
    }
}

/// Posts deliveries.
async fn post_all(sandbox: Sandbox) {
    let client = Client::new();
    loop {
        sleep(PAUSE).await;
        for message in sandbox.ipn_messages() {
            if !post_ipn(&client, &message).await {
                sandbox.undelivered_ipn(message);
            }
        }
        // The first event waits for keys to be made, which takes a thread for a second or several.
        let signing = sandbox.clone();
        let Ok(Ok(deliveries)) = tokio::task::spawn_blocking(move || signing.deliveries()).await else { continue };
        for delivery in deliveries.into_iter().filter(|delivery| is_local(&delivery.url)) {
            if !post(&client, &delivery).await {
                sandbox.undelivered(delivery);
            }
        }
    }
}

/// Posts a delivery, and returns whether the receiver has taken it.
async fn post(client: &Client, delivery: &Delivery) -> bool {
    let mut request = http::Request::post(&delivery.url);
    for (name, value) in &delivery.headers {
        request = request.header(*name, value);
    }
    send(client, request, &delivery.body).await
}

/// Posts an instant payment notification, and returns whether the receiver has taken it.
async fn post_ipn(client: &Client, message: &IpnMessage) -> bool {
    let request = http::Request::post(&message.url)
        .header("content-type", IpnMessage::CONTENT_TYPE)
        .header("user-agent", IpnMessage::USER_AGENT);
    send(client, request, &message.body).await
}

async fn send(client: &Client, request: http::request::Builder, body: &Bytes) -> bool {
    let Ok(request) = request.body(body.clone()) else { return false };
    let response = client.send(request, Timeouts::default()).await;
    response.is_ok_and(|response| response.status().is_success())
}
