//! The store of one instance. An instance runs one call at a time, so there is nothing to count: how many calls of a
//! connection run at once is up to the host. There is no journal.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use egress_policy::Origin;

use super::{Entry, LONGEST_BACKOFF, NoPermit};
use crate::{endpoint::App, obtain::Book, renewal::Known, token::TokenError};

/// The store.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    tokens: BTreeMap<String, Noted>,
    /// When the next action may begin.
    backoffs: BTreeMap<String, Instant>,
}

/// A permit for one call.
#[derive(Debug)]
pub(crate) struct Permit;

impl Memory {
    /// Whether what is appended is kept.
    pub(crate) const HAS_JOURNAL: bool = false;

    /// Returns the book about a connection's token.
    pub(crate) fn book<'a>(&'a mut self, connection: &str, _: &App, _: &Origin) -> impl Book + use<'a> {
        self.tokens.entry(connection.to_owned()).or_default()
    }

    /// Takes a permit.
    pub(crate) fn take(&mut self, connection: &str, _: u32) -> Result<Permit, NoPermit> {
        let until = self.backoffs.get(connection);
        let left = until.map(|until| until.saturating_duration_since(Instant::now())).unwrap_or_default();
        if left.is_zero() { Ok(Permit) } else { Err(NoPermit::Busy(left)) }
    }

    /// Returns a permit.
    pub(crate) fn release(&mut self, _: &str, Permit: Permit) {}

    /// Lets no action of a connection begin for a time.
    pub(crate) fn back_off(&mut self, connection: &str, time: Duration) {
        let until = Instant::now() + time.min(LONGEST_BACKOFF);
        let noted = self.backoffs.entry(connection.to_owned()).or_insert(until);
        *noted = until.max(*noted);
    }

    /// Appends nothing: there is no journal.
    pub(crate) fn append(&mut self, _: &str, _: &str, _: Entry) -> Result<bool, String> {
        Ok(true)
    }

    /// Returns no entries: there is no journal.
    pub(crate) fn entries(&mut self, _: &str, _: &str) -> Result<Vec<Entry>, String> {
        Ok(Vec::new())
    }
}

/// What was known at some time.
#[derive(Debug)]
struct Noted {
    known: Known,
    at: Instant,
}

impl Default for Noted {
    fn default() -> Self {
        Self { known: Known::default(), at: Instant::now() }
    }
}

impl Book for &mut Noted {
    fn read(&mut self) -> Result<Known, TokenError> {
        let passed = self.at.elapsed();
        Ok(self.known.later(passed))
    }

    fn claim(&mut self) -> Result<bool, TokenError> {
        Ok(true)
    }

    fn write(&mut self, known: Known) {
        (self.known, self.at) = (known, Instant::now());
    }

    fn wait(&mut self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_held_back_per_connection_and_not_for_ever() {
        let mut store = Memory::default();
        assert!(store.take("shop", 1).is_ok());
        store.back_off("shop", Duration::MAX);
        store.back_off("shop", Duration::ZERO);
        let Err(NoPermit::Busy(left)) = store.take("shop", 1) else { panic!("it is not held back") };
        assert!(left > Duration::from_secs(299) && left <= Duration::from_secs(300), "{left:?}");
        assert!(store.take("other", 1).is_ok());
    }
}
