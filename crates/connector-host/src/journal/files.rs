//! The files that a journal is in, and whether they are still the ones that were opened.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

/// The files of a database that is open: its own, that of the write-ahead log, and the index of that. Where one of them is
/// deleted, or another one is put in its place, what is written goes where nobody finds it.
#[derive(Clone, Debug, Default)]
pub(super) struct Files(Vec<(PathBuf, Identity)>);

/// Device and number of a file. It is the same file for as long as both are the same.
type Identity = (u64, u64);

impl Files {
    /// Those of a database that was just opened.
    ///
    /// # Errors
    /// Where one of them is not there.
    pub(super) fn of(file: &Path) -> io::Result<Self> {
        // SQLite has the other two beside the file itself, also where the path is a link to it.
        let real = fs::canonicalize(file)?;
        let beside = |suffix: &str| {
            let mut name = OsString::from(&real);
            name.push(suffix);
            PathBuf::from(name)
        };
        let files = [file.to_owned(), beside("-wal"), beside("-shm")];
        files
            .into_iter()
            .map(|path| identity(&path).map(|identity| (path, identity)))
            .collect::<io::Result<_>>()
            .map(Self)
    }

    /// Whether all of them are still there.
    ///
    /// # Errors
    /// Which one is not.
    pub(super) fn check(&self) -> Result<(), String> {
        for (path, opened) in &self.0 {
            match identity(path) {
                Ok(found) if found == *opened => {}
                Ok(_) => return Err(format!("{} was replaced while it was open", path.display())),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    return Err(format!("{} was deleted while it was open", path.display()));
                }
                Err(error) => return Err(format!("{}: {error}", path.display())),
            }
        }
        Ok(())
    }
}

#[cfg(unix)]
fn identity(path: &Path) -> io::Result<Identity> {
    use std::os::unix::fs::MetadataExt as _;

    fs::metadata(path).map(|metadata| (metadata.dev(), metadata.ino()))
}

/// Elsewhere a file that is open cannot be deleted.
#[cfg(not(unix))]
fn identity(path: &Path) -> io::Result<Identity> {
    fs::metadata(path).map(|_| (0, 0))
}
