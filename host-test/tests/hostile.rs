//! A PayPal that lies, breaks off, never ends and repeats secrets, over real HTTP on loopback: in the answer to a call, to its
//! second attempt, to a further page, and for a token or a certificate.
//!
//! Whatever it does, a write that arrived is never reported as not carried out; nothing succeeds without PayPal's document; no
//! secret is shown or kept; and the call ends in time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]
#![allow(clippy::print_stderr, reason = "prints what was skipped")]

#[path = "hostile/answers.rs"]
mod answers;
#[allow(dead_code, reason = "other tests use the rest")]
#[path = "events/delivery.rs"]
mod delivery;
#[allow(dead_code, reason = "other tests use the rest")]
mod server;

use std::{
    fs,
    path::Path,
    process::{Command, Output, Stdio},
    sync::{
        LazyLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use connector_host::{
    Client, ClientCredentials, Connection, Connector, Engine, Environment, Failure, FailureKind, Reply, Route, Secret,
    SqliteJournal, StaticToken, Tenant, TokenSource, json as shown,
    paging::{Interruption, Pages},
};
use host_test::COMPONENT;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::timeout;

use answers::{
    Hostile, OF_A_CERTIFICATE, OF_A_PAGE, OF_A_RESOURCE, OF_THE_TOKEN_ENDPOINT, Verdict, honest_page, id_of,
};
use server::{Answer, Received, Server, response};

pub(crate) const TOKEN: &str = "A21AA-token-of-the-hostile-suite-0123456789";
const CLIENT_ID: &str = "client-id-of-the-hostile-suite";
const CLIENT_SECRET: &str = "client-secret-of-the-hostile-suite-0123456789";

static CONNECTOR: LazyLock<Connector> =
    LazyLock::new(|| Connector::load(&Engine::new().unwrap(), Path::new(COMPONENT)).unwrap());

const ID: &str = "5O190127TN364715T";

/// The statuses with which PayPal refuses a request, so that it has not acted.
const REFUSALS: [u16; 10] = [400, 401, 403, 404, 405, 406, 409, 415, 422, 429];

/// The deadline of calls whose answer never ends, in milliseconds, and how much later they must have ended.
const DEADLINE: u64 = 1_000;
const PATIENCE: Duration = Duration::from_secs(60);

/// A tenant whose journal is a file.
struct Victim {
    tenant: Tenant,
    journal: TempDir,
}

impl Victim {
    fn new(server: &Server, source: impl TokenSource + 'static, attempts: u32) -> Self {
        let journal = tempfile::tempdir().unwrap();
        let client = Client::new();
        let route = Route::loopback(Environment::Sandbox, &server.url()).unwrap();
        let connection = Connection::new(route, source, client.clone())
            .with_max_attempts(attempts)
            .with_authorities(delivery::authorities())
            .without_throttle();
        let kept = SqliteJournal::open(journal.path().join("journal")).unwrap().for_tenant("victim");
        Self { tenant: Tenant::new(connection, client).with_journal(kept), journal }
    }

    fn with_token(server: &Server, attempts: u32) -> Self {
        Self::new(server, StaticToken::new(Secret::new(TOKEN.to_owned())), attempts)
    }

    fn with_app(server: &Server) -> Self {
        let secret = Secret::new(CLIENT_SECRET.to_owned());
        Self::new(server, ClientCredentials::new(CLIENT_ID.to_owned(), secret), 1)
    }

    /// Calls an action. Fails if that takes too long or shows a secret.
    async fn call(&self, what: &str, action: &str, input: &Value) -> Result<Reply, Failure> {
        let called = timeout(PATIENCE, CONNECTOR.invoke(&self.tenant, action, &input.to_string())).await;
        let outcome = called.unwrap_or_else(|_| panic!("{what}: it does not end"));
        let outcome = outcome.unwrap_or_else(|error| panic!("{what}: {error}"));
        let printed = shown::outcome(&outcome.result).unwrap_or_default();
        assert_no_secret(what, &printed);
        // As a reader of the JSON sees it.
        assert_no_secret(what, &serde_json::from_str::<Value>(&printed).unwrap_or_default().to_string());
        assert_no_secret(what, &format!("{:?}", outcome.result));
        assert_eq!(outcome.output, "", "{what}: the component printed");
        self.assert_journal(what);
        outcome.result
    }

    /// Checks that the journal has no secret: its file contains the entries as text.
    fn assert_journal(&self, what: &str) {
        for entry in fs::read_dir(self.journal.path()).unwrap() {
            assert_no_secret(what, &String::from_utf8_lossy(&fs::read(entry.unwrap().path()).unwrap()));
        }
    }
}

fn assert_no_secret(what: &str, text: &str) {
    let basic = BASE64_STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}"));
    for secret in [TOKEN, CLIENT_SECRET, &basic, "A21AA-granted", &BASE64_STANDARD.encode(TOKEN)] {
        assert!(!text.contains(secret), "{what}: a secret is shown: {text}");
    }
}

/// The calls: a read, a write with a key, and a write without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Read,
    Keyed,
    Keyless,
}

impl Asked {
    fn call(self) -> (&'static str, Value) {
        match self {
            Self::Read => ("orders.get", json!({"id": ID})),
            Self::Keyed => ("orders.capture", json!({"id": ID})),
            Self::Keyless => {
                let body = json!({"payment_source": {"card": {"name": "A Payer"}}});
                ("orders.confirm-payment-source", json!({"id": ID, "body": body}))
            }
        }
    }

    fn input(self, hostile: &Hostile) -> (&'static str, Value) {
        let (action, mut input) = self.call();
        if hostile.verdict == Verdict::Slow {
            input["options"] = json!({"deadline_ms": DEADLINE});
        }
        (action, input)
    }
}

/// Checks that a failure claims only what can be known of a request that arrived.
fn assert_failure(what: &str, asked: Asked, failure: &Failure, arrived: usize) {
    assert!(failure.request_sent, "{what}: it arrived: {failure:?}");
    assert_eq!(failure.attempts as usize, arrived, "{what}: {failure:?}");
    assert!(!failure.message.contains("has not acted"), "{what}: {failure:?}");
    let is_refusal = failure.status.is_some_and(|status| REFUSALS.contains(&status));
    if asked == Asked::Read {
        assert!(failure.kind != FailureKind::OutcomeUnknown, "{what}: {failure:?}");
    } else if !is_refusal {
        assert_eq!(failure.kind, FailureKind::OutcomeUnknown, "{what}: {failure:?}");
    }
    if asked == Asked::Keyed {
        assert!(failure.idempotency_key.is_some(), "{what}: the key is lost");
    }
}

fn is_token(request: &Received) -> bool {
    request.line.ends_with("/v1/oauth2/token")
}

/// Runs several checks at a time, so that those that wait for a deadline wait together.
async fn all<F: Future<Output = ()> + Send + 'static>(checks: impl IntoIterator<Item = F>) {
    let mut running = tokio::task::JoinSet::new();
    for check in checks {
        while running.len() >= 8 {
            running.join_next().await.unwrap().unwrap();
        }
        running.spawn(check);
    }
    while let Some(ended) = running.join_next().await {
        ended.unwrap();
    }
}

async fn first_answer(asked: Asked, hostile: &'static Hostile) {
    let what = format!("{} to {asked:?}", hostile.name);
    let server = Server::start(|request| hostile.answer(&id_of(request))).await;
    let victim = Victim::with_token(&server, 1);
    let (action, input) = asked.input(hostile);
    let started = Instant::now();
    let result = victim.call(&what, action, &input).await;
    let arrived = server.received();
    match (hostile.verdict, &result) {
        (Verdict::Odd, Ok(reply)) => assert!(reply.body.is_some(), "{what}"),
        (Verdict::Odd, Err(failure)) => panic!("{what}: a wrong refusal: {failure:?}"),
        (_, Ok(reply)) => panic!("{what}: {reply:?}"),
        (verdict, Err(failure)) => {
            assert_failure(&what, asked, failure, arrived.len());
            let is_unknown = failure.kind == FailureKind::OutcomeUnknown;
            assert!(verdict != Verdict::Refusal || !is_unknown, "{what}: a refusal is a clear one: {failure:?}");
            if verdict == Verdict::Slow {
                assert!(started.elapsed() < Duration::from_secs(30), "{what}");
            }
        }
    }
    // A refused token that cannot be replaced is not used again, and a write without a key is sent once.
    assert_eq!(arrived.len(), 1, "{what}: {:?}", arrived.iter().map(|it| &it.line).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_the_answer_to_a_call() {
    let asked = [Asked::Read, Asked::Keyed, Asked::Keyless];
    all(asked.into_iter().flat_map(|asked| OF_A_RESOURCE.iter().map(move |hostile| first_answer(asked, hostile))))
        .await;
}

async fn second_answer(hostile: &'static Hostile) {
    let what = format!("{} to the second attempt", hostile.name);
    let count = AtomicUsize::new(0);
    let server = Server::start(move |request| match count.fetch_add(1, Ordering::SeqCst) {
        0 => Answer::Send(response("500 Internal Server Error", "retry-after: 0\r\n", b"{}")),
        _ => hostile.answer(&id_of(request)),
    })
    .await;
    let victim = Victim::with_token(&server, 2);
    let (action, input) = Asked::Keyed.input(hostile);
    let result = victim.call(&what, action, &input).await;
    let received = server.received();
    let keys: Vec<_> = received.iter().map(|request| request.header("paypal-request-id").map(str::to_owned)).collect();
    assert!(keys.iter().all(|key| key.is_some() && *key == keys[0]), "{what}: {keys:?}");
    match (hostile.verdict, result) {
        (Verdict::Odd, Ok(reply)) => assert_eq!((reply.attempts, received.len()), (2, 2), "{what}"),
        (_, Ok(reply)) => panic!("{what}: {reply:?}"),
        (_, Err(failure)) => {
            // The first may have been carried out, whatever the answer to the second.
            assert_eq!(failure.kind, FailureKind::OutcomeUnknown, "{what}: {failure:?}");
            assert_failure(&what, Asked::Keyed, &failure, received.len());
            assert_eq!(failure.idempotency_key, keys[0], "{what}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_the_answer_to_the_second_attempt() {
    all(OF_A_RESOURCE.iter().map(second_answer)).await;
}

async fn second_page(hostile: &'static Hostile) {
    let what = format!("{} as the second page", hostile.name);
    let server = Server::start(|request| match request.line.contains("page=2") {
        true => hostile.answer(""),
        false => honest_page("https://api.paypal.com/v1/billing/plans?page=2"),
    })
    .await;
    let victim = Victim::with_token(&server, 1);
    let slow = json!({"options": {"deadline_ms": DEADLINE}}).to_string();
    let input = if hostile.verdict == Verdict::Slow { &*slow } else { "{}" };
    let mut pages = Pages::of(&CONNECTOR, &victim.tenant, "plans.list", input).await.unwrap();
    assert_eq!(pages.next_page().await.unwrap().unwrap().items.len(), 1, "{what}");
    let second = timeout(PATIENCE, pages.next_page()).await.unwrap_or_else(|_| panic!("{what}: it does not end"));
    let Err(interruption) = second else { panic!("{what}: {second:?}") };
    assert_no_secret(&what, &format!("{interruption} {interruption:?}"));
    if let Interruption::Failed(failure) = &interruption {
        assert_no_secret(&what, &shown::interrupted(failure, "{}").unwrap());
        assert_failure(&what, Asked::Read, failure, 1);
    }
    // The page is still to be read; the list has not ended.
    assert!(pages.upcoming().is_some(), "{what}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_a_further_page() {
    all(OF_A_PAGE.iter().map(second_page)).await;
}

#[tokio::test]
async fn a_link_that_cannot_be_followed_does_not_end_a_list() {
    for href in [
        "https://evil.example/v1/billing/plans?page=2",
        "https://api.paypal.com@evil.example/v1/billing/plans?page=2",
        "http://api.paypal.com/v1/billing/plans?cursor=x",
        "//evil.example/v1/billing/plans?cursor=x",
        "/v1/oauth2/token",
        "/v1/billing/plans/../../oauth2/token",
        "/v1/billing/plans/%2e%2e/%2e%2e/oauth2/token",
        // To itself.
        "https://api.paypal.com/v1/billing/plans?page=1",
        "https://api.paypal.com/v1/billing/plans",
        "?page=1",
        "",
        "#",
    ] {
        let server = Server::start(move |_| honest_page(href)).await;
        let victim = Victim::with_token(&server, 1);
        let mut pages = Pages::of(&CONNECTOR, &victim.tenant, "plans.list", r#"{"page": 1}"#).await.unwrap();
        assert_eq!(pages.next_page().await.unwrap().unwrap().items.len(), 1);
        // What looks like another page turns out to be one that was read before.
        let mut last = pages.next_page().await;
        for _ in 0..3 {
            let Ok(page) = last else { break };
            assert!(page.is_some(), "{href:?} ends the list");
            last = pages.next_page().await;
        }
        let Err(interruption) = last else { panic!("{href:?} never ends") };
        assert!(matches!(interruption, Interruption::Failed(_) | Interruption::Repeated), "{href:?}: {interruption:?}");
        assert!(server.received().iter().all(|request| request.line.starts_with("GET /v1/billing/plans")), "{href:?}");
    }
}

async fn for_a_token(asked: Asked, hostile: &'static Hostile) {
    let what = format!("{} for a token, to {asked:?}", hostile.name);
    let server = Server::start(|request| match is_token(request) {
        true => hostile.answer(""),
        false => Answer::json("200 OK", &format!(r#"{{"id": "{}"}}"#, id_of(request))),
    })
    .await;
    let victim = Victim::with_app(&server);
    let (action, input) = asked.input(hostile);
    let started = Instant::now();
    let result = victim.call(&what, action, &input).await;
    let sent = server.received().iter().filter(|request| !is_token(request)).count();
    match (hostile.verdict, result) {
        (Verdict::Odd, Ok(_)) => assert_eq!(sent, 1, "{what}"),
        (Verdict::Odd, Err(failure)) => panic!("{what}: a wrong refusal: {failure:?}"),
        (_, Ok(reply)) => panic!("{what}: {reply:?}"),
        (_, Err(failure)) => {
            assert_eq!((sent, failure.request_sent, failure.attempts), (0, false, 0), "{what}: {failure:?}");
            let kinds = [FailureKind::ConnectionUnavailable, FailureKind::TimedOut, FailureKind::Unauthorized];
            assert!(kinds.contains(&failure.kind), "{what}: {failure:?}");
            assert!(started.elapsed() < Duration::from_secs(30), "{what}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_the_answer_for_a_token() {
    let asked = [Asked::Read, Asked::Keyed];
    let checks = asked
        .into_iter()
        .flat_map(|asked| OF_THE_TOKEN_ENDPOINT.iter().map(move |hostile| for_a_token(asked, hostile)));
    all(checks).await;
}

#[tokio::test]
async fn a_401_that_says_nothing_does_not_repeat_a_write_without_a_key() {
    for hostile in OF_A_RESOURCE.iter().filter(|hostile| hostile.name.starts_with("401")) {
        // This one says that the token is invalid, which PayPal checks before anything else.
        let says_why = hostile.name == "401 of half a surrogate";
        for (asked, sent) in [(Asked::Keyless, if says_why { 2 } else { 1 }), (Asked::Read, 2)] {
            let server = Server::start(|request| match is_token(request) {
                true => Answer::json("200 OK", &format!(r#"{{"access_token": "{TOKEN}", "expires_in": 300}}"#)),
                false => hostile.answer(ID),
            })
            .await;
            let (action, input) = asked.call();
            let failure = Victim::with_app(&server).call(hostile.name, action, &input).await.unwrap_err();
            let received = server.received();
            let of_the_api = received.iter().filter(|request| !is_token(request)).count();
            assert_eq!((of_the_api, failure.kind), (sent, FailureKind::Unauthorized), "{} to {asked:?}", hostile.name);
        }
    }
}

/// Answers that repeat a secret in any way.
#[tokio::test]
async fn secrets_are_not_repeated() {
    let basic = |request: &Received| request.header("authorization").unwrap_or_default().replace("Basic ", "");
    let clear = format!("{CLIENT_ID}:{CLIENT_SECRET}");
    for status in ["200 OK", "400 Bad Request", "401 Unauthorized", "403 Forbidden", "429 Too Many Requests", "500 No"]
    {
        for form in 0..5 {
            let clear = clear.clone();
            let server = Server::start(move |request| {
                let said = if form % 2 == 0 { basic(request) } else { clear.clone() };
                let body = match form {
                    0 | 1 => json!({"error": said, "error_description": format!("got {said}")}).to_string(),
                    2 | 3 => format!("<html>{said}</html>"),
                    _ => json!({"error": "x", "error_description": said.as_bytes().iter().map(|it| format!("%{it:02X}")).collect::<String>()}).to_string(),
                };
                let headers = format!("paypal-debug-id: {said}\r\nwww-authenticate: Basic {said}\r\n");
                Answer::Send(response(status, &headers, body.as_bytes()))
            })
            .await;
            let victim = Victim::with_app(&server);
            let what = format!("{status}, form {form}");
            let result = victim.call(&what, "orders.capture", &json!({"id": ID})).await;
            let failure = result.expect_err(&what);
            assert!(!failure.request_sent, "{what}");
        }
    }
    // The same with the token, in an answer of the API: a valid document, which is handed on and kept.
    let server = Server::start(|request| match is_token(request) {
        true => Answer::json("200 OK", &format!(r#"{{"access_token": "{TOKEN}", "expires_in": 300}}"#)),
        false => {
            let encoded = BASE64_STANDARD.encode(TOKEN);
            let body = format!(r#"{{"id": "{ID}", "status": "{TOKEN}", "note": "Bearer {TOKEN}", "x": "{encoded}"}}"#);
            let headers = format!("content-type: application/json\r\npaypal-debug-id: {TOKEN}\r\nx-y: {TOKEN}\r\n");
            Answer::Send(response("201 Created", &headers, body.as_bytes()))
        }
    })
    .await;
    let victim = Victim::with_app(&server);
    for action in ["orders.capture", "orders.get", "orders.history", "orders.status"] {
        // 201 is not a success of a read.
        let _ = victim.call("a token in an order", action, &json!({"id": ID})).await;
    }
    let history = victim.call("the history", "orders.history", &json!({"id": ID})).await.unwrap();
    assert!(history.body.is_some_and(|body| body.contains("orders.capture")), "nothing was kept, so nothing was tried");
}

/// Writes every character as an escape of JSON.
fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("\\u{byte:04X}")).collect()
}

#[tokio::test]
async fn escaped_secrets_are_not_repeated_either() {
    let dashes = TOKEN.replace('-', "\\u002d");
    for form in [escaped(TOKEN), dashes, escaped(CLIENT_SECRET), escaped(&TOKEN.replace('-', "%2D"))] {
        for status in ["201 Created", "200 OK", "400 Bad Request", "422 No", "401 Unauthorized", "500 No"] {
            let (what, form) = (format!("{status} with {form}"), form.clone());
            let server = Server::start(move |request| match is_token(request) {
                true => Answer::json("200 OK", &format!(r#"{{"access_token": "{TOKEN}", "expires_in": 300}}"#)),
                false => Answer::json(
                    status,
                    &format!(
                        r#"{{"id": "{ID}", "status": "{form}", "name": "{form}", "message": "got {form}", "{form}": 1,
                            "debug_id": "{form}", "details": [{{"issue": "{form}", "description": "{form}"}}]}}"#
                    ),
                ),
            })
            .await;
            let victim = Victim::with_app(&server);
            for action in ["orders.capture", "orders.get", "orders.history"] {
                let _ = victim.call(&what, action, &json!({"id": ID})).await;
            }
            assert!(server.received().iter().any(|request| !is_token(request)), "{what}: nothing was asked");
        }
    }
}

#[tokio::test]
async fn scopes_that_repeat_a_secret_are_not_repeated() {
    let server = Server::start(|request| match is_token(request) {
        true => {
            let basic = request.header("authorization").unwrap().replace("Basic ", "");
            let scope = format!("openid {CLIENT_SECRET} {basic} https://x/{TOKEN} {}", BASE64_STANDARD.encode(TOKEN));
            Answer::json("200 OK", &json!({"access_token": TOKEN, "expires_in": 300, "scope": scope}).to_string())
        }
        false => Answer::json("200 OK", r#"{"event_types": []}"#),
    })
    .await;
    let report = CONNECTOR.test_connection(&Victim::with_app(&server).tenant).await.unwrap();
    let printed = shown::connection_report(&report).unwrap();
    assert_no_secret("scopes", &printed);
    let scopes = report.unwrap().scopes.unwrap();
    assert_eq!(scopes.len(), 5, "{scopes:?}");
    assert_eq!(scopes[..2], ["openid", "[redacted]"], "{scopes:?}");
    assert_eq!(scopes[3], "https://x/host-token-1");
}

async fn for_a_certificate(hostile: &'static Hostile) {
    let what = format!("{} for a certificate", hostile.name);
    let server = Server::start(|request| match request.line.contains("/certs/") {
        true => hostile.answer(""),
        false => Answer::json("200 OK", r#"{"access_token": "A21AA-granted"}"#),
    })
    .await;
    let victim = Victim::with_app(&server);
    let event =
        json!({"id": "WH-1", "event_type": "PAYMENT.CAPTURE.COMPLETED", "resource": {"id": "3C679366HH908993F"}});
    let mut input = delivery::Delivery::of(&event.to_string()).input();
    // A new connector has an empty cache of certificates and of failed fetches.
    let name = hostile.name.replace(|it: char| !it.is_ascii_alphanumeric(), "-");
    input["headers"][3]["value"] = format!("https://api.sandbox.paypal.com/v1/notifications/certs/CERT-{name}").into();
    if hostile.verdict == Verdict::Slow {
        input["options"] = json!({"deadline_ms": DEADLINE});
    }
    let started = Instant::now();
    let result = victim.call(&what, "events.receive", &input).await;
    assert!(server.received().iter().any(|request| request.line.contains("/certs/")), "{what}: nothing was asked");
    if let Ok(reply) = result {
        let body: Value = serde_json::from_str(&reply.body.unwrap()).unwrap();
        assert!(matches!(body["outcome"].as_str(), Some("invalid" | "unverifiable")), "{what}: {body}");
        assert!(body["event"].is_null(), "{what}: {body}");
    }
    assert!(started.elapsed() < Duration::from_secs(50), "{what}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_the_answer_for_a_certificate() {
    // With the right certificate it is valid: what is refused below is refused for its certificate.
    let good = delivery::certificate("leaf-sandbox.pem");
    let server = Server::start(move |_| Answer::Send(response("200 OK", "", good.as_bytes()))).await;
    let event = r#"{"id": "WH-1", "event_type": "PAYMENT.CAPTURE.COMPLETED", "resource": {"id": "3C679366HH908993F"}}"#;
    let input = delivery::Delivery::of(event).input();
    let reply = Victim::with_token(&server, 1).call("the right one", "events.receive", &input).await.unwrap();
    assert!(reply.body.unwrap().starts_with(r#"{"outcome":"valid""#));
    all(OF_A_CERTIFICATE.iter().map(for_a_certificate)).await;
}

#[tokio::test]
async fn a_search_of_endless_pages_ends_with_its_deadline() {
    let server = Server::start(|request| {
        let (_, page) = request.line.split_once("&page=").unwrap_or_default();
        let page = page.split('&').next().and_then(|page| page.parse::<u64>().ok()).unwrap_or(1);
        let transaction = format!(r#"{{"transaction_info": {{"transaction_id": "{page}"}}}}"#);
        let pages = format!(r#""page": {page}, "total_items": 99999999, "total_pages": {}"#, page + 1);
        Answer::json("200 OK", &format!(r#"{{"transaction_details": [{transaction}], {pages}}}"#))
    })
    .await;
    let victim = Victim::with_token(&server, 1);
    let input = json!({"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-03-01T00:00:00Z",
        "options": {"deadline_ms": DEADLINE}});
    let started = Instant::now();
    let result = victim.call("endless pages", "transactions.search", &input).await;
    assert!(started.elapsed() < Duration::from_secs(30));
    if let Ok(reply) = result {
        let found: Value = serde_json::from_str(reply.body.as_deref().unwrap()).unwrap();
        assert!(found["truncated"] == true, "it is not said that something is missing");
        assert!(reply.next.is_some() || found["missing"] != json!([]));
    }
}

#[tokio::test]
async fn an_unsolicited_answer_is_used_for_no_call() {
    // A second answer follows the first, for the next request on the connection.
    let server = Server::start(|request| {
        let id = id_of(request);
        let honest = response("200 OK", "", format!(r#"{{"id": "{id}", "honest": true}}"#).as_bytes());
        let forged = response("200 OK", "", format!(r#"{{"id": "{ID}", "status": "FORGED"}}"#).as_bytes());
        Answer::Send(if id == ID { honest } else { [honest, forged].concat() })
    })
    .await;
    let victim = Victim::with_token(&server, 1);
    for _ in 0..10 {
        victim.call("the bait", "orders.get", &json!({"id": "B41T"})).await.unwrap();
        let reply = victim.call("what is wanted", "orders.get", &json!({"id": ID})).await;
        // If the second answer is noticed only when the connection is used again, the call fails.
        if let Ok(reply) = reply {
            let body = reply.body.unwrap();
            assert!(body.contains("honest") && !body.contains("FORGED"), "{body}");
        }
    }
}

/// Runs the command line against a server, with the credentials of an app.
async fn command(server: &Server, directory: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_host-test"));
    command.arg("call").args(arguments).args(["--base-url", &server.url()]);
    command.arg("--journal").arg(directory.join("journal"));
    command
        .env_remove("PAYPAL_ACCESS_TOKEN")
        .envs([("PAYPAL_CLIENT_ID", CLIENT_ID), ("PAYPAL_CLIENT_SECRET", CLIENT_SECRET)]);
    command.stdin(Stdio::null());
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_line_fails_and_prints_no_secret() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, input: &Value| {
        let file = directory.path().join(name);
        fs::write(&file, input.to_string()).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let (order, none) = (write("order", &json!({"id": ID})), write("none", &json!({})));
    let names =
        ["null", "another's document", "299", "no answer", "half a document", "400 that echoes", "half a surrogate"];
    for hostile in OF_A_RESOURCE.iter().filter(|hostile| names.contains(&hostile.name)) {
        let server = Server::start(|request| match is_token(request) {
            true => Answer::json("200 OK", &format!(r#"{{"access_token": "{TOKEN}", "expires_in": 300}}"#)),
            false => hostile.answer(&id_of(request)),
        })
        .await;
        let output = command(&server, directory.path(), &["orders.capture", "--input", &order]).await;
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_no_secret(hostile.name, &format!("{out}{err}"));
        let code = output.status.code();
        match hostile.verdict {
            Verdict::Odd => assert_eq!(code, Some(0), "{}: {out}{err}", hostile.name),
            verdict => {
                assert_eq!(code, Some(1), "{}: {out}{err}", hostile.name);
                assert!(!out.contains("has not acted"), "{}: {out}", hostile.name);
                let kind = if verdict == Verdict::Refusal { "invalid-input" } else { "outcome-unknown" };
                assert!(out.contains(kind), "{}: {out}", hostile.name);
            }
        }
    }
    for hostile in
        OF_A_PAGE.iter().filter(|hostile| ["a plan", "a list that is an object", "no answer"].contains(&hostile.name))
    {
        let server = Server::start(|request| match is_token(request) {
            true => Answer::json("200 OK", &format!(r#"{{"access_token": "{TOKEN}", "expires_in": 300}}"#)),
            false if request.line.contains("page=2") => hostile.answer(""),
            false => honest_page("https://api.paypal.com/v1/billing/plans?page=2"),
        })
        .await;
        let output = command(&server, directory.path(), &["plans.list", "--all-pages", "--input", &none]).await;
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!((output.status.code(), &*out), (Some(1), "{\"id\":\"P-1\"}\n"), "{}: {err}", hostile.name);
        assert_no_secret(hostile.name, &err);
    }
    for entry in fs::read_dir(directory.path()).unwrap() {
        assert_no_secret("the journal", &String::from_utf8_lossy(&fs::read(entry.unwrap().path()).unwrap()));
    }
}
