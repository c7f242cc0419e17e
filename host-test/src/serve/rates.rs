//! How often callers may call.

use std::num::NonZeroU32;

use governor::{
    DefaultDirectRateLimiter, DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock, Reference},
};

/// How often somebody may call without a valid key, of all together: 10 times in a second, and 50 at once. Those with one are not
/// held up by it.
const REFUSED: Quota = Quota::per_second(NonZeroU32::new(10).unwrap()).allow_burst(NonZeroU32::new(50).unwrap());

/// The limits.
pub(crate) struct Rates {
    callers: DefaultKeyedRateLimiter<String>,
    refused: DefaultDirectRateLimiter,
    clock: DefaultClock,
}

impl Rates {
    /// Each caller may call that many times in a second, and twice as many at once.
    pub(crate) fn new(per_second: NonZeroU32) -> Self {
        let quota = Quota::per_second(per_second).allow_burst(per_second.saturating_mul(TWO));
        Self {
            callers: RateLimiter::keyed(quota),
            refused: RateLimiter::direct(REFUSED),
            clock: DefaultClock::default(),
        }
    }

    /// Counts a request of a caller.
    ///
    /// # Errors
    /// How long to wait, in milliseconds.
    pub(crate) fn check(&self, caller: &str) -> Result<(), u64> {
        self.callers.check_key(&caller.to_owned()).map_err(|until| self.wait(&until))
    }

    /// Counts a request without a valid key.
    ///
    /// # Errors
    /// How long to wait, in milliseconds.
    pub(crate) fn check_refused(&self) -> Result<(), u64> {
        self.refused.check().map_err(|until| self.wait(&until))
    }

    fn wait<P: Reference>(&self, until: &NotUntil<P>) -> u64
    where
        DefaultClock: governor::clock::Clock<Instant = P>,
    {
        u64::try_from(until.wait_time_from(self.clock.now()).as_millis()).unwrap_or(u64::MAX)
    }
}

const TWO: NonZeroU32 = NonZeroU32::new(2).unwrap();

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_caller_does_not_use_up_anothers_rate() {
        let rates = Rates::new(NonZeroU32::new(3).unwrap());
        assert!((0..6).all(|_| rates.check("till").is_ok()));
        assert!((1..=1_000).contains(&rates.check("till").unwrap_err()));
        assert!(rates.check("other").is_ok());
        assert!((0..50).all(|_| rates.check_refused().is_ok()));
        assert!(rates.check_refused().is_err());
    }
}
