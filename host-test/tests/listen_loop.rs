//! The loop on one machine: a payment link is created, its payer approves, the signed event is received, the money is captured,
//! and history and status show it. Everything but PayPal is real: the component, HTTP, signatures, the journal.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

#[path = "listen_loop/command.rs"]
mod command;
#[allow(dead_code, reason = "other tests use the rest")]
mod server;

use std::{
    net::SocketAddr,
    path::Path,
    sync::{Arc, LazyLock, Mutex},
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use connector_host::{Client, ClientCredentials, Connection, Connector, Engine, Environment, Route, Secret, Tenant};
use host_test::{
    COMPONENT, Listener,
    listen::{ComponentReceiver, Received, Subscription, subscribe},
};
use paypal_simulator::Simulator;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};

static CONNECTOR: LazyLock<Connector> =
    LazyLock::new(|| Connector::load(&Engine::new().unwrap(), Path::new(COMPONENT)).unwrap());

/// The timeout for what takes a moment, or, if keys are generated, seconds.
const PATIENCE: Duration = Duration::from_secs(120);

/// A simulator, a tenant of the connector, and a listener, each with its own address.
struct Loop {
    sandbox: Simulator,
    simulator: SocketAddr,
    tenant: Tenant,
    webhook_id: String,
    listener: SocketAddr,
    /// The bodies of the replies to deliveries.
    received: Arc<Mutex<Vec<Value>>>,
}

impl Loop {
    async fn start(seed: u64, event_types: &[&str]) -> Self {
        let sandbox = Simulator::new(seed);
        let server = paypal_simulator::Server::bind(sandbox.clone(), 0).await.unwrap();
        let simulator = server.address().unwrap();
        tokio::spawn(server.run());

        let route = Route::loopback(Environment::Sandbox, &format!("http://{simulator}")).unwrap();
        let app = ClientCredentials::new(sandbox.client_id(), Secret::new(sandbox.client_secret()));
        let making = sandbox.clone();
        let authorities = tokio::task::spawn_blocking(move || making.authorities().unwrap()).await.unwrap();
        let connection = Connection::new(route, app, Client::new()).with_authorities(authorities);
        let tenant = Tenant::new(connection, Client::new());

        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let listener = socket.local_addr().unwrap();
        let event_types: Vec<_> = event_types.iter().map(|name| (*name).to_owned()).collect();
        let url = format!("http://{listener}/webhooks");
        let webhook_id = subscribe(&CONNECTOR, &tenant, &url, &event_types).await.unwrap();
        let subscription =
            Subscription { webhook_id: webhook_id.clone(), max_age: Some(86_400), accept_simulated: None };
        let received = Arc::new(Mutex::new(Vec::new()));
        let hand_on = {
            let received = received.clone();
            move |it: &Received| {
                received.lock().unwrap().push(it.document().cloned().unwrap_or_else(|| panic!("{it}")));
                true
            }
        };
        let receiver = ComponentReceiver::new(CONNECTOR.clone(), tenant.clone(), Some(subscription), hand_on);
        tokio::spawn(Listener::new(receiver, socket).run());
        Self { sandbox, simulator, tenant, webhook_id, listener, received }
    }

    async fn call(&self, action: &str, input: Value) -> Value {
        let outcome = CONNECTOR.invoke(&self.tenant, action, &input.to_string()).await.unwrap();
        let reply = outcome.result.unwrap_or_else(|failure| panic!("{action}: {failure:?}"));
        serde_json::from_str(&reply.body.unwrap()).unwrap()
    }

    fn received(&self) -> Vec<Value> {
        self.received.lock().unwrap().clone()
    }

    /// Waits for that many events of a type. Returns them.
    async fn events(&self, name: &str, count: usize) -> Vec<Value> {
        let of_type = || {
            let received = self.received();
            received.into_iter().filter(|it| it["event"]["type"] == name).collect::<Vec<_>>()
        };
        until(|| of_type().len() >= count, name).await;
        let events = of_type();
        assert_eq!(events.len(), count, "{name}");
        events
    }

    /// Returns the events and statuses in the history of an order.
    async fn history(&self, id: &str) -> Vec<String> {
        let history = self.call("orders.history", json!({"id": id})).await;
        let line =
            |entry: &Value| format!("{} {}", entry["event"].as_str().unwrap(), entry["status"].as_str().unwrap_or("-"));
        history["entries"].as_array().unwrap().iter().map(line).collect()
    }

    /// Creates a payment link for an amount. Returns the order's id.
    async fn link(&self, amount: &str) -> String {
        let link = self.call("orders.create-link", json!({"amount": amount, "currency": "INR"})).await;
        assert!(link["link"].as_str().unwrap().contains("/checkoutnow?token="), "{link}");
        link["order_id"].as_str().unwrap().to_owned()
    }
}

async fn until(what: impl Fn() -> bool, name: &str) {
    let so = async {
        while !what() {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, so).await.unwrap_or_else(|_| panic!("{name} must come"));
}

/// Posts a body, and returns the status.
async fn post(address: SocketAddr, path: &str, headers: &[(String, String)], body: &[u8]) -> u16 {
    let mut head =
        format!("POST {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(&[head.as_bytes(), b"\r\n", body].concat()).await.unwrap();
    let mut answer = String::new();
    timeout(PATIENCE, stream.read_to_string(&mut answer)).await.unwrap().unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_is_paid_and_the_history_shows_it() {
    let paypal = Loop::start(21, &["*"]).await;
    let id = paypal.link("120.25").await;
    let status = paypal.call("orders.status", json!({"id": id})).await;
    assert_eq!((&status["status"], &status["paid"]), (&json!("CREATED"), &json!(false)));

    assert!(paypal.sandbox.approve_order(&id));
    let approved = paypal.events("CHECKOUT.ORDER.APPROVED", 1).await.remove(0);
    assert_eq!((&approved["outcome"], &approved["duplicate"]), (&json!("valid"), &json!(false)));
    assert_eq!((&approved["simulated"], &approved["verified_by"]), (&json!(false), &json!("certificate")));
    assert_eq!(approved["event"]["subject"], json!({"kind": "order", "id": id}));

    // PayPal delivers the event of the capture twice.
    paypal.sandbox.duplicate_next_delivery();
    let order = paypal.call("orders.capture", json!({"id": id})).await;
    let capture = &order["purchase_units"][0]["payments"]["captures"][0];
    let captured = paypal.events("PAYMENT.CAPTURE.COMPLETED", 2).await;
    let event = &captured[0]["event"];
    assert_eq!(event["subject"], json!({"kind": "capture", "id": capture["id"]}));
    assert_eq!(event["related"]["order"], id.as_str());
    assert_eq!(event["amount"], json!({"currency_code": "INR", "value": "120.25"}));
    assert_eq!(event["raw"]["resource"]["id"], capture["id"]);
    assert!(captured.iter().all(|it| it["outcome"] == "valid" && it["event"]["id"] == event["id"]));
    let mut duplicates: Vec<_> = captured.iter().map(|it| it["duplicate"].as_bool().unwrap()).collect();
    duplicates.sort_unstable();
    assert_eq!(duplicates, [false, true]);
    paypal.events("CHECKOUT.ORDER.COMPLETED", 1).await;

    let expected = [
        "orders.create CREATED",
        "CHECKOUT.ORDER.APPROVED APPROVED",
        "orders.capture COMPLETED",
        "PAYMENT.CAPTURE.COMPLETED COMPLETED",
        "CHECKOUT.ORDER.COMPLETED COMPLETED",
    ];
    assert_eq!(paypal.history(&id).await, expected);
    let status = paypal.call("orders.status", json!({"id": id})).await;
    assert_eq!(status["summary"], "captured: COMPLETED 120.25 INR");
    assert_eq!(status["paid"], true);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forgery_is_refused_and_leaves_no_trace() {
    let paypal = Loop::start(22, &["CHECKOUT.ORDER.APPROVED"]).await;
    // Another webhook of the app, whose owner sees PayPal's deliveries.
    let other = server::Server::start(|_| server::Answer::json("200 OK", "")).await;
    let url = format!("{}/hook", other.url());
    let types = ["CHECKOUT.ORDER.APPROVED".to_owned()];
    let webhook_id = subscribe(&CONNECTOR, &paypal.tenant, &url, &types).await.unwrap();
    assert_ne!(webhook_id, paypal.webhook_id);

    let id = paypal.link("9.95").await;
    assert!(paypal.sandbox.approve_order(&id));
    let event = paypal.events("CHECKOUT.ORDER.APPROVED", 1).await.remove(0);
    until(|| !other.received().is_empty(), "the other delivery").await;
    let before = paypal.history(&id).await;
    assert_eq!(before, ["orders.create CREATED", "CHECKOUT.ORDER.APPROVED APPROVED"]);

    let delivery = other.received().remove(0);
    let headers: Vec<_> = delivery.headers.iter().filter(|(name, _)| name.starts_with("paypal-")).cloned().collect();
    let text = String::from_utf8(delivery.body.clone()).unwrap();
    let other_event = text.replace(event["event"]["id"].as_str().unwrap(), "WH-FORGED");
    assert_ne!(text, other_event);
    let without: Vec<_> = headers.iter().filter(|(name, _)| !name.ends_with("-sig")).cloned().collect();
    let elsewhere: Vec<_> = headers
        .iter()
        .map(|(name, value)| (name.clone(), value.replace("https://api", "https://evil.example/api")))
        .collect();
    for (headers, body, reason) in [
        (&headers, &*text, "bad-signature"),
        (&headers, &other_event, "bad-signature"),
        (&without, &text, "missing-header"),
        (&elsewhere, &text, "malformed-certificate-url"),
        (&Vec::new(), "{}", "missing-header"),
        (&headers, "no JSON", "not-json"),
    ] {
        assert_eq!(post(paypal.listener, "/webhooks", headers, body.as_bytes()).await, 400, "{reason}");
        let last = paypal.received().pop().unwrap();
        assert_eq!((&last["outcome"], &last["reason"]), (&json!("invalid"), &json!(reason)));
    }
    assert_eq!(post(paypal.listener, "/ipn", &[], b"txn_id=61E67681CH3238416&payment_status=Completed").await, 400);
    assert_eq!(paypal.received().pop().unwrap()["outcome"], "invalid");
    assert_eq!(paypal.history(&id).await, before);
    for subject in ["event:WH-FORGED", "ipn:61E67681CH3238416:Completed"] {
        assert!(paypal.tenant.journal.entries(subject.to_owned()).await.unwrap().is_empty(), "{subject}");
    }

    // Each of the two is removed without the other.
    let listening = format!("http://{}/webhooks", paypal.listener);
    let gone = paypal.call("triggers.unsubscribe", json!({"url": listening})).await;
    assert_eq!((&gone["deleted"], &gone["webhook_id"]), (&json!(true), &json!(paypal.webhook_id)));
    assert_eq!(paypal.sandbox.effects().webhooks.into_iter().collect::<Vec<_>>(), [webhook_id]);
    paypal.call("triggers.unsubscribe", json!({"url": url})).await;
    assert!(paypal.sandbox.effects().webhooks.is_empty());
    let another = paypal.link("1.00").await;
    assert!(paypal.sandbox.approve_order(&another));
    assert!(paypal.sandbox.deliveries().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_ipn_message_is_verified_and_its_repeat_recognised() {
    let paypal = Loop::start(23, &["*"]).await;
    let fields = json!({"txn_type": "web_accept", "txn_id": "61E67681CH3238416", "mc_gross": "9.95", "mc_currency": "USD",
        "first_name": "Zo\u{eb}"});
    let message = json!({"url": format!("http://{}/ipn", paypal.listener), "fields": fields}).to_string();
    let app = format!("{}:{}", paypal.sandbox.client_id(), paypal.sandbox.client_secret());
    let app = [("authorization".to_owned(), format!("Basic {}", BASE64_STANDARD.encode(app)))];
    for count in 1..=2 {
        assert_eq!(post(paypal.simulator, "/simulator/ipn", &app, message.as_bytes()).await, 202);
        until(|| paypal.received().len() == count, "the message").await;
        let reply = paypal.received().pop().unwrap();
        assert_eq!((&reply["outcome"], &reply["duplicate"]), (&json!("verified"), &json!(count == 2)), "{reply}");
        assert_eq!(reply["ipn"]["txn_id"], "61E67681CH3238416");
        assert_eq!((&reply["ipn"]["gross"], &reply["ipn"]["currency"]), (&json!("9.95"), &json!("USD")));
    }
}
