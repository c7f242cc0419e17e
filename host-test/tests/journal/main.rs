//! The journals: what holds for each of them (`suite.rs`), and what is each one's own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]
#![allow(clippy::print_stderr, reason = "prints what was skipped")]

#[path = "../database/mod.rs"]
mod database;
mod kept;
mod postgres;
mod processes;
mod sqlite;
mod suite;

use connector_host::{Entry, Journal};

fn entry(id: Option<&str>, details: &str) -> Entry {
    Entry {
        id: id.map(str::to_owned),
        time: "2026-07-28T10:30:00Z".to_owned(),
        event: "PAYMENT.CAPTURE.COMPLETED".to_owned(),
        status: Some("COMPLETED".to_owned()),
        details: details.to_owned(),
    }
}

async fn append(journal: &impl Journal, subject: &str, id: Option<&str>, details: &str) -> bool {
    journal.append(subject.to_owned(), entry(id, details)).await.unwrap()
}

async fn entries(journal: &impl Journal, subject: &str) -> Vec<Entry> {
    journal.entries(subject.to_owned()).await.unwrap()
}

/// Returns the details of a subject's entries, in their order.
async fn details(journal: &impl Journal, subject: &str) -> Vec<String> {
    entries(journal, subject).await.into_iter().map(|entry| entry.details).collect()
}
