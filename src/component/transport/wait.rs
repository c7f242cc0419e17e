//! Waiting for the host until a deadline.

use std::time::{Duration, Instant};

use waki::bindings::wasi::{
    clocks::monotonic_clock,
    io::poll::{Pollable, poll},
};

/// Waits until `pollable` is ready or a deadline passes. Returns whether it is ready, also if both happen at once.
/// After the deadline it always returns false, whatever the host says, so that loops around this end.
pub(super) fn ready_by(pollable: &Pollable, until: Instant) -> bool {
    let left = until.saturating_duration_since(Instant::now());
    let alarm = monotonic_clock::subscribe_duration(u64::try_from(left.as_nanos()).unwrap_or(u64::MAX));
    poll(&[pollable, &alarm]).contains(&0) && !left.is_zero()
}

/// Does nothing for a time. Unlike [`std::thread::sleep`] it needs no further imports, each of which every instance pays for.
pub(crate) fn sleep(time: Duration) {
    let alarm = monotonic_clock::subscribe_duration(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
    poll(&[&alarm]);
}
