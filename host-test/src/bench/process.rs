//! What the system tells of this process.

use std::{env, fs, path::PathBuf};

use anyhow::{Context as _, Result};

/// Returns the file of this program, which the bench starts again for what has to be in another process.
///
/// # Errors
/// If the system does not tell it.
pub(super) fn program() -> Result<PathBuf> {
    env::current_exe().context("this program's own file")
}

/// Returns a value of `/proc/self/status` in KiB, such as `VmHWM`, the peak of the resident memory; `None` if the system has
/// no such file.
pub(super) fn memory(name: &str) -> Option<f64> {
    value("/proc/self/status", name)
}

/// Returns the resident memory in KiB, with each page divided by how often it is mapped: what many instances share counts
/// once. `None` if the system does not tell it.
pub(super) fn proportional_memory() -> Option<f64> {
    value("/proc/self/smaps_rollup", "Pss")
}

fn value(file: &str, name: &str) -> Option<f64> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}
