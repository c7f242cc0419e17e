//! `transactions.search` against a server that answers with too much or without end: the component keeps within its memory, its
//! time and the call's deadline, and reports what is missing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

#[allow(dead_code, reason = "other tests use the rest")]
mod server;

use std::{
    path::Path,
    time::{Duration, Instant},
};

use connector_host::{Client, Connection, Connector, Engine, Environment, Outcome, Route, Secret, StaticToken, Tenant};
use host_test::COMPONENT;
use serde_json::{Value, json};
use server::{Answer, Received, Server, response};

/// The body of a call, and the input of the next one.
async fn search(server: &Server, input: &str) -> (Value, Option<Value>) {
    let connector = Connector::load(&Engine::new().unwrap(), Path::new(COMPONENT)).unwrap();
    let client = Client::new();
    let token = StaticToken::new(Secret::new("real-token".to_owned()));
    let route = Route::loopback(Environment::Sandbox, &server.url()).unwrap();
    let tenant = Tenant::new(Connection::new(route, token, client.clone()), client);
    let Outcome { result, output } = connector.invoke(&tenant, "transactions.search", input).await.unwrap();
    assert_eq!(output, "", "the component printed");
    let reply = result.unwrap();
    let parsed = |text: String| serde_json::from_str(&text).unwrap();
    (parsed(reply.body.unwrap()), reply.next.map(parsed))
}

const RANGE: &str = r#"{"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-03-01T00:00:00Z"}"#;

/// The first window of the range is missing.
fn missing(reason: &str) -> Value {
    json!([{"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-02-01T00:00:00Z", "reason": reason}])
}

fn page(request: &Received) -> usize {
    let (_, page) = request.line.split_once("&page=").unwrap_or_default();
    page.split('&').next().unwrap().parse().unwrap_or(1)
}

#[tokio::test]
async fn a_server_of_pages_that_never_fit_is_asked_so_much_and_no_more() {
    // Six pages of 15 MiB, of any range.
    let server = Server::start(|request| {
        let page = page(request);
        let note = "x".repeat(31 * 1024);
        let items: Vec<_> = (0..500).map(|item| format!(r#"{{"id": "{page}-{item}", "note": "{note}"}}"#)).collect();
        let body =
            format!(r#"{{"transaction_details": [{}], "total_items": 3000, "total_pages": 6}}"#, items.join(","));
        Answer::json("200 OK", &body)
    })
    .await;
    let (found, next) = search(&server, RANGE).await;
    assert_eq!((server.received().len(), &found["total_items"], &found["truncated"]), (3, &json!(0), &json!(true)));
    // The next call does not begin anew: 31 days have been halved three times.
    let next = next.unwrap();
    assert_eq!(next["start_date"], "2026-01-01T00:00:00Z");
    assert_eq!(next["cursor"].as_str().unwrap().split(',').count(), 4);
}

#[tokio::test]
async fn a_page_of_very_many_very_small_items_does_not_fill_the_memory() {
    let body = format!(r#"{{"transaction_details": [{}{{}}]}}"#, "{},".repeat(5_000_000));
    let answer = response("200 OK", "content-type: application/json\r\n", body.as_bytes());
    let server = Server::start(move |_| Answer::Send(answer.clone())).await;
    let (found, next) = search(&server, RANGE).await;
    assert_eq!((&found["missing"], &found["total_items"]), (&missing("too-large"), &json!(10_000)));
    assert_eq!(next.unwrap()["start_date"], "2026-02-01T00:00:00Z");
}

#[tokio::test]
async fn pages_without_an_end_have_one() {
    let server = Server::start(|request| {
        // Every window has the same pages, all different.
        let body =
            json!({"transaction_details": [{"id": request.line}], "total_items": 1_u64 << 40, "total_pages": 1 << 30});
        Answer::json("200 OK", &body.to_string())
    })
    .await;
    let (found, next) = search(&server, RANGE).await;
    assert!((100..=300).contains(&server.received().len()), "{}", server.received().len());
    assert_eq!((&found["missing"][0]["reason"], next.is_some()), (&json!("too-many-pages"), true));
}

#[tokio::test]
async fn all_pages_together_have_the_deadline() {
    // Each page comes in time; together they would take half a minute.
    let server = Server::start(|request| {
        std::thread::sleep(Duration::from_millis(300));
        let body = json!({"transaction_details": [{"id": page(request)}], "total_items": 100, "total_pages": 100});
        Answer::json("200 OK", &body.to_string())
    })
    .await;
    let input = RANGE.replace('}', r#", "options": {"deadline_ms": 2000}}"#);
    let start = Instant::now();
    let (found, next) = search(&server, &input).await;
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    assert!(server.received().len() <= 7, "{}", server.received().len());
    assert_eq!(
        (&found["stopped"]["reason"], &found["stopped"]["start_date"]),
        (&json!("timed-out"), &next.unwrap()["start_date"])
    );
}
