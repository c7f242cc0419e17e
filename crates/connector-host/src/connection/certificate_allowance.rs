//! How many certificates a connection may fetch.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// The limit per [`PERIOD`]. PayPal uses one or two certificates at a time; anybody can name a thousand.
const MOST: usize = 30;

const PERIOD: Duration = Duration::from_secs(60);

/// The fetches of the last minute.
#[derive(Debug, Default)]
pub(crate) struct CertificateAllowance(Mutex<Vec<Instant>>);

impl CertificateAllowance {
    /// Takes one, and returns whether one was left.
    pub(crate) fn take(&self, now: Instant) -> bool {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        taken.retain(|at| now.saturating_duration_since(*at) < PERIOD);
        let is_left = taken.len() < MOST;
        if is_left {
            taken.push(now);
        }
        is_left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_any_minute_there_are_thirty() {
        let (allowance, start) = (CertificateAllowance::default(), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        assert_eq!((0..100).filter(|_| allowance.take(at(0))).count(), 15 * 2);
        assert!(!allowance.take(at(59)));
        assert_eq!((0..100).filter(|_| allowance.take(at(60))).count(), 30);
        assert!(!allowance.take(at(119)) && allowance.take(at(120)));
    }
}
