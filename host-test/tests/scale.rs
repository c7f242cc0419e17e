//! Reading very many rows: `transactions.search` by the library and by `--all-pages`, from an account that is computed as it
//! is asked for. The memory of a process that reads many is that of one that reads few.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

#[allow(dead_code, reason = "other tests use the rest")]
mod server;

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        LazyLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use connector_host::{
    Client, Connection, Connector, Engine, Environment, FailureKind, Route, Secret, StaticToken, Tenant,
    paging::{Interruption, Pages},
};
use host_test::{
    COMPONENT,
    bench::transactions::{self, id, range},
};
use serde_json::{Value, json};
use server::{Answer, Received, Server};

/// Answers as the account does.
fn honest(request: &Received) -> Answer {
    let target = request.line.split(' ').nth(1).unwrap();
    let (path, query) = target.split_once('?').unwrap();
    assert_eq!(path, transactions::PATH);
    let (status, body) = transactions::answer(query);
    Answer::json(&status.to_string(), &body)
}

/// Starts a server that answers honestly, but in place of its `number`th answer and the next `times` as told.
async fn failing(number: usize, times: usize, answer: impl Fn() -> Answer + Send + Sync + 'static) -> Server {
    let requests = AtomicUsize::new(0);
    Server::start(move |request| {
        let this = requests.fetch_add(1, Ordering::SeqCst);
        if (number..number + times).contains(&this) { answer() } else { honest(request) }
    })
    .await
}

fn input(rows: i64) -> String {
    let (start, end) = range(0, rows - 1);
    json!({"start_date": start, "end_date": end}).to_string()
}

async fn pages(server: &Server, input: &str) -> Pages {
    static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new().unwrap());
    let connector = Connector::load(&ENGINE, Path::new(COMPONENT)).unwrap();
    let client = Client::new();
    let route = Route::loopback(Environment::Sandbox, &server.url()).unwrap();
    let token = StaticToken::new(Secret::new("real-token".to_owned()));
    let connection = Connection::new(route, token, client.clone()).with_max_attempts(1).without_throttle();
    Pages::of(&connector, &Tenant::new(connection, client), "transactions.search", input).await.unwrap()
}

fn id_of(row: &str) -> String {
    let row: Value = serde_json::from_str(row).unwrap();
    row["transaction_info"]["transaction_id"].as_str().unwrap().to_owned()
}

fn ids(rows: std::ops::Range<i64>) -> Vec<String> {
    rows.map(id).collect()
}

/// `call transactions.search --all-pages`.
fn command(server: &Server, directory: &Path, input: &str) -> Command {
    let file = directory.join("input.json");
    std::fs::write(&file, input).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_host-test"));
    command
        .args(["call", "transactions.search", "--all-pages", "--base-url", &server.url(), "--input"])
        .arg(file)
        .env("PAYPAL_ACCESS_TOKEN", "real-token")
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    command
}

/// The peak of a process's resident memory, in KiB.
#[cfg(target_os = "linux")]
fn peak(child: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse().unwrap()
}

/// Reads that many rows with `--all-pages`, and returns the memory that took at most.
#[cfg(target_os = "linux")]
async fn peak_of(server: &Server, rows: i64) -> u64 {
    // So many do not fit the pipe: the process cannot have ended before it is looked at.
    const LAST: i64 = 500;
    let directory = tempfile::tempdir().unwrap();
    let mut child = command(server, directory.path(), &input(rows)).stderr(Stdio::null()).spawn().unwrap();
    let run = tokio::task::spawn_blocking(move || {
        let mut peaked = 0;
        let mut read = 0;
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            assert_eq!(id_of(&line.unwrap()), id(read));
            read += 1;
            if read == rows - LAST {
                peaked = peak(&child);
            }
        }
        assert_eq!((read, child.wait().unwrap().code()), (rows, Some(0)));
        peaked
    });
    let peaked = run.await.unwrap();
    assert!(peaked > 0);
    peaked
}

/// 35,000 rows have 36 MB, which a process that kept them would have once for each copy.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_memory_of_a_process_does_not_grow_with_the_rows() {
    let server = Server::start(honest).await;
    let few = peak_of(&server, 15_000).await;
    let many = peak_of(&server, 50_000).await;
    assert!(many < few + 20 * 1024, "15,000 rows took {few} KiB, 50,000 rows {many} KiB");
    assert!(many < 200 * 1024, "{many} KiB");
}

#[tokio::test]
async fn a_page_has_no_more_rows_however_many_there_are() {
    let server = Server::start(honest).await;
    let mut most = Vec::new();
    for rows in [2_000, 25_000] {
        let mut pages = pages(&server, &input(rows)).await;
        let (mut read, mut sizes) = (Vec::new(), Vec::new());
        while let Some(page) = pages.next_page().await.unwrap() {
            assert!(page.missing.is_empty());
            sizes.push((page.items.len(), page.items.iter().map(|row| row.get().len()).sum::<usize>()));
            read.extend(page.items.iter().map(|row| id_of(row.get())));
        }
        assert!(read == ids(0..rows), "a row is lost, doubled or out of order: {} of {rows}", read.len());
        most.push(sizes.iter().copied().max().unwrap());
    }
    let [(few, _), (many, bytes)] = most[..] else { panic!("{most:?}") };
    assert!(few == 2_000 && many <= 10_000 && bytes <= 8 << 20, "{most:?}");
}

#[tokio::test]
async fn nothing_is_lost_or_doubled_by_a_failure_in_the_middle() {
    const ROWS: i64 = 12_000;
    let reset = || Answer::Close(Vec::new());
    let cut = || Answer::Close(b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n{\"transaction_details\": [".to_vec());
    let failures: [(fn() -> Answer, FailureKind); 4] = [
        (
            || Answer::json("500 Internal Server Error", r#"{"name": "INTERNAL_SERVER_ERROR"}"#),
            FailureKind::ProviderError,
        ),
        (|| Answer::json("429 Too Many Requests", r#"{"name": "RATE_LIMIT_REACHED"}"#), FailureKind::RateLimited),
        (reset, FailureKind::Unreachable),
        (cut, FailureKind::MalformedReply),
    ];
    for (answer, kind) in failures {
        // It fails so often that the call that begins there fails as well, wherever it is in the window.
        for number in [8, 20] {
            let server = failing(number, 3, answer).await;
            let mut pages = pages(&server, &input(ROWS)).await;
            let (mut read, mut failed) = (Vec::new(), Vec::new());
            loop {
                match pages.next_page().await {
                    Ok(None) => break,
                    Ok(Some(page)) => {
                        assert!(page.missing.is_empty(), "{:?}", page.missing);
                        read.extend(page.items.iter().map(|row| id_of(row.get())));
                    }
                    Err(Interruption::Failed(failure)) => {
                        // A new process would go on with this input.
                        failed.push(failure.kind);
                        let upcoming = pages.upcoming().unwrap().to_owned();
                        pages = self::pages(&server, &upcoming).await;
                    }
                    Err(other) => panic!("{other}"),
                }
                assert!(failed.len() < 5);
            }
            assert!(read == ids(0..ROWS), "{kind:?} {number}: {} rows", read.len());
            assert!(failed.iter().all(|it| *it == kind), "{failed:?}");
        }
    }
}

#[tokio::test]
async fn the_command_line_prints_where_to_go_on_after_a_failure() {
    const ROWS: i64 = 12_000;
    let server =
        failing(20, 20, || Answer::json("403 Forbidden", r#"{"name": "NOT_AUTHORIZED", "debug_id": "f00d"}"#)).await;
    let directory = tempfile::tempdir().unwrap();
    let run = async |input: &str| {
        let mut command = command(&server, directory.path(), input);
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        let lines: Vec<String> = String::from_utf8(output.stdout).unwrap().lines().map(id_of).collect();
        (output.status.code(), lines, String::from_utf8(output.stderr).unwrap())
    };
    let (code, mut read, said) = run(&input(ROWS)).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(!read.is_empty() && read == ids(0..i64::try_from(read.len()).unwrap()));
    let document: Value = serde_json::from_str(&said[said.find("\n{").unwrap()..]).unwrap();
    assert_eq!((&document["failure"]["kind"], &document["failure"]["debug_id"]), (&json!("forbidden"), &json!("f00d")));
    // By now PayPal answers again.
    while server.received().len() < 40 {
        run(&document["input"].to_string()).await;
    }
    let (code, rest, said) = run(&document["input"].to_string()).await;
    assert_eq!(code, Some(0), "{said}");
    read.extend(rest);
    assert!(read == ids(0..ROWS), "{} rows", read.len());
}

#[tokio::test]
async fn a_part_that_no_page_has_is_reported() {
    // Of the first window PayPal counts more than it lists, whenever it is asked.
    let short = r#"{"transaction_details": [], "total_items": 5, "total_pages": 1}"#;
    let server = failing(0, 2, || Answer::json("200 OK", short)).await;
    let directory = tempfile::tempdir().unwrap();
    let mut command = command(&server, directory.path(), &input(100_000));
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("lacks {\"start_date\":\"2025-01-01T00:00:00Z\""), "{said}");
    assert!(said.contains(r#""reason":"incomplete""#), "{said}");
    let rows = output.stdout.iter().filter(|byte| **byte == b'\n').count();
    assert_eq!(i64::try_from(rows).unwrap(), 100_000 - 31 * 86_400 / transactions::STEP);
}

#[tokio::test]
async fn a_deadline_is_that_of_each_page() {
    const ROWS: i64 = 12_000;
    let server = Server::start(|request| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        honest(request)
    })
    .await;
    // Each page takes some 12 requests: without a `next` there would be no third of the rows.
    let mut input: Value = serde_json::from_str(&input(ROWS)).unwrap();
    input["options"] = json!({"deadline_ms": 5_000});
    let mut pages = pages(&server, &input.to_string()).await;
    let mut read = Vec::new();
    while let Some(page) = pages.next_page().await.unwrap() {
        read.extend(page.items.iter().map(|row| id_of(row.get())));
        if let Some(next) = &page.next {
            assert!(next.contains(r#""deadline_ms":5000"#), "{next}");
        }
    }
    assert!(read == ids(0..ROWS), "{} rows", read.len());
}

#[tokio::test]
async fn an_invalid_cursor_is_refused() {
    let server = Server::start(honest).await;
    let mut input: Value = serde_json::from_str(&input(10)).unwrap();
    for cursor in ["", "?", "1;", ";zz"] {
        input["cursor"] = json!(cursor);
        let mut pages = pages(&server, &input.to_string()).await;
        let Err(Interruption::Failed(failure)) = pages.next_page().await else { panic!("{cursor}") };
        assert_eq!((failure.kind, failure.details[0].field.as_deref()), (FailureKind::InvalidInput, Some("/cursor")));
    }
    assert_eq!(server.connections(), 0);
}

/// The bench counts the rows, and fails if one is lost or doubled.
#[tokio::test]
async fn the_bench_measures_rows() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_host-test"));
    command.args(["bench", "--rows", "--quick", "--json"]);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let names: Vec<_> = report["rows"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    for rows in [1_000, 10_000] {
        assert!(names.contains(&&*format!("transactions.search, {rows} rows, each")), "{names:?}");
    }
}
