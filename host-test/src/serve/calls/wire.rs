//! What was on the wire of the last calls, in memory only.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use connector_host::{Connector, Failure, Reply, Secret, Tenant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    fixture::record::{Call, Essence, NewCase, RecordError, Recorder, Room},
    serve::connections::Live,
};

/// How many calls are held.
const CALLS: usize = 200;

/// How many bytes are held, and recorded of calls that run, in all: 32 MiB.
const BYTES: usize = 32 * 1024 * 1024;

/// What was on the wire of the last calls: dropped oldest first, and gone with the process. The log has none of it, and nothing here
/// is shown before it is scrubbed.
pub(crate) struct Wire {
    held: Mutex<VecDeque<(i64, Arc<Held>)>>,
    room: Arc<Semaphore>,
}

/// A call that runs, and is recorded.
pub(super) struct Recording {
    connection: Arc<Live>,
    action: String,
    input: String,
    began: SystemTime,
    recorder: Recorder,
    /// Its room for the input.
    _permit: OwnedSemaphorePermit,
}

/// A call that was recorded.
pub(crate) struct Held {
    recording: Recording,
    essence: Essence,
}

impl Wire {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { held: Mutex::default(), room: Arc::new(Semaphore::new(BYTES)) })
    }

    /// Begins to record a call. Returns the tenant that it is to be run for, which does the same as the connection's.
    pub(super) fn record(
        self: &Arc<Self>,
        connection: &Arc<Live>,
        action: &str,
        input: &str,
    ) -> (Tenant, Option<Recording>) {
        let mut tenant = connection.tenant.clone();
        let Some(permit) = self.take(action.len() + input.len()) else { return (tenant, None) };
        let recorder = Recorder::within(tenant.transport.clone(), self.clone());
        tenant.transport = Arc::new(recorder.clone());
        let (connection, began) = (connection.clone(), SystemTime::now());
        let (action, input) = (action.to_owned(), input.to_owned());
        (tenant, Some(Recording { connection, action, input, began, recorder, _permit: permit }))
    }

    /// Holds a call that has ended, by its number in the log, if all of it was recorded.
    pub(super) fn hold(&self, id: i64, recording: Recording, result: &Result<Reply, Failure>) {
        if recording.recorder.is_complete() {
            let mut held = self.held();
            held.push_back((id, Arc::new(Held { recording, essence: Essence::of(result) })));
            while held.len() > CALLS {
                held.pop_front();
            }
        }
    }

    /// Returns a call by its number in the log.
    pub(crate) fn get(&self, id: i64) -> Option<Arc<Held>> {
        self.held().iter().find(|(it, _)| *it == id).map(|(_, held)| held.clone())
    }

    /// Lets go of the calls of a connection that was removed.
    pub(crate) fn forget(&self, connection: &str) {
        self.held().retain(|(_, held)| held.recording.connection.settings.name != connection);
    }

    fn held(&self) -> MutexGuard<'_, VecDeque<(i64, Arc<Held>)>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Room for Wire {
    fn take(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        let permits = u32::try_from(bytes).ok().filter(|_| bytes <= BYTES)?;
        loop {
            if let Ok(permit) = self.room.clone().try_acquire_many_owned(permits) {
                return Some(permit);
            }
            // It is dropped without the lock.
            let oldest = self.held().pop_front();
            oldest?;
        }
    }
}

impl Held {
    /// Returns the call as a case of its action, scrubbed, as `call --record` makes it.
    ///
    /// # Errors
    /// If it has no form in a fixture.
    pub(crate) async fn fixture(&self, connector: &Connector, name: &str) -> Result<String, RecordError> {
        let Recording { connection, action, input, began, recorder, .. } = &self.recording;
        let of = &connection.tenant.connection;
        let call = Call { action, input, now: *began, route: of.route(), max_attempts: of.max_attempts(), recorder };
        let secret = |(name, secret): (&&str, &Secret)| ((*name).to_owned(), secret.expose().to_owned());
        let secrets: Vec<_> = connection.settings.secrets.iter().map(secret).collect();
        NewCase::new(action, name)?.text(connector, call, &self.essence, secrets).await
    }
}
