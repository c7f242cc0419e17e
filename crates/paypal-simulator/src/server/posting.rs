//! What the simulator sends by itself: deliveries, and instant payment notifications.

use std::time::Duration;

use bytes::Bytes;
use tokio::time::sleep;

use crate::{Delivery, IpnMessage, ipn::is_local, simulator::Simulator};
use connector_host::{
    Client,
    transport::{Timeouts, Transport as _},
};

/// How often the queue of deliveries is looked at.
const PAUSE: Duration = Duration::from_millis(200);

/// Posts what waits, until it is dropped.
pub(super) async fn run(simulator: Simulator) {
    let client = Client::new();
    loop {
        sleep(PAUSE).await;
        for message in simulator.ipn_messages() {
            if !post_ipn(&client, &message).await {
                simulator.undelivered_ipn(message);
            }
        }
        // The first event waits for keys to be made, which takes a thread for a second or several.
        let signing = simulator.clone();
        let Ok(Ok(deliveries)) = tokio::task::spawn_blocking(move || signing.deliveries()).await else { continue };
        for delivery in deliveries.into_iter().filter(|delivery| is_local(&delivery.url)) {
            if !post(&client, &delivery).await {
                simulator.undelivered(delivery);
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
