//! The component over real HTTP, on loopback: what it sends, and how it treats answers that are late, broken, enormous or not
//! HTTP at all.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

mod calls;
#[allow(dead_code, reason = "other tests use the rest")]
mod server;

use std::{
    path::Path,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use calls::{CREATE, GET};
use connector_host::{
    Client, ClientCredentials, Connection, Connector, Engine, Environment, Failure, FailureKind, Limits, Reply, Route,
    Secret, StaticToken, Tenant, TokenSource, transport::Timeouts,
};
use host_test::COMPONENT;
use serde_json::json;
use server::{Answer, Received, Server, response};
use tokio::sync::Semaphore;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new().unwrap());

fn connector() -> Connector {
    Connector::load(&ENGINE, Path::new(COMPONENT)).unwrap()
}

fn tenant_with(server: &Server, source: impl TokenSource + 'static) -> Tenant {
    let client = Client::new();
    let route = Route::loopback(Environment::Sandbox, &server.url()).unwrap();
    // One attempt: retries are tested by the fixtures and in the core.
    Tenant::new(Connection::new(route, source, client.clone()).with_max_attempts(1), client)
}

fn tenant(server: &Server) -> Tenant {
    tenant_with(server, StaticToken::new(Secret::new("real-token".to_owned())))
}

fn app() -> ClientCredentials {
    ClientCredentials::new("app-id".to_owned(), Secret::new("app-secret".to_owned()))
}

async fn invoke(connector: &Connector, tenant: &Tenant, (action, input): (&str, &str)) -> Result<Reply, Failure> {
    let outcome = connector.invoke(tenant, action, input).await.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(outcome.output, "", "the component printed");
    outcome.result
}

/// Returns the failures of a read and of a write at a server that answers everything in one way.
async fn failures(connector: &Connector, answer: impl Fn() -> Answer + Send + Sync + 'static) -> [Failure; 2] {
    let server = Server::start(move |_| answer()).await;
    let tenant = tenant(&server);
    [invoke(connector, &tenant, GET).await.unwrap_err(), invoke(connector, &tenant, CREATE).await.unwrap_err()]
}

#[tokio::test]
async fn the_wire_carries_the_token_and_the_body_and_one_connection_serves_many_calls() {
    let server = Server::start(|_| Answer::json("201 Created", r#"{"id": "5O19"}"#)).await;
    let (connector, tenant) = (connector(), tenant(&server));
    for _ in 0..5 {
        assert_eq!(invoke(&connector, &tenant, CREATE).await.unwrap().status, 201);
    }
    let received = server.received();
    assert_eq!((received.len(), server.connections()), (5, 1));
    let request = &received[0];
    assert_eq!(request.line, "POST /v2/checkout/orders");
    assert_eq!(request.header("authorization"), Some("Bearer real-token"));
    assert_eq!(request.header("host").map(|host| format!("http://{host}")), Some(server.url()));
    assert_eq!(request.header("transfer-encoding"), None);
    assert!(CREATE.1.contains(std::str::from_utf8(&request.body).unwrap()) && !request.body.is_empty());
}

/// Returns the contents of a multipart body's parts, each with its head.
fn parts(received: &Received) -> Vec<(&str, &[u8])> {
    let boundary = received.header("content-type").unwrap().strip_prefix("multipart/form-data; boundary=").unwrap();
    let find = |bytes: &[u8], needle: &[u8]| bytes.windows(needle.len()).position(|window| window == needle);
    let mut rest = received.body.strip_prefix(format!("--{boundary}").as_bytes()).unwrap();
    let mut parts = Vec::new();
    while let Some(part) = rest.strip_prefix(b"\r\n") {
        let delimiter = format!("\r\n--{boundary}");
        let head = find(part, b"\r\n\r\n").unwrap();
        let content = &part[head + 4..];
        let end = find(content, delimiter.as_bytes()).unwrap();
        parts.push((std::str::from_utf8(&part[..head]).unwrap(), &content[..end]));
        rest = &content[end + delimiter.len()..];
    }
    assert_eq!(rest, b"--\r\n");
    parts
}

#[tokio::test]
async fn files_pass_up_to_fifty_mebibytes() {
    const MIB: usize = 1024 * 1024;
    let server = Server::start(|_| Answer::json("200 OK", r#"{"links": []}"#)).await;
    let (connector, tenant) = (connector(), tenant(&server));
    for (count, size) in [(1, 10 * MIB), (5, 10 * MIB)] {
        let mut files = Vec::new();
        for number in 0..count {
            // Bytes of every value, line breaks and hyphens among them.
            let data: Vec<u8> = (0..size).map(|index| (index * 31 + number) as u8).collect();
            files.push(data);
        }
        let file = |(number, data): (usize, &Vec<u8>)| json!({"name": format!("{number}.pdf"), "media_type": "application/pdf", "data": BASE64_STANDARD.encode(data)});
        let body = json!({"evidences": [{"evidence_type": "OTHER", "notes": "See the files."}]});
        let listed: Vec<_> = files.iter().enumerate().map(file).collect();
        let input = json!({"id": "PP-D-4012", "body": body, "files": listed}).to_string();
        let reply = invoke(&connector, &tenant, ("disputes.provide-evidence", &input)).await.unwrap();
        assert_eq!(reply.status, 200);

        let received = server.received().pop().unwrap();
        let parts = parts(&received);
        assert_eq!(parts.len(), 1 + count);
        assert!(parts[0].0.contains("name=\"input\"") && parts[0].1 == body.to_string().as_bytes());
        for (number, (head, content)) in parts[1..].iter().enumerate() {
            assert!(head.contains(&format!("name=\"evidence-file\"; filename=\"{number}.pdf\"")), "{head}");
            assert!(*content == files[number], "file {number} of {count} came through changed");
        }
    }
}

#[tokio::test]
async fn bodies_of_every_size_pass_in_both_directions() {
    let server = Server::start(|request: &Received| Answer::Send(response("201 Created", "", &request.body))).await;
    let (connector, tenant) = (connector(), tenant(&server));
    for size in [0, 5_000, 70_000, 3_000_000, 12_000_000] {
        let body = json!({"id": "5O19", "intent": "CAPTURE", "filler": "x".repeat(size), "purchase_units": [
            {"amount": {"currency_code": "USD", "value": "1.00"}}]})
        .to_string();
        let reply = invoke(&connector, &tenant, ("orders.create", &format!(r#"{{"body": {body}}}"#))).await.unwrap();
        assert!(reply.body.as_deref() == Some(&*body), "{size}");
    }
}

#[tokio::test]
async fn an_answer_over_the_limit_is_not_accepted() {
    let enormous = |_: &Received| Answer::Send(response("200 OK", "", &vec![b' '; 50_000_000]));
    let server = Server::start(enormous).await;
    let (connector, tenant) = (connector(), tenant(&server));
    let read = invoke(&connector, &tenant, GET).await.unwrap_err();
    assert_eq!((read.kind, read.status), (FailureKind::TooLarge, Some(200)));
    let write = invoke(&connector, &tenant, CREATE).await.unwrap_err();
    assert_eq!((write.kind, write.status), (FailureKind::OutcomeUnknown, Some(200)));
    assert!(write.idempotency_key.is_some() && write.retryable);
}

#[tokio::test]
async fn an_answer_that_is_not_a_document_is_not_a_reply() {
    let connector = connector();
    let html = || Answer::Send(response("200 OK", "content-type: text/html\r\n", b"<html>Welcome to the hotel</html>"));
    let gzip = || Answer::Send(response("200 OK", "", &[0x1f, 0x8b, 8, 0, 0xff, 0xfe]));
    let short_json = || Answer::json("200 OK", r#"{"id": "5O19"#);
    let short_body = || Answer::Close(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"id\":".to_vec());
    let answers: [fn() -> Answer; 4] = [html, gzip, short_json, short_body];
    for answer in answers {
        let [read, write] = failures(&connector, answer).await;
        assert_eq!((read.kind, read.status), (FailureKind::MalformedReply, Some(200)), "{}", read.message);
        assert_eq!((write.kind, write.status), (FailureKind::OutcomeUnknown, Some(200)), "{}", write.message);
        assert!(write.request_sent && write.retryable && write.idempotency_key.is_some());
    }
}

#[tokio::test]
async fn an_answer_that_is_not_http_leaves_the_outcome_of_a_write_unknown() {
    let connector = connector();
    let garbage = || Answer::Close(b"\x16\x03\x01 this is not HTTP\r\n\r\n".to_vec());
    let hang_up = || Answer::Close(Vec::new());
    let half_a_head = || Answer::Close(b"HTTP/1.1 200 OK\r\nconte".to_vec());
    let answers: [fn() -> Answer; 3] = [garbage, hang_up, half_a_head];
    for answer in answers {
        let [read, write] = failures(&connector, answer).await;
        assert_eq!((read.kind, read.request_sent, read.status), (FailureKind::Unreachable, true, None));
        assert_eq!((write.kind, write.request_sent, write.status), (FailureKind::OutcomeUnknown, true, None));
    }
}

#[tokio::test]
async fn odd_statuses_are_failures() {
    let connector = connector();
    let [read, write] = failures(&connector, || Answer::Send(response("999 Whatever", "", b"{}"))).await;
    assert_eq!((read.kind, read.status), (FailureKind::ProviderError, Some(999)));
    // That status has no known meaning, so PayPal may have acted.
    assert_eq!((write.kind, write.status), (FailureKind::OutcomeUnknown, Some(999)));
}

#[tokio::test]
async fn a_request_whose_answer_is_lost_is_repeated_with_the_same_key() {
    let asked = AtomicUsize::new(0);
    let server = Server::start(move |_| match asked.fetch_add(1, Ordering::Relaxed) {
        0 => Answer::Send(Vec::new()),
        1 => Answer::Send(response("503 Service Unavailable", "retry-after: 0\r\n", b"")),
        _ => Answer::json("200 OK", r#"{"id": "5O19"}"#),
    })
    .await;
    let client = Client::new();
    let route = Route::loopback(Environment::Sandbox, &server.url()).unwrap();
    let token = StaticToken::new(Secret::new("real-token".to_owned()));
    let tenant = Tenant::new(Connection::new(route, token, client.clone()), client);
    let reply = invoke(&connector(), &tenant, CREATE).await.unwrap();
    assert_eq!((reply.status, reply.attempts), (200, 3));
    let keys: Vec<_> = server.received().iter().map(|it| it.header("paypal-request-id").unwrap().to_owned()).collect();
    assert_eq!(keys, vec![reply.idempotency_key.unwrap(); 3]);
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let other = Server::start(|request| Answer::json("200 OK", &request.resource())).await;
    let location = format!("location: {}\r\n", other.url());
    let [read, write] = failures(&connector(), move || Answer::Send(response("307 Temporary", &location, b""))).await;
    assert_eq!((read.kind, write.kind), (FailureKind::ProviderError, FailureKind::OutcomeUnknown));
    assert_eq!((read.status, other.connections()), (Some(307), 0));
}

#[tokio::test]
async fn a_server_that_is_not_there_got_nothing() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = Client::new();
    let token = StaticToken::new(Secret::new("real-token".to_owned()));
    let route = Route::loopback(Environment::Sandbox, &url).unwrap();
    let tenant = Tenant::new(Connection::new(route, token, client.clone()), client);
    let failure = invoke(&connector(), &tenant, CREATE).await.unwrap_err();
    assert_eq!((failure.kind, failure.request_sent, failure.retryable), (FailureKind::Unreachable, false, true));
    assert!(failure.message.contains("refused"), "{}", failure.message);
}

#[tokio::test]
async fn silence_ends_with_the_host_s_timeout() {
    let short = Duration::from_secs(1);
    let timeouts = Timeouts { connect: short, first_byte: short, between_bytes: short };
    let connector = connector().with_outbound(timeouts, 1024);
    let [read, write] = failures(&connector, || Answer::Silence).await;
    assert_eq!((read.kind, read.request_sent), (FailureKind::TimedOut, true));
    assert_eq!((write.kind, write.request_sent, write.retryable), (FailureKind::OutcomeUnknown, true, true));

    // A pause in the middle of the body is silence too; a slow but steady body is not.
    let started = || Answer::Send(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{".to_vec());
    let [read, write] = failures(&connector, started).await;
    assert_eq!((read.kind, read.status), (FailureKind::TimedOut, Some(200)));
    assert_eq!((write.kind, write.status), (FailureKind::OutcomeUnknown, Some(200)));
    let document = br#"{"id": "5O190127TN364715T", "status": "CREATED"}"#;
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", document.len()).into_bytes();
    let steady = move |_: &Received| Answer::Trickle(head.clone(), document.to_vec(), Duration::from_millis(10));
    let server = Server::start(steady).await;
    assert_eq!(invoke(&connector, &tenant(&server), GET).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_deadline_ends_a_call_before_the_host_s_timeout() {
    let server = Server::start(|_| Answer::Silence).await;
    let input = r#"{"id": "5O19", "options": {"deadline_ms": 1000}}"#;
    let failure = invoke(&connector(), &tenant(&server), ("orders.get", input)).await.unwrap_err();
    assert_eq!((failure.kind, failure.request_sent), (FailureKind::TimedOut, true));
    // A body that trickles in never pauses for long, but must not outlast the deadline either.
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n";
    let endless = |_: &Received| Answer::Trickle(head.to_vec(), vec![b' '; 1000], Duration::from_millis(20));
    let failure =
        invoke(&connector(), &tenant(&Server::start(endless).await), ("orders.get", input)).await.unwrap_err();
    assert_eq!((failure.kind, failure.status), (FailureKind::TimedOut, Some(200)));
}

/// Starts a server with a token endpoint: it grants `token-1`, `token-2` and so on, and accepts only the newest.
async fn issuing(expires_in: u64) -> Server {
    let issued = AtomicUsize::new(0);
    Server::start(move |request| {
        use Ordering::SeqCst;
        if request.line == "POST /v1/oauth2/token" {
            let token = format!("token-{}", issued.fetch_add(1, SeqCst) + 1);
            return Answer::json("200 OK", &json!({"access_token": token, "expires_in": expires_in}).to_string());
        }
        Answer::json("200 OK", &request.resource())
    })
    .await
}

fn count(server: &Server, line: &str) -> usize {
    server.received().iter().filter(|request| request.line == line).count()
}

#[tokio::test]
async fn one_token_request_serves_many_calls() {
    let server = issuing(32_400).await;
    let (connector, tenant) = (connector(), tenant_with(&server, app()));
    let calls = (0..20).map(|_| {
        let (connector, tenant) = (connector.clone(), tenant.clone());
        tokio::spawn(async move { invoke(&connector, &tenant, GET).await.unwrap().status })
    });
    for call in calls.collect::<Vec<_>>() {
        assert_eq!(call.await.unwrap(), 200);
    }
    assert_eq!(count(&server, "POST /v1/oauth2/token"), 1);
    let token_request = &server.received()[0];
    assert_eq!(token_request.header("authorization"), Some("Basic YXBwLWlkOmFwcC1zZWNyZXQ="));
    assert_eq!(token_request.body, b"grant_type=client_credentials");
    assert!(server.received()[1..].iter().all(|request| request.header("authorization") == Some("Bearer token-1")));
}

#[tokio::test]
async fn a_token_is_renewed_when_it_expires() {
    let server = issuing(0).await;
    let (connector, tenant) = (connector(), tenant_with(&server, app()));
    for n in 1..=2 {
        invoke(&connector, &tenant, GET).await.unwrap();
        let bearer = format!("Bearer token-{n}");
        assert_eq!(server.received().last().unwrap().header("authorization"), Some(&*bearer));
    }
}

#[tokio::test]
async fn a_refused_token_is_renewed_and_the_call_repeated_with_its_key() {
    let server = Server::start(|request| match (&*request.line, request.header("authorization")) {
        ("POST /v1/oauth2/token", _) => {
            static ISSUED: AtomicUsize = AtomicUsize::new(1);
            let n = ISSUED.fetch_add(1, Ordering::SeqCst);
            Answer::json("200 OK", &format!(r#"{{"access_token": "token-{n}", "expires_in": 32400}}"#))
        }
        (_, Some("Bearer token-2")) => Answer::json("201 Created", r#"{"id": "5O19"}"#),
        _ => Answer::json("401 Unauthorized", r#"{"error": "invalid_token", "error_description": "expired"}"#),
    })
    .await;
    let reply = invoke(&connector(), &tenant_with(&server, app()), CREATE).await.unwrap();
    assert_eq!(reply.attempts, 2);
    let creations: Vec<_> = server.received().into_iter().filter(|request| request.line.ends_with("orders")).collect();
    assert_eq!(creations.len(), 2);
    assert_eq!(creations[0].header("paypal-request-id"), reply.idempotency_key.as_deref());
    assert_eq!(creations[1].header("paypal-request-id"), reply.idempotency_key.as_deref());
}

#[tokio::test]
async fn refused_credentials_are_reported_and_not_shown() {
    for (status, body) in [
        ("401 Unauthorized", r#"{"error": "invalid_client", "error_description": "Client Authentication failed"}"#),
        ("401 Unauthorized", ""),
        ("400 Bad Request", r#"{"error": "invalid_request"}"#),
        ("503 Service Unavailable", "<html>"),
        ("200 OK", "{}"),
    ] {
        let server = Server::start(move |_| Answer::json(status, body)).await;
        let failure = invoke(&connector(), &tenant_with(&server, app()), CREATE).await.unwrap_err();
        assert_eq!(
            (failure.kind, failure.request_sent),
            (FailureKind::ConnectionUnavailable, false),
            "{status} {body}"
        );
        assert_eq!(failure.retryable, matches!(status, "503 Service Unavailable" | "200 OK"), "{status} {body}");
        assert_eq!(count(&server, "POST /v2/checkout/orders"), 0);
        let printed = format!("{failure:?}");
        assert!(!printed.contains("app-secret") && !printed.contains("YXBwLWlkOmFwcC1zZWNyZXQ"), "{printed}");
    }
}

/// Starts a server whose token endpoint gives this answer, and whose API answers with a document.
async fn with_token_endpoint(answer: impl Fn() -> Answer + Send + Sync + 'static) -> Server {
    Server::start(move |request: &Received| match &*request.line {
        "POST /v1/oauth2/token" => answer(),
        _ => Answer::json("200 OK", &request.resource()),
    })
    .await
}

const HURRIED: (&str, &str) = ("orders.get", r#"{"id": "5O19", "options": {"deadline_ms": 1000}}"#);

#[tokio::test]
async fn a_deadline_holds_for_the_token_endpoint_too() {
    let connector = connector();
    let head = || b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n".to_vec();
    let trickle = move || Answer::Trickle(head(), vec![b' '; 1000], Duration::from_millis(100));
    let started = move || Answer::Send(head());
    let answers: [Box<dyn Fn() -> Answer + Send + Sync>; 3] =
        [Box::new(|| Answer::Silence), Box::new(trickle), Box::new(started)];
    for answer in answers {
        let server = with_token_endpoint(answer).await;
        let tenant = tenant_with(&server, app());
        let began = Instant::now();
        let failure = invoke(&connector, &tenant, HURRIED).await.unwrap_err();
        assert!(began.elapsed() < Duration::from_millis(2500), "{:?}", began.elapsed());
        assert_eq!((failure.kind, failure.request_sent), (FailureKind::ConnectionUnavailable, false));
        assert!(failure.retryable && failure.message.contains("before the call's time ran out"), "{}", failure.message);
    }
}

#[tokio::test]
async fn a_call_that_cannot_wait_for_a_token_does_not_cancel_it_for_others() {
    let released = Arc::new(Semaphore::new(0));
    let (connector, permits) = (connector(), released.clone());
    let token = response("200 OK", "", br#"{"access_token": "token-of-all", "expires_in": 32400}"#);
    let server = with_token_endpoint(move || Answer::Released(permits.clone(), token.clone())).await;
    let tenant = tenant_with(&server, app());
    // The call with the deadline makes the request.
    let hurried = tokio::spawn({
        let (connector, tenant) = (connector.clone(), tenant.clone());
        async move { invoke(&connector, &tenant, HURRIED).await }
    });
    while count(&server, "POST /v1/oauth2/token") == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let patient = tokio::spawn(async move { invoke(&connector, &tenant, GET).await });
    let failure = hurried.await.unwrap().unwrap_err();
    assert_eq!(failure.kind, FailureKind::ConnectionUnavailable);
    released.add_permits(1);
    assert_eq!(patient.await.unwrap().unwrap().status, 200);
    assert_eq!(count(&server, "POST /v1/oauth2/token"), 1);
}

#[tokio::test]
async fn a_token_of_extreme_lifetime_is_used() {
    let connector = connector();
    for lifetime in ["9223372036854775807", "18446744073709551615", "0"] {
        let token = format!(r#"{{"access_token": "token-for-ever", "expires_in": {lifetime}}}"#);
        let server = with_token_endpoint(move || Answer::json("200 OK", &token)).await;
        let tenant = tenant_with(&server, app());
        for _ in 0..2 {
            assert_eq!(invoke(&connector, &tenant, GET).await.unwrap().status, 200, "{lifetime}");
        }
    }
    // A token that is not a valid header value is refused.
    for token in ["", "a\\r\\nx: y", "a\\u0000"] {
        let token = format!(r#"{{"access_token": "{token}"}}"#);
        let server = with_token_endpoint(move || Answer::json("200 OK", &token)).await;
        let failure = invoke(&connector, &tenant_with(&server, app()), GET).await.unwrap_err();
        assert_eq!((failure.kind, failure.request_sent), (FailureKind::ConnectionUnavailable, false));
    }
}

#[tokio::test]
async fn a_token_endpoint_that_fails_is_left_alone_for_a_while() {
    let server = with_token_endpoint(|| {
        Answer::Send(response("429 Too Many Requests", "retry-after: 18446744073709551615\r\n", b"{}"))
    })
    .await;
    let (connector, tenant) = (connector(), tenant_with(&server, app()));
    for _ in 0..20 {
        let failure = invoke(&connector, &tenant, GET).await.unwrap_err();
        assert_eq!((failure.kind, failure.retryable), (FailureKind::ConnectionUnavailable, true));
    }
    assert_eq!(count(&server, "POST /v1/oauth2/token"), 1);
}

#[tokio::test]
async fn secrets_that_the_token_endpoint_repeats_are_not_handed_on() {
    let basic = "YXBwLWlkOmFwcC1zZWNyZXQ=";
    for said in [
        format!("not Basic {basic}"),
        "not app-id:app-secret".to_owned(),
        "not app%2Dsecret, app\u{1b}[2J".to_owned(),
        format!("{}app-secret", "x".repeat(995)),
    ] {
        let refusal = json!({"error": "invalid_client", "error_description": said}).to_string();
        let server = Server::start(move |_| Answer::json("401 Unauthorized", &refusal)).await;
        let (connector, tenant) = (connector(), tenant_with(&server, app()));
        // Also when the failure is repeated without a request.
        for _ in 0..2 {
            let failure = invoke(&connector, &tenant, GET).await.unwrap_err();
            let message = failure.message;
            for secret in ["app-secret", "app%2Dsecret", &basic[..20], "app-s"] {
                assert!(!message.contains(secret), "{message}");
            }
            assert!(message.contains("invalid_client"), "{message}");
        }
    }
}

#[tokio::test]
async fn a_token_that_the_api_repeats_is_neither_shown_nor_kept() {
    let echo = |request: &Received| {
        let token = request.header("authorization").unwrap().strip_prefix("Bearer ").unwrap();
        let body = json!({"id": "5O19", "status": "COMPLETED", "note": token, "links": [{"href": token}]}).to_string();
        let status = if request.line.ends_with("capture") { "201 Created" } else { "422 Unprocessable Entity" };
        Answer::Send(response(status, &format!("paypal-debug-id: {token}\r\n"), body.as_bytes()))
    };
    let server = Server::start(echo).await;
    let (connector, tenant) = (connector(), tenant(&server));
    let reply = invoke(&connector, &tenant, ("orders.capture", r#"{"id": "5O19"}"#)).await.unwrap();
    assert_eq!(reply.debug_id.as_deref(), Some("host-token-1"));
    assert!(reply.body.as_deref().unwrap().contains(r#""note":"host-token-1""#), "{:?}", reply.body);
    let failure = invoke(&connector, &tenant, GET).await.unwrap_err();
    let entries = tenant.journal.entries("order:5O19".to_owned()).await.unwrap();
    for shown in [format!("{reply:?}"), format!("{failure:?}"), format!("{entries:?}")] {
        assert!(!shown.contains("real-token"), "{shown}");
    }
    assert!(!entries.is_empty());
}

#[tokio::test]
async fn a_guest_s_memory_and_time_are_bounded() {
    let server = Server::start(|_| Answer::Silence).await;
    let tenant = tenant(&server);
    let small = connector().with_limits(Limits { memory: 8 * 1024 * 1024, ..Limits::default() });
    let body = format!(r#"{{"body": [{}0]}}"#, "0,".repeat(1_000_000));
    let error = small.invoke(&tenant, "orders.update", &body).await.unwrap_err();
    assert!(!error.request_sent && error.to_string().contains("nothing was sent"), "{error}");
    assert!(error.output.contains("memory allocation of"), "what the guest prints is kept: {error}");

    let busy = connector().with_limits(Limits { compute: Duration::ZERO, ..Limits::default() });
    let numbers = format!(r#"{{"body": [{}0]}}"#, "0,".repeat(2_000_000));
    let error = busy.invoke(&tenant, "orders.update", &numbers).await.unwrap_err();
    assert!(error.reason.to_string().contains("computed for too long"), "{error}");

    let impatient = connector().with_limits(Limits { wall: Duration::from_secs(1), ..Limits::default() });
    let error = impatient.invoke(&tenant, CREATE.0, CREATE.1).await.unwrap_err();
    assert!(error.request_sent && error.to_string().contains("PayPal may have acted"), "{error}");
}

#[tokio::test]
async fn input_that_is_too_large_is_refused_without_a_trap() {
    let server = Server::start(|_| Answer::Silence).await;
    for size in [20_000_000, 40_000_000] {
        let body = format!(r#"{{"body": {{"filler": "{}"}}}}"#, "x".repeat(size));
        let failure = invoke(&connector(), &tenant(&server), ("orders.create", &body)).await.unwrap_err();
        assert_eq!((failure.kind, failure.request_sent), (FailureKind::TooLarge, false));
    }
    assert_eq!(server.connections(), 0);
}
