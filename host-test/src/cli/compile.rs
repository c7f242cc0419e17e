//! `compile`: the component as machine code for this machine.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use connector_host::{Connector, Engine};

use crate::cli::{done::Done, output::note};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Where to put it, such as paypal.cwasm
    output: PathBuf,
}

pub(super) fn run(component: &Path, arguments: &Arguments) -> Result<Done> {
    let bytes = fs::read(component).with_context(|| component.display().to_string())?;
    let compiled = Connector::precompile(&Engine::new()?, &bytes)?;
    // By renaming: a process that runs the old file keeps it.
    let Arguments { output } = arguments;
    let partial = output.with_extension("partial");
    fs::write(&partial, &compiled).with_context(|| partial.display().to_string())?;
    fs::rename(&partial, output).with_context(|| output.display().to_string())?;
    note(&format!("{}: {} bytes, for this machine and this version of the program", output.display(), compiled.len()));
    Ok(Done::Success)
}
