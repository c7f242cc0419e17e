//! The files of the console, as a table for the server: `(path, bytes)` of all below `console/app`.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

/// Writes the table to a file of Rust, ordered by path. A file that is added or changed makes it anew.
///
/// # Errors
/// If something cannot be read or written.
pub(super) fn embed(directory: &Path, table: &Path) -> Result<()> {
    println!("cargo::rerun-if-changed={}", directory.display());
    let mut files = Vec::new();
    collect(directory, &mut files)?;
    files.sort();
    let mut source = "[\n".to_owned();
    for file in &files {
        let path = file.strip_prefix(directory)?.to_str().context("a name is not UTF-8")?.replace('\\', "/");
        writeln!(source, "    ({path:?}, include_bytes!({file:?}) as &[u8]),")?;
    }
    source.push_str("]\n");
    fs::write(table, source).with_context(|| format!("cannot write {}", table.display()))
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(directory).with_context(|| format!("cannot read {}", directory.display()))? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), files)?;
        } else {
            files.push(entry.path());
        }
    }
    Ok(())
}
