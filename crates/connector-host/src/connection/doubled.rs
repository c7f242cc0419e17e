//! Pauses that double.

use std::time::Duration;

/// Doubles a pause a number of times.
pub(super) fn doubled(first: Duration, times: u32) -> Duration {
    first.saturating_mul(1_u32.checked_shl(times).unwrap_or(u32::MAX))
}
