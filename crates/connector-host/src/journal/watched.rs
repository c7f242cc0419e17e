//! A journal that reports its failures.

use std::sync::{Arc, Mutex, PoisonError};

use crate::{
    journal::{Entry, Journal, JournalError},
    transport::BoxFuture,
};

/// The state of a journal.
#[derive(Debug)]
pub enum Health<'a> {
    /// It cannot be written or read; reported once until it recovers.
    Fails(&'a JournalError),
    /// It has written an entry again.
    Recovered {
        /// How often it could not be written or read.
        failures: u64,
    },
}

/// A journal that reports once when it starts to fail, and when it writes entries again. What was given up before it
/// had an outcome is not reported.
pub struct WatchedJournal<J, F> {
    journal: J,
    watch: Arc<Watch<F>>,
}

struct Watch<F> {
    tell: F,
    /// Since it last wrote an entry.
    failures: Mutex<u64>,
}

impl<J: Journal, F: Fn(Health) + Send + Sync + 'static> WatchedJournal<J, F> {
    /// Wraps a journal, whose state is reported to `tell`.
    pub fn new(journal: J, tell: F) -> Self {
        Self { journal, watch: Arc::new(Watch { tell, failures: Mutex::default() }) }
    }
}

impl<F: Fn(Health)> Watch<F> {
    fn note<T>(&self, result: &Result<T, JournalError>, is_kept: bool) {
        // A panic while it is locked does no harm: it is a single number.
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        match result {
            Ok(_) if is_kept && *failures > 0 => {
                (self.tell)(Health::Recovered { failures: *failures });
                *failures = 0;
            }
            Ok(_) => {}
            Err(error) => {
                if *failures == 0 {
                    (self.tell)(Health::Fails(error));
                }
                *failures = failures.saturating_add(1);
            }
        }
    }
}

impl<J: Journal, F: Fn(Health) + Send + Sync + 'static> Journal for WatchedJournal<J, F> {
    fn append(&self, subject: String, entry: Entry) -> BoxFuture<Result<bool, JournalError>> {
        let (watch, append) = (self.watch.clone(), self.journal.append(subject, entry));
        Box::pin(async move {
            let appended = append.await;
            // An entry that was there already shows nothing about writing.
            watch.note(&appended, matches!(appended, Ok(true)));
            appended
        })
    }

    fn entries(&self, subject: String) -> BoxFuture<Result<Vec<Entry>, JournalError>> {
        let (watch, read) = (self.watch.clone(), self.journal.entries(subject));
        Box::pin(async move {
            let entries = read.await;
            // Reading shows nothing about writing.
            watch.note(&entries, false);
            entries
        })
    }
}

#[cfg(test)]
mod tests {
    use std::{
        future::ready,
        sync::atomic::{AtomicBool, Ordering},
    };

    use super::{super::MemoryJournal, *};

    #[derive(Default)]
    struct Fragile(MemoryJournal, AtomicBool);

    impl Journal for Fragile {
        fn append(&self, subject: String, entry: Entry) -> BoxFuture<Result<bool, JournalError>> {
            if self.1.load(Ordering::Relaxed) {
                return Box::pin(ready(Err(JournalError::unavailable("full"))));
            }
            self.0.append(subject, entry)
        }

        fn entries(&self, subject: String) -> BoxFuture<Result<Vec<Entry>, JournalError>> {
            self.0.entries(subject)
        }
    }

    #[tokio::test]
    async fn a_failure_is_told_once_until_it_is_over() {
        let (said, journal) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Fragile::default()));
        let tell = {
            let said = said.clone();
            move |health: Health| said.lock().unwrap().push(format!("{health:?}"))
        };
        let watched = WatchedJournal::new(journal.clone(), tell);
        let append = |id: &str| {
            let [time, event, details] = [(); 3].map(|()| String::new());
            watched.append("a:1".to_owned(), Entry { id: Some(id.to_owned()), time, event, status: None, details })
        };
        for _ in 0..2 {
            said.lock().unwrap().clear();
            journal.1.store(false, Ordering::Relaxed);
            let _ = append("1").await;
            assert_eq!(said.lock().unwrap().len(), 0);
            journal.1.store(true, Ordering::Relaxed);
            for _ in 0..5 {
                assert!(append("2").await.is_err());
                watched.entries("a:1".to_owned()).await.unwrap();
            }
            assert_eq!(*said.lock().unwrap(), [r#"Fails(Unavailable { reason: "full", cause: None })"#]);
            journal.1.store(false, Ordering::Relaxed);
            assert!(!append("1").await.unwrap(), "it was there: nothing was written");
            assert_eq!(said.lock().unwrap().len(), 1);
            let id = format!("{:?}", std::time::Instant::now());
            assert!(append(&id).await.unwrap());
            assert_eq!(said.lock().unwrap()[1..], ["Recovered { failures: 5 }"]);
        }
    }
}
