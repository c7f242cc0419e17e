//! Instances that are kept after a call, for the next call of the same connection.

use std::{
    collections::{BTreeMap, HashMap},
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use wasmtime::{Store, component::Instance};

use crate::{admission::Admission, call::Call, connection::Connection};

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

/// A store, with its instance if it has one yet. The permits come after the store, so that they are returned when the
/// instance is gone: a store drops its data, a call, before its instances.
pub(crate) struct Worker {
    pub(crate) store: Store<Call>,
    pub(crate) instance: Option<Instance>,
    /// How many calls it has made, with the present one.
    calls: u32,
    since: Instant,
    /// What takes the call's place in the store when it has ended: it holds nothing of a tenant.
    nobody: Option<Call>,
    /// Of the present call.
    admission: Option<Admission>,
    /// While it is kept.
    idle: Option<OwnedSemaphorePermit>,
}

impl Worker {
    pub(crate) fn new(store: Store<Call>, admission: Admission) -> Self {
        let (calls, since, admission) = (1, Instant::now(), Some(admission));
        Self { store, instance: None, calls, since, nobody: None, admission, idle: None }
    }
}

/// After how many uses at least all instances are looked at.
const SELDOM: u64 = 16;

/// The instances that a connector keeps, the least recently used first.
pub(crate) struct Kept {
    reuse: Reuse,
    /// The engine's permits for kept instances, of all its connectors.
    idle: Arc<Semaphore>,
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
    pub(crate) fn new(reuse: Reuse, idle: Arc<Semaphore>) -> Self {
        Self { reuse, idle, instances: Mutex::default() }
    }

    /// Takes the connection's last used instance, with this call in its store. Returns the call if there is none.
    pub(crate) fn take(
        &self,
        connection: &Arc<Connection>,
        call: Call,
        admission: Admission,
    ) -> Result<Worker, (Call, Admission)> {
        loop {
            // Dropped outside of the lock, like each one that is too old.
            let Some(mut worker) = self.lock().take(connection) else { return Err((call, admission)) };
            if worker.since.elapsed() < self.reuse.age {
                worker.calls += 1;
                worker.nobody = Some(mem::replace(worker.store.data_mut(), call));
                worker.store.set_epoch_deadline(1);
                (worker.admission, worker.idle) = (Some(admission), None);
                return Ok(worker);
            }
        }
    }

    /// Keeps an instance whose call has ended well, unless it has served for long enough or there is no room. `nobody` is a
    /// call of no tenant.
    pub(crate) fn keep(&self, connection: &Arc<Connection>, mut worker: Worker, nobody: impl FnOnce() -> Call) {
        let Reuse { calls, age } = self.reuse;
        if worker.calls >= calls || worker.since.elapsed() >= age {
            return;
        }
        let idle = loop {
            if let Ok(idle) = self.idle.clone().try_acquire_owned() {
                break idle;
            }
            let oldest = self.lock().remove_oldest();
            if oldest.is_none() {
                return;
            }
        };
        worker.idle = Some(idle);
        let nobody = worker.nobody.take().unwrap_or_else(nobody);
        let call = mem::replace(worker.store.data_mut(), nobody);
        let admission = worker.admission.take();
        let unused = {
            let mut instances = self.lock();
            instances.insert(connection, worker);
            instances.remove_unused(age)
        };
        drop((unused, call, admission));
    }

    fn lock(&self) -> MutexGuard<'_, Instances> {
        self.instances.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Instances {
    fn take(&mut self, connection: &Arc<Connection>) -> Option<Worker> {
        let used = *self.of_connections.get(&key(&Arc::downgrade(connection)))?.last()?;
        self.remove(used)
    }

    fn insert(&mut self, connection: &Arc<Connection>, worker: Worker) {
        self.uses += 1;
        let connection = Arc::downgrade(connection);
        self.of_connections.entry(key(&connection)).or_default().push(self.uses);
        self.by_use.insert(self.uses, (connection, worker));
    }

    fn remove_oldest(&mut self) -> Option<Worker> {
        let (used, _) = self.by_use.first_key_value()?;
        self.remove(*used)
    }

    fn remove(&mut self, used: u64) -> Option<Worker> {
        let (connection, worker) = self.by_use.remove(&used)?;
        let key = key(&connection);
        if let Some(uses) = self.of_connections.get_mut(&key) {
            uses.retain(|it| *it != used);
            if uses.is_empty() {
                self.of_connections.remove(&key);
            }
        }
        Some(worker)
    }

    /// Removes, now and then, all that will not be used again.
    fn remove_unused(&mut self, age: Duration) -> Vec<Worker> {
        if !self.uses.is_multiple_of(SELDOM.max(self.by_use.len() as u64)) {
            return Vec::new();
        }
        let is_unused = |(connection, worker): &(Weak<Connection>, Worker)| {
            connection.strong_count() == 0 || worker.since.elapsed() >= age
        };
        let unused: Vec<u64> = self.by_use.iter().filter(|(_, it)| is_unused(it)).map(|(used, _)| *used).collect();
        unused.into_iter().filter_map(|used| self.remove(used)).collect()
    }
}

/// The address of a connection, which is nobody else's as long as there is a weak reference to it.
fn key(connection: &Weak<Connection>) -> usize {
    connection.as_ptr() as usize
}
