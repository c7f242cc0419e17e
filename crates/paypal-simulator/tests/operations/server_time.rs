//! The server, where time passes by itself.

use std::time::Duration;

use paypal_simulator::Server;
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::sandbox::Sandbox;

#[tokio::test]
async fn time_brings_what_it_brings_without_a_request() {
    let paypal = Sandbox::new();
    let server = Server::bind(paypal.0.clone(), 0).await.unwrap();
    let running = tokio::spawn(server.run());
    assert_eq!(paypal.control("captures/pending", &json!({"seconds": 1})).status, 204);
    paypal.paid_order("10.00");
    assert!(paypal.effects().captured.is_empty(), "it is pending");
    let patience = Instant::now() + Duration::from_secs(60);
    while paypal.effects().captured.is_empty() {
        assert!(Instant::now() < patience, "the server did not settle it");
        sleep(Duration::from_millis(50)).await;
    }
    running.abort();
}
