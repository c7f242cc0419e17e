//! `listen` with a journal that cannot keep a delivery: PayPal gets 503, and the reason is printed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

#[allow(dead_code, reason = "other tests use the rest")]
mod database;
#[allow(dead_code, reason = "other tests use the rest")]
mod listening;
#[allow(dead_code, reason = "other tests use the rest")]
mod server;

use std::{fs, path::Path, process::Stdio};

use connector_host::{Journal as _, SqliteJournal};
use rusqlite::Connection;

use listening::{Listening, post_message, text};
use server::{Answer, Server, response};

/// Starts a PayPal that confirms every message.
async fn paypal() -> Server {
    Server::start(|_| Answer::Send(response("200 OK", "", b"VERIFIED"))).await
}

fn listen(server: &Server, journal: &Path) -> Listening {
    Listening::start(&mut Listening::command(&server.url(), &["--journal", text(journal)]), Stdio::null())
}

/// Returns the number of entries for a message: its content, and its acknowledgement.
async fn entries(journal: &Path, transaction: &str) -> usize {
    let journal = SqliteJournal::open(journal).unwrap().for_tenant("sandbox");
    journal.entries(format!("ipn:{transaction}:Completed")).await.unwrap().len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_journal_that_is_moved_away_keeps_nothing_until_it_is_back() {
    let server = paypal().await;
    for suffix in ["", "-wal", "-shm"] {
        let directory = tempfile::tempdir().unwrap();
        let (journal, away) = (directory.path().join("journal"), directory.path().join("away"));
        let moved = directory.path().join(format!("journal{suffix}"));
        let listening = listen(&server, &journal);
        assert_eq!(post_message(listening.address, "A1"), 200);
        for round in 1..=2 {
            fs::rename(&moved, &away).unwrap();
            for number in 0..5 {
                assert_eq!(post_message(listening.address, &format!("B{round}{number}")), 503);
            }
            let deleted = format!("journal{suffix} was deleted while it was open");
            listening.says(&deleted);
            // Another file in its place does not count.
            fs::write(&moved, b"").unwrap();
            assert_eq!(post_message(listening.address, "C1"), 503);
            fs::remove_file(&moved).unwrap();
            fs::rename(&away, &moved).unwrap();
            assert_eq!(post_message(listening.address, &format!("D{round}")), 200);
            listening.says("the journal works again; it could not be written or read 6 times");
            let failures: Vec<_> = listening.said().into_iter().filter(|line| line.contains("error")).collect();
            assert_eq!(failures.len(), round, "once each time: {failures:?}");
        }
        drop(listening);
        assert_eq!(entries(&journal, "A1").await, 2);
        assert_eq!(entries(&journal, "D2").await, 2);
        assert_eq!(entries(&journal, "B10").await, 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_a_full_disk_cannot_keep_is_answered_503() {
    let server = paypal().await;
    let directory = tempfile::tempdir().unwrap();
    let journal = directory.path().join("journal");
    // No file may grow beyond 3 MB, which is enough for the component's memory: to SQLite that is a full disk.
    let limit = "trap '' XFSZ; ulimit -f 6000";
    let mut command = Listening::command_after(limit, &server.url(), &["--journal", text(&journal)]);
    let listening = Listening::start(&mut command, Stdio::null());
    let mut answers = Vec::new();
    while answers.len() < 1_000 && answers.iter().filter(|answer| **answer != 200).count() < 20 {
        answers.push(post_message(listening.address, &format!("T{}", answers.len())));
    }
    let kept = answers.iter().take_while(|answer| **answer == 200).count();
    assert!((1..1_000).contains(&kept), "{kept}: {answers:?} {:?}", listening.said());
    assert!(answers[kept..].iter().all(|answer| *answer == 503), "{answers:?}");
    let said = listening.said();
    assert_eq!(said.iter().filter(|line| line.contains("the journal cannot be used")).count(), 1, "{said:?}");
    drop(listening);
    // Every message that was answered 200 is there, complete.
    for number in 0..kept {
        assert_eq!(entries(&journal, &format!("T{number}")).await, 2, "{number}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_another_process_holds_is_waited_for_but_not_for_long() {
    let server = paypal().await;
    let directory = tempfile::tempdir().unwrap();
    let journal = directory.path().join("journal");
    let listening = listen(&server, &journal);
    assert_eq!(post_message(listening.address, "A1"), 200);
    let other = Connection::open(&journal).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(post_message(listening.address, "A2"), 503);
    listening.says("another process has been writing to it for 5 seconds");
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(post_message(listening.address, "A2"), 200);
    listening.says("the journal works again; it could not be written or read 1 times");
    drop(listening);
    assert_eq!(entries(&journal, "A2").await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_away_keeps_nothing_until_it_is_back() {
    use rustix::process::Signal;

    let server = paypal().await;
    let Some(database) = database::Server::start() else { return };
    let name = database.new_database();
    let listening =
        Listening::start(&mut Listening::command(&server.url(), &["--journal", &database.url(&name)]), Stdio::null());
    assert_eq!(post_message(listening.address, "A1"), 200);
    for (round, signal) in [Signal::INT, Signal::KILL].into_iter().enumerate() {
        database.end(signal);
        for number in 0..3 {
            assert_eq!(post_message(listening.address, &format!("B{round}{number}")), 503);
        }
        listening.says("the journal cannot be used: the database");
        database.run(&[]);
        assert_eq!(post_message(listening.address, &format!("D{round}")), 200);
        listening.says("the journal works again; it could not be written or read");
    }
    let said = listening.said().join("\n");
    assert!(!said.contains(database::PASSWORD), "{said}");
    let count = |transaction: &str| {
        let subject = format!("'ipn:{transaction}:Completed'");
        let count = format!("SELECT count(*) FROM kosha_journal WHERE tenant = 'sandbox' AND subject = {subject}");
        database.sql(&name, &count).trim().to_owned()
    };
    assert_eq!([count("A1"), count("D0"), count("D1"), count("B10")], ["2", "2", "2", "0"]);
}
