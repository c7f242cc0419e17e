//! Waiting for the host with an end to it.

use std::time::Instant;

use waki::bindings::wasi::{
    clocks::monotonic_clock,
    io::poll::{Pollable, poll},
};

/// Waits until something is ready, and at the longest until a moment. Returns whether it is ready; where both come together
/// it is. Once the moment has passed it is not, whatever the host says: so no loop around this goes on for ever.
pub(super) fn ready_by(pollable: &Pollable, until: Instant) -> bool {
    let left = until.saturating_duration_since(Instant::now());
    let alarm = monotonic_clock::subscribe_duration(u64::try_from(left.as_nanos()).unwrap_or(u64::MAX));
    poll(&[pollable, &alarm]).contains(&0) && !left.is_zero()
}
