//! How long to wait for PayPal: pure arithmetic.

use std::time::{Duration, Instant};

/// How long to wait for a connection, the head of a response, or the next piece of its body.
///
/// PayPal recommends 30 seconds or more, because some card issuers are slow (help article ts1403). Its own server SDK
/// for Python waits for 60, those for TypeScript and PHP without a limit.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(60);

/// The slowest uplink that is allowed for, in bytes per second: 1 Mbit/s. It takes seven minutes for 50 MiB of files.
const MIN_UPLOAD_RATE: u64 = 125_000;

/// How much longer the connector waits than the host. The host knows whether it was connected when time ran out, so its
/// error should come first.
const GRACE: Duration = Duration::from_millis(100);

/// The limits on one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Timeouts {
    /// For a connection. As long as that for a response: Node's shim applies it to every silence up to the head of the
    /// response, even after the request.
    pub connect: Duration,
    /// For the head of the response. Hosts count from the connection or earlier, and include the time to send the
    /// request body, which is added here.
    pub first_byte: Duration,
    /// For each further piece of the response.
    pub between_bytes: Duration,
    /// When the call must end.
    deadline: Option<Instant>,
}

impl Timeouts {
    /// Limits for a request sent now, with a body of `body` bytes, in a call with this deadline.
    #[must_use]
    pub(crate) fn new(now: Instant, body: usize, deadline: Option<Instant>) -> Self {
        let left = deadline.map_or(Duration::MAX, |deadline| deadline.saturating_duration_since(now));
        // Some hosts take zero for no limit.
        let within = |time: Duration| time.min(left).max(Duration::from_millis(1));
        let upload =
            Duration::from_millis(u64::try_from(body).unwrap_or(u64::MAX).saturating_mul(1000) / MIN_UPLOAD_RATE);
        let first_byte = TIMEOUT.saturating_add(upload);
        Self { connect: within(TIMEOUT), first_byte: within(first_byte), between_bytes: within(TIMEOUT), deadline }
    }

    /// When the connector gives up on the head of the response, even if the host ignores these timeouts.
    #[must_use]
    pub(crate) fn head_until(&self, now: Instant) -> Instant {
        self.until(now + self.connect.saturating_add(self.first_byte))
    }

    /// The same for the next piece of the body.
    #[must_use]
    pub(crate) fn piece_until(&self, now: Instant) -> Instant {
        self.until(now + self.between_bytes)
    }

    /// Whether the call's deadline has passed. Needed because a body that trickles in never reaches the timeout between
    /// pieces.
    #[must_use]
    pub(crate) fn is_over(&self, now: Instant) -> bool {
        self.deadline.is_some_and(|deadline| deadline <= now)
    }

    fn until(&self, end: Instant) -> Instant {
        self.deadline.map_or(end, |deadline| deadline.min(end)) + GRACE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn every_wait_ends_without_a_deadline_too() {
        let now = Instant::now();
        let timeouts = Timeouts::new(now, 0, None);
        assert_eq!([timeouts.connect, timeouts.first_byte, timeouts.between_bytes], [TIMEOUT; 3]);
        assert_eq!(timeouts.head_until(now), now + 2 * TIMEOUT + GRACE);
        assert_eq!(timeouts.piece_until(now), now + TIMEOUT + GRACE);
    }

    #[test]
    fn no_wait_outlasts_the_deadline() {
        let now = Instant::now();
        let timeouts = Timeouts::new(now, 50 << 20, Some(now + 2 * SECOND));
        assert_eq!([timeouts.connect, timeouts.first_byte, timeouts.between_bytes], [2 * SECOND; 3]);
        assert_eq!(timeouts.head_until(now), now + 2 * SECOND + GRACE);
        assert_eq!(timeouts.piece_until(now + SECOND), now + 2 * SECOND + GRACE);
        assert!(!timeouts.is_over(now + SECOND) && timeouts.is_over(now + 2 * SECOND));
        // A deadline in the past still gives limits, and none is zero.
        let late = Timeouts::new(now, 0, Some(now));
        assert_eq!(late.connect, Duration::from_millis(1));
        assert_eq!(late.piece_until(now + SECOND), now + GRACE);
        // A distant deadline does not extend the limits.
        assert_eq!(Timeouts::new(now, 0, Some(now + 3600 * SECOND)).first_byte, TIMEOUT);
    }

    #[test]
    fn a_large_upload_has_the_time_that_it_takes() {
        let now = Instant::now();
        let timeouts = Timeouts::new(now, 50 << 20, None);
        assert_eq!(timeouts.first_byte.as_secs(), 60 + 419);
        assert_eq!([timeouts.connect, timeouts.between_bytes], [TIMEOUT; 2]);
    }
}
