//! A clock of its own for a guest: waiting moves its hands and takes no time.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use wasmtime::component::Resource;
use wasmtime_wasi::{
    clocks::WasiClocksView as _,
    p2::{DynPollable, Pollable, bindings::clocks::monotonic_clock, subscribe},
};

use crate::call::Call;

/// A monotonic clock in place of the machine's (`wasi:clocks/monotonic-clock`), for tests: a guest that waits by it goes on
/// at once, and finds that the time has passed. Clones are the same clock.
///
/// It serves guests that wait for a time and for nothing else beside it, as this connector does between its attempts. One
/// that waits for an answer or for a time, whichever comes first, would always see the time come first.
#[derive(Clone, Debug, Default)]
pub struct VirtualClock(Arc<AtomicU64>);

impl VirtualClock {
    /// A clock that shows zero.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What it shows, in the resolution of nanoseconds.
    #[must_use]
    pub fn now(&self) -> Duration {
        Duration::from_nanos(self.nanoseconds())
    }

    /// Lets time pass.
    pub fn advance(&self, by: Duration) {
        let by = u64::try_from(by.as_nanos()).unwrap_or(u64::MAX);
        // What would be more than 584 years stays at that.
        let _ = self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, |now| Some(now.saturating_add(by)));
    }

    fn nanoseconds(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }

    /// Something to wait for that moves the clock to a moment, unless it is past that.
    fn until(&self, moment: u64) -> Alarm {
        Alarm { clock: self.clone(), moment }
    }
}

/// A moment that somebody may wait for. Time passes where they do, not where they ask for it.
struct Alarm {
    clock: VirtualClock,
    moment: u64,
}

#[wasmtime_wasi::async_trait]
impl Pollable for Alarm {
    async fn ready(&mut self) {
        self.clock.0.fetch_max(self.moment, Ordering::AcqRel);
    }
}

/// The tenant's clock, or where it has none the machine's.
impl monotonic_clock::Host for Call {
    fn now(&mut self) -> wasmtime::Result<monotonic_clock::Instant> {
        match &self.clock {
            Some(clock) => Ok(clock.nanoseconds()),
            None => self.clocks().now(),
        }
    }

    fn resolution(&mut self) -> wasmtime::Result<monotonic_clock::Duration> {
        match &self.clock {
            Some(_) => Ok(1),
            None => self.clocks().resolution(),
        }
    }

    fn subscribe_instant(&mut self, when: monotonic_clock::Instant) -> wasmtime::Result<Resource<DynPollable>> {
        match &self.clock {
            Some(clock) => {
                let alarm = clock.until(when);
                let alarm = self.table().push(alarm)?;
                subscribe(self.table(), alarm)
            }
            None => self.clocks().subscribe_instant(when),
        }
    }

    fn subscribe_duration(&mut self, time: monotonic_clock::Duration) -> wasmtime::Result<Resource<DynPollable>> {
        match &self.clock {
            Some(clock) => {
                let when = clock.nanoseconds().saturating_add(time);
                self.subscribe_instant(when)
            }
            None => self.clocks().subscribe_duration(time),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whoever_waits_moves_the_hands() {
        let clock = VirtualClock::new();
        let second = 1_000_000_000;
        let (mut late, mut early) = (clock.until(3 * second), clock.until(second));
        assert_eq!(clock.now(), Duration::ZERO, "nobody has waited");
        late.ready().await;
        assert_eq!(clock.now(), Duration::from_secs(3));
        early.ready().await;
        assert_eq!(clock.now(), Duration::from_secs(3), "it goes one way");
        clock.clone().advance(Duration::from_millis(500));
        assert_eq!(clock.now(), Duration::from_millis(3500));
        clock.advance(Duration::MAX);
        clock.advance(Duration::MAX);
        assert_eq!(clock.now(), Duration::from_nanos(u64::MAX));
    }
}
