//! `events.receive` from the outside: PayPal's deliveries and our own, through the component, with certificates over real HTTP
//! on loopback.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]
#![allow(clippy::print_stderr, reason = "prints what was skipped")]

#[path = "events/delivery.rs"]
mod delivery;
#[allow(dead_code, reason = "other tests use the rest")]
mod server;

use std::{future::ready, path::Path, sync::LazyLock, time::Duration};

use connector_host::{
    Client, ClientCredentials, Concurrency, Connection, Connector, Engine, Entry, Environment, Journal, JournalError,
    Route, Secret, SqliteJournal, Tenant,
    transport::{BoxFuture, Timeouts},
};
use host_test::COMPONENT;
use serde_json::{Value, json};
use server::{Answer, Received, Server, response};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpSocket,
    task::JoinSet,
};

use delivery::{Delivery, authorities, certificate};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new().unwrap());

/// Returns a connector with its own cache of certificates.
fn connector() -> Connector {
    Connector::load(&ENGINE, Path::new(COMPONENT)).unwrap()
}

fn connection(url: &str, environment: Environment) -> Connection {
    let app = ClientCredentials::new("app-id".to_owned(), Secret::new("app-secret".to_owned()));
    let route = Route::loopback(environment, url).unwrap();
    Connection::new(route, app, Client::new()).with_max_attempts(1).with_authorities(authorities())
}

/// Returns a tenant for which one server plays all of PayPal's hosts.
fn tenant(url: &str) -> Tenant {
    Tenant::new(connection(url, Environment::Sandbox), Client::new())
}

/// Returns a tenant whose requests reach no server.
fn tenant_without_network() -> Tenant {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    tenant(&format!("http://{}", listener.local_addr().unwrap()))
}

async fn receive(connector: &Connector, tenant: &Tenant, input: &Value) -> Value {
    let outcome = connector.invoke(tenant, "events.receive", &input.to_string()).await;
    let outcome = outcome.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(outcome.output, "", "the component printed");
    serde_json::from_str(&outcome.result.unwrap().body.unwrap()).unwrap()
}

/// Returns outcome and reason.
fn verdict(reply: &Value) -> String {
    format!("{} {}", reply["outcome"].as_str().unwrap(), reply["reason"].as_str().unwrap())
}

/// Acknowledges an event of the usual webhook. Returns the body of the reply.
async fn acknowledge(connector: &Connector, tenant: &Tenant, event_id: &str) -> Value {
    let input = json!({"webhook_id": delivery::WEBHOOK, "event_id": event_id}).to_string();
    let reply = connector.invoke(tenant, "events.acknowledge", &input).await.unwrap().result.unwrap();
    serde_json::from_str(&reply.body.unwrap()).unwrap()
}

/// Returns PayPal's answer to a request for a certificate.
fn pem(cache_control: &str, pem: &str) -> Answer {
    let headers = format!("content-type: application/x-pem-file\r\ncache-control: {cache_control}\r\n");
    Answer::Send(response("200 OK", &headers, pem.as_bytes()))
}

#[tokio::test]
async fn paypal_s_own_deliveries_verify_with_their_certificate_at_hand() {
    let Some(samples) = Delivery::samples() else { return };
    let connector = connector();
    for sample in samples {
        let reply = receive(&connector, &tenant_without_network(), &sample.input_with_certificate()).await;
        assert_eq!(verdict(&reply), "valid verified", "{}", sample.name);
        assert_eq!(reply["simulated"], sample.is_simulated(), "{}", sample.name);
        assert_eq!(reply["event"]["raw"], serde_json::from_slice::<Value>(&sample.body).unwrap(), "{}", sample.name);
        assert_eq!((&reply["duplicate"], &reply["verified_by"]), (&json!(false), &json!("certificate")));
        assert_eq!(reply["event"]["known"], true);
        if !sample.is_simulated() {
            let other = Delivery { webhook_id: "96605875FF6516634".to_owned(), ..sample.clone() };
            let reply = receive(&connector, &tenant_without_network(), &other.input_with_certificate()).await;
            assert_eq!(verdict(&reply), "invalid bad-signature", "{}", sample.name);
        }
    }
}

#[tokio::test]
async fn paypal_s_own_deliveries_verify_with_their_certificate_fetched() {
    let Some(samples) = Delivery::samples() else { return };
    let served = samples.clone();
    let server = Server::start(move |request: &Received| {
        let asked = served.iter().find(|sample| request.line == format!("GET {}", sample.path()));
        pem("public,max-age=86400", &asked.unwrap().certificate)
    })
    .await;
    let (connector, tenant) = (connector(), tenant(&server.url()));
    for sample in &samples {
        let reply = receive(&connector, &tenant, &sample.input()).await;
        assert_eq!(verdict(&reply), "valid verified", "{}", sample.name);
    }
    let mut urls: Vec<_> = samples.iter().map(|sample| &sample.url).collect();
    urls.sort_unstable();
    urls.dedup();
    assert_eq!(server.received().len(), urls.len(), "each certificate is fetched once");
}

#[tokio::test]
async fn with_one_bit_changed_none_verifies() {
    let mut deliveries = Delivery::samples().unwrap_or_default();
    deliveries.push(Delivery::capture());
    let (connector, tenant) = (connector(), tenant_without_network());
    for delivery in deliveries {
        let damaged = delivery.damaged();
        assert!(damaged.len() > 80, "{}", damaged.len());
        for (what, delivery) in damaged {
            let reply = receive(&connector, &tenant, &delivery.input_with_certificate()).await;
            assert_eq!(reply["outcome"], "invalid", "{what}: {reply}");
            assert_eq!(reply["event"], Value::Null, "{what}");
        }
    }
}

#[tokio::test]
async fn a_certificate_is_fetched_once_and_without_a_token() {
    let server = Server::start(|_| pem("public, max-age=86400", &certificate("leaf-sandbox.pem"))).await;
    let (connector, tenant) = (connector(), tenant(&server.url()));
    let delivery = Delivery::capture();
    for _ in 0..8 {
        let reply = receive(&connector, &tenant, &delivery.input()).await;
        assert_eq!((verdict(&reply), &reply["duplicate"]), ("valid verified".to_owned(), &json!(false)));
    }
    // No token is requested or sent.
    let received = server.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].line, format!("GET {}", delivery.path()));
    let mut names: Vec<_> = received[0].headers.iter().map(|(name, _)| &**name).collect();
    names.sort_unstable();
    assert_eq!(names, ["accept", "host", "user-agent"]);
    assert!(received[0].body.is_empty());
    // Another tenant of the connector uses the same cache.
    assert_eq!(verdict(&receive(&connector, &self::tenant(&server.url()), &delivery.input()).await), "valid verified");
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn a_certificate_is_kept_for_a_moment_whatever_its_cache_control() {
    for cache_control in ["max-age=0", "no-store, max-age=60", "no-cache", "private", "max-age=99999999999999999999999"]
    {
        let server = Server::start(move |_| pem(cache_control, &certificate("leaf-sandbox.pem"))).await;
        let (connector, tenant) = (connector(), tenant(&server.url()));
        for _ in 0..40 {
            let reply = receive(&connector, &tenant, &Delivery::capture().input()).await;
            assert_eq!((verdict(&reply), server.received().len()), ("valid verified".to_owned(), 1), "{cache_control}");
        }
    }
}

#[tokio::test]
async fn a_file_that_is_not_a_certificate_is_not_requested_again_at_once() {
    let server = Server::start(|_| pem("public, max-age=86400", "<html>Sorry</html>")).await;
    let (connector, tenant) = (connector(), tenant(&server.url()));
    for _ in 0..2 {
        let reply = receive(&connector, &tenant, &Delivery::capture().input()).await;
        assert_eq!(verdict(&reply), "unverifiable certificate-unreadable");
        assert_eq!(server.received().len(), 1);
    }
}

/// Starts a server that answers any request with 2 GB until the client stops reading. The task returns how much was read.
async fn endless() -> (String, tokio::task::JoinHandle<usize>) {
    const ALL: usize = 2_000_000_000;
    let socket = TcpSocket::new_v4().unwrap();
    // The system's buffers count as read: they are small.
    socket.set_send_buffer_size(16 * 1024).unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(16).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let sent = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 4096];
        assert!(stream.read(&mut request).await.unwrap() > 0);
        let head = format!("HTTP/1.1 200 OK\r\ncontent-type: application/x-pem-file\r\ncontent-length: {ALL}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut sent = 0;
        while sent < ALL {
            match stream.write(&[b'x'; 4096]).await {
                Ok(written) if written > 0 => sent += written,
                _ => break,
            }
        }
        sent
    });
    (url, sent)
}

#[tokio::test]
async fn little_is_read_of_two_gigabytes_at_the_certificate_s_address() {
    let (url, sent) = endless().await;
    let reply = receive(&connector(), &tenant(&url), &Delivery::capture().input()).await;
    assert_eq!(verdict(&reply), "unverifiable certificate-too-large");
    let sent = sent.await.unwrap();
    assert!(sent < 1024 * 1024, "{sent}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let location = format!("location: {}\r\n", Delivery::capture().path());
    for status in ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let location = location.clone();
        let server = Server::start(move |_| {
            Answer::Send(response(status, &location, certificate("leaf-sandbox.pem").as_bytes()))
        })
        .await;
        let reply = receive(&connector(), &tenant(&server.url()), &Delivery::capture().input()).await;
        assert_eq!(verdict(&reply), "unverifiable certificate-redirected", "{status}");
        assert_eq!(server.received().len(), 1);
    }
}

#[tokio::test]
async fn a_certificate_that_comes_slowly_is_waited_for_but_not_for_long() {
    let slowly = |pause| {
        let certificate = certificate("leaf-sandbox.pem");
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", certificate.len());
        move |_: &Received| Answer::Trickle(head.clone().into_bytes(), certificate.clone().into_bytes(), pause)
    };
    let server = Server::start(slowly(Duration::from_micros(100))).await;
    let reply = receive(&connector(), &tenant(&server.url()), &Delivery::capture().input()).await;
    assert_eq!(verdict(&reply), "valid verified");

    // It never pauses for long, and would take half an hour: the call's deadline or the host's timeout ends it.
    let server = Server::start(slowly(Duration::from_secs(1))).await;
    let mut hurried = Delivery::capture().input();
    hurried["options"] = json!({"deadline_ms": 1500});
    let reply = receive(&connector(), &tenant(&server.url()), &hurried).await;
    assert_eq!(verdict(&reply), "unverifiable certificate-timed-out");
    let short = Duration::from_millis(1500);
    let impatient = Timeouts { connect: short, first_byte: short, between_bytes: short };
    let connector = connector().with_outbound(impatient, 1024 * 1024);
    let reply = receive(&connector, &tenant(&server.url()), &Delivery::capture().input()).await;
    assert_eq!(verdict(&reply), "unverifiable certificate-timed-out");
    let server = Server::start(|_| Answer::Silence).await;
    let reply = receive(&connector, &tenant(&server.url()), &Delivery::capture().input()).await;
    assert_eq!(verdict(&reply), "unverifiable certificate-timed-out");
}

#[tokio::test]
async fn a_broken_or_missing_answer_leaves_it_open() {
    let half = || Answer::Close(b"HTTP/1.1 200 OK\r\ncontent-length: 3000\r\n\r\n-----BEGIN CERT".to_vec());
    let garbage = || Answer::Close(b"\x16\x03\x01 this is not HTTP\r\n\r\n".to_vec());
    let missing = || Answer::Send(response("404 Not Found", "", b""));
    let broken = || Answer::Send(response("503 Service Unavailable", "", b""));
    let answers: [fn() -> Answer; 4] = [half, garbage, missing, broken];
    let reasons = ["unreachable", "unreachable", "not-served", "not-served"];
    let connector = connector();
    for (answer, reason) in answers.into_iter().zip(reasons) {
        let server = Server::start(move |_| answer()).await;
        let reply = receive(&connector, &tenant(&server.url()), &Delivery::capture().input()).await;
        assert_eq!(verdict(&reply), format!("unverifiable certificate-{reason}"));
    }
}

#[tokio::test]
async fn without_a_network_it_is_open_and_with_the_certificate_it_is_not() {
    let (connector, delivery) = (connector(), Delivery::capture());
    let reply = receive(&connector, &tenant_without_network(), &delivery.input()).await;
    assert_eq!(verdict(&reply), "unverifiable certificate-unreachable");
    assert_eq!((&reply["event"], &reply["duplicate"]), (&Value::Null, &Value::Null));
    let reply = receive(&connector, &tenant_without_network(), &delivery.input_with_certificate()).await;
    assert_eq!(verdict(&reply), "valid verified");
}

#[tokio::test]
async fn nothing_leaves_for_a_foreign_address_or_the_sandbox_s_in_live() {
    let server = Server::start(|_| pem("max-age=60", &certificate("leaf-sandbox.pem"))).await;
    let connector = connector();
    let live = Tenant::new(connection(&server.url(), Environment::Live), Client::new());
    let delivery = Delivery::capture();
    let reply = receive(&connector, &live, &delivery.input()).await;
    assert_eq!(verdict(&reply), "invalid wrong-environment");
    let reply = receive(&connector, &live, &delivery.input_with_certificate()).await;
    assert_eq!(verdict(&reply), "invalid wrong-environment");

    let sandbox = tenant(&server.url());
    for url in [
        "https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1",
        "http://api.sandbox.paypal.com/v1/notifications/certs/CERT-1",
        "https://127.0.0.1/v1/notifications/certs/CERT-1",
        "https://api.sandbox.paypal.com:443/v1/notifications/certs/CERT-1",
        "https://api.sandbox.paypal.com/v1/notifications/certs/../certs/CERT-1",
        "https://user@api.sandbox.paypal.com/v1/notifications/certs/CERT-1",
        "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1?x",
    ] {
        let hostile = Delivery { url: url.to_owned(), ..delivery.clone() };
        for input in [hostile.input(), hostile.input_with_certificate()] {
            assert_eq!(
                verdict(&receive(&connector, &sandbox, &input).await),
                "invalid malformed-certificate-url",
                "{url}"
            );
        }
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_many_concurrent_deliveries_of_an_event_is_new() {
    let directory = tempfile::tempdir().unwrap();
    let connector = connector();
    let tenant = || {
        let connection = connection("http://127.0.0.1:9", Environment::Sandbox);
        let mut tenant = tenant_without_network();
        tenant.connection = std::sync::Arc::new(connection.with_concurrency(Concurrency::new(25).unwrap()));
        tenant
    };
    let journal = SqliteJournal::open(directory.path().join("journal")).unwrap();
    for tenant in [tenant(), tenant().with_journal(journal)] {
        let input = Delivery::capture().input_with_certificate();
        let mut calls = JoinSet::new();
        for _ in 0..32 {
            let (connector, tenant, input) = (connector.clone(), tenant.clone(), input.clone());
            calls.spawn(async move { receive(&connector, &tenant, &input).await });
        }
        let replies = calls.join_all().await;
        let mut acknowledgements = JoinSet::new();
        for _ in 0..8 {
            let (connector, tenant) = (connector.clone(), tenant.clone());
            acknowledgements.spawn(async move { acknowledge(&connector, &tenant, "WH-1-1").await });
        }
        let acknowledgements = acknowledgements.join_all().await;
        assert_eq!(acknowledgements.iter().filter(|it| it["first"] == true).count(), 1);
        assert_eq!(acknowledgements.iter().filter(|it| it["first"] == false).count(), 7);
        assert_eq!(receive(&connector, &tenant, &input).await["duplicate"], true);
        assert!(replies.iter().all(|reply| reply["outcome"] == "valid" && reply["event"]["id"] == "WH-1-1"));
        assert!(replies.iter().all(|reply| reply["duplicate"] == false), "none of them was acknowledged");
        let acknowledged = format!("acknowledged:{}", delivery::WEBHOOK);
        for (subject, ids) in [
            ("order:5O190127TN364715T", &["WH-1-1"][..]),
            ("capture:8JR42150HK0295641", &["WH-1-1"]),
            ("event:WH-1-1", &[delivery::WEBHOOK, &acknowledged]),
        ] {
            let entries = tenant.journal.entries(subject.to_owned()).await.unwrap();
            assert_eq!(entries.iter().filter_map(|entry| entry.id.as_deref()).collect::<Vec<_>>(), ids, "{subject}");
        }
    }
}

#[tokio::test]
async fn a_journal_in_a_file_knows_an_event_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("journal");
    let input = Delivery::capture().input_with_certificate();
    let mut again = false;
    for duplicate in [false, false, true] {
        let engine = Engine::new().unwrap();
        let connector = Connector::load(&engine, Path::new(COMPONENT)).unwrap();
        let tenant = tenant_without_network().with_journal(SqliteJournal::open(&file).unwrap());
        let reply = receive(&connector, &tenant, &input).await;
        assert_eq!((verdict(&reply), &reply["duplicate"]), ("valid verified".to_owned(), &json!(duplicate)));
        // The first process ends before it has handed the event on.
        if std::mem::replace(&mut again, true) {
            assert_eq!(acknowledge(&connector, &tenant, "WH-1-1").await["first"], !duplicate);
        }
    }
    // Two processes that have it open at once see each other's entries.
    let [one, other] = [0; 2].map(|_| tenant_without_network().with_journal(SqliteJournal::open(&file).unwrap()));
    let event = r#"{"id": "WH-2-2", "event_type": "CHECKOUT.ORDER.APPROVED", "resource_type": "checkout-order",
        "resource": {"id": "5O190127TN364715T", "status": "APPROVED"}}"#;
    let (input, connector) = (Delivery::of(event).input_with_certificate(), connector());
    assert_eq!(receive(&connector, &one, &input).await["duplicate"], false);
    assert_eq!(acknowledge(&connector, &one, "WH-2-2").await["first"], true);
    assert_eq!(receive(&connector, &other, &input).await["duplicate"], true);
    assert_eq!(acknowledge(&connector, &other, "WH-2-2").await["first"], false);
}

/// A journal that is full.
struct Full;

impl Journal for Full {
    fn append(&self, _: String, _: Entry) -> BoxFuture<Result<bool, JournalError>> {
        Box::pin(ready(Err(JournalError::unavailable("the disk is full"))))
    }

    fn entries(&self, _: String) -> BoxFuture<Result<Vec<Entry>, JournalError>> {
        Box::pin(ready(Err(JournalError::unavailable("the disk is gone"))))
    }
}

#[tokio::test]
async fn an_event_that_cannot_be_kept_is_delivered() {
    let tenant = tenant_without_network().with_journal(Full);
    let reply = receive(&connector(), &tenant, &Delivery::capture().input_with_certificate()).await;
    assert_eq!(verdict(&reply), "valid verified");
    assert_eq!((&reply["duplicate"], &reply["event"]["id"]), (&Value::Null, &json!("WH-1-1")));
}

#[tokio::test]
async fn bodies_of_megabytes_are_verified_and_passed_on() {
    let (connector, tenant) = (connector(), tenant_without_network());
    for size in [5_000_000, 12_000_000] {
        // Text that JSON could write in another way, and a number that a float would change.
        let filler = r"\u00e9 é \/ 0 ".repeat(size / 15);
        let event = format!(r#"{{"id": "WH-{size}", "n": 12345678901234567890.10, "summary": "{filler}"}}"#);
        let delivery = Delivery::of(&event);
        let input = delivery.input_with_certificate().to_string();
        let outcome = connector.invoke(&tenant, "events.receive", &input).await.unwrap_or_else(|it| panic!("{it}"));
        let body = outcome.result.unwrap().body.unwrap();
        assert!(
            body.starts_with(r#"{"outcome":"valid""#) && body.ends_with(&format!(",\"raw\":{event}}}}}")),
            "{size}"
        );

        let mut damaged = delivery.clone();
        *damaged.body.last_mut().unwrap() = b' ';
        assert_eq!(verdict(&receive(&connector, &tenant, &damaged.input_with_certificate()).await), "invalid not-json");
        let cut = Delivery { body: event.replacen('é', "e", 1).into_bytes(), ..delivery };
        assert_eq!(
            verdict(&receive(&connector, &tenant, &cut.input_with_certificate()).await),
            "invalid bad-signature"
        );
    }
}
