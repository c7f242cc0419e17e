//! The open connections, and those of them that may be closed.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Instant,
};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

/// All connections of a server.
pub(super) struct Connections {
    permits: Arc<Semaphore>,
    open: Mutex<Vec<Weak<Connection>>>,
    /// Notified when a connection begins to read again.
    reads: Arc<Notify>,
}

pub(super) struct Connection {
    state: Mutex<State>,
    close: Notify,
    reads: Arc<Notify>,
    _permit: OwnedSemaphorePermit,
}

struct State {
    phase: Phase,
    requests: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Reading(Instant),
    Working,
    Closed,
}

impl Connections {
    pub(super) fn new(most: usize) -> Self {
        Self { permits: Arc::new(Semaphore::new(most)), open: Mutex::default(), reads: Arc::default() }
    }

    /// Admits one more connection. At the limit it closes the one that has been reading for longest, or waits if all are working.
    pub(super) async fn admit(&self) -> Arc<Connection> {
        let permit = loop {
            let reads = self.reads.notified();
            tokio::pin!(reads);
            // Registers before it looks at the permits, so that no notification is missed.
            reads.as_mut().enable();
            if let Ok(permit) = self.permits.clone().try_acquire_owned() {
                break permit;
            }
            self.close_longest();
            tokio::select! {
                permit = self.permits.clone().acquire_owned() => if let Ok(permit) = permit { break permit },
                () = reads => {}
            }
        };
        let state = State { phase: Phase::Reading(Instant::now()), requests: 0 };
        let (state, close, reads) = (Mutex::new(state), Notify::new(), self.reads.clone());
        let connection = Arc::new(Connection { state, close, reads, _permit: permit });
        let mut open = self.open();
        open.retain(|connection| connection.strong_count() > 0);
        open.push(Arc::downgrade(&connection));
        connection
    }

    fn close_longest(&self) {
        let open: Vec<_> = self.open().iter().filter_map(Weak::upgrade).collect();
        if open.iter().any(|connection| connection.state().phase == Phase::Closed) {
            // Its permit will be free soon.
            return;
        }
        let reading = open.iter().filter_map(|connection| Some((connection.reading_since()?, connection)));
        if let Some((_, connection)) = reading.min_by_key(|(since, _)| *since) {
            connection.close();
        }
    }

    fn open(&self) -> MutexGuard<'_, Vec<Weak<Connection>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connection {
    /// Counts a request whose head was read. Returns its number, from 1.
    pub(super) fn request(self: &Arc<Self>) -> (usize, Reading) {
        let mut state = self.state();
        state.requests += 1;
        (state.requests, Reading(self.clone()))
    }

    /// Completes when the connection is to be closed.
    pub(super) async fn closed(&self) {
        self.close.notified().await;
    }

    /// Closes the connection, unless it is working. Returns whether it closes.
    pub(super) fn close(&self) -> bool {
        let mut state = self.state();
        if state.phase == Phase::Working {
            return false;
        }
        state.phase = Phase::Closed;
        self.close.notify_one();
        true
    }

    fn reading_since(&self) -> Option<Instant> {
        match self.state().phase {
            Phase::Reading(since) => Some(since),
            Phase::Working | Phase::Closed => None,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that is being read. Its connection can be closed.
pub struct Reading(Arc<Connection>);

impl Reading {
    /// Marks the request as read. The connection stays open until the returned value is dropped. Returns `None` if the connection
    /// is being closed already.
    #[must_use]
    pub fn done(self) -> Option<Working> {
        let mut state = self.0.state();
        if state.phase == Phase::Closed {
            return None;
        }
        state.phase = Phase::Working;
        drop(state);
        Some(Working(self.0))
    }
}

/// A request that is being answered. Its connection is not closed.
pub struct Working(Arc<Connection>);

impl Drop for Working {
    fn drop(&mut self) {
        self.0.state().phase = Phase::Reading(Instant::now());
        self.0.reads.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_longest_reading_connection_is_closed_for_a_new_one_and_a_working_one_never() {
        let connections = Connections::new(3);
        let (first, second, third) = (connections.admit().await, connections.admit().await, connections.admit().await);
        let working = first.request().1.done().unwrap();
        // Both in turn: the second has read for longest.
        let fourth = tokio::join!(connections.admit(), async {
            second.closed().await;
            assert!(second.request().1.done().is_none(), "it is too late for a request");
            drop(second);
        })
        .0;
        drop(working);
        let _working = (third.request().1.done().unwrap(), fourth.request().1.done().unwrap());
        let fifth = tokio::join!(connections.admit(), async {
            first.closed().await;
            drop(first);
        })
        .0;
        let working = fifth.request().1.done().unwrap();
        // All are working: one more waits until one of them reads again.
        let waits = connections.admit();
        tokio::pin!(waits);
        assert!(is_pending(waits.as_mut()).await);
        drop(working);
        tokio::join!(waits, async {
            fifth.closed().await;
            drop(fifth);
        });
    }

    async fn is_pending<T>(future: std::pin::Pin<&mut impl Future<Output = T>>) -> bool {
        tokio::time::timeout(std::time::Duration::from_millis(20), future).await.is_err()
    }

    #[tokio::test]
    async fn requests_are_counted() {
        let connection = Connections::new(1).admit().await;
        assert_eq!([connection.request().0, connection.request().0], [1, 2]);
        let _working = connection.request().1.done().unwrap();
        assert!(!connection.close());
    }
}
