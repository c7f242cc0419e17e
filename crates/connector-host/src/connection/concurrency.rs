//! How many calls of a connection run at once.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many calls may run at once. A call takes a permit before it gets an instance, and returns it when it ends in any
/// way. Further calls wait in order of arrival.
///
/// Clones share their permits, so that connections with clones of one `Concurrency` share its limit.
#[derive(Clone, Debug)]
pub struct Concurrency {
    permits: Arc<Semaphore>,
    limit: usize,
}

/// A number of calls that is not from 1 to [`Concurrency::MOST`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{limit} is not a number of calls from 1 to {}", Concurrency::MOST)]
pub struct ConcurrencyError {
    /// The number.
    pub limit: usize,
}

impl Concurrency {
    /// The highest limit, in calls.
    pub const MOST: usize = 25;

    /// The limit of a connection by default.
    const DEFAULT: usize = 10;

    /// Sets the limit, 1 to 25 calls.
    ///
    /// # Errors
    /// If the number is outside that range.
    pub fn new(limit: usize) -> Result<Self, ConcurrencyError> {
        if (1..=Self::MOST).contains(&limit) { Ok(Self::with(limit)) } else { Err(ConcurrencyError { limit }) }
    }

    /// Returns the limit, in calls.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.limit
    }

    fn with(limit: usize) -> Self {
        Self { permits: Arc::new(Semaphore::new(limit)), limit }
    }

    pub(crate) fn permits(&self) -> &Arc<Semaphore> {
        &self.permits
    }
}

impl Default for Concurrency {
    /// 10 calls.
    fn default() -> Self {
        Self::with(Self::DEFAULT)
    }
}

/// What a call holds while it runs.
pub(crate) type Permit = OwnedSemaphorePermit;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_from_1_to_25() {
        for limit in [1, 10, 25] {
            assert_eq!(Concurrency::new(limit).unwrap().limit(), limit);
        }
        for limit in [0, 26, usize::MAX] {
            assert_eq!(Concurrency::new(limit).unwrap_err(), ConcurrencyError { limit });
        }
        assert_eq!(Concurrency::default().limit(), 10);
    }

    #[test]
    fn clones_share_their_permits() {
        let one = Concurrency::new(1).unwrap();
        let permit = one.clone().permits().clone().try_acquire_owned().unwrap();
        assert!(one.permits().clone().try_acquire_owned().is_err());
        drop(permit);
        assert!(one.permits().clone().try_acquire_owned().is_ok());
    }
}
