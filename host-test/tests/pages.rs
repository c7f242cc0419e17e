//! Paging over real HTTP, on loopback: by the library, and by the command line.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

#[allow(dead_code, reason = "other tests use the rest")]
mod server;

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, Stdio},
    sync::{
        LazyLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use connector_host::{
    Client, Connection, Connector, Engine, Environment, FailureKind, Route, Secret, StaticToken, Tenant,
    paging::{Interruption, NoPages, Pages},
};
use host_test::COMPONENT;
use serde_json::{Value, json};
use server::{Answer, Received, Server};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new().unwrap());

fn connector() -> Connector {
    Connector::load(&ENGINE, Path::new(COMPONENT)).unwrap()
}

fn tenant(server: &Server) -> Tenant {
    let client = Client::new();
    let route = Route::loopback(Environment::Sandbox, &server.url()).unwrap();
    let token = StaticToken::new(Secret::new("real-token".to_owned()));
    Tenant::new(Connection::new(route, token, client.clone()).with_max_attempts(1), client)
}

/// Returns the page that a request asks for.
fn page(request: &Received) -> usize {
    let (_, query) = request.line.split_once('?').unwrap_or_default();
    let page = query.split('&').find_map(|pair| pair.strip_prefix("page="));
    page.map_or(1, |page| page.parse().unwrap())
}

/// Returns a page of plans, spread over lines, with a link to the next one.
fn plans(ids: &[usize], next: Option<usize>) -> Answer {
    let plans: Vec<String> = ids.iter().map(|id| format!("{{\n  \"id\": \"P-{id}\",\n  \"x\": 1.00\n}}")).collect();
    let link = |page| format!(r#"{{"rel": "next", "href": "https://api.paypal.com/v1/billing/plans?page={page}"}}"#);
    let links = next.map(link).unwrap_or_default();
    Answer::json("200 OK", &format!(r#"{{"plans": [{}], "links": [{links}]}}"#, plans.join(",")))
}

/// Answers with five plans on three pages.
fn five(request: &Received) -> Answer {
    match page(request) {
        1 => plans(&[1, 2], Some(2)),
        2 => plans(&[3, 4], Some(3)),
        _ => plans(&[5], None),
    }
}

/// Returns the lines that print the first `count` plans.
fn lines(count: usize) -> Vec<String> {
    (1..=count).map(|id| format!(r#"{{"id":"P-{id}","x":1.00}}"#)).collect()
}

struct Run {
    code: Option<i32>,
    out: Vec<String>,
    err: String,
}

/// Runs `call plans.list --all-pages` with further arguments.
async fn call(server: &Server, arguments: &[&str]) -> Run {
    let mut command = command(server, arguments);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let out = text(output.stdout).lines().map(str::to_owned).collect();
    Run { code: output.status.code(), out, err: text(output.stderr) }
}

fn command(server: &Server, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_host-test"));
    command
        .args(["call", "plans.list", "--all-pages", "--base-url", &server.url()])
        .args(arguments)
        .env("PAYPAL_ACCESS_TOKEN", "real-token")
        .stdin(Stdio::null());
    command
}

#[tokio::test]
async fn the_library_reads_page_after_page() {
    let server = Server::start(five).await;
    let mut pages = Pages::of(&connector(), &tenant(&server), "plans.list", r#"{"page_size": 2}"#).await.unwrap();
    assert_eq!((pages.list(), server.connections()), ("plans", 0));
    let mut seen = Vec::new();
    while let Some(page) = pages.next_page().await.unwrap() {
        let input: Value = serde_json::from_str(&page.input).unwrap();
        seen.push((page.number, input, page.items.len(), page.next.is_some()));
    }
    let input = |page| json!({"page_size": 2, "page": page});
    let expected = [(1, json!({"page_size": 2}), 2, true), (2, input(2), 2, true), (3, input(3), 1, false)];
    assert_eq!(seen, expected);
    assert_eq!(pages.upcoming(), None);
    assert!(pages.next_page().await.unwrap().is_none() && server.received().len() == 3);
}

#[tokio::test]
async fn every_action_that_has_pages_has_one_list() {
    let (connector, server) = (connector(), Server::start(five).await);
    let mut lists = Vec::new();
    for action in connector.actions().await.unwrap() {
        match Pages::of(&connector, &tenant(&server), &action.id, "{}").await {
            Ok(pages) => lists.push((action.id, pages.list().to_owned())),
            Err(NoPages::Single(_)) => assert!(!action.paged, "{}", action.id),
            Err(other) => panic!("{}: {other}", action.id),
        }
    }
    for (action, list) in [
        ("payouts.get", "items"),
        ("plans.list", "plans"),
        ("products.list", "products"),
        ("subscriptions.list", "subscriptions"),
        ("vault.list-payment-tokens", "payment_tokens"),
    ] {
        assert!(lists.contains(&(action.to_owned(), list.to_owned())), "{action}: {lists:?}");
    }
    let unknown = Pages::of(&connector, &tenant(&server), "plans.fetch", "{}").await;
    assert!(matches!(unknown, Err(NoPages::Unknown(_))));
}

#[tokio::test]
async fn a_page_that_failed_is_read_when_asked_for_again() {
    static FAILURES: AtomicUsize = AtomicUsize::new(0);
    let server = Server::start(|request| match page(request) {
        2 if FAILURES.fetch_add(1, Ordering::SeqCst) == 0 => Answer::json("503 Service Unavailable", "{}"),
        _ => five(request),
    })
    .await;
    let mut pages = Pages::of(&connector(), &tenant(&server), "plans.list", "{}").await.unwrap();
    assert_eq!(pages.next_page().await.unwrap().unwrap().items.len(), 2);
    let Err(Interruption::Failed(failure)) = pages.next_page().await else { panic!("page 2 has failed") };
    assert_eq!((failure.kind, pages.upcoming()), (FailureKind::ProviderError, Some(r#"{"page":2}"#)));
    assert_eq!(pages.next_page().await.unwrap().unwrap().number, 2);
}

#[tokio::test]
async fn an_answer_without_the_list_is_an_empty_page_and_one_with_another_type_fails() {
    for (body, expected) in [
        ("{}", Some(0)),
        (r#"{"plans": null}"#, Some(0)),
        (r#"{"plans": []}"#, Some(0)),
        (r#"{"total_items": 0}"#, Some(0)),
        (r#"{"plans": {"id": "P-1"}}"#, None),
        (r#"{"products": [{"id": "PROD-1"}]}"#, None),
        (r#"{"id": "P-1", "status": "ACTIVE", "links": []}"#, None),
        ("[]", None),
    ] {
        let server = Server::start(move |_| Answer::json("200 OK", body)).await;
        let mut pages = Pages::of(&connector(), &tenant(&server), "plans.list", "{}").await.unwrap();
        match pages.next_page().await {
            Ok(page) => assert_eq!(page.map(|page| page.items.len()), expected, "{body}"),
            Err(Interruption::NoList(list)) => assert_eq!((&*list, None), ("plans", expected), "{body}"),
            // The connector refused it.
            Err(Interruption::Failed(failure)) => {
                assert_eq!((failure.kind, None), (FailureKind::MalformedReply, expected), "{body}");
            }
            Err(other) => panic!("{body}: {other}"),
        }
    }
}

#[tokio::test]
async fn links_that_lead_in_a_circle_end() {
    // A link to the requested page itself, by another input; and from the second page back to the first.
    for (next_of_second, requests) in [(None, 1), (Some(1), 2)] {
        let server = Server::start(move |request| match (page(request), next_of_second) {
            (1, Some(_)) => plans(&[1, 2], Some(2)),
            (1, None) => plans(&[1], Some(1)),
            (_, next) => plans(&[3], next),
        })
        .await;
        let mut pages = Pages::of(&connector(), &tenant(&server), "plans.list", "{}").await.unwrap();
        for _ in 0..requests {
            assert!(pages.next_page().await.unwrap().is_some());
        }
        for _ in 0..2 {
            assert!(matches!(pages.next_page().await, Err(Interruption::Repeated)));
        }
        let run = call(&server, &[]).await;
        assert_eq!((run.code, run.out.len()), (Some(1), if requests == 1 { 1 } else { 3 }), "{}", run.err);
        assert!(run.err.contains("leads to one that was read before"), "{}", run.err);
        assert!(run.err.contains(r#"input of that page: {"page":1}"#), "{}", run.err);
        assert_eq!(server.received().len(), 2 * requests);
    }
}

#[tokio::test]
async fn the_command_line_prints_an_item_per_line() {
    let server = Server::start(five).await;
    let run = call(&server, &[]).await;
    assert_eq!((run.code, run.out), (Some(0), lines(5)), "{}", run.err);
    assert_eq!(run.err, "page 1, 2 items\npage 2, 4 items\npage 3, 5 items\n");
}

#[tokio::test]
async fn it_stops_exactly_at_the_limit_and_prints_how_to_go_on() {
    for (limit, requests, said) in [
        ("1", 1, &["page 1 has 1 item more; its input: {}", r#"input of the next page: {"page":2}"#][..]),
        ("2", 1, &[r#"input of the next page: {"page":2}"#]),
        ("3", 2, &[r#"page 2 has 1 item more; its input: {"page":2}"#, r#"input of the next page: {"page":3}"#]),
        ("4", 2, &[r#"input of the next page: {"page":3}"#]),
        ("5", 3, &[]),
        ("6", 3, &[]),
    ] {
        let server = Server::start(five).await;
        let run = call(&server, &["--limit", limit]).await;
        let count = limit.parse::<usize>().unwrap().min(5);
        assert_eq!((run.code, run.out, server.received().len()), (Some(0), lines(count), requests), "{limit}");
        assert_eq!(run.err.contains("stopped by --limit"), !said.is_empty(), "{limit}: {}", run.err);
        let tail: Vec<_> = run.err.lines().rev().take(said.len()).collect();
        assert_eq!(tail.into_iter().rev().collect::<Vec<_>>(), said, "{limit}");
    }
}

#[tokio::test]
async fn a_failure_comes_with_the_input_of_its_page() {
    let server = Server::start(|request| match page(request) {
        2 => Answer::json("429 Too Many Requests", r#"{"name": "RATE_LIMIT_REACHED", "debug_id": "f00d"}"#),
        _ => five(request),
    })
    .await;
    let run = call(&server, &[]).await;
    assert_eq!((run.code, run.out), (Some(1), lines(2)), "{}", run.err);
    let (progress, document) = run.err.split_once('\n').unwrap();
    assert_eq!(progress, "page 1, 2 items");
    let document: Value = serde_json::from_str(document).unwrap();
    assert_eq!(document["input"], json!({"page": 2}));
    assert_eq!(
        (&document["failure"]["kind"], &document["failure"]["debug_id"]),
        (&json!("rate-limited"), &json!("f00d"))
    );

    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("input.json");
    std::fs::write(&file, "nonsense").unwrap();
    let run = call(&server, &["--input", file.to_str().unwrap()]).await;
    let document: Value = serde_json::from_str(&run.err).unwrap();
    assert_eq!((run.code, &document["input"]), (Some(1), &json!("nonsense")));
    assert_eq!(document["failure"]["kind"], "invalid-input");
}

#[tokio::test]
async fn reading_stops_when_the_reader_of_stdout_is_gone() {
    const LAST: usize = 300;
    let server = Server::start(|request| {
        let page = page(request);
        plans(&[page], Some(page + 1).filter(|next| *next <= LAST))
    })
    .await;
    let mut child = command(&server, &[]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let code = tokio::task::spawn_blocking(move || {
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        assert_eq!(first.trim_end(), lines(1)[0]);
        child.wait().unwrap().code()
    });
    assert_eq!(code.await.unwrap(), Some(1));
    assert!(server.received().len() < LAST, "{} pages were read", server.received().len());
}
