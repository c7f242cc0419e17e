//! A journal that reports its failures.

use std::sync::{Mutex, PoisonError};

use crate::journal::{Entry, Journal, JournalError};

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

/// A journal that reports once when it starts to fail, and when it writes entries again.
pub struct WatchedJournal<J, F> {
    journal: J,
    tell: F,
    /// Since it last wrote an entry.
    failures: Mutex<u64>,
}

impl<J: Journal, F: Fn(Health) + Send + Sync> WatchedJournal<J, F> {
    /// Wraps a journal, whose state is reported to `tell`.
    pub fn new(journal: J, tell: F) -> Self {
        Self { journal, tell, failures: Mutex::default() }
    }

    fn watch<T>(&self, result: Result<T, JournalError>, is_kept: bool) -> Result<T, JournalError> {
        // A panic while it is locked does no harm: it is a single number.
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        match &result {
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
        result
    }
}

impl<J: Journal, F: Fn(Health) + Send + Sync> Journal for WatchedJournal<J, F> {
    fn append(&self, subject: String, entry: Entry) -> Result<bool, JournalError> {
        let appended = self.journal.append(subject, entry);
        // An entry that was there already shows nothing about writing.
        let is_kept = matches!(appended, Ok(true));
        self.watch(appended, is_kept)
    }

    fn entries(&self, subject: &str) -> Result<Vec<Entry>, JournalError> {
        // Reading shows nothing about writing.
        self.watch(self.journal.entries(subject), false)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::{super::MemoryJournal, *};

    #[derive(Default)]
    struct Fragile(MemoryJournal, AtomicBool);

    impl Journal for &Fragile {
        fn append(&self, subject: String, entry: Entry) -> Result<bool, JournalError> {
            if self.1.load(Ordering::Relaxed) {
                return Err(JournalError::unavailable("full"));
            }
            self.0.append(subject, entry)
        }

        fn entries(&self, subject: &str) -> Result<Vec<Entry>, JournalError> {
            self.0.entries(subject)
        }
    }

    #[test]
    fn a_failure_is_told_once_until_it_is_over() {
        let (said, journal) = (Mutex::new(Vec::new()), Fragile::default());
        let watched = WatchedJournal::new(&journal, |health| said.lock().unwrap().push(format!("{health:?}")));
        let append = |id: &str| {
            let [time, event, details] = [(); 3].map(|()| String::new());
            watched.append("a:1".to_owned(), Entry { id: Some(id.to_owned()), time, event, status: None, details })
        };
        for _ in 0..2 {
            said.lock().unwrap().clear();
            journal.1.store(false, Ordering::Relaxed);
            let _ = append("1");
            assert_eq!(said.lock().unwrap().len(), 0);
            journal.1.store(true, Ordering::Relaxed);
            for _ in 0..5 {
                assert!(append("2").is_err());
                watched.entries("a:1").unwrap();
            }
            assert_eq!(*said.lock().unwrap(), [r#"Fails(Unavailable { reason: "full", source: None })"#]);
            journal.1.store(false, Ordering::Relaxed);
            assert!(!append("1").unwrap(), "it was there: nothing was written");
            assert_eq!(said.lock().unwrap().len(), 1);
            let id = format!("{:?}", std::time::Instant::now());
            assert!(append(&id).unwrap());
            assert_eq!(said.lock().unwrap()[1..], ["Recovered { failures: 5 }"]);
        }
    }
}
