//! A virtual clock for a guest: waiting advances it and takes no time.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{sync::Notify, task::yield_now, time::sleep};
use wasmtime::component::{Resource, ResourceTable};
use wasmtime_wasi::p2::{DynPollable, Pollable, subscribe};

use crate::clock::Clock;

/// A monotonic clock instead of the machine's (`wasi:clocks/monotonic-clock`), for tests. If a guest waits, it
/// continues at once and finds that the time has passed. Clones are the same clock.
///
/// While a request is in flight, waiting does not advance the clock, as the guest may be waiting for the response. Then
/// only the [`Transport`](crate::transport::Transport) advances it.
#[derive(Clone, Debug, Default)]
pub struct VirtualClock(Arc<Hands>);

#[derive(Debug, Default)]
struct Hands {
    nanoseconds: AtomicU64,
    /// How many requests are in flight.
    busy: AtomicUsize,
    /// Notified when one of these changes.
    changed: Notify,
}

/// How long a guest has, in real time, to notice that a request has ended before its waiting advances the clock, and
/// how often. A guest that waits for several things polls all of them each time. The time is long, as the thread may be
/// suspended in between; but a guest rarely needs it, as it continues with what has ended.
const NOTICE: Duration = Duration::from_millis(100);
const PASSES: u32 = 3;

impl VirtualClock {
    /// Creates a clock that shows zero.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the time that it shows, to the nanosecond.
    #[must_use]
    pub fn now(&self) -> Duration {
        Duration::from_nanos(self.nanoseconds())
    }

    /// Advances the clock.
    pub fn advance(&self, by: Duration) {
        let by = u64::try_from(by.as_nanos()).unwrap_or(u64::MAX);
        // It stops at 584 years.
        let hands = &self.0.nanoseconds;
        let _ = hands.fetch_update(Ordering::AcqRel, Ordering::Acquire, |now| Some(now.saturating_add(by)));
        self.0.changed.notify_waiters();
    }

    fn busy(&self) -> Busy {
        self.0.busy.fetch_add(1, Ordering::AcqRel);
        Busy(self.clone())
    }

    fn is_busy(&self) -> bool {
        self.0.busy.load(Ordering::Acquire) > 0
    }

    fn nanoseconds(&self) -> u64 {
        self.0.nanoseconds.load(Ordering::Acquire)
    }

    /// Returns a pollable that advances the clock to a time, unless that has passed.
    fn until(&self, moment: u64) -> Alarm {
        Alarm { clock: self.clone(), moment }
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> u64 {
        self.nanoseconds()
    }

    fn subscribe(&self, table: &mut ResourceTable, when: u64) -> wasmtime::Result<Resource<DynPollable>> {
        let alarm = table.push(self.until(when))?;
        subscribe(table, alarm)
    }

    fn request(&self) -> Box<dyn Send> {
        Box::new(self.busy())
    }
}

/// A request in flight.
struct Busy(VirtualClock);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.0.busy.fetch_sub(1, Ordering::AcqRel);
        self.0.0.changed.notify_waiters();
    }
}

/// A time to wait for. Polling it advances the clock, creating it does not.
struct Alarm {
    clock: VirtualClock,
    moment: u64,
}

#[wasmtime_wasi::async_trait]
impl Pollable for Alarm {
    async fn ready(&mut self) {
        let mut unnoticed = if self.clock.is_busy() { PASSES } else { 0 };
        // A guest that waits for several things polls all of them, even if one is ready: a request may have ended
        // before.
        yield_now().await;
        loop {
            let changed = self.clock.0.changed.notified();
            if self.clock.nanoseconds() >= self.moment {
                return;
            }
            if self.clock.is_busy() {
                changed.await;
                unnoticed = PASSES;
            } else if unnoticed > 0 {
                sleep(NOTICE).await;
                unnoticed -= 1;
            } else {
                self.clock.0.nanoseconds.fetch_max(self.moment, Ordering::AcqRel);
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Waker};

    use tokio::time::timeout;

    use super::*;

    macro_rules! poll {
        ($future:expr) => {
            $future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
        };
    }

    #[tokio::test]
    async fn a_request_in_flight_alone_advances_the_clock() {
        let clock = VirtualClock::new();
        let request = clock.busy();
        let mut alarm = clock.until(5_000_000_000);
        assert!(timeout(NOTICE, alarm.ready()).await.is_err(), "it may be the answer that is waited for");
        assert_eq!(clock.now(), Duration::ZERO);
        let transport = async {
            sleep(NOTICE).await;
            clock.advance(Duration::from_secs(7));
        };
        tokio::join!(alarm.ready(), transport);
        assert_eq!(clock.now(), Duration::from_secs(7));
        let mut later = clock.until(9_000_000_000);
        let end = async {
            sleep(NOTICE).await;
            drop(request);
        };
        tokio::join!(later.ready(), end);
        assert_eq!(clock.now(), Duration::from_secs(9));
    }

    #[tokio::test]
    async fn what_has_ended_is_polled_before_the_clock_advances() {
        // A single-threaded runtime ends a request between two polls.
        let clock = VirtualClock::new();
        let request = clock.busy();
        let mut alarm = clock.until(1);
        let mut waiting = alarm.ready();
        assert!(poll!(waiting).is_pending());
        drop(request);
        assert!(poll!(waiting).is_pending());
        // Or before the first poll.
        let mut alarm = clock.until(1);
        assert!(poll!(alarm.ready()).is_pending());
        assert_eq!(clock.now(), Duration::ZERO);
        waiting.await;
        assert_eq!(clock.now(), Duration::from_nanos(1));
    }

    #[tokio::test]
    async fn waiting_advances_the_clock() {
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
