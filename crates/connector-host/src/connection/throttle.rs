//! How fast a connection may send after a 429. This is pure computation; the caller passes the time.
//!
//! Nothing is limited before the first 429, which has two effects.
//!
//! * It holds all requests back for its `Retry-After`, at most [`LONGEST_HOLD`]. Without one it holds them back for
//!   [`HOLD`], doubled with every further 429 up to [`LONGEST_HOLD_UNASKED`].
//! * It limits the rate by additive increase and multiplicative decrease. The rate at which PayPal refused is the
//!   ceiling. When the hold ends, requests go out one by one at half the ceiling, and the rate grows linearly, by that
//!   much in each [`RECOVERY`]. At twice the ceiling, after three times [`RECOVERY`] without a 429, the limit ends. A
//!   429 before that makes the current rate the new ceiling.
//!
//! A 429 to a request that was sent before the last decrease says nothing about the new rate. It only prolongs the
//! hold, if it has a `Retry-After`.

use std::time::{Duration, Instant};

use super::doubled::doubled;

/// The limit of a `Retry-After`.
const LONGEST_HOLD: Duration = Duration::from_secs(300);

/// The hold after a first 429 without a `Retry-After`.
const HOLD: Duration = Duration::from_secs(1);

/// The limit of the doubling of [`HOLD`].
const LONGEST_HOLD_UNASKED: Duration = Duration::from_secs(60);

/// The time from half the ceiling back to the ceiling.
const RECOVERY: Duration = Duration::from_secs(30);

/// The lowest ceiling, in requests per second.
const LOWEST_CEILING: f64 = 1.0;

/// What a connection has learned about PayPal's limits.
#[derive(Debug, Default)]
pub(crate) struct Throttle {
    limit: Option<Limit>,
    /// The number of consecutive 429s.
    refusals: u32,
    /// The requests sent recently.
    recent: Recent,
}

#[derive(Debug)]
struct Limit {
    /// When the 429 came.
    since: Instant,
    /// Nothing is sent before then.
    held: Instant,
    /// The next request is not sent before then.
    next: Instant,
    /// In requests per second.
    ceiling: f64,
}

impl Throttle {
    /// Returns how long a request has to wait, and reserves its turn, unless that is longer than `patience`.
    pub(crate) fn turn(&mut self, now: Instant, patience: Duration) -> Result<Duration, TooLong> {
        if self.limit.as_ref().is_some_and(|limit| limit.rate(now) >= 2.0 * limit.ceiling) {
            self.limit = None;
        }
        let Some(limit) = &mut self.limit else { return Ok(Duration::ZERO) };
        let turn = now.max(limit.held).max(limit.next);
        let wait = turn - now;
        if wait > patience {
            return Err(TooLong);
        }
        limit.next = turn + Duration::from_secs_f64(1.0 / limit.rate(turn));
        Ok(wait)
    }

    /// Returns whether nothing may be sent now, even in turn: a 429 has come meanwhile.
    pub(crate) fn is_held(&self, now: Instant) -> bool {
        self.limit.as_ref().is_some_and(|limit| now < limit.held)
    }

    /// Notes that a request is sent.
    pub(crate) fn sent(&mut self, now: Instant) {
        self.recent.count(now);
    }

    /// Notes a response other than 429.
    pub(crate) fn answered(&mut self, sent: Instant) {
        if self.limit.as_ref().is_none_or(|limit| limit.since <= sent) {
            self.refusals = 0;
        }
    }

    /// Notes a 429.
    pub(crate) fn refused(&mut self, sent: Instant, now: Instant, retry_after: Option<Duration>) {
        let retry_after = retry_after.map(|asked| asked.min(LONGEST_HOLD));
        if let Some(limit) = self.limit.as_mut().filter(|limit| sent < limit.since) {
            limit.held = limit.held.max(now + retry_after.unwrap_or_default());
            return;
        }
        let held = now + retry_after.unwrap_or(doubled(HOLD, self.refusals).min(LONGEST_HOLD_UNASKED));
        let allowed = self.limit.as_ref().map_or(f64::INFINITY, |limit| limit.rate(now));
        // If the allowed rate was not used, it is not the rate that was too high.
        let ceiling = self.recent.rate(now).min(allowed).max(LOWEST_CEILING);
        self.refusals = self.refusals.saturating_add(1);
        self.limit = Some(Limit { since: now, held, next: held, ceiling });
    }
}

impl Limit {
    /// In requests per second.
    fn rate(&self, at: Instant) -> f64 {
        let recovered = at.saturating_duration_since(self.held).div_duration_f64(RECOVERY);
        self.ceiling * (1.0 + recovered) / 2.0
    }
}

/// The error of a request that would have to wait too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooLong;

/// How many requests were sent in the current second and in the one before it.
#[derive(Debug, Default)]
struct Recent {
    began: Option<Instant>,
    current: u32,
    previous: u32,
}

const SECOND: Duration = Duration::from_secs(1);

impl Recent {
    fn count(&mut self, now: Instant) {
        match self.began.map(|began| now.saturating_duration_since(began)) {
            Some(age) if age < SECOND => self.current += 1,
            age => {
                self.previous = if age.is_some_and(|age| age < 2 * SECOND) { self.current } else { 0 };
                self.current = 1;
                self.began = Some(now);
            }
        }
    }

    /// In requests per second; 0 if there were none.
    fn rate(&self, now: Instant) -> f64 {
        match self.began.map(|began| now.saturating_duration_since(began)) {
            Some(age) if age < SECOND => self.current.max(self.previous).into(),
            Some(age) if age < 2 * SECOND => self.current.into(),
            _ => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(60);

    fn seconds(seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds)
    }

    /// A throttle of a connection that sent so many requests in the last second, and the time now.
    fn busy(requests: u32) -> (Throttle, Instant) {
        let (mut throttle, start) = (Throttle::default(), Instant::now());
        for number in 0..requests {
            let at = start + Duration::from_millis(u64::from(number));
            assert_eq!(throttle.turn(at, PATIENCE), Ok(Duration::ZERO));
            throttle.sent(at);
        }
        (throttle, start + Duration::from_millis(900))
    }

    /// How many seconds each of so many requests that come at one time has to wait.
    fn waits(throttle: &mut Throttle, now: Instant, count: usize) -> Vec<f64> {
        (0..count).map(|_| throttle.turn(now, PATIENCE).unwrap().as_secs_f64()).collect()
    }

    fn assert_close(actual: &[f64], expected: &[f64]) {
        let close = actual.len() == expected.len() && actual.iter().zip(expected).all(|(a, b)| (a - b).abs() < 0.01);
        assert!(close, "{actual:?}, expected {expected:?}");
    }

    #[test]
    fn nothing_is_held_back_before_the_first_429() {
        let (mut throttle, now) = busy(1000);
        throttle.answered(now);
        assert_eq!(waits(&mut throttle, now, 1000), vec![0.0; 1000]);
        assert!(!throttle.is_held(now));
    }

    #[test]
    fn a_retry_after_holds_everything_back_for_that_long() {
        let (mut throttle, now) = busy(10);
        throttle.refused(now, now, Some(seconds(7.0)));
        assert!(throttle.is_held(now) && throttle.is_held(now + seconds(6.99)));
        assert!(!throttle.is_held(now + seconds(7.0)));
        assert_eq!(throttle.turn(now, seconds(6.99)), Err(TooLong));
        // Then one by one at half the rate: it was 10 per second.
        assert_close(&waits(&mut throttle, now, 4), &[7.0, 7.2, 7.4, 7.6]);
        assert_close(&waits(&mut throttle, now + seconds(7.5), 2), &[0.29, 0.48]);
    }

    #[test]
    fn one_who_cannot_wait_takes_nobody_s_turn() {
        let (mut throttle, now) = busy(10);
        throttle.refused(now, now, Some(seconds(7.0)));
        for _ in 0..100 {
            assert_eq!(throttle.turn(now, seconds(1.0)), Err(TooLong));
        }
        assert_close(&waits(&mut throttle, now, 1), &[7.0]);
    }

    #[test]
    fn without_a_retry_after_the_hold_doubles_until_something_else_is_answered() {
        let (mut throttle, mut now) = busy(1);
        for expected in [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0] {
            throttle.refused(now, now, None);
            assert_close(&waits(&mut throttle, now, 1), &[expected]);
            now += seconds(expected);
            throttle.sent(now);
        }
        throttle.answered(now);
        throttle.refused(now, now, None);
        assert_close(&waits(&mut throttle, now, 1), &[1.0]);
    }

    #[test]
    fn the_rate_grows_evenly_and_the_limit_ends() {
        let (mut throttle, now) = busy(20);
        throttle.refused(now, now, Some(Duration::ZERO));
        let mut pause = |after: f64| {
            let waits = waits(&mut throttle, now + seconds(after), 2);
            waits[1] - waits[0]
        };
        // Half of 20 per second, three quarters, all of it, and half as much again.
        assert_close(&[pause(0.0), pause(15.0), pause(30.0), pause(60.0)], &[0.1, 1.0 / 15.0, 0.05, 1.0 / 30.0]);
        assert_close(&[pause(90.0)], &[0.0]);
        assert!(throttle.limit.is_none());
    }

    #[test]
    fn another_429_halves_the_rate_that_was_reached() {
        let (mut throttle, now) = busy(20);
        throttle.refused(now, now, Some(Duration::ZERO));
        let later = now + seconds(15.0);
        (0..20).for_each(|_| throttle.sent(later));
        throttle.refused(later, later, Some(Duration::ZERO));
        assert_close(&waits(&mut throttle, later, 2), &[0.0, 1.0 / 7.5]);
        // Of 7.5 per second only 3 are used when the next one comes: it is about the 3.
        let last = later + seconds(2.0);
        (0..3).for_each(|_| throttle.sent(last));
        throttle.refused(last, last, Some(Duration::ZERO));
        assert_close(&waits(&mut throttle, last, 2), &[0.0, 1.0 / 1.5]);
    }

    #[test]
    fn the_rate_does_not_fall_for_ever() {
        let (mut throttle, mut now) = busy(1);
        for _ in 0..100 {
            throttle.refused(now, now, Some(Duration::ZERO));
            now += seconds(5.0);
        }
        throttle.refused(now, now, Some(Duration::ZERO));
        assert_close(&waits(&mut throttle, now, 2), &[0.0, 2.0]);
    }

    #[test]
    fn the_refusals_of_one_burst_count_once() {
        let (mut throttle, now) = busy(20);
        let refused = now + seconds(0.5);
        throttle.refused(now, refused, None);
        for late in 0..19 {
            throttle.refused(now, refused + Duration::from_millis(late), None);
        }
        assert_close(&waits(&mut throttle, refused, 2), &[1.0, 1.1]);
        // The `Retry-After` of one of them counts, also for requests whose turn had come.
        throttle.refused(now, refused, Some(seconds(10.0)));
        assert!(throttle.is_held(refused + seconds(9.9)));
        assert_close(&waits(&mut throttle, refused, 2), &[10.0, 10.1]);
        // A response to a request from before counts no more either.
        throttle.answered(now);
        assert_eq!(throttle.refusals, 1);
    }

    #[test]
    fn no_retry_after_is_believed_for_more_than_five_minutes() {
        let (mut throttle, now) = busy(1);
        throttle.refused(now, now, Some(Duration::MAX));
        assert_eq!(throttle.turn(now, seconds(299.0)), Err(TooLong));
        assert_eq!(throttle.turn(now, seconds(300.0)), Ok(seconds(300.0)));
        throttle.refused(now - seconds(1.0), now, Some(Duration::MAX));
        assert!(!throttle.is_held(now + seconds(300.0)));
    }
}
