//! Loads the component.

use std::path::Path;

use anyhow::Result;
use connector_host::{Connector, Engine, TracingObserver};

pub(super) fn load(component: &Path) -> Result<Connector> {
    // Without `--verbose` its events are dropped.
    Ok(Connector::load(&Engine::new()?, component)?.with_observer(TracingObserver))
}
