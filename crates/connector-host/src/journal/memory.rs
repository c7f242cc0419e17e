//! A journal in memory.

use std::{
    collections::HashMap,
    future::ready,
    sync::{Mutex, PoisonError},
};

use crate::{
    journal::{Entry, Journal, JournalError, MAX_READ, total},
    transport::BoxFuture,
};

/// A journal that lasts as long as the process. One can be collected from entries with their subjects.
#[derive(Default)]
pub struct MemoryJournal(Mutex<HashMap<String, Vec<Entry>>>);

impl MemoryJournal {
    fn append_now(&self, subject: String, entry: Entry) -> bool {
        // A panic while it is locked does no harm: an entry is pushed whole or not at all.
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entries = entries.entry(subject).or_default();
        let is_new = entry.id.is_none() || entries.iter().all(|other| other.id != entry.id);
        if is_new {
            entries.push(entry);
        }
        is_new
    }

    fn entries_now(&self, subject: &str) -> Result<Vec<Entry>, JournalError> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entries = entries.get(subject).map(Vec::as_slice).unwrap_or_default();
        let length = total(entries);
        if length > MAX_READ { Err(JournalError::TooLong) } else { Ok(entries.to_owned()) }
    }
}

impl FromIterator<(String, Entry)> for MemoryJournal {
    fn from_iter<T: IntoIterator<Item = (String, Entry)>>(entries: T) -> Self {
        let journal = Self::default();
        for (subject, entry) in entries {
            journal.append_now(subject, entry);
        }
        journal
    }
}

impl Journal for MemoryJournal {
    fn append(&self, subject: String, entry: Entry) -> BoxFuture<Result<bool, JournalError>> {
        Box::pin(ready(Ok(self.append_now(subject, entry))))
    }

    fn entries(&self, subject: String) -> BoxFuture<Result<Vec<Entry>, JournalError>> {
        Box::pin(ready(self.entries_now(&subject)))
    }
}
