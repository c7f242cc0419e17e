//! A foreign component that attacks other tenants, the token, the host's memory, time and files, and the terminal that shows
//! what it prints. The attacks are in `tests/guests/hostile`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

#[allow(dead_code, reason = "other tests use the rest")]
mod guests;
#[allow(dead_code, reason = "other tests use the rest")]
mod server;

use std::{
    path::Path,
    sync::{Arc, LazyLock},
    time::{Duration, Instant},
};

use connector_host::{
    CallError, Client, ClientCredentials, Connection, Connector, Engine, Environment, Failure, Limits, Progress, Reply,
    Route, Secret, StaticToken, Tenant, TokenSource, transport::Timeouts,
};
use host_test::COMPONENT;
use serde_json::json;
use server::{Answer, Received, Server, response};
use tokio::sync::Semaphore;

const TOKEN: &str = "A21AA-the-real-token-of-this-tenant";

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new().unwrap());

fn hostile() -> Connector {
    Connector::load(&ENGINE, guests::hostile()).unwrap()
}

fn honest() -> Connector {
    Connector::load(&ENGINE, Path::new(COMPONENT)).unwrap()
}

fn tenant_with(server: &Server, source: impl TokenSource + 'static, client: &Client) -> Tenant {
    let route = Route::loopback(Environment::Sandbox, &server.url()).unwrap();
    Tenant::new(Connection::new(route, source, client.clone()).with_max_attempts(1), client.clone())
}

fn tenant(server: &Server) -> Tenant {
    tenant_with(server, StaticToken::new(Secret::new(TOKEN.to_owned())), &Client::new())
}

async fn attack(connector: &Connector, tenant: &Tenant, name: &str, input: &str) -> Result<String, CallError> {
    let outcome = connector.invoke(tenant, name, input).await?;
    Ok(match outcome.result {
        Ok(Reply { body, .. }) => body.unwrap(),
        Err(Failure { message, .. }) => format!("error: {message}"),
    })
}

async fn get(connector: &Connector, tenant: &Tenant, id: &str) -> Result<Reply, Failure> {
    connector.invoke(tenant, "orders.get", &json!({ "id": id }).to_string()).await.unwrap().result
}

/// A request that is allowed, with a key.
const CAPTURE: &str = "POST https://api-m.sandbox.paypal.com/v2/checkout/orders/5O19/capture\n\
                       authorization: Bearer {token}\ncontent-type: application/json\npaypal-request-id: key-of-the-guest";

fn forged(line: &str, more: &str) -> String {
    format!("{line}\nauthorization: Bearer {{token}}{more}")
}

const ORDER: &str = "GET https://api-m.sandbox.paypal.com/v2/checkout/orders/5O19";

#[tokio::test]
async fn only_the_catalogue_s_requests_are_sent() {
    let server = Server::start(|request| Answer::json("200 OK", &request.resource())).await;
    let (connector, tenant) = (hostile(), tenant(&server));
    let host = "https://api-m.sandbox.paypal.com";
    let path = |line: &str| {
        let (method, path) = line.split_once(' ').unwrap();
        forged(&format!("{method} {host}{path}"), "")
    };
    let mut requests = vec![
        // To other hosts.
        forged("GET https://evil.example/v2/checkout/orders/5O19", ""),
        forged("GET http://api-m.sandbox.paypal.com/v2/checkout/orders/5O19", ""),
        forged("GET ftp://api-m.sandbox.paypal.com/v2/checkout/orders/5O19", ""),
        forged("GET https://api-m.paypal.com/v2/checkout/orders/5O19", ""),
        forged("GET https://api-m.sandbox.paypal.com:8443/v2/checkout/orders/5O19", ""),
        forged("GET https://evil@api-m.sandbox.paypal.com/v2/checkout/orders/5O19", ""),
        forged("GET https://api-m.sandbox.paypal.com@evil.example/v2/checkout/orders/5O19", ""),
        forged("GET https://api-m.sandbox.paypal.com.evil.example/v2/checkout/orders/5O19", ""),
        forged("GET https://127.0.0.1/v2/checkout/orders/5O19", ""),
        // Without a token, with the guest's own, or with two.
        format!("{ORDER}\naccept: */*"),
        format!("{ORDER}\nauthorization: Bearer of-another-tenant"),
        format!("{ORDER}\nauthorization: Basic {{token}}"),
        forged(ORDER, "\nauthorization: Bearer {token}"),
        forged(ORDER, "\nAuthorization: Bearer of-another-tenant"),
        // With a body that must not be there, and with wrong lengths.
        forged(ORDER, "\n\nGET /v1/oauth2/token HTTP/1.1"),
        forged(&format!("POST {host}/v2/checkout/orders"), "\ncontent-length: 2\n\nbody"),
        forged(&format!("POST {host}/v2/checkout/orders"), "\ncontent-length: 4, 4\n\nbody"),
        forged(&format!("POST {host}/v2/checkout/orders"), "\ncontent-length: 4\ncontent-length: 4\n\nbody"),
        // Requests without a token, with header fields that they must not have.
        "GET https://api.paypal.com/v1/notifications/certs/CERT-1\ncookie: x".to_owned(),
        "GET https://api.paypal.com/v1/notifications/certs/CERT-1\naccept: */*\n\nbody".to_owned(),
        "POST https://ipnpb.sandbox.paypal.com/cgi-bin/webscr\nx-forwarded-for: 127.0.0.1\n\ncmd=_notify-validate&x"
            .to_owned(),
        "POST https://ipnpb.sandbox.paypal.com/cgi-bin/webscr\n\ncmd=_xclick&amount=1".to_owned(),
    ];
    requests.extend(
        ["TRACE", "CONNECT", "OPTIONS", "HEAD", "PRI", "get", "PURGE", "LINK"]
            .map(|method| path(&format!("{method} /v2/checkout/orders/5O19"))),
    );
    requests.extend(
        [
            "GET ",
            "GET /",
            "GET /v1/oauth2/token/userinfo",
            "POST /v1/oauth2/token",
            "POST /v1/oauth2/token/terminate",
            "GET /v2/checkout/orders/../../../v1/oauth2/token",
            "GET /v2/checkout/orders/..",
            "GET /v2/checkout/orders/%2e%2e",
            "GET /v2/checkout/orders/..%2f..%2f",
            "GET /v2/checkout/orders/5O19%2fcapture",
            "GET /v2/checkout/orders/5O19%5ccapture",
            "GET /v2/checkout/orders/5O19%252f",
            "GET /v2//checkout/orders/5O19",
            "GET //v2/checkout/orders/5O19",
            "GET /v2/checkout/orders/5O19;x",
            "GET /v2/checkout/orders/5O19%3bx",
            "GET /v2/checkout/orders/5O19%00",
            "GET /v2/checkout/orders/5O19%0d%0aHost:%20evil.example",
            "DELETE /v2/checkout/orders/5O19",
            "POST /v2/checkout/orders/5O19/unknown",
        ]
        .map(path),
    );
    requests.extend(
        [
            "te: trailers",
            "trailer: x-evil",
            "expect: 100-continue",
            "forwarded: for=127.0.0.1",
            "x-forwarded-for: 127.0.0.1",
            "x-forwarded-host: evil.example",
            "x-http-method-override: DELETE",
            "upgrade: h2c",
            "connection: keep-alive, authorization",
            "keep-alive: timeout=1",
            "proxy-authorization: Basic x",
            "proxy-connection: keep-alive",
            "transfer-encoding: chunked",
            "host: evil.example",
            "accept-encoding: gzip",
            "cookie: x",
            "x: a\\r\\nhost: evil.example",
        ]
        .map(|field| forged(ORDER, &format!("\n{field}"))),
    );
    for request in &requests {
        let said = attack(&connector, &tenant, "request", request).await.unwrap();
        assert!(said.starts_with("error: "), "{request}: {said}");
    }
    assert_eq!(server.connections(), 0, "{:?}", server.received());
    // A request of the catalogue is sent.
    let said = attack(&connector, &tenant, "request", &forged(ORDER, "\naccept: application/json")).await.unwrap();
    assert!(said.starts_with("200\n"), "{said}");
    assert_eq!(server.received()[0].header("authorization"), Some(&*format!("Bearer {TOKEN}")));
}

#[tokio::test]
async fn an_answer_that_repeats_the_token_does_not_reveal_it() {
    let echo = |request: &Received| {
        let token = request.header("authorization").unwrap();
        let body = format!("<{token}{token}> in base64: {}", base64(&format!("x{token}")));
        let body = body.as_bytes();
        match request.line.ends_with("slowly") {
            true => {
                let head = format!("HTTP/1.1 200 OK\r\nx-echo: {token}\r\ncontent-length: {}\r\n\r\n", body.len());
                Answer::Trickle(head.into_bytes(), body.to_vec(), Duration::from_millis(1))
            }
            false => Answer::Send(response("401 Unauthorized", &format!("x-echo: {token}\r\n"), body)),
        }
    };
    let server = Server::start(echo).await;
    let (connector, tenant) = (hostile(), tenant(&server));
    for line in [ORDER.to_owned(), format!("{ORDER}?fields=slowly")] {
        let said = attack(&connector, &tenant, "request", &forged(&line, "")).await.unwrap();
        assert!(said.contains("x-echo: Bearer host-token-1\n"), "{said}");
        assert!(said.contains("<Bearer host-token-1Bearer host-token-1>"), "{said}");
        assert!(!said.contains("the-real-token") && !said.contains(&base64(TOKEN)[..20]), "{said}");
        assert!(!said.contains(&base64("real-token-of-this")[..20]), "{said}");
        assert!(!said.contains("content-length"), "{said}");
    }
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn neither_an_escaped_token_nor_one_in_an_error_text_is_revealed() {
    let escaped = |text: &str| text.bytes().map(|byte| format!("\\u{byte:04x}")).collect::<String>();
    let echo = move |request: &Received| {
        let token = request.header("authorization").unwrap().strip_prefix("Bearer ").unwrap();
        let forms = [
            escaped(token),
            token.replace('-', "\\u002D"),
            escaped(&token.replace('-', "%2d")),
            token.replace('-', "\\\\u002d"),
        ];
        let body =
            format!(r#"{{"message": "\u00e9 {} \/", "{}": ["{}", "{}"]}}"#, forms[0], forms[1], forms[2], forms[3]);
        let headers = format!("x-echo: {}\r\n", escaped(token));
        match request.line.ends_with("slowly") {
            true => {
                let head = format!("HTTP/1.1 200 OK\r\n{headers}content-length: {}\r\n\r\n", body.len());
                Answer::Trickle(head.into_bytes(), body.into_bytes(), Duration::from_millis(1))
            }
            false => Answer::Send(response("400 Bad Request", &headers, body.as_bytes())),
        }
    };
    let server = Server::start(echo).await;
    let (connector, tenant) = (hostile(), tenant(&server));
    for line in [ORDER.to_owned(), format!("{ORDER}?fields=slowly")] {
        let said = attack(&connector, &tenant, "request", &forged(&line, "")).await.unwrap();
        assert!(said.contains("x-echo: host-token-1\n"), "{said}");
        let body = said.split_once("\n\n").unwrap().1;
        let clean = r#"{"message": "\u00e9 host-token-1 \/", "host-token-1": ["host-token-1", "host-token-1"]}"#;
        assert_eq!(body, clean);
    }
    // Even if the guest knew the token, it could not print it.
    let said = attack(&connector, &tenant, &format!("no such {TOKEN}"), "").await.unwrap();
    assert!(said.contains("no such host-token-1"), "{said}");
    // The same for an error of the connector.
    let failure = get(&honest(), &tenant, "5O19").await.unwrap_err();
    let shown = connector_host::json::outcome(&Err(failure)).unwrap();
    assert!(shown.contains("host-token-1") && !shown.contains("u0041") && !shown.contains("real-token"), "{shown}");
}

fn base64(text: &str) -> String {
    use base64::{Engine as _, prelude::BASE64_STANDARD};
    BASE64_STANDARD.encode(text)
}

#[tokio::test]
async fn a_call_holds_a_handful_of_connections_and_others_go_on() {
    let server = Server::start(|request| Answer::json("200 OK", &request.resource())).await;
    // The server ends no answer, so that no connection can be reused.
    let endless = Server::start(|_| Answer::Send(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{".to_vec())).await;
    let (connector, client) = (hostile(), Client::new());
    let attacker = tenant_with(&endless, StaticToken::new(Secret::new(TOKEN.to_owned())), &client);
    let said = attack(&connector, &attacker, "open", &format!("500 0 {}", forged(ORDER, ""))).await.unwrap();
    assert_eq!(said, "4 open, {\"ErrorCode::ConnectionLimitReached\": 496}");
    assert_eq!(endless.connections(), 4);
    let victim = tenant_with(&server, StaticToken::new(Secret::new(TOKEN.to_owned())), &client);
    assert_eq!(get(&honest(), &victim, "5O19").await.unwrap().status, 200);
}

#[tokio::test]
async fn request_bodies_have_one_budget() {
    let server = Server::start(|request| Answer::json("200 OK", &request.resource())).await;
    const MIB: usize = 1024 * 1024;
    let connector = hostile().with_outbound(Timeouts::default(), 8 * MIB);
    let request = forged("POST https://api-m.sandbox.paypal.com/v2/checkout/orders", "\n\nx");
    let said = attack(&connector, &tenant(&server), "bodies", &format!("20 {} {request}", 8 * MIB)).await.unwrap();
    let written: usize = said.strip_suffix(" written").unwrap().parse().unwrap();
    // The first body uses the whole budget. A few pieces of the others are accepted before they are refused.
    assert!((8 * MIB..16 * MIB).contains(&written), "{said}");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn token_requests_are_limited() {
    for status in ["200 OK", "429 Too Many Requests", "503 Service Unavailable", "401 Unauthorized"] {
        let answer =
            move |_: &Received| Answer::json(status, r#"{"access_token": "token-of-the-endpoint", "expires_in": 0}"#);
        let server = Server::start(answer).await;
        let secret = Secret::new("app-secret".to_owned());
        let tenant = tenant_with(&server, ClientCredentials::new("app-id".to_owned(), secret), &Client::new());
        let connector = hostile();
        let began = Instant::now();
        attack(&connector, &tenant, "tokens", "20000").await.unwrap();
        let most = 10 + began.elapsed().as_secs() as usize;
        assert!(server.received().len() <= most, "{status}: {} in {:?}", server.received().len(), began.elapsed());
    }
}

#[tokio::test]
async fn writing_and_reading_the_journal_is_limited() {
    let server = Server::start(|request| Answer::json("200 OK", &request.resource())).await;
    let (connector, tenant) = (hostile(), tenant(&server));
    let entries = async || tenant.journal.entries("order:1".to_owned()).await.unwrap().len();
    let said = attack(&connector, &tenant, "journal", "2000 1000000 order:1").await.unwrap();
    assert!(said.contains("the most is 65536") && said.ends_with("2000}"), "{said}");
    assert_eq!(entries().await, 0);
    let said = attack(&connector, &tenant, "journal", "2000 60000 order:1").await.unwrap();
    assert!(said.contains("Ok(true)\": 139") && said.contains("a call may append at most 8388608 bytes"), "{said}");
    assert_eq!(entries().await, 139);
    let said = attack(&connector, &tenant, "journal", "2000 1000 order:3").await.unwrap();
    assert!(said.contains("Ok(true)\": 1000") && said.contains("a call may append at most 1000 entries"), "{said}");
    let said = attack(&connector, &tenant, "read-journal", "200 0 order:1").await.unwrap();
    // Eight megabytes each time.
    assert!(said.contains("Ok(139)\": 2") && said.contains("16777216 bytes"), "{said}");
    let said = attack(&connector, &tenant, "read-journal", "2000 0 order:2").await.unwrap();
    assert!(
        said.contains("Ok(0)\": 1000") && said.contains("a call may read the journal at most 1000 times"),
        "{said}"
    );
}

#[tokio::test]
async fn the_host_s_functions_bound_what_they_hold_at_once() {
    let server = Server::start(|request| Answer::json("200 OK", &request.resource())).await;
    let (connector, tenant) = (hostile(), tenant(&server));
    let said = attack(&connector, &tenant, "random", "10 65536").await.unwrap();
    assert_eq!(said, "655360 bytes");
    let error = attack(&connector, &tenant, "random", "1 65537").await.unwrap_err();
    assert!(!error.request_sent && error.idempotency_key.is_none(), "{error}");
    // The header fields of a request may have 64 KiB, with the host's overhead; and a guest has some hundreds of handles.
    assert_eq!(attack(&connector, &tenant, "fields", "200 32768").await.unwrap(), "200 held");
    for (input, why) in [("1 100000", "size of fields"), ("100000 0", "table")] {
        let error = attack(&connector, &tenant, "fields", input).await.unwrap_err();
        assert!(error.reason.to_string().contains(why), "{input}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processor_time_counts_wherever_it_is_spent_and_others_get_their_turn() {
    let server = Server::start(|request| Answer::json("200 OK", &request.resource())).await;
    let limits = Limits { compute: Duration::from_millis(200), ..Limits::default() };
    let (connector, honest, victim) = (hostile().with_limits(limits), honest(), tenant(&server));
    get(&honest, &victim, "5O19").await.unwrap();
    for name in ["spin", "spin-in-host"] {
        let attackers: Vec<_> = (0..20)
            .map(|_| {
                let (connector, tenant) = (connector.clone(), tenant(&server));
                tokio::spawn(async move { attack(&connector, &tenant, name, "").await.unwrap_err() })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(50)).await;
        get(&honest, &victim, "5O19").await.unwrap();
        // Together they use 4 s of processor time; the victim does not wait for all of it.
        assert!(attackers.iter().any(|attacker| !attacker.is_finished()), "{name}: the victim had to wait for all");
        for attacker in attackers {
            let error = attacker.await.unwrap();
            assert!(error.reason.to_string().contains("computed for too long"), "{name}: {error}");
        }
    }
}

#[tokio::test]
async fn a_guest_s_output_is_shown_without_control_characters() {
    let server = Server::start(|request| Answer::json("200 OK", &request.resource())).await;
    let (connector, tenant) = (hostile(), tenant(&server));
    let evil = "\x1b]0;evil\x07\u{9b}2J\r\u{202e}end\n";
    let outcome = connector.invoke(&tenant, "print", evil).await.unwrap();
    assert_eq!(outcome.output, "\\u001b]0;evil\\u0007\\u009b2J\n\\u202eend\n");
    let error = attack(&connector, &tenant, "panic", &format!("{evil}{TOKEN}")).await.unwrap_err();
    assert!(error.output.ends_with("end\n[redacted]") || error.output.ends_with("end\nhost-token-1"), "{error}");
    assert!(!error.to_string().contains(['\x1b', '\u{9b}', '\r', '\u{202e}']), "{error}");
    // Whatever its size.
    let outcome = connector.invoke(&tenant, "print", &"x".repeat(10_000_000)).await;
    assert!(outcome.map_or_else(|error| error.output.len(), |outcome| outcome.output.len()) <= 64 * 1024);
}

#[tokio::test]
async fn the_error_of_a_stopped_call_has_the_key_under_which_it_may_have_acted() {
    let server = Server::start(|_| Answer::json("201 Created", "{}")).await;
    let limits = Limits { compute: Duration::from_millis(200), wall: Duration::from_secs(2), ..Limits::default() };
    let (connector, tenant) = (hostile().with_limits(limits), tenant(&server));
    for (name, reason) in [
        ("request-then-trap", "the component trapped"),
        ("request-then-spin", "the component computed for too long"),
        ("request-then-wait", "the call took too long"),
    ] {
        let error = attack(&connector, &tenant, name, CAPTURE).await.unwrap_err();
        assert!(error.reason.to_string().contains(reason), "{name}: {error}");
        assert!(error.request_sent, "{name}");
        assert_eq!(error.idempotency_key.as_deref(), Some("key-of-the-guest"), "{name}");
        assert!(error.to_string().contains("idempotency key key-of-the-guest"), "{error}");
    }
    let error = attack(&connector, &tenant, "spin", "").await.unwrap_err();
    assert_eq!((error.request_sent, error.idempotency_key), (false, None));
}

#[tokio::test]
async fn a_generated_key_outlasts_a_call_that_is_stopped_or_dropped() {
    let server = Server::start(|_| Answer::Silence).await;
    let (connector, tenant) = (honest(), tenant(&server));
    let key = |number: usize| server.received()[number].header("paypal-request-id").unwrap().to_owned();
    let capture = r#"{"id": "5O19"}"#;
    let hasty = connector.clone().with_limits(Limits { wall: Duration::from_secs(1), ..Limits::default() });
    let error = hasty.invoke(&tenant, "orders.capture", capture).await.unwrap_err();
    assert_eq!(error.idempotency_key, Some(key(0)), "{error}");

    let progress = Progress::default();
    let call = connector.invoke_with_progress(&tenant, "orders.capture", capture, &progress);
    tokio::time::timeout(Duration::from_millis(500), call).await.unwrap_err();
    assert!(progress.request_sent());
    assert_eq!(progress.idempotency_key(), Some(key(1)));
}

#[tokio::test]
async fn a_read_only_tenant_sends_no_write_whatever_the_list_claims() {
    let server = Server::start(|request| Answer::json("200 OK", &request.resource())).await;
    let (connector, tenant) = (hostile(), tenant(&server).read_only());
    let update = forged("PATCH https://api-m.sandbox.paypal.com/v2/checkout/orders/5O19", "\n\n[]");
    let delete = forged("DELETE https://api-m.sandbox.paypal.com/v1/notifications/webhooks/1", "");
    for request in [CAPTURE, &update, &delete] {
        let said = attack(&connector, &tenant, "request", request).await.unwrap();
        assert!(said.contains("HttpRequestDenied"), "{said}");
    }
    assert_eq!(server.connections(), 0);
    let search = forged("POST https://api-m.sandbox.paypal.com/v2/invoicing/search-invoices", "\n\n{}");
    for request in [&forged(ORDER, ""), &search] {
        let said = attack(&connector, &tenant, "request", request).await.unwrap();
        assert!(said.starts_with("200\n"), "{said}");
    }
}

#[tokio::test]
async fn tenants_share_no_connection_to_the_server() {
    let server = Server::start(|request| Answer::json("200 OK", &request.resource())).await;
    let (connector, client) = (honest(), Client::new());
    let tenants = ["token-of-one", "token-of-another"]
        .map(|token| tenant_with(&server, StaticToken::new(Secret::new(token.to_owned())), &client));
    for _ in 0..3 {
        for tenant in &tenants {
            assert_eq!(get(&connector, tenant, "5O19").await.unwrap().status, 200);
        }
    }
    assert_eq!((server.received().len(), server.connections()), (6, 2));
}

#[tokio::test]
async fn an_unsolicited_answer_is_used_for_no_request() {
    let answer = |request: &Received| {
        let id = request.line.rsplit('/').next().unwrap();
        let own = response("200 OK", "", json!({ "id": id }).to_string().as_bytes());
        let smuggled = response("200 OK", "", br#"{"id": "SMUGGLED"}"#);
        Answer::Trickle(own, smuggled, Duration::ZERO)
    };
    let server = Server::start(answer).await;
    let (connector, tenant) = (honest(), tenant(&server));
    for id in ["FIRST", "SECOND", "THIRD"] {
        let reply = get(&connector, &tenant, id).await.unwrap();
        assert_eq!(reply.body, Some(json!({ "id": id }).to_string()));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(server.connections(), 3);
}

#[tokio::test]
async fn a_hostile_call_ends_with_its_future() {
    let released = Arc::new(Semaphore::new(0));
    let permits = released.clone();
    let server = Server::start(move |_| Answer::Released(permits.clone(), response("200 OK", "", b"{}"))).await;
    let (connector, tenant) = (hostile(), tenant(&server));
    let open = format!("4 0 {}", forged(ORDER, ""));
    let call = attack(&connector, &tenant, "open", &open);
    assert!(tokio::time::timeout(Duration::from_millis(500), call).await.is_err());
    let began = Instant::now();
    while server.open() > 0 {
        assert!(began.elapsed() < Duration::from_secs(10), "a connection outlasts its call");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn the_size_of_a_guest_s_result_is_bounded() {
    let server = Server::start(|request| Answer::json("200 OK", &request.resource())).await;
    let (connector, tenant) = (hostile(), tenant(&server));
    assert_eq!(attack(&connector, &tenant, "return", "1000000").await.unwrap().len(), 1_000_000);
    let error = attack(&connector, &tenant, "return", "200000000").await.unwrap_err();
    assert!(!error.request_sent, "{error}");
}

/// Runs the command line against a server, with a component, and returns what it prints to stdout and stderr.
fn command(server: &Server, action: &str, input: &str) -> (String, String) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("input");
    std::fs::write(&file, input).unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_host-test"))
        .arg("--component")
        .arg(guests::hostile())
        .args(["call", action, "--base-url", &server.url(), "--input"])
        .arg(&file)
        .env("PAYPAL_ACCESS_TOKEN", TOKEN)
        .output()
        .unwrap();
    assert!(!output.status.success());
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_line_shows_the_key_of_a_stopped_call_and_no_control_characters() {
    let server = Server::start(|_| Answer::json("201 Created", "{}")).await;
    let (stdout, stderr) = command(&server, "request-then-trap", CAPTURE);
    assert_eq!(stdout, "");
    assert!(
        stderr.contains("PayPal may have acted") && stderr.contains("idempotency key key-of-the-guest"),
        "{stderr}"
    );
    assert_eq!(stderr.matches("unreachable").count(), 1, "{stderr}");
    let (_, stderr) = command(&server, "panic", "\x1b]0;evil\x07\u{9b}2J");
    assert!(stderr.contains("\\u001b]0;evil\\u0007\\u009b2J") && !stderr.contains('\x1b'), "{stderr}");
    // The same for its error about an unknown action.
    let (stdout, stderr) = command(&server, "no such \x1b[2J\u{9b}2J", "");
    assert!(!stdout.contains(['\x1b', '\u{9b}']) && !stderr.contains(['\x1b', '\u{9b}']), "{stdout}{stderr}");
    assert!(stdout.contains("no such \\u001b[2J\\u009b2J"), "{stdout}");
}
