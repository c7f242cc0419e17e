//! The limits of the simulator's server: pages of other sites, clients without credentials, large bodies, slow and idle clients.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test panics to fail")]

use std::{future::Future, net::SocketAddr, time::Duration};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use paypal_simulator::{Limits, Server, Simulator};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::timeout,
};

/// The timeout for what takes no time on an idle machine.
const PATIENCE: Duration = Duration::from_secs(60);

async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    timeout(PATIENCE, future).await.unwrap_or_else(|_| panic!("{what}"))
}

/// A simulator that runs until the test ends.
struct Running {
    sandbox: Simulator,
    address: SocketAddr,
}

impl Running {
    async fn with(limits: Limits, hosts: &[&str]) -> Self {
        let sandbox = Simulator::new(31);
        let server = Server::bind(sandbox.clone(), 0).await.unwrap();
        let server = server.with_limits(limits).with_hosts(hosts.iter().map(|host| (*host).to_owned()));
        let address = server.address().unwrap();
        tokio::spawn(server.run());
        Self { sandbox, address }
    }

    async fn start() -> Self {
        Self::with(Limits::default(), &[]).await
    }

    fn basic(&self) -> String {
        let app = format!("{}:{}", self.sandbox.client_id(), self.sandbox.client_secret());
        format!("authorization: Basic {}\r\n", BASE64_STANDARD.encode(app))
    }

    /// Returns a header field with a token that the simulator has granted.
    async fn token(&self) -> String {
        let form = "grant_type=client_credentials";
        let answer = self.ask(&format!("POST /v1/oauth2/token\r\n{}", self.basic()), form).await;
        format!("authorization: Bearer {}\r\n", answer.document()["access_token"].as_str().unwrap())
    }

    async fn connect(&self) -> Connection {
        Connection(TcpStream::connect(self.address).await.unwrap())
    }

    /// Sends a request on a new connection, for the right host.
    async fn ask(&self, head: &str, body: &str) -> Answer {
        let mut connection = self.connect().await;
        let (line, fields) = head.split_once("\r\n").unwrap_or((head, ""));
        let (host, length) = (self.address, body.len());
        let json = "content-type: application/json\r\n";
        let head = format!("{line} HTTP/1.1\r\nhost: {host}\r\n{json}content-length: {length}\r\n{fields}\r\n{body}");
        connection.send(&head).await;
        connection.answer().await.unwrap()
    }
}

struct Connection(TcpStream);

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn document(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

impl Connection {
    /// Sends a text. The server may have closed the connection meanwhile.
    async fn send(&mut self, text: &str) {
        let _ = soon("cannot send", self.0.write_all(text.as_bytes())).await;
    }

    /// Returns the next answer; `None` if the connection is closed.
    async fn answer(&mut self) -> Option<Answer> {
        soon("no answer", async {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(self.0.read_u8().await.ok()?);
            }
            let head = String::from_utf8(head).unwrap();
            let field = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let mut body = vec![0; field.map_or(0, |length| length.parse().unwrap())];
            self.0.read_exact(&mut body).await.ok()?;
            let status = head.split(' ').nth(1).unwrap().parse().unwrap();
            Some(Answer { status, body: String::from_utf8(body).unwrap(), head })
        })
        .await
    }

    /// Whether the server closes it without sending anything.
    async fn is_closed(&mut self) -> bool {
        soon("it stays open", self.0.read_u8()).await.is_err()
    }
}

#[tokio::test]
async fn requests_for_another_host_are_refused() {
    let paypal = Running::with(Limits::default(), &["host.docker.internal"]).await;
    let port = paypal.address.port();
    for (host, expected) in [
        (format!("host: 127.0.0.1:{port}\r\n"), 200),
        (format!("host: localhost:{port}\r\n"), 200),
        ("host: [::1]\r\n".to_owned(), 200),
        ("host: host.docker.internal\r\n".to_owned(), 200),
        (format!("host: rebound.evil.example:{port}\r\n"), 421),
        ("host: 127.0.0.1\r\nhost: evil.example\r\n".to_owned(), 421),
        (String::new(), 421),
    ] {
        let mut connection = paypal.connect().await;
        connection.send(&format!("GET /simulator/effects HTTP/1.1\r\n{host}\r\n")).await;
        let answer = connection.answer().await.unwrap();
        assert_eq!(answer.status, expected, "{host}: {}", answer.body);
        if expected == 421 {
            let document = answer.document();
            assert_eq!(document["details"][0]["field"], "Host", "{document}");
            assert!(answer.body.contains("--host NAME") && answer.head.contains("paypal-debug-id"), "{document}");
            assert!(connection.is_closed().await);
        }
    }
}

#[tokio::test]
async fn a_page_of_another_site_changes_nothing() {
    let paypal = Running::start().await;
    let token = paypal.token().await;
    let order = json!({"intent": "CAPTURE", "purchase_units": [{"amount": {"currency_code": "USD", "value": "1.00"}}]});
    let order = paypal.ask(&format!("POST /v2/checkout/orders\r\n{token}"), &order.to_string()).await;
    let id = order.document()["id"].as_str().unwrap().to_owned();
    for field in ["origin: http://evil.example\r\n", "origin: null\r\n", "sec-fetch-site: cross-site\r\n"] {
        for line in [
            "POST /simulator/tokens/expire",
            "POST /simulator/clock",
            "POST /simulator/in-progress",
            "POST /cgi-bin/webscr",
        ] {
            let answer = paypal.ask(&format!("{line}\r\n{field}"), r#"{"seconds": 1000000}"#).await;
            assert_eq!(answer.status, 403, "{line} {field}: {}", answer.body);
        }
        let answer = paypal.ask(&format!("DELETE /v1/notifications/webhooks/X\r\n{token}{field}"), "").await;
        assert_eq!(answer.status, 403, "{field}");
    }
    let path = format!("/checkoutnow?token={id}");
    let read = format!("GET /v2/checkout/orders/{id}\r\n{token}");
    // A payer follows a link of the shop. Only the form of the page then changes something.
    let link = "sec-fetch-site: cross-site\r\nsec-fetch-mode: navigate\r\nsec-fetch-dest: document\r\n";
    assert_eq!(paypal.ask(&format!("GET {path}\r\n{link}"), "").await.status, 200);
    let origin = "origin: http://shop.example\r\n";
    assert_eq!(paypal.ask(&format!("POST {path}\r\n{link}{origin}"), "do=approve").await.status, 403);
    assert_eq!(paypal.ask(&format!("POST /\r\n{origin}"), "do=tokens/expire").await.status, 403);
    assert_eq!(paypal.ask(&read, "").await.document()["status"], "CREATED");
    let own = format!("origin: http://{}\r\nsec-fetch-site: same-origin\r\n", paypal.address);
    assert_eq!(paypal.ask(&format!("POST {path}\r\n{own}"), "do=approve").await.status, 200);
    assert_eq!(paypal.ask(&read, "").await.document()["status"], "APPROVED");
    let own =
        format!("POST /simulator/in-progress\r\norigin: http://{}\r\nsec-fetch-site: same-origin\r\n", paypal.address);
    assert_eq!(paypal.ask(&own, "").await.status, 204);
}

#[tokio::test]
async fn nothing_is_posted_without_credentials() {
    let paypal = Running::start().await;
    let victim = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/admin/delete-all", victim.local_addr().unwrap());
    let message = json!({"url": url, "fields": {"memo": "x"}}).to_string();
    let known = format!("authorization: Bearer {}\r\n", Simulator::token());
    let wrong = format!("authorization: Basic {}\r\n", BASE64_STANDARD.encode("guessed:secret"));
    for authorization in ["", &*known, &*wrong] {
        for path in ["/simulator/ipn", "/%73imulator/ipn", "/simulator/%69pn"] {
            let answer = paypal.ask(&format!("POST {path}\r\n{authorization}"), &message).await;
            assert_eq!(answer.status, 401, "{path} {authorization}: {}", answer.body);
        }
        let webhook = json!({"url": url, "event_types": [{"name": "*"}]}).to_string();
        let event = json!({"url": url, "event_type": "PAYMENT.CAPTURE.COMPLETED"}).to_string();
        for (path, body) in [("webhooks", &webhook), ("simulate-event", &event)] {
            let answer = paypal.ask(&format!("POST /v1/notifications/{path}\r\n{authorization}"), body).await;
            assert_eq!(answer.status, 401, "{path} {authorization}");
        }
    }
    let nobody = timeout(Duration::from_secs(1), victim.accept()).await;
    assert!(nobody.is_err(), "something was posted");

    let basic = paypal.basic();
    assert_eq!(paypal.ask(&format!("POST /simulator/ipn\r\n{basic}"), &message).await.status, 202);
    let (mut stream, _) = soon("nothing was posted", victim.accept()).await.unwrap();
    let mut head = [0; 26];
    soon("no request", stream.read_exact(&mut head)).await.unwrap();
    assert_eq!(&head, b"POST /admin/delete-all HTT");
    // With credentials, too, only to this machine.
    for url in
        ["http://127.0.0.1:80@evil.example/ipn", "http://evil.example/ipn", "https://127.0.0.1/ipn", "file:///etc"]
    {
        let message = json!({"url": url}).to_string();
        assert_eq!(paypal.ask(&format!("POST /simulator/ipn\r\n{basic}"), &message).await.status, 400, "{url}");
        let token = paypal.token().await;
        let webhook = json!({"url": url, "event_types": [{"name": "*"}]}).to_string();
        let answer = paypal.ask(&format!("POST /v1/notifications/webhooks\r\n{token}"), &webhook).await;
        // Webhooks with https are accepted, as at PayPal, but get nothing.
        assert_eq!(answer.status, if url.starts_with("https") { 201 } else { 400 }, "{url}");
    }
}

#[tokio::test]
async fn queued_messages_are_limited() {
    let sandbox = Simulator::new(31);
    let queue = |message: Value| {
        let request =
            http::Request::post("/simulator/ipn").header("authorization", format!("Bearer {}", Simulator::token()));
        sandbox.handle(request.body(message.to_string().into()).unwrap()).status().as_u16()
    };
    let url = "http://127.0.0.1:9/ipn";
    assert_eq!(queue(json!({"url": url, "fields": {"memo": "\u{65e5}".repeat(20_000)}})), 400);
    let statuses: Vec<_> = (0..101).map(|number| queue(json!({"url": url, "fields": {"memo": number}}))).collect();
    assert!(statuses[..100].iter().all(|status| *status == 202), "{statuses:?}");
    assert_eq!(statuses[100], 429);
    assert_eq!(sandbox.ipn_messages().len(), 100);
    assert_eq!(queue(json!({"url": url})), 202);
}

#[tokio::test]
async fn no_body_is_read_without_credentials() {
    let paypal = Running::start().await;
    for (line, expected) in [
        ("POST /v2/checkout/orders", 401),
        ("POST /v1/oauth2/token", 401),
        ("POST /simulator/ipn", 401),
        ("POST /nowhere", 401),
        ("POST /simulator/clock", 413),
        ("POST /cgi-bin/webscr", 413),
        ("GET /checkoutnow", 413),
        ("POST /checkoutnow", 413),
        ("POST /", 413),
    ] {
        for fields in ["content-length: 600000000\r\n", "content-length: 600000000\r\nauthorization: Bearer x\r\n"] {
            let mut connection = paypal.connect().await;
            connection.send(&format!("{line} HTTP/1.1\r\nhost: localhost\r\n{fields}\r\n")).await;
            let answer = connection.answer().await.unwrap();
            assert_eq!(answer.status, expected, "{line}: {}", answer.body);
            assert!(answer.document().is_object());
        }
    }
    // A client that sends all before it reads gets the reason: its token has expired.
    let mut connection = paypal.connect().await;
    let body = "x".repeat(4_000_000);
    let head =
        format!("POST /v2/checkout/orders HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n\r\n", body.len());
    connection.send(&(head + &body)).await;
    assert_eq!(connection.answer().await.unwrap().status, 401);
    // It can go on with the same connection.
    connection.send("GET /simulator/effects HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    assert_eq!(connection.answer().await.unwrap().status, 200);
}

#[tokio::test]
async fn bodies_are_limited_in_size_and_time() {
    let limits = Limits { body_time: Duration::from_millis(300), ..Limits::default() };
    let paypal = Running::with(limits, &[]).await;
    let token = paypal.token().await;
    for (line, fields, size) in [
        ("POST /v2/checkout/orders", &*token, 8 * 1024 * 1024),
        ("POST /simulator/clock", "", 64 * 1024),
        ("POST /v1/oauth2/token", &*paypal.basic(), 64 * 1024),
    ] {
        // With a length, and in chunks.
        let head = format!("{line} HTTP/1.1\r\nhost: localhost\r\n{fields}");
        let mut connection = paypal.connect().await;
        connection.send(&format!("{head}content-length: {}\r\n\r\n", size + 1)).await;
        assert_eq!(connection.answer().await.unwrap().status, 413, "{line}");
        let mut connection = paypal.connect().await;
        let chunk = format!("{:x}\r\n{}\r\n", size + 1, "x".repeat(size + 1));
        connection.send(&format!("{head}transfer-encoding: chunked\r\n\r\n{chunk}0\r\n\r\n")).await;
        assert_eq!(connection.answer().await.unwrap().status, 413, "{line}");
        let mut connection = paypal.connect().await;
        connection.send(&format!("{head}content-length: 100\r\n\r\n{{")).await;
        assert_eq!(connection.answer().await.unwrap().status, 408, "{line}");
    }
    // A body within the limit is read.
    let clock = format!("{{\"seconds\": 1{}}}", " ".repeat(60_000));
    assert_eq!(paypal.ask("POST /simulator/clock", &clock).await.status, 200);
}

#[tokio::test]
async fn all_bodies_share_one_budget() {
    let paypal = Running::with(Limits { bodies: 100_000, ..Limits::default() }, &[]).await;
    let mut waiting = Vec::new();
    // More than the budget, all incomplete.
    for _ in 0..4 {
        let mut connection = paypal.connect().await;
        let part = "x".repeat(40_000);
        connection
            .send(&format!("POST /simulator/clock HTTP/1.1\r\nhost: localhost\r\ncontent-length: 50000\r\n\r\n{part}"))
            .await;
        waiting.push(connection);
    }
    let mut refused = 0;
    for connection in &mut waiting {
        let next = timeout(Duration::from_secs(2), connection.answer()).await;
        if let Ok(Some(answer)) = next {
            assert_eq!(answer.status, 503, "{}", answer.body);
            refused += 1;
        }
    }
    assert_eq!(refused, 2, "of four bodies two fit");
    // Once they are gone, the budget is free again.
    drop(waiting);
    soon("the budget is not given back", async {
        let body = format!("{{\"seconds\": 1{}}}", " ".repeat(60_000));
        while paypal.ask("POST /simulator/clock", &body).await.status != 200 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
}

const READ: &str = "GET /simulator/effects HTTP/1.1\r\nhost: localhost\r\n\r\n";

#[tokio::test]
async fn requests_and_lifetime_of_a_connection_are_limited() {
    let paypal = Running::with(Limits { requests: 3, ..Limits::default() }, &[]).await;
    let mut connection = paypal.connect().await;
    for number in 1..=3 {
        connection.send(READ).await;
        let answer = connection.answer().await.unwrap();
        assert_eq!((answer.status, answer.head.contains("connection: close")), (200, number == 3));
    }
    assert!(connection.is_closed().await);

    // A connection without a request, one with an incomplete request, and one with many requests.
    let short = Duration::from_millis(300);
    let paypal = Running::with(Limits { head_time: short, ..Limits::default() }, &[]).await;
    for beginning in ["", "GET /simulator/eff", READ] {
        let mut connection = paypal.connect().await;
        connection.send(beginning).await;
        let mut rest = Vec::new();
        let _ = soon("it stays open", connection.0.read_to_end(&mut rest)).await;
    }
    let paypal = Running::with(Limits { life: short, ..Limits::default() }, &[]).await;
    let mut connection = paypal.connect().await;
    soon("it stays open", async {
        loop {
            connection.send(READ).await;
            if connection.answer().await.is_none() {
                break;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn an_idle_connection_is_closed_for_a_new_one_when_all_are_taken() {
    let limits = Limits { connections: 2, head_time: Duration::from_millis(500), ..Limits::default() };
    let paypal = Running::with(limits, &[]).await;
    let mut idle = Vec::new();
    for _ in 0..10 {
        idle.push(paypal.connect().await);
    }
    // They are closed two at a time, since they send nothing.
    assert_eq!(paypal.ask("GET /simulator/effects", "").await.status, 200);
}
