//! The export `kosha:service/connections`.

use std::time::Duration;

use super::{
    bindings::{
        Provider,
        exports::kosha::service::connections::{BeginError, ConnectionInfo, Guest, Purpose},
    },
    connection::kind,
    instance,
};
use crate::{
    configuration::{Settings, Unusable},
    store::{NoPermit, Store},
};

impl Guest for Provider {
    fn list() -> Result<Vec<ConnectionInfo>, String> {
        instance::with(|instance| {
            let connections = instance.configuration.connections()?;
            let info = |(name, settings): (&str, &Settings)| ConnectionInfo {
                name: name.to_owned(),
                environment: kind(settings.environment),
                webhooks: settings.webhooks.clone(),
                ipn_receivers: settings.ipn_receivers.clone(),
            };
            Ok(connections.into_iter().map(info).collect())
        })
    }

    fn has_journal() -> bool {
        Store::HAS_JOURNAL
    }

    fn begin(name: String, purpose: Purpose) -> Result<(), BeginError> {
        instance::with(|instance| {
            instance.end(None);
            let concurrency = match instance.configuration.connection(&name) {
                Ok(settings) => settings.concurrency,
                Err(Unusable::Unknown) => return Err(BeginError::Unknown),
                Err(Unusable::Misconfigured(problem)) => return Err(BeginError::Misconfigured(problem)),
            };
            let permit = match purpose {
                Purpose::Action => Some(instance.store.take(&name, concurrency).map_err(|reason| match reason {
                    NoPermit::Busy(wait) => BeginError::Busy(milliseconds(wait)),
                    NoPermit::Unavailable(reason) => BeginError::Unavailable(reason),
                })?),
                Purpose::Delivery => None,
            };
            instance.begin(name, permit);
            Ok(())
        })
    }

    fn end(retry_after_ms: Option<u64>) {
        instance::with(|instance| instance.end(retry_after_ms.map(Duration::from_millis)));
    }
}

/// Rounds up, so that who waits for that long does not come too early.
fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX)
}
