//! What is measured without a network, on one thread.

use std::sync::Arc;

use anyhow::Result;
use connector_host::{Client, Connector, Environment, Route, Tenant};

use crate::bench::{
    call::{CALLS, Call, tenant},
    event,
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
    subjects.push(alone("events.receive, its certificate kept", event::receive(connector)?));
    Ok(subjects)
}

/// The name of a call that is answered in memory.
pub(super) fn in_memory(call: Call) -> String {
    format!("{}, answered in memory", call.action)
}
