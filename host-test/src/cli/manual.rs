//! `manual`: the manual pages.

use std::{fs, path::PathBuf};

use anyhow::{Context as _, Result};
use clap::Command;

use crate::cli::{done::Done, output::note};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The directory, such as ~/.local/share/man/man1; it is made if it is missing
    directory: PathBuf,
}

pub(super) fn run(arguments: &Arguments, command: Command) -> Result<Done> {
    let directory = &arguments.directory;
    let failed = || directory.display().to_string();
    fs::create_dir_all(directory).with_context(failed)?;
    clap_mangen::generate_to(command, directory).with_context(failed)?;
    note(&format!("the manual pages are in {}; `man host-test` shows the first", directory.display()));
    Ok(Done::Success)
}
