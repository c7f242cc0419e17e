//! `compile`: the component as machine code for this machine.

use std::{
    fs,
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, ensure};
use tempfile::NamedTempFile;

use crate::cli::{component::load, done::Done, output::note};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Where to put it, such as paypal.cwasm
    output: PathBuf,
}

pub(super) async fn run(component: &Path, arguments: &Arguments) -> Result<Done> {
    let Arguments { output } = arguments;
    ensure_replaceable(output)?;
    let compiled = load(component).await?.precompiled()?;
    write(output, &compiled).with_context(|| output.display().to_string())?;
    note(&format!("{}: {} bytes, for this machine and this version of the program", output.display(), compiled.len()));
    Ok(Done::Success)
}

/// Errs if there is something else than a file, such as a device or a link, which renaming would replace.
fn ensure_replaceable(output: &Path) -> Result<()> {
    match fs::symlink_metadata(output) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error).with_context(|| output.display().to_string()),
        Ok(metadata) => {
            ensure!(metadata.is_file(), "{}: is there already, and is not a regular file", output.display());
            Ok(())
        }
    }
}

/// Writes a file that only its owner can change. It takes its place by renaming: a process that runs the old one keeps it,
/// and nobody sees a part of it.
fn write(output: &Path, bytes: &[u8]) -> Result<()> {
    let directory = output.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = NamedTempFile::new_in(directory)?;
    file.write_all(bytes)?;
    file.persist(output)?;
    Ok(())
}
