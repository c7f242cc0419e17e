//! A call by the connector and the same natively.

use std::sync::Arc;

use anyhow::Result;
use connector_host::{Connector, Tenant};

use crate::bench::{
    call::Call,
    native::Native,
    turns::{Step, step},
};

/// Returns a call by the connector, and the same natively.
pub(super) fn steps(call: Call, connector: &Connector, tenant: &Tenant) -> Result<(Step, Step)> {
    let native = Native::new(call.action, tenant.connection.route(), tenant.transport.clone())?;
    let native = step(native, async |native: Arc<Native>| native.send().await);
    let subject = (connector.clone(), tenant.clone());
    let connector = step(subject, move |subject| async move { call.run(&subject.0, &subject.1).await });
    Ok((connector, native))
}
