//! What the simulator sends by itself: deliveries, and instant payment notifications.

use std::time::Duration;

use bytes::Bytes;
use tokio::time::sleep;

use crate::{
    outbound::{Client, Timeouts, Transport as _},
    sandbox::{Delivery, IpnMessage, Sandbox, ipn::is_local},
};

/// How often the queue of deliveries is looked at.
const PAUSE: Duration = Duration::from_millis(200);

/// Posts what waits, until it is dropped.
pub(super) async fn run(sandbox: Sandbox) {
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
