//! How much is measured.

use std::time::Duration;

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How often a start is measured.
    pub(super) starts: usize,
    /// How often connector and native client take turns; one turn more, the first, is not counted.
    pub(super) turns: usize,
    /// Calls in a turn.
    pub(super) calls: usize,
    /// How often they take turns where throughput is measured; one turn more is not counted.
    pub(super) stretches: usize,
    /// How long such a turn is.
    pub(super) stretch: Duration,
    /// Calls held open to see what memory they take.
    pub(super) held: usize,
}

impl Plan {
    /// Takes about half a minute.
    pub const FULL: Self =
        Self { starts: 15, turns: 20, calls: 200, stretches: 5, stretch: Duration::from_millis(800), held: 400 };
    /// Takes about two seconds, and shows little but that everything runs.
    pub const QUICK: Self =
        Self { starts: 3, turns: 3, calls: 50, stretches: 1, stretch: Duration::from_millis(60), held: 50 };
}
