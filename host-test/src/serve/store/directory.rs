//! The directory and its files, which nobody but the user can read.

use std::{
    fs::{DirBuilder, OpenOptions},
    io,
    path::Path,
};

use super::error::StoreError;

/// Makes a directory, and those above it. One that is there already is left as it is.
pub(super) fn make(directory: &Path) -> Result<(), StoreError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory).map_err(|cause| StoreError::file(directory, cause))
}

/// Makes an empty file, unless it is there. SQLite makes the files beside it with its mode.
pub(super) fn make_file(path: &Path) -> Result<(), StoreError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists => Err(StoreError::file(path, cause)),
        _ => Ok(()),
    }
}
