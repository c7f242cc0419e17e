//! Waiting.

use std::time::{Duration, Instant};

use wasip2::{
    clocks::monotonic_clock,
    io::poll::{Pollable, poll},
};

/// Waits until `pollable` is ready or a deadline passes. Returns whether it is ready; after the deadline always false, so that
/// loops around this end.
pub(super) fn ready_by(pollable: &Pollable, until: Instant) -> bool {
    let left = until.saturating_duration_since(Instant::now());
    let alarm = monotonic_clock::subscribe_duration(nanoseconds(left));
    poll(&[pollable, &alarm]).contains(&0) && !left.is_zero()
}

/// Returns a time as WASI has it.
pub(super) fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
