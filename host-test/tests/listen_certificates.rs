//! Deliveries that name slow or missing certificates: they do not block others, and do not each cause a request to PayPal.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]
#![allow(clippy::print_stderr, reason = "prints what was skipped")]

#[allow(dead_code, reason = "other tests use the rest")]
#[path = "events/delivery.rs"]
mod delivery;
#[allow(dead_code, reason = "other tests use the rest")]
mod server;

use std::{
    net::SocketAddr,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use connector_host::{Client, Connection, Connector, Engine, Environment, Route, Tenant, Unconfigured};
use host_test::{
    COMPONENT, Listener,
    listen::{ComponentReceiver, Received, Subscription},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::Semaphore,
    task::JoinSet,
    time::timeout,
};

use delivery::{Delivery, WEBHOOK, authorities, certificate};
use server::{Answer, Server, response};

/// The timeout for what must happen.
const PATIENCE: Duration = Duration::from_secs(60);

/// The path of the known certificate.
const KNOWN: &str = "CERT-360caa42-fca2a594-5a1d7be0";

struct Endpoint {
    address: SocketAddr,
    /// The deliveries that were handed on, as lines.
    lines: Arc<Mutex<Vec<String>>>,
}

async fn listen(paypal: &Server) -> Endpoint {
    let route = Route::loopback(Environment::Sandbox, &paypal.url()).unwrap();
    let connection = Connection::new(route, Unconfigured::default(), Client::new()).with_authorities(authorities());
    let tenant = Tenant::new(connection, Client::new());
    let connector = Connector::load(&Engine::new().unwrap(), Path::new(COMPONENT)).unwrap();
    let subscription = Subscription { webhook_id: WEBHOOK.to_owned(), max_age: None, accept_simulated: None };
    let lines = Arc::new(Mutex::new(Vec::new()));
    let log = lines.clone();
    let hand_on = move |received: &Received| {
        log.lock().unwrap().push(received.to_string());
        true
    };
    let receiver = ComponentReceiver::new(connector, tenant, Some(subscription), hand_on);
    let listener = Listener::bind(receiver, 0).await.unwrap();
    let address = listener.address().unwrap();
    tokio::spawn(listener.run());
    Endpoint { address, lines }
}

/// Returns a delivery of PayPal's that names a certificate.
fn delivery(certificate: &str, host: &str) -> Vec<u8> {
    let event = r#"{"id": "WH-1", "event_type": "PAYMENT.CAPTURE.COMPLETED", "resource_type": "capture", "resource": {"id": "C1"}}"#;
    let delivery = Delivery::of(event);
    let mut head =
        format!("POST /webhooks HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n", event.len());
    for header in delivery.input()["headers"].as_array().unwrap() {
        let value = header["value"].as_str().unwrap().replace(KNOWN, certificate);
        let value = value.replace("https://api.sandbox.paypal.com", host);
        head += &format!("{}: {value}\r\n", header["name"].as_str().unwrap());
    }
    [head.as_bytes(), b"\r\n", event.as_bytes()].concat()
}

const HOST: &str = "https://api.sandbox.paypal.com";

async fn post(address: SocketAddr, request: Vec<u8>) -> u16 {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let mut answer = String::new();
    let exchange = async {
        stream.write_all(&request).await.unwrap();
        stream.read_to_string(&mut answer).await.unwrap();
    };
    timeout(PATIENCE, exchange).await.expect("an answer must come");
    answer.split(' ').nth(1).unwrap_or_else(|| panic!("{answer:?}")).parse().unwrap()
}

fn pem() -> Answer {
    Answer::Send(response("200 OK", "cache-control: max-age=3600\r\n", certificate("leaf-sandbox.pem").as_bytes()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deliveries_that_wait_for_a_slow_certificate_do_not_block_others() {
    let (permits, asked) = (Arc::new(Semaphore::new(0)), Arc::new(AtomicUsize::new(0)));
    let (released, fetches) = (permits.clone(), asked.clone());
    let paypal = Server::start(move |request| {
        if request.line.ends_with(KNOWN) {
            return pem();
        }
        fetches.fetch_add(1, Ordering::AcqRel);
        let Answer::Send(bytes) = pem() else { panic!("it is sent") };
        Answer::Released(released.clone(), bytes)
    })
    .await;
    let endpoint = listen(&paypal).await;
    let address = endpoint.address;
    assert_eq!(post(address, delivery(KNOWN, HOST)).await, 200);

    let mut waiting = JoinSet::new();
    for number in 0..80 {
        // The host is spelled in two ways.
        let host = if number % 2 == 0 { HOST } else { "HTTPS://API.Sandbox.PayPal.COM" };
        waiting.spawn(post(address, delivery("CERT-SLOW", host)));
    }
    // 64 may wait.
    for _ in 64..80 {
        assert_eq!(waiting.join_next().await.unwrap().unwrap(), 503);
    }
    assert_eq!(asked.load(Ordering::Acquire), 1, "one fetch for all");
    for _ in 0..20 {
        assert_eq!(post(address, delivery(KNOWN, HOST)).await, 200);
    }
    permits.add_permits(1);
    let answers = waiting.join_all().await;
    // All of them are released at once, and as many are handled at once.
    assert!(answers.iter().all(|answer| *answer == 200), "{answers:?}");
    assert_eq!(asked.load(Ordering::Acquire), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_that_paypal_confirms_slowly_do_not_block_webhooks() {
    let permits = Arc::new(Semaphore::new(0));
    let released = permits.clone();
    let paypal = Server::start(move |request| match request.line.contains("/cgi-bin/webscr") {
        true => Answer::Released(released.clone(), response("200 OK", "", b"VERIFIED")),
        false => pem(),
    })
    .await;
    let address = listen(&paypal).await.address;
    let mut messages = JoinSet::new();
    for number in 0..100 {
        let body = format!("txn_id={number}&payment_status=Completed");
        let head =
            format!("POST /ipn HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
        messages.spawn(post(address, [head, body].concat().into_bytes()));
    }
    for _ in 64..100 {
        assert_eq!(messages.join_next().await.unwrap().unwrap(), 503);
    }
    // The others are in progress, and not answered.
    for _ in 0..5 {
        assert_eq!(post(address, delivery(KNOWN, HOST)).await, 200);
    }
    permits.add_permits(100);
    let answers = messages.join_all().await;
    // On a slow machine some may be answered 503.
    assert!(answers.iter().all(|answer| [200, 503].contains(answer)) && answers.contains(&200), "{answers:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_forgeries_are_not_two_thousand_fetches() {
    for status in ["404 Not Found", "503 Service Unavailable"] {
        let paypal = Server::start(move |request| match request.line.ends_with(KNOWN) {
            true => pem(),
            false => Answer::Send(response(status, "", b"")),
        })
        .await;
        let endpoint = listen(&paypal).await;
        let address = endpoint.address;
        assert_eq!(post(address, delivery(KNOWN, HOST)).await, 200);
        let template = String::from_utf8(delivery("CERT-NUMBER", HOST)).unwrap();
        let room = Arc::new(Semaphore::new(40));
        let mut forgeries = JoinSet::new();
        for number in 0..2_000 {
            // A thousand addresses, each twice.
            let request = template.replace("CERT-NUMBER", &format!("CERT-{}", number / 2));
            let permit = room.clone().acquire_owned().await.unwrap();
            forgeries.spawn(async move {
                let _permit = permit;
                post(address, request.into_bytes()).await
            });
            if number % 100 == 0 {
                assert_eq!(post(address, delivery(KNOWN, HOST)).await, 200, "after {number} forgeries");
            }
        }
        assert!(forgeries.join_all().await.iter().all(|answer| *answer == 503));
        let fetches = paypal.received().len();
        assert!((2..=1 + 30).contains(&fetches), "{fetches} fetches for {status}");
        let lines = endpoint.lines.lock().unwrap().clone();
        let said = lines.iter().filter(|line| line.contains("cannot get the certificate to verify it")).count();
        assert!(said >= 1_900, "{said}");
    }
}
