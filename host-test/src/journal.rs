//! Where the history of resources is kept.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

pub use crate::bindings::journal::Entry;

/// The journal of one connection; see `kosha:connector/journal`.
pub trait Journal: Send + Sync {
    /// Appends an entry under a subject.
    fn append(&self, subject: String, entry: Entry);

    /// The entries of a subject, the oldest first.
    fn entries(&self, subject: &str) -> Vec<Entry>;
}

/// A journal that lasts as long as the process.
#[derive(Default)]
pub struct MemoryJournal(Mutex<HashMap<String, Vec<Entry>>>);

impl Journal for MemoryJournal {
    fn append(&self, subject: String, entry: Entry) {
        // An entry is pushed whole or not at all: a panic elsewhere leaves nothing half-written.
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.entry(subject).or_default().push(entry);
    }

    fn entries(&self, subject: &str) -> Vec<Entry> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.get(subject).cloned().unwrap_or_default()
    }
}
