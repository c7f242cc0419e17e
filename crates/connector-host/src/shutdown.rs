//! The way in for calls, which can be closed.

use std::sync::Arc;

use tokio::sync::watch;

/// Counts the calls that are inside. Clones are the same gate.
#[derive(Clone)]
pub(crate) struct Shutdown(Arc<watch::Sender<State>>);

#[derive(Default)]
struct State {
    closed: bool,
    inside: usize,
}

/// A call that has come in; it leaves when this is dropped.
pub(crate) struct Running(Arc<watch::Sender<State>>);

impl Default for Shutdown {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::default()))
    }
}

impl Shutdown {
    /// Comes in, unless the gate is closed.
    pub(crate) fn enter(&self) -> Option<Running> {
        let mut entered = false;
        self.0.send_if_modified(|state| {
            entered = !state.closed;
            state.inside += usize::from(entered);
            // Nobody waits for more to come in.
            false
        });
        entered.then(|| Running(self.0.clone()))
    }

    /// Returns when the gate is closed.
    pub(crate) async fn closed(&self) {
        // An error says that the gate is gone, which it is not.
        let _ = self.0.subscribe().wait_for(|state| state.closed).await;
    }

    /// Lets nobody in from now on, and returns when all have left. Where this is dropped before, the gate stays closed.
    pub(crate) async fn close(&self) {
        self.0.send_modify(|state| state.closed = true);
        let _ = self.0.subscribe().wait_for(|state| state.inside == 0).await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.send_if_modified(|state| {
            state.inside -= 1;
            state.closed
        });
    }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Poll, Waker};

    use super::*;

    #[test]
    fn a_closed_gate_lets_those_inside_out_and_nobody_in() {
        let gate = Shutdown::default();
        let (one, other) = (gate.enter().unwrap(), gate.enter().unwrap());
        drop(other);
        let mut context = Context::from_waker(Waker::noop());
        let mut closing = std::pin::pin!(gate.close());
        assert_eq!(closing.as_mut().poll(&mut context), Poll::Pending);
        assert!(gate.enter().is_none() && gate.clone().enter().is_none());
        drop(one);
        assert_eq!(closing.as_mut().poll(&mut context), Poll::Ready(()));
        assert!(gate.enter().is_none());
    }

    #[test]
    fn one_who_stops_waiting_leaves_the_gate_closed() {
        let gate = Shutdown::default();
        let _inside = gate.enter();
        let mut context = Context::from_waker(Waker::noop());
        {
            let mut closing = std::pin::pin!(gate.close());
            assert!(closing.as_mut().poll(&mut context).is_pending());
        }
        assert!(gate.enter().is_none());
    }
}
