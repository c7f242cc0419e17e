//! The processor time of a call, spent in the guest or in a host function that it calls.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use cpu_time::ThreadTime;

/// Measures one call, which runs on one thread at a time. Clones measure the same call.
#[derive(Clone, Debug)]
pub(crate) struct Meter(Arc<State>);

#[derive(Debug)]
struct State {
    /// In nanoseconds, like the others.
    limit: u64,
    /// Time used before the call was last polled.
    used: AtomicU64,
    /// The thread's time when the call was last polled.
    began: AtomicU64,
}

/// The error of a call that has used up its processor time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Over;

impl Meter {
    pub(crate) fn new(limit: Duration) -> Self {
        Self(Arc::new(State { limit: nanoseconds(limit), used: AtomicU64::default(), began: AtomicU64::default() }))
    }

    /// Returns whether the call has used up its time. Call it only from within the measured work.
    pub(crate) fn is_over(&self) -> bool {
        let since = now().saturating_sub(self.0.began.load(Ordering::Relaxed));
        self.0.used.load(Ordering::Relaxed).saturating_add(since) >= self.0.limit
    }

    /// Runs a call's work, and stops it at the first wait after its time is used up. While the guest computes, the
    /// engine calls [`Meter::is_over`].
    ///
    /// The work is on the heap: it is large, and each future around it would copy it.
    pub(crate) fn measure<'a, F: Future>(&'a self, work: Pin<Box<F>>) -> Measured<'a, F> {
        Measured { meter: self, work }
    }
}

/// The future that [`Meter::measure`] returns.
pub(crate) struct Measured<'a, F> {
    meter: &'a Meter,
    work: Pin<Box<F>>,
}

impl<T, F: Future<Output = T>> Future for Measured<'_, F> {
    type Output = Result<T, Over>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let (state, began) = (&*self.meter.0, now());
        state.began.store(began, Ordering::Relaxed);
        let polled = self.work.as_mut().poll(context);
        let used = state.used.load(Ordering::Relaxed).saturating_add(now().saturating_sub(began));
        state.used.store(used, Ordering::Relaxed);
        match polled {
            Poll::Ready(output) => Poll::Ready(Ok(output)),
            Poll::Pending if used > state.limit => Poll::Ready(Err(Over)),
            Poll::Pending => Poll::Pending,
        }
    }
}

/// The processor time of this thread, without the time in which other threads run.
fn now() -> u64 {
    nanoseconds(ThreadTime::now().as_duration())
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compute(time: Duration) {
        let until = now() + nanoseconds(time);
        while now() < until {}
    }

    #[tokio::test]
    async fn computing_counts_and_waiting_does_not() {
        let millisecond = Duration::from_millis(1);
        let meter = Meter::new(20 * millisecond);
        let waiting = async {
            tokio::time::sleep(100 * millisecond).await;
            compute(5 * millisecond);
            meter.is_over()
        };
        assert_eq!(meter.measure(Box::pin(waiting)).await, Ok(false));
        let computing = async {
            compute(20 * millisecond);
            assert!(meter.is_over());
            tokio::task::yield_now().await;
        };
        assert_eq!(meter.measure(Box::pin(computing)).await, Err(Over));
    }
}
