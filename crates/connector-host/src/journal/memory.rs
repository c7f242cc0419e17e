//! A journal in memory.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use crate::journal::{Entry, Journal, JournalError, MAX_READ, total};

/// A journal that lasts as long as the process.
#[derive(Default)]
pub struct MemoryJournal(Mutex<HashMap<String, Vec<Entry>>>);

impl Journal for MemoryJournal {
    fn append(&self, subject: String, entry: Entry) -> Result<bool, JournalError> {
        // A panic while it is locked does no harm: an entry is pushed whole or not at all.
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entries = entries.entry(subject).or_default();
        let is_new = entry.id.is_none() || entries.iter().all(|other| other.id != entry.id);
        if is_new {
            entries.push(entry);
        }
        Ok(is_new)
    }

    fn entries(&self, subject: &str) -> Result<Vec<Entry>, JournalError> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entries = entries.get(subject).map(Vec::as_slice).unwrap_or_default();
        let length = total(entries);
        if length > MAX_READ { Err(JournalError::TooLong) } else { Ok(entries.to_owned()) }
    }
}
