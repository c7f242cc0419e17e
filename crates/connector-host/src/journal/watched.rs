//! A journal of which is said that it fails.

use std::sync::{Mutex, PoisonError};

use crate::journal::{Entry, Journal, JournalError};

/// How a journal is.
#[derive(Debug)]
pub enum Health<'a> {
    /// It cannot be written or read, for the first time or the first time again.
    Fails(&'a JournalError),
    /// It has kept an entry again.
    Recovered {
        /// How many times it could not be written or read.
        failures: u64,
    },
}

/// A journal that tells when it begins to fail, once, and when it keeps entries again.
pub struct WatchedJournal<J, F> {
    journal: J,
    tell: F,
    /// Since it last kept an entry.
    failures: Mutex<u64>,
}

impl<J: Journal, F: Fn(Health) + Send + Sync> WatchedJournal<J, F> {
    /// A journal that tells how it is.
    pub fn new(journal: J, tell: F) -> Self {
        Self { journal, tell, failures: Mutex::default() }
    }

    fn watch<T>(&self, result: Result<T, JournalError>, is_kept: bool) -> Result<T, JournalError> {
        // A count is changed whole.
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
        // What was there already has been kept before, perhaps.
        let is_kept = matches!(appended, Ok(true));
        self.watch(appended, is_kept)
    }

    fn entries(&self, subject: &str) -> Result<Vec<Entry>, JournalError> {
        // That a journal can be read does not say that it can be written.
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
