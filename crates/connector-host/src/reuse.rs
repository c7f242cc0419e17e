//! Instances that are kept after a call, for the next call of the same connection.

use std::{
    collections::{BTreeMap, HashMap},
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant},
};

use wasmtime::{Store, component::Instance};

use crate::{call::Call, connection::Connection};

/// How long an instance is reused; see [`Connector::with_reuse`](crate::Connector::with_reuse).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reuse {
    /// The most calls that one instance makes.
    pub calls: u32,
    /// The longest time from when it is made to its last use.
    pub age: Duration,
}

impl Default for Reuse {
    /// 100 calls, 60 seconds.
    fn default() -> Self {
        Self { calls: 100, age: Duration::from_secs(60) }
    }
}

/// A store, with its instance if it has one yet.
pub(crate) struct Worker {
    pub(crate) store: Store<Call>,
    pub(crate) instance: Option<Instance>,
    /// How many calls it has made, with the present one.
    calls: u32,
    since: Instant,
    /// What takes the call's place in the store when it has ended: it holds nothing of a tenant.
    nobody: Option<Call>,
}

impl Worker {
    pub(crate) fn new(store: Store<Call>) -> Self {
        Self { store, instance: None, calls: 1, since: Instant::now(), nobody: None }
    }
}

/// After how many uses at least all instances are looked at.
const SELDOM: usize = 16;

/// The instances that are kept, the least recently used first.
pub(crate) struct Kept {
    reuse: Reuse,
    /// The most instances.
    room: usize,
    instances: Mutex<Instances>,
}

#[derive(Default)]
struct Instances {
    /// By when they were last used, in a count of uses.
    by_use: BTreeMap<u64, (Weak<Connection>, Worker)>,
    /// The uses of each connection's instances, the latest last.
    of_connections: HashMap<usize, Vec<u64>>,
    uses: u64,
}

impl Kept {
    pub(crate) fn new(reuse: Reuse, room: usize) -> Self {
        Self { reuse, room, instances: Mutex::default() }
    }

    /// Takes the connection's last used instance, with this call in its store. Returns the call if there is none.
    pub(crate) fn take(&self, connection: &Arc<Connection>, call: Call) -> Result<Worker, Call> {
        loop {
            // Dropped outside of the lock, like each one that is too old.
            let Some(mut worker) = self.lock().take(connection) else { return Err(call) };
            if worker.since.elapsed() < self.reuse.age {
                worker.calls += 1;
                worker.nobody = Some(mem::replace(worker.store.data_mut(), call));
                worker.store.set_epoch_deadline(1);
                return Ok(worker);
            }
        }
    }

    /// Keeps an instance whose call has ended well, unless it has served for long enough. `nobody` is a call of no
    /// tenant.
    pub(crate) fn keep(&self, connection: &Arc<Connection>, mut worker: Worker, nobody: impl FnOnce() -> Call) {
        let Reuse { calls, age } = self.reuse;
        if self.room == 0 || worker.calls >= calls || worker.since.elapsed() >= age {
            return;
        }
        let nobody = worker.nobody.take().unwrap_or_else(nobody);
        // It has the call's permits. If they were returned before the instances that there is no room for are gone, there
        // might be more instances than the engine has places for.
        let call = mem::replace(worker.store.data_mut(), nobody);
        let removed = {
            let mut instances = self.lock();
            instances.insert(connection, worker);
            instances
                .shrink(self.room, |connection, worker| connection.strong_count() > 0 && worker.since.elapsed() < age)
        };
        drop(removed);
        drop(call);
    }

    fn lock(&self) -> MutexGuard<'_, Instances> {
        self.instances.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Instances {
    fn take(&mut self, connection: &Arc<Connection>) -> Option<Worker> {
        let key = key(&Arc::downgrade(connection));
        let uses = self.of_connections.get_mut(&key)?;
        let last = uses.pop();
        if uses.is_empty() {
            self.of_connections.remove(&key);
        }
        let (_, worker) = self.by_use.remove(&last?)?;
        Some(worker)
    }

    fn insert(&mut self, connection: &Arc<Connection>, worker: Worker) {
        self.uses += 1;
        let connection = Arc::downgrade(connection);
        self.of_connections.entry(key(&connection)).or_default().push(self.uses);
        self.by_use.insert(self.uses, (connection, worker));
    }

    /// Removes the least recently used ones that there is no room for. Now and then also all that will not be used again.
    fn shrink(&mut self, room: usize, is_of_use: impl Fn(&Weak<Connection>, &Worker) -> bool) -> Vec<Worker> {
        let mut removed = Vec::new();
        if self.uses.is_multiple_of(room.max(SELDOM) as u64) {
            let unused = self.by_use.extract_if(.., |_, (connection, worker)| !is_of_use(connection, worker));
            removed.extend(unused);
        }
        while self.by_use.len() > room {
            removed.extend(self.by_use.pop_first());
        }
        for (used, (connection, _)) in &removed {
            let key = key(connection);
            let uses = self.of_connections.get_mut(&key);
            let is_last = uses.is_none_or(|uses| {
                uses.retain(|it| it != used);
                uses.is_empty()
            });
            if is_last {
                self.of_connections.remove(&key);
            }
        }
        removed.into_iter().map(|(_, (_, worker))| worker).collect()
    }
}

/// The address of a connection, which is nobody else's as long as there is a weak reference to it.
fn key(connection: &Weak<Connection>) -> usize {
    connection.as_ptr() as usize
}
