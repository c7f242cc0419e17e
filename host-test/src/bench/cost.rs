//! What calls cost.

use anyhow::{Result, ensure};

use crate::bench::spread::Spread;

/// What a stretch of calls took.
pub(super) struct Cost {
    /// Processor time of the client's process per call, in microseconds.
    processor: f64,
    /// Calls per second.
    rate: f64,
}

impl Cost {
    /// Of so many calls in so many seconds, with so many seconds of processor time.
    pub(super) fn of(calls: u32, seconds: f64, processor_seconds: f64) -> Result<Self> {
        ensure!(calls > 0, "not one call came to an end");
        let calls = f64::from(calls);
        Ok(Self { processor: processor_seconds * 1e6 / calls, rate: calls / seconds })
    }

    pub(super) fn processor(costs: &[Self]) -> Spread {
        Spread::of(&costs.iter().map(|it| it.processor).collect::<Vec<_>>())
    }

    pub(super) fn rate(costs: &[Self]) -> Spread {
        Spread::of(&costs.iter().map(|it| it.rate).collect::<Vec<_>>())
    }
}
