//! Loads the component: from a file, a registry, or an OCI image layout.
#![allow(unsafe_code, reason = "a precompiled component is run as it is, as a program would be")]

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use connector_host::{Client, Connector, Engine, OciReference, RegistryLogin, TracingObserver, is_precompiled};

pub(super) async fn load(component: &Path) -> Result<Connector> {
    let engine = Engine::new()?;
    let connector = match reference(component) {
        Some(reference) => Connector::from_bytes(&engine, &read(reference).await?).context(reference.to_owned())?,
        None => open(&engine, component)?,
    };
    // Without `--verbose` its events are dropped.
    Ok(connector.with_observer(TracingObserver))
}

/// Returns the component for what takes only files.
///
/// # Errors
/// If it is a reference into a registry or a layout.
pub(super) fn file(component: PathBuf) -> Result<PathBuf> {
    let reference = reference(&component);
    ensure!(reference.is_none(), "`bench` measures a file, and no reference");
    Ok(component)
}

/// Returns a reference into a registry or a layout, if it is meant as one.
fn reference(component: &Path) -> Option<&str> {
    component.to_str().filter(|text| OciReference::is_meant(text))
}

async fn read(reference: &str) -> Result<Vec<u8>> {
    let reference: OciReference = reference.parse()?;
    let login = reference.registry().map(RegistryLogin::from_environment).transpose()?.flatten();
    Ok(reference.read(&Client::from_environment()?, login.as_ref()).await?)
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
