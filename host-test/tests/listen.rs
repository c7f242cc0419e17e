//! The endpoint for events over real HTTP, on loopback: what it hands on, what it answers, and what it refuses. The receiver is
//! a fake.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

#[allow(dead_code, reason = "other tests use the rest")]
mod listening;

use std::{
    io::{BufRead as _, BufReader, Read as _},
    net::SocketAddr,
    path::Path,
    process::{Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use connector_host::{Entry, Journal as _, MemoryJournal};
use host_test::{
    Listener,
    listen::{Answer, Channel, Delivery, Limits, Receiver},
};
use paypal_simulator::{Server, Simulator};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::Semaphore,
    task::JoinSet,
    time::{sleep, timeout},
};

/// The timeout for what must happen.
const PATIENCE: Duration = Duration::from_secs(60);

/// A receiver that answers as the header field `paypal-test` states.
#[derive(Clone)]
struct Fake(Arc<State>);

struct State {
    webhooks: bool,
    seen: Mutex<Vec<Delivery>>,
    journal: MemoryJournal,
    /// How many deliveries were repeats.
    repeats: AtomicUsize,
    /// One permit for each delivery that may be answered.
    permits: Semaphore,
    in_work: AtomicUsize,
    done: AtomicUsize,
}

impl Fake {
    fn new(permits: usize) -> Self {
        Self(Arc::new(State {
            webhooks: true,
            seen: Mutex::default(),
            journal: MemoryJournal::default(),
            repeats: AtomicUsize::new(0),
            permits: Semaphore::new(permits),
            in_work: AtomicUsize::new(0),
            done: AtomicUsize::new(0),
        }))
    }

    fn seen(&self) -> Vec<Delivery> {
        self.0.seen.lock().unwrap().clone()
    }
}

impl Receiver for Fake {
    fn receives(&self, channel: Channel) -> bool {
        channel == Channel::Ipn || self.0.webhooks
    }

    async fn receive(&self, delivery: Delivery) -> Answer {
        let state = &self.0;
        state.in_work.fetch_add(1, Ordering::AcqRel);
        state.seen.lock().unwrap().push(delivery.clone());
        state.permits.acquire().await.unwrap().forget();
        state.in_work.fetch_sub(1, Ordering::AcqRel);
        state.done.fetch_add(1, Ordering::AcqRel);
        let test = delivery.headers.iter().find(|(name, _)| name == "paypal-test");
        match test.map_or("valid", |(_, value)| value) {
            "valid" => {
                let id = Some(String::from_utf8_lossy(&delivery.body).into_owned());
                let (time, event, details) = (String::new(), String::new(), "{}".to_owned());
                let entry = Entry { id, time, event, status: None, details };
                let new = state.journal.append("event".to_owned(), entry).await.unwrap();
                state.repeats.fetch_add(usize::from(!new), Ordering::AcqRel);
                Answer::Taken
            }
            "forged" | "stale" => Answer::Refused,
            "unverifiable" => Answer::Later,
            "broken" => Answer::Failed,
            other => panic!("{other}"),
        }
    }
}

/// Starts a listener that runs until the test ends.
async fn start_with(fake: &Fake, limits: Limits) -> SocketAddr {
    let listener = Listener::bind(fake.clone(), 0).await.unwrap().with_limits(limits);
    let address = listener.address().unwrap();
    tokio::spawn(listener.run());
    address
}

async fn start(fake: &Fake) -> SocketAddr {
    start_with(fake, Limits::default()).await
}

/// Waits until a condition holds.
async fn until(what: impl Fn() -> bool) {
    let so = async {
        while !what() {
            sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(PATIENCE, so).await.expect("it must become so");
}

/// Sends bytes, and reads until the other side closes.
async fn exchange(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let (mut reader, mut writer) = stream.split();
    let mut answer = Vec::new();
    let write = async {
        // The other side may close before the end.
        let _ = writer.write_all(bytes).await;
    };
    let read = async { reader.read_to_end(&mut answer).await };
    let (_, read) = timeout(PATIENCE, async { tokio::join!(write, read) }).await.expect("an answer must come");
    read.unwrap();
    String::from_utf8(answer).unwrap()
}

/// Returns a request with a content length, after which the connection is closed.
fn post(path: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head =
        format!("POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

/// Returns a chunked request.
fn chunked(body: &[u8]) -> Vec<u8> {
    let mut request =
        b"POST /webhooks HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    for chunk in body.chunks(10_000) {
        request.extend(format!("{:x}\r\n", chunk.len()).bytes());
        request.extend(chunk);
        request.extend(b"\r\n");
    }
    request.extend(b"0\r\n\r\n");
    request
}

/// Returns the status of an answer, which must be complete and without a body.
fn status(answer: &str) -> u16 {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer:?}"));
    assert_eq!(body, "", "{answer}");
    head.strip_prefix("HTTP/1.1 ").unwrap()[..3].parse().unwrap()
}

#[tokio::test]
async fn a_delivery_is_handed_on_byte_for_byte_and_answered() {
    let fake = Fake::new(100);
    let address = start(&fake).await;
    let body = b"{\"id\": \"WH-1\",\r\n \"n\": 1.50, \"name\": \"\xc3\xa9\"}\n";
    let headers = "PAYPAL-Transmission-ID: 1\r\nPaypal-Transmission-Id: 2\r\nauthorization: Bearer x\r\ncookie: a=b\r\n\
                   Content-Type: application/json\r\nx-forwarded-for: 1.2.3.4\r\n";
    assert_eq!(status(&exchange(address, &post("/webhooks", headers, body)).await), 200);
    let seen = fake.seen().pop().unwrap();
    assert_eq!((seen.channel, &seen.body[..]), (Channel::Webhook, &body[..]));
    assert_eq!(seen.content_type.as_deref(), Some("application/json"));
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(seen.headers, [pair("paypal-transmission-id", "1"), pair("paypal-transmission-id", "2")]);

    let form = b"txn_id=1&first_name=Zo%EB&memo=%u65E5&raw=\xff\x00";
    let media_type = "content-type: application/x-www-form-urlencoded\r\n";
    assert_eq!(status(&exchange(address, &post("/ipn?x=1", media_type, form)).await), 200);
    let seen = fake.seen().pop().unwrap();
    assert_eq!((seen.channel, &seen.body[..], seen.headers), (Channel::Ipn, &form[..], vec![]));
    assert_eq!(seen.content_type.as_deref(), Some("application/x-www-form-urlencoded"));

    for (test, expected) in
        [("valid", 200), ("forged", 400), ("stale", 400), ("unverifiable", 503), ("broken", 500), ("panic", 500)]
    {
        for path in ["/webhooks", "/ipn"] {
            let answer = exchange(address, &post(path, &format!("paypal-test: {test}\r\n"), b"{}")).await;
            assert_eq!(status(&answer), expected, "{test} {path}");
        }
    }
}

#[tokio::test]
async fn an_event_that_comes_twice_at_once_is_taken_twice_and_new_once() {
    let fake = Fake::new(0);
    let address = start(&fake).await;
    let send = move |_: u8| async move { exchange(address, &post("/webhooks", "", b"WH-1")).await };
    let both = tokio::spawn(async move { tokio::join!(send(1), send(2)) });
    until(|| fake.0.in_work.load(Ordering::Acquire) == 2).await;
    fake.0.permits.add_permits(3);
    let (one, other) = both.await.unwrap();
    assert_eq!((status(&one), status(&other)), (200, 200));
    assert_eq!(status(&send(3).await), 200, "and again later");
    assert_eq!(fake.0.repeats.load(Ordering::Acquire), 2);
}

#[tokio::test]
async fn a_body_is_limited_with_a_length_and_in_chunks() {
    let fake = Fake::new(100);
    let address = start(&fake).await;
    let limit = Limits::default().body;
    let bytes = vec![b'x'; 5_000_000];
    for (bytes, expected) in [
        (post("/webhooks", "", &bytes[..limit]), 200),
        (chunked(&bytes[..limit]), 200),
        (post("/webhooks", "", &bytes[..=limit]), 413),
        (post("/ipn", "", &bytes[..=limit]), 413),
        (chunked(&bytes[..=limit]), 413),
        (post("/webhooks", "", &bytes), 413),
        (chunked(&bytes), 413),
    ] {
        assert_eq!(status(&exchange(address, &bytes).await), expected);
    }
    assert!(fake.seen().iter().all(|delivery| delivery.body == bytes[..limit]) && fake.seen().len() == 2);

    // A body of enormous length, and endless chunks, are cut off.
    let huge = b"POST /webhooks HTTP/1.1\r\nhost: x\r\ncontent-length: 2000000000\r\n\r\n";
    assert_eq!(status(&exchange(address, huge).await), 413);
    let endless = chunked(&vec![b'x'; 20_000_000]);
    let mut stream = TcpStream::connect(address).await.unwrap();
    let (mut reader, mut writer) = stream.split();
    let mut answer = Vec::new();
    let ended = async { tokio::join!(writer.write_all(&endless), reader.read_to_end(&mut answer)) };
    let (_, _) = timeout(PATIENCE, ended).await.expect("the connection must be closed");
    // Data in transit when the connection was closed may have discarded the answer.
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 413 "));
    assert_eq!(fake.seen().len(), 2);
}

#[tokio::test]
async fn other_paths_and_methods_are_refused() {
    let fake = Fake::new(100);
    let address = start(&fake).await;
    for path in ["/", "/webhook", "/webhooks/", "/webhooks/1", "/ipn/", "/WEBHOOKS", "/webhooks%2f", "//webhooks"] {
        assert_eq!(status(&exchange(address, &post(path, "", b"{}")).await), 404, "{path}");
    }
    for method in ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"] {
        let request = format!("{method} /webhooks HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        let answer = exchange(address, request.as_bytes()).await;
        assert_eq!(status(&answer), 405, "{method}");
        assert!(answer.contains("\r\nallow: POST\r\n"), "{answer}");
    }
    assert!(fake.seen().is_empty());

    let mut state = Fake::new(1);
    Arc::get_mut(&mut state.0).unwrap().webhooks = false;
    let address = start(&state).await;
    assert_eq!(status(&exchange(address, &post("/webhooks", "", b"{}")).await), 404, "there is no webhook");
    assert_eq!(status(&exchange(address, &post("/ipn", "", b"{}")).await), 200);
}

#[tokio::test]
async fn heads_that_are_not_paypal_s_are_refused() {
    let fake = Fake::new(100);
    let address = start(&fake).await;
    let request = |headers: &[u8]| {
        [b"POST /webhooks HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 2\r\n", headers, b"\r\n{}"]
            .concat()
    };
    let many: Vec<u8> = (0..200).flat_map(|number| format!("x-{number}: 1\r\n").into_bytes()).collect();
    let large = format!("paypal-transmission-sig: {}\r\n", "x".repeat(20_000));
    let long = format!("content-type: application/json; {}\r\n", "x".repeat(300));
    for (headers, expected) in [
        (&b"paypal-transmission-sig: \xe9\r\n"[..], 400),
        (b"paypal-transmission-sig: \xc3\xa9\r\n", 400),
        (b"content-type: \xe9\r\n", 400),
        (long.as_bytes(), 400),
        (&many, 431),
        (large.as_bytes(), 431),
        (b"paypal transmission: 1\r\n", 400),
        // Header fields of proxies, such as a visitor's location, are not read.
        (b"cf-ipcity: S\xe3o Paulo\r\n", 200),
        (b"content-type:\r\n", 200),
    ] {
        let answer = exchange(address, &request(headers)).await;
        assert_eq!(status(&answer), expected, "{}", String::from_utf8_lossy(headers));
    }
    assert_eq!(fake.seen().len(), 2);
    assert!(fake.seen().iter().all(|delivery| delivery.content_type.is_none()));
    assert_eq!(
        status(&exchange(address, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS hello\r\n\r\n").await),
        400
    );
    assert_eq!(status(&exchange(address, &request(b"")).await), 200, "it goes on");
}

#[tokio::test]
async fn of_200_connections_at_once_64_are_worked_on_and_all_are_answered() {
    const ALL: usize = 200;
    let fake = Fake::new(0);
    let address = start(&fake).await;
    let mut requests = JoinSet::new();
    for number in 0..ALL {
        let request = post("/webhooks", "", format!("WH-{number}").as_bytes());
        requests.spawn(async move { exchange(address, &request).await });
    }
    let at_once = Limits::default().deliveries;
    for _ in at_once..ALL {
        let answer = requests.join_next().await.unwrap().unwrap();
        assert_eq!(status(&answer), 503);
        assert!(answer.contains("\r\nretry-after: 5\r\n"), "{answer}");
    }
    assert_eq!(fake.0.in_work.load(Ordering::Acquire), at_once);
    fake.0.permits.add_permits(at_once);
    while let Some(answer) = requests.join_next().await {
        assert_eq!(status(&answer.unwrap()), 200);
    }
    assert_eq!(fake.0.done.load(Ordering::Acquire), at_once);
    // Those that were refused are accepted when they come again.
    fake.0.permits.add_permits(1);
    assert_eq!(status(&exchange(address, &post("/webhooks", "", b"WH-199")).await), 200);
}

#[tokio::test]
async fn messages_and_events_have_permits_of_their_own() {
    for (many, other) in [("/ipn", "/webhooks"), ("/webhooks", "/ipn")] {
        let fake = Fake::new(0);
        let address = start(&fake).await;
        let mut requests = JoinSet::new();
        for number in 0..100 {
            let request = post(many, "", format!("{number}").as_bytes());
            requests.spawn(async move { exchange(address, &request).await });
        }
        let at_once = Limits::default().deliveries;
        for _ in at_once..100 {
            assert_eq!(status(&requests.join_next().await.unwrap().unwrap()), 503);
        }
        requests.spawn(async move { exchange(address, &post(other, "", b"other")).await });
        until(|| fake.0.in_work.load(Ordering::Acquire) == at_once + 1).await;
        fake.0.permits.add_permits(at_once + 1);
        while let Some(answer) = requests.join_next().await {
            assert_eq!(status(&answer.unwrap()), 200);
        }
    }
}

#[tokio::test]
async fn who_stalls_is_not_waited_for() {
    let fake = Fake::new(100);
    let short = Duration::from_millis(400);
    let limits = Limits { head_time: short, body_time: short, connections: 1, ..Limits::default() };
    let address = start_with(&fake, limits).await;
    // There is one connection at a time: each of these is served only if the one before was closed.
    let whole = post("/webhooks", "", b"WH-1");
    let half = &whole[..whole.len() - 2];
    assert_eq!(status(&exchange(address, half).await), 408);
    assert!(exchange(address, &whole[..30]).await.is_empty(), "half a head gets no answer");
    assert!(exchange(address, b"").await.is_empty(), "nothing gets none either");
    let kept = b"POST /ipn HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}";
    assert_eq!(status(&exchange(address, kept).await), 200, "and the connection is closed when nothing more comes");
    assert_eq!(status(&exchange(address, &whole).await), 200);
    assert_eq!(fake.seen().len(), 2);
}

/// Sends a request on a persistent connection. Returns the head of the answer, which has no body.
async fn ask(stream: &mut TcpStream, request: &[u8]) -> Option<String> {
    stream.write_all(request).await.ok()?;
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        let byte = timeout(PATIENCE, stream.read_u8()).await.expect("an answer, or the end");
        answer.push(byte.ok()?);
    }
    Some(String::from_utf8(answer).unwrap())
}

const KEPT: &[u8] = b"GET /kept HTTP/1.1\r\nhost: x\r\n\r\n";

#[tokio::test]
async fn idle_connections_keep_no_delivery_out() {
    let fake = Fake::new(1_000);
    // No connection reaches a timeout.
    let long = Duration::from_secs(3600);
    let limits = Limits { head_time: long, body_time: long, life: long, ..Limits::default() };
    let address = start_with(&fake, limits).await;
    let mut kept = Vec::new();
    for number in 0..300 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        match number % 3 {
            // A connection after a request, one without a request, and one in the middle of a body.
            0 => assert!(ask(&mut stream, KEPT).await.unwrap().starts_with("HTTP/1.1 404 ")),
            1 => {}
            _ => stream.write_all(b"POST /ipn HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{").await.unwrap(),
        }
        kept.push(stream);
    }
    for _ in 0..20 {
        assert_eq!(status(&exchange(address, &post("/webhooks", "", b"WH-1")).await), 200);
    }
    // The oldest were closed, and no more of them than necessary.
    let mut open = 0;
    for stream in &mut kept {
        let mut byte = [0];
        open += usize::from(timeout(Duration::from_millis(1), stream.read(&mut byte)).await.is_err());
    }
    assert!((200..=Limits::default().connections).contains(&open), "{open} are open");
}

#[tokio::test]
async fn a_delivery_that_is_handled_is_not_cut_off_for_others() {
    let fake = Fake::new(0);
    let limits = Limits { connections: 4, deliveries: 2, ..Limits::default() };
    let address = start_with(&fake, limits).await;
    let send = |body: &'static [u8]| tokio::spawn(async move { exchange(address, &post("/webhooks", "", body)).await });
    let (one, other) = (send(b"WH-1"), send(b"WH-2"));
    until(|| fake.0.in_work.load(Ordering::Acquire) == 2).await;
    for _ in 0..50 {
        assert_eq!(status(&exchange(address, &post("/webhooks", "", b"WH-3")).await), 503);
    }
    fake.0.permits.add_permits(2);
    assert_eq!((status(&one.await.unwrap()), status(&other.await.unwrap())), (200, 200));
}

#[tokio::test]
async fn requests_and_lifetime_of_a_connection_are_limited() {
    let fake = Fake::new(1_000);
    let limits = Limits { requests: 5, ..Limits::default() };
    let address = start_with(&fake, limits).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    for number in 1..=5 {
        let answer = ask(&mut stream, KEPT).await.unwrap();
        assert_eq!(answer.contains("connection: close"), number == 5, "{number}: {answer}");
    }
    assert_eq!(ask(&mut stream, KEPT).await, None);

    let limits = Limits { life: Duration::from_millis(300), requests: usize::MAX, ..Limits::default() };
    let address = start_with(&fake, limits).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let asking = async {
        while ask(&mut stream, KEPT).await.is_some() {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, asking).await.expect("it must be closed, however often it asks");

    // A delivery that is being handled when the lifetime ends is answered.
    let fake = Fake::new(0);
    let address = start_with(&fake, limits).await;
    let answer = tokio::spawn(async move { exchange(address, &post("/webhooks", "", b"WH-1")).await });
    until(|| fake.0.in_work.load(Ordering::Acquire) == 1).await;
    sleep(Duration::from_millis(600)).await;
    fake.0.permits.add_permits(1);
    assert_eq!(status(&answer.await.unwrap()), 200);
}

#[tokio::test]
async fn handling_goes_on_when_the_answer_is_late_or_the_client_is_gone() {
    let fake = Fake::new(0);
    let limits = Limits { answer: Duration::from_secs(1), ..Limits::default() };
    let address = start_with(&fake, limits).await;
    assert_eq!(status(&exchange(address, &post("/webhooks", "", b"WH-1")).await), 503);
    assert_eq!(fake.0.done.load(Ordering::Acquire), 0);
    fake.0.permits.add_permits(1);
    until(|| fake.0.done.load(Ordering::Acquire) == 1).await;
    fake.0.permits.add_permits(1);
    assert_eq!(status(&exchange(address, &post("/webhooks", "", b"WH-1")).await), 200);
    assert_eq!(fake.0.repeats.load(Ordering::Acquire), 1, "the first has been noted");

    let fake = Fake::new(0);
    let address = start(&fake).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(&post("/webhooks", "", b"WH-1")).await.unwrap();
    until(|| fake.0.in_work.load(Ordering::Acquire) == 1).await;
    drop(stream);
    // Another request shows that the server has seen the end of the first.
    let other = tokio::spawn(async move { exchange(address, &post("/webhooks", "", b"WH-2")).await });
    until(|| fake.0.in_work.load(Ordering::Acquire) == 2).await;
    fake.0.permits.add_permits(2);
    assert_eq!(status(&other.await.unwrap()), 200);
    until(|| fake.0.done.load(Ordering::Acquire) == 2).await;
}

#[tokio::test]
async fn the_simulator_s_events_are_received() {
    let fake = Fake::new(1000);
    let address = start(&fake).await;
    let sandbox = Simulator::new(12);
    let server = Server::bind(sandbox.clone(), 0).await.unwrap();
    let running = tokio::spawn(server.run());
    let ask = |path: &str, body: Vec<u8>| {
        let request = http::Request::post(path)
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {}", Simulator::token()));
        sandbox.handle(request.body(body.into()).unwrap())
    };
    let json = |path: &str, body: Value| ask(path, body.to_string().into_bytes()).status().as_u16();

    let message = json!({"url": format!("http://{address}/ipn"), "fields": {"first_name": "Zo\u{eb} \u{65e5}"}});
    assert_eq!(json("/simulator/ipn", message), 202);
    until(|| fake.0.done.load(Ordering::Acquire) == 1).await;
    let received = fake.seen().pop().unwrap();
    assert_eq!(received.channel, Channel::Ipn);
    assert!(received.body.starts_with(b"first_name=Zo%EB+%u65E5&"));
    assert_eq!(received.content_type.as_deref(), Some("application/x-www-form-urlencoded"));
    let confirmation = [b"cmd=_notify-validate&", &received.body[..]].concat();
    assert_eq!(&ask("/cgi-bin/webscr", confirmation).body()[..], b"VERIFIED");

    let webhook = json!({"url": format!("http://{address}/webhooks"), "event_types": [{"name": "*"}]});
    assert_eq!(json("/v1/notifications/webhooks", webhook), 201);
    assert_eq!(json("/v1/catalogs/products", json!({"name": "Tea", "type": "PHYSICAL"})), 201);
    until(|| fake.0.done.load(Ordering::Acquire) == 2).await;
    let received = fake.seen().pop().unwrap();
    assert_eq!(received.channel, Channel::Webhook);
    let signed = ["auth-algo", "auth-version", "cert-url", "transmission-id", "transmission-sig", "transmission-time"];
    let mut names: Vec<_> = received.headers.iter().map(|(name, _)| name.strip_prefix("paypal-").unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, signed);
    running.abort();
}

/// Runs the command to its end. Returns its exit code and its stderr.
fn command(arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_host-test"));
    for name in ["PAYPAL_ACCESS_TOKEN", "PAYPAL_CLIENT_ID", "PAYPAL_CLIENT_SECRET"] {
        command.env_remove(name);
    }
    let output = command.args(arguments).stdin(Stdio::null()).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn the_command_refuses_wrong_arguments() {
    let nobody = ["--base-url", "http://127.0.0.1:9"];
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let write = |name: &str, text: &str| std::fs::write(at(name), text).unwrap();
    write("key.pem", "-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n");
    write("cut.pem", "-----BEGIN CERTIFICATE-----\nMIIB");
    write("text", &"no database ".repeat(100));
    let (key, cut, missing, text) = (at("key.pem"), at("cut.pem"), at("missing"), at("text"));
    for (arguments, expected) in [
        (&["listen", "--port", "0"][..], "required"),
        (&["listen", nobody[0], nobody[1], "--webhook-id", "a/b"], "a webhook's id is"),
        (
            &["listen", nobody[0], nobody[1], "--webhook-id", "A", "--subscribe", "https://shop.example.com"],
            "cannot be used",
        ),
        (&["listen", nobody[0], nobody[1], "--event-type", "*"], "--subscribe"),
        (&["listen", nobody[0], nobody[1], "--receiver", "wdjjhebz4x2ly"], "a merchant's id of 13 capital letters"),
        (&["listen", nobody[0], nobody[1], "--pull", "--receiver", "a@b"], "cannot be used"),
        (&[&["listen", nobody[0], nobody[1]][..], &["--receiver", "a@b"].repeat(11)].concat(), "10 at most"),
        (&["listen", nobody[0], nobody[1], "--max-age", "0"], "--max-age"),
        (&["listen", "--live", "--webhook-id", "A", "--accept-simulated"], "never accepted in live"),
        (&["listen", nobody[0], nobody[1], "--authority", &missing], "--authority"),
        (&["listen", nobody[0], nobody[1], "--authority", &key], "there is no certificate in it"),
        (&["listen", nobody[0], nobody[1], "--authority", &cut], "has no end"),
        (&["listen", nobody[0], nobody[1], "--journal", &text], "it is not an SQLite database"),
        (&["call", "orders.get", nobody[0], nobody[1], "--journal", &text], "it is not an SQLite database"),
    ] {
        let (code, said) = command(arguments);
        assert_eq!(code, Some(2), "{arguments:?}: {said}");
        assert!(said.contains(expected), "{arguments:?}: {said}");
        assert!(!said.contains("secret"), "{said}");
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (code, said) = command(&["listen", nobody[0], nobody[1], "--port", &port]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains(&format!("cannot listen on 127.0.0.1:{port}")), "{said}");
}

#[test]
fn the_command_prints_where_it_listens() {
    let directory = tempfile::tempdir().unwrap();
    let journal = directory.path().join("journal");
    let mut child = Command::new(env!("CARGO_BIN_EXE_host-test"))
        .args(["listen", "--port", "0", "--base-url", "http://127.0.0.1:9", "--webhook-id", "5GP028458E2496506"])
        .args([Path::new("--journal"), &journal])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let first = lines.next().unwrap();
    let url = first.strip_prefix("events of webhook 5GP028458E2496506 at http://").unwrap_or_else(|| panic!("{first}"));
    let address = url.strip_suffix("/webhooks").unwrap();
    let warning = lines.next().unwrap();
    assert!(warning.contains("messages for any account") && warning.contains("--receiver ID_OR_ADDRESS"), "{warning}");
    assert_eq!(lines.next().unwrap(), format!("IPN messages at http://{address}/ipn"));
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    std::io::Write::write_all(&mut stream, b"GET /webhooks HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert_eq!(status(&answer), 405);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(journal.exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_takes_messages_for_the_accounts_that_it_is_given() {
    let sandbox = Simulator::new(13);
    let server = Server::bind(sandbox.clone(), 0).await.unwrap();
    let url = format!("http://{}", server.address().unwrap());
    tokio::spawn(server.run());
    let app = format!("Bearer {}", Simulator::token());
    let send = |fields: Value| {
        let message = json!({"url": "http://127.0.0.1:9/ipn", "fields": fields}).to_string();
        let request = http::Request::post("/simulator/ipn").header("content-type", "application/json");
        let answer = sandbox.handle(request.header("authorization", &app).body(message.into()).unwrap());
        let document: Value = serde_json::from_slice(answer.body()).unwrap();
        document["body"].as_str().unwrap().to_owned()
    };
    let ours = send(json!({"txn_id": "1AB", "receiver_email": "Shop@EXAMPLE.com"}));
    let thief = send(json!({"txn_id": "2AB", "receiver_id": "S8XGHLYDW9T3S", "receiver_email": "thief@example.com"}));
    let directory = tempfile::tempdir().unwrap();
    for (arguments, expected) in [
        (&["--receiver", "WDJJHEBZ4X2LY", "--receiver", "shop@example.com"][..], ["verified", "another-receiver"]),
        (&[], ["verified", "verified"]),
    ] {
        let printed = directory.path().join("printed");
        let file = std::fs::File::create(&printed).unwrap();
        let listening = listening::Listening::start(&mut listening::Listening::command(&url, arguments), file);
        for message in [&ours, &thief] {
            assert_eq!(listening::post(listening.address, "/ipn", &[], message.as_bytes()).unwrap(), 200);
        }
        let printed = std::fs::read_to_string(&printed).unwrap();
        let lines = printed.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["reply"].clone());
        let said = |reply: Value| reply["reason"].as_str().or(reply["outcome"].as_str()).unwrap().to_owned();
        assert_eq!(lines.map(said).collect::<Vec<_>>(), expected, "{printed}");
    }
}

#[test]
fn the_command_warns_only_if_no_account_is_named() {
    let listening = |arguments: &[&str]| {
        let mut command = listening::Listening::command("http://127.0.0.1:9", arguments);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        let said: Vec<_> = lines.take_while(|line| !line.starts_with("IPN messages at ")).collect();
        child.kill().unwrap();
        child.wait().unwrap();
        said
    };
    assert_eq!(listening(&["--receiver", "WDJJHEBZ4X2LY"]), [""; 0]);
    assert_eq!(listening(&[]).len(), 1);
}
