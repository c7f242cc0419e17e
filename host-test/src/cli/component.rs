//! Loads the component.
#![allow(unsafe_code, reason = "a precompiled component is run as it is, as a program would be")]

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use connector_host::{Connector, Engine, TracingObserver, is_precompiled};

pub(super) fn load(component: &Path) -> Result<Connector> {
    let engine = Engine::new()?;
    let connector = open(&engine, component)?;
    // Without `--verbose` its events are dropped.
    Ok(connector.with_observer(TracingObserver))
}

fn open(engine: &Engine, component: &Path) -> Result<Connector> {
    // What is read from a pipe is gone.
    if !component.is_file() || !is_precompiled(component)? {
        return Ok(Connector::load(engine, component)?);
    }
    ensure_private(component)?;
    // SAFETY: the user names the file as a program to run, and nobody else can change it.
    Ok(unsafe { Connector::from_precompiled_file(engine, component) }?)
}

/// Errs if others than the owner can change a file: it is machine code.
fn ensure_private(file: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;

        let mode = file.metadata().with_context(|| file.display().to_string())?.permissions().mode();
        let name = file.display();
        ensure!(mode & 0o022 == 0, "{name}: is machine code, and others can write to it: chmod go-w {name}");
    }
    Ok(())
}
