//! What is measured without a network, on one thread.

use std::{path::Path, sync::Arc};

use anyhow::Result;
use connector_host::{
    Client, Connector, Entry, Environment, Journal, JournalError, Route, SqliteJournal, Tenant, transport::BoxFuture,
};

use crate::bench::{
    call::{CALLS, Call, WRITE, tenant},
    event,
    forgetful::Forgetful,
    memory::Memory,
    steps::steps,
    turns::{Step, step},
};

/// Something that is done again and again.
pub(super) struct Subject {
    pub(super) name: String,
    pub(super) by_connector: Step,
    /// The same request natively, where there is one.
    pub(super) natively: Option<Step>,
}

/// An instance, calls that are answered in memory, and an event.
pub(super) fn subjects(connector: &Connector) -> Result<Vec<Subject>> {
    let mut tenant = tenant(Route::paypal(Environment::Sandbox), Client::new());
    tenant.transport = Arc::new(Memory);
    let both = (connector.clone(), tenant.clone());
    let instantiate = step(both, async |it: Arc<(Connector, Tenant)>| Ok(it.0.instantiate(&it.1).await?));
    let alone = |name: &str, by_connector| Subject { name: name.to_owned(), by_connector, natively: None };
    let mut subjects = vec![alone("an instance, made and dropped", instantiate)];
    for call in CALLS {
        let (by_connector, natively) = steps(call, connector, &tenant)?;
        subjects.push(Subject { name: in_memory(call), by_connector, natively: Some(natively) });
    }
    let mut noting = tenant;
    noting.records_calls = true;
    let (by_connector, natively) = steps(WRITE, connector, &noting)?;
    subjects.push(Subject { name: noted("in memory"), by_connector, natively: Some(natively) });
    subjects.push(alone("events.receive, its certificate kept", event::receive(connector)?));
    Ok(subjects)
}

/// The write that moves money, by a tenant that notes such calls in a file first: each entry is on disk when it is acknowledged.
pub(super) fn noted_in_a_file(connector: &Connector, file: &Path) -> Result<Subject> {
    let mut tenant = tenant(Route::paypal(Environment::Sandbox), Client::new());
    tenant.transport = Arc::new(Memory);
    let tenant = tenant.with_journal(Kept { calls: SqliteJournal::open(file)?.for_tenant("bench") });
    let (by_connector, natively) = steps(WRITE, connector, &tenant)?;
    Ok(Subject { name: noted("in a file"), by_connector, natively: Some(natively) })
}

/// A journal that keeps the notes of calls, and forgets the history of the one order that is created again and again.
struct Kept {
    calls: SqliteJournal,
}

impl Journal for Kept {
    fn append(&self, subject: String, entry: Entry) -> BoxFuture<Result<bool, JournalError>> {
        if subject.starts_with("calls:") { self.calls.append(subject, entry) } else { Forgetful.append(subject, entry) }
    }

    fn entries(&self, subject: String) -> BoxFuture<Result<Vec<Entry>, JournalError>> {
        Forgetful.entries(subject)
    }
}

fn noted(place: &str) -> String {
    format!("{}, noted {place}, answered in memory", WRITE.action)
}

/// The name of a call that is answered in memory.
pub(super) fn in_memory(call: Call) -> String {
    format!("{}, answered in memory", call.action)
}
