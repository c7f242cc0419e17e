//! How much is measured.

use std::time::Duration;

use crate::bench::load::Load;

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How often a start is measured.
    pub(super) starts: usize,
    /// How often connector and native client take turns; one turn more, the first, is not counted.
    pub(super) turns: usize,
    /// Calls in a turn.
    pub(super) calls: usize,
    /// How often they take turns under load; one turn more is not counted.
    pub(super) stretches: usize,
    /// How long such a turn is at least.
    pub(super) stretch: Duration,
    /// What is in flight at once.
    pub(super) loads: &'static [Load],
    /// Calls held open to see what memory they take.
    pub(super) held: usize,
    /// Whether PayPal's SDK on Node.js is measured too.
    pub(super) node: bool,
}

impl Plan {
    /// Takes about two minutes.
    pub const FULL: Self = Self {
        starts: 15,
        turns: 20,
        calls: 200,
        stretches: 5,
        stretch: Duration::from_millis(800),
        loads: &[
            Load::new(Some(1), 1),
            Load::new(Some(1), 10),
            Load::new(Some(1), 50),
            Load::new(Some(2), 50),
            Load::new(Some(2), 50).reused(),
            Load::new(None, 1000),
            Load::new(None, 10_000),
        ],
        held: 1000,
        node: false,
    };
    /// Takes about three seconds, and shows little but that everything runs.
    pub const QUICK: Self = Self {
        starts: 3,
        turns: 3,
        calls: 50,
        stretches: 1,
        stretch: Duration::from_millis(60),
        loads: &[Load::new(Some(1), 10), Load::new(Some(2), 50), Load::new(Some(2), 50).reused()],
        held: 50,
        node: false,
    };

    /// The same, and PayPal's TypeScript SDK on Node.js beside it under load. It needs `node` and, once, `npm`.
    #[must_use]
    pub const fn against_node(self) -> Self {
        Self { node: true, ..self }
    }

    /// How long Node.js makes calls before it is measured, so that its compiler is done with most of the code.
    pub(super) fn warm_up(self) -> Duration {
        self.stretch * 10
    }

    /// The most calls that are in flight at once.
    pub(super) fn in_flight(self) -> u32 {
        u32::try_from(self.most_at_once().max(self.held)).unwrap_or(u32::MAX)
    }

    /// The most instances that are kept.
    pub(super) fn idle(self) -> u32 {
        let reused = self.loads.iter().filter(|load| load.reuse).map(|load| load.in_flight).max();
        u32::try_from(reused.unwrap_or_default()).unwrap_or(u32::MAX)
    }

    /// The most requests that are in flight at once. As many as calls are held by the native client besides.
    pub(super) fn requests(self) -> u64 {
        self.most_at_once().max(2 * self.held) as u64
    }

    /// The most calls in flight under load.
    pub(super) fn most_at_once(self) -> usize {
        self.loads.iter().map(|load| load.in_flight).max().unwrap_or_default()
    }
}
