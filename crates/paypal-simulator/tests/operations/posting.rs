//! The server posts events to several receivers at once.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    sync::mpsc,
    thread,
    time::Duration,
};

use paypal_simulator::Server;
use serde_json::{Value, json};

use crate::sandbox::Sandbox;

const PATIENCE: Duration = Duration::from_secs(120);

/// A receiver that accepts each event, and hands out its type.
fn receiver() -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, mut bytes) = (stream.unwrap(), Vec::new());
            let body = loop {
                let mut buffer = [0; 4096];
                let read = stream.read(&mut buffer).unwrap();
                assert!(read > 0, "it has ended early");
                bytes.extend_from_slice(&buffer[..read]);
                let text = String::from_utf8_lossy(&bytes);
                let Some((_, body)) = text.split_once("\r\n\r\n") else { continue };
                if let Ok(body) = serde_json::from_str::<Value>(body) {
                    break body;
                }
            };
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
            if sender.send(body["event_type"].as_str().unwrap().to_owned()).is_err() {
                return;
            }
        }
    });
    (url, receiver)
}

#[tokio::test]
async fn a_receiver_that_hangs_delays_no_other() {
    let paypal = Sandbox::new();
    // It accepts connections, and says nothing.
    let hanging = TcpListener::bind("127.0.0.1:0").unwrap();
    let (url, events) = receiver();
    for url in [&format!("http://{}/", hanging.local_addr().unwrap()), &url] {
        paypal.post("/v1/notifications/webhooks", &json!({"url": url, "event_types": [{"name": "*"}]})).ok();
    }
    // Keys are made before, so that only posting takes time.
    paypal.0.authorities().unwrap();
    let server = Server::bind(paypal.0.clone(), 0).await.unwrap();
    let running = tokio::spawn(server.run());
    for _ in 0..3 {
        paypal.paid_order("10.00");
    }
    let seen: Vec<_> = tokio::task::spawn_blocking(move || {
        let mut seen = Vec::new();
        while seen.len() < 9 {
            seen.push(events.recv_timeout(PATIENCE).unwrap());
        }
        seen
    })
    .await
    .unwrap();
    let names = ["CHECKOUT.ORDER.APPROVED", "PAYMENT.CAPTURE.COMPLETED", "CHECKOUT.ORDER.COMPLETED"];
    assert_eq!(seen, [names, names, names].concat(), "each receiver gets them in their order");
    // Each post to the other one takes 30 seconds. One after the other, it would have got as many.
    hanging.set_nonblocking(true).unwrap();
    let posts = hanging.incoming().take_while(Result::is_ok).count();
    assert!((1..=4).contains(&posts), "{posts}");
    running.abort();
}
