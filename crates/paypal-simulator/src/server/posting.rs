//! Lets time bring what is due, and posts deliveries and instant payment notifications to their receivers.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use tokio::{
    task::JoinSet,
    time::{Interval, MissedTickBehavior, interval, timeout},
};

use crate::{
    base::local::is_local,
    server::{lanes::Lanes, resolver::Loopback},
    simulator::Simulator,
    world::{deliveries::Outcome, delivery::Delivery, ipn::IpnMessage},
};

/// The interval at which the agenda and the queues are polled.
const POLL_INTERVAL: Duration = Duration::from_millis(200);

/// The timeout for connecting to the receiver.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The timeout for the head of the receiver's response. PayPal documents none.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(30);

type Poster = Client<HttpConnector<Loopback>, Full<Bytes>>;

/// Carries out what is due, and posts what is queued, until it is dropped.
pub(super) async fn run(simulator: Simulator) {
    let client = client();
    tokio::join!(post_events(&simulator, &client), post_messages(&simulator, &client));
}

/// Carries out what is due, and posts events: to each receiver in their order, to several at once.
async fn post_events(simulator: &Simulator, client: &Poster) {
    let (mut lanes, mut poll) = (Lanes::default(), poll());
    let mut posts = JoinSet::<(Delivery, Outcome)>::new();
    loop {
        tokio::select! {
            _ = poll.tick() => {
                simulator.run_due();
                take(simulator, &mut lanes).await;
            }
            Some(Ok((delivery, outcome))) = posts.join_next() => {
                lanes.done(&delivery.url);
                note(simulator, delivery, outcome);
            }
        }
        while let Some(delivery) = lanes.next() {
            let client = client.clone();
            posts.spawn(async move {
                let outcome = post(&client, &delivery).await;
                (delivery, outcome)
            });
        }
    }
}

/// Takes the queued events.
async fn take(simulator: &Simulator, lanes: &mut Lanes<Delivery>) {
    // The first event needs keys, which keep a thread busy for a second or more.
    let signing = simulator.clone();
    let Ok(Ok(deliveries)) = tokio::task::spawn_blocking(move || signing.deliveries()).await else { return };
    for delivery in deliveries {
        if !is_local(&delivery.url) {
            note(simulator, delivery, Outcome::Elsewhere);
        } else if let Err(delivery) = lanes.add(&delivery.url.clone(), delivery) {
            simulator.given_up(&delivery);
        }
    }
}

fn note(simulator: &Simulator, delivery: Delivery, outcome: Outcome) {
    simulator.delivered(&delivery, outcome);
    if matches!(outcome, Outcome::NoAnswer) || matches!(outcome, Outcome::Answered(it) if !accepts(it)) {
        simulator.undelivered(delivery);
    }
}

/// Posts instant payment notifications, of which there are few: those that are queued together at once.
async fn post_messages(simulator: &Simulator, client: &Poster) {
    let mut poll = poll();
    loop {
        poll.tick().await;
        let messages = simulator.ipn_messages();
        let mut posts = JoinSet::new();
        for (number, message) in messages.iter().cloned().enumerate() {
            let client = client.clone();
            posts.spawn(async move { (number, post_ipn(&client, &message).await) });
        }
        let mut accepted = vec![false; messages.len()];
        while let Some(posted) = posts.join_next().await {
            if let Ok((number, it)) = posted {
                accepted[number] = it;
            }
        }
        // What came of them is noted in their order.
        for (message, accepted) in messages.into_iter().zip(accepted) {
            if accepted {
                simulator.delivered_ipn();
            } else {
                simulator.undelivered_ipn(message);
            }
        }
    }
}

fn poll() -> Interval {
    let mut poll = interval(POLL_INTERVAL);
    poll.set_missed_tick_behavior(MissedTickBehavior::Delay);
    poll
}

/// Returns a client for plain HTTP. It keeps no connection: a receiver may be restarted between two events.
fn client() -> Poster {
    let mut connector = HttpConnector::new_with_resolver(Loopback);
    connector.set_connect_timeout(Some(CONNECT_TIMEOUT));
    Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(connector)
}

/// Posts a delivery.
async fn post(client: &Poster, delivery: &Delivery) -> Outcome {
    let mut request = http::Request::post(&delivery.url);
    for (name, value) in &delivery.headers {
        request = request.header(*name, value);
    }
    send(client, request, &delivery.body).await
}

/// Posts an instant payment notification. Returns whether the receiver accepted it.
async fn post_ipn(client: &Poster, message: &IpnMessage) -> bool {
    let request = http::Request::post(&message.url)
        .header("content-type", IpnMessage::CONTENT_TYPE)
        .header("user-agent", IpnMessage::USER_AGENT);
    matches!(send(client, request, &message.body).await, Outcome::Answered(status) if accepts(status))
}

async fn send(client: &Poster, request: http::request::Builder, body: &Bytes) -> Outcome {
    let Ok(request) = request.body(Full::new(body.clone())) else { return Outcome::NoAnswer };
    match timeout(RESPONSE_TIMEOUT, client.request(request)).await {
        Ok(Ok(response)) => Outcome::Answered(response.status().as_u16()),
        _ => Outcome::NoAnswer,
    }
}

fn accepts(status: u16) -> bool {
    (200..300).contains(&status)
}
