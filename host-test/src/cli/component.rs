//! The component that the verbs load.

use std::path::Path;

use anyhow::Result;
use connector_host::{Connector, Engine};

pub(super) fn load(component: &Path) -> Result<Connector> {
    Ok(Connector::load(&Engine::new()?, component)?)
}
