//! What is to happen later, in the order of its times.

use std::collections::BTreeMap;

use crate::base::clock::Moment;

/// Things by their time; those of one time in the order in which they were added.
pub(crate) struct Agenda<T> {
    due: BTreeMap<(Moment, u64), T>,
    added: u64,
}

impl<T> Default for Agenda<T> {
    fn default() -> Self {
        Self { due: BTreeMap::new(), added: 0 }
    }
}

impl<T> Agenda<T> {
    pub(crate) fn add(&mut self, at: Moment, it: T) {
        self.added += 1;
        self.due.insert((at, self.added), it);
    }

    /// Takes the first thing that is due by now, with its time.
    pub(crate) fn next(&mut self, now: Moment) -> Option<(Moment, T)> {
        let first = self.due.first_entry().filter(|first| first.key().0 <= now)?;
        let ((at, _), it) = first.remove_entry();
        Some((at, it))
    }
}
