//! The component that the verbs load.

use std::path::Path;

use anyhow::Result;
use connector_host::{Connector, Engine, TracingObserver};

pub(super) fn load(component: &Path) -> Result<Connector> {
    // Its events go nowhere without `--verbose`.
    Ok(Connector::load(&Engine::new()?, component)?.with_observer(TracingObserver))
}
