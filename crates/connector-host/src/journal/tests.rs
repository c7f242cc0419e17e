//! The journals that need no server, and the errors of all.

use std::{error::Error as _, io};

use super::*;

fn entry(details: usize) -> Entry {
    let text = |text: &str| text.to_owned();
    Entry { id: None, time: text(""), event: text(""), status: None, details: "x".repeat(details) }
}

#[tokio::test]
async fn a_history_that_is_too_long_is_not_read() {
    let journals: &[&dyn Journal] = &[
        &MemoryJournal::default(),
        #[cfg(feature = "sqlite")]
        &SqliteJournal::in_memory().unwrap(),
    ];
    for journal in journals {
        let append = async |details| journal.append("order:1".to_owned(), entry(details)).await.unwrap();
        let entries = async |subject: &str| journal.entries(subject.to_owned()).await;
        assert!(append(MAX_READ / 2).await && append(MAX_READ / 2 - 1000).await);
        assert_eq!(entries("order:1").await.unwrap().len(), 2);
        append(1001).await;
        assert!(matches!(entries("order:1").await, Err(JournalError::TooLong)));
        assert_eq!(entries("order:2").await.unwrap().len(), 0);
    }
}

#[test]
fn each_cause_is_told_once() {
    #[derive(Debug, thiserror::Error)]
    #[error("the outer one")]
    struct Outer(#[source] io::Error);

    let error = JournalError::caused_by(Outer(io::Error::other("the inner one")));
    assert_eq!(error.to_string(), "the outer one");
    assert_eq!(error.source().unwrap().to_string(), "the inner one");
    assert!(JournalError::unavailable("why").source().is_none() && JournalError::TooLong.source().is_none());
    assert!(JournalError::TooLong.to_string().contains("more than 16777216 bytes"));
}
