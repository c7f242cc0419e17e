//! How many calls of a connection run at once.

use std::{fmt, sync::Arc};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A number of places for calls. A call takes one before it gets an instance and gives it back when it has ended, however
/// it ends; further calls wait, and the first to come is the first to be served.
///
/// Clones share their places: connections that are given clones of one have that many calls at once among them all.
#[derive(Clone, Debug)]
pub struct Concurrency {
    places: Arc<Semaphore>,
    limit: usize,
}

/// A number that is no limit: it is not from 1 to [`Concurrency::MOST`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotALimit(pub usize);

impl fmt::Display for NotALimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not a number of calls from 1 to {}", self.0, Concurrency::MOST)
    }
}

impl std::error::Error for NotALimit {}

impl Concurrency {
    /// The highest limit there is, in calls.
    pub const MOST: usize = 25;

    /// The limit of a connection that is given none.
    const DEFAULT: usize = 10;

    /// Places for that many calls, 1 to 25.
    ///
    /// # Errors
    /// Where the number is outside of that.
    pub fn new(limit: usize) -> Result<Self, NotALimit> {
        if (1..=Self::MOST).contains(&limit) { Ok(Self::with(limit)) } else { Err(NotALimit(limit)) }
    }

    /// How many calls run at once.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.limit
    }

    fn with(limit: usize) -> Self {
        Self { places: Arc::new(Semaphore::new(limit)), limit }
    }

    pub(crate) fn places(&self) -> &Arc<Semaphore> {
        &self.places
    }
}

impl Default for Concurrency {
    /// 10 calls.
    fn default() -> Self {
        Self::with(Self::DEFAULT)
    }
}

/// What a call holds while it runs.
pub(crate) type Place = OwnedSemaphorePermit;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_from_1_to_25() {
        for limit in [1, 10, 25] {
            assert_eq!(Concurrency::new(limit).unwrap().limit(), limit);
        }
        for limit in [0, 26, usize::MAX] {
            assert_eq!(Concurrency::new(limit).unwrap_err(), NotALimit(limit));
        }
        assert_eq!(Concurrency::default().limit(), 10);
    }

    #[test]
    fn clones_share_their_places() {
        let one = Concurrency::new(1).unwrap();
        let place = one.clone().places().clone().try_acquire_owned().unwrap();
        assert!(one.places().clone().try_acquire_owned().is_err());
        drop(place);
        assert!(one.places().clone().try_acquire_owned().is_ok());
    }
}
