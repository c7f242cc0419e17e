//! Counts running calls, and stops taking new ones.

use std::sync::Arc;

use tokio::sync::watch;

/// Counts the running calls. Clones share the count.
#[derive(Clone)]
pub(crate) struct Shutdown(Arc<watch::Sender<State>>);

#[derive(Default)]
struct State {
    closed: bool,
    running: usize,
}

/// A running call, until it is dropped.
pub(crate) struct Running(Arc<watch::Sender<State>>);

impl Default for Shutdown {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::default()))
    }
}

impl Shutdown {
    /// Starts a call, unless closed.
    pub(crate) fn enter(&self) -> Option<Running> {
        let mut entered = false;
        self.0.send_if_modified(|state| {
            entered = !state.closed;
            state.running += usize::from(entered);
            // Nobody waits for the count to grow.
            false
        });
        entered.then(|| Running(self.0.clone()))
    }

    /// Waits until closed.
    pub(crate) async fn closed(&self) {
        // It fails only if the sender is gone, which `self` holds.
        let _ = self.0.subscribe().wait_for(|state| state.closed).await;
    }

    /// Takes no more calls, and waits until all have ended. It stays closed if this future is dropped.
    pub(crate) async fn close(&self) {
        self.0.send_modify(|state| state.closed = true);
        let _ = self.0.subscribe().wait_for(|state| state.running == 0).await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.send_if_modified(|state| {
            state.running -= 1;
            state.closed
        });
    }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Poll, Waker};

    use super::*;

    #[test]
    fn a_shutdown_waits_for_running_calls_and_takes_no_more() {
        let shutdown = Shutdown::default();
        let (one, other) = (shutdown.enter().unwrap(), shutdown.enter().unwrap());
        drop(other);
        let mut context = Context::from_waker(Waker::noop());
        let mut closing = std::pin::pin!(shutdown.close());
        assert_eq!(closing.as_mut().poll(&mut context), Poll::Pending);
        assert!(shutdown.enter().is_none() && shutdown.clone().enter().is_none());
        drop(one);
        assert_eq!(closing.as_mut().poll(&mut context), Poll::Ready(()));
        assert!(shutdown.enter().is_none());
    }

    #[test]
    fn it_stays_closed_if_nobody_waits_for_it() {
        let shutdown = Shutdown::default();
        let _running = shutdown.enter();
        let mut context = Context::from_waker(Waker::noop());
        {
            let mut closing = std::pin::pin!(shutdown.close());
            assert!(closing.as_mut().poll(&mut context).is_pending());
        }
        assert!(shutdown.enter().is_none());
    }
}
