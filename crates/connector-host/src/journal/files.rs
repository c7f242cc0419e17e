//! The files of a journal, and whether they are still those that were opened.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

/// The files of an open database: the database, its write-ahead log, and the index of that. If one is deleted or
/// replaced, new entries are lost.
#[derive(Clone, Debug, Default)]
pub(super) struct Files(Vec<(PathBuf, Identity)>);

/// Device and inode of a file, which identify it.
type Identity = (u64, u64);

impl Files {
    /// Returns the files of a database that was just opened.
    ///
    /// # Errors
    /// If one is missing.
    pub(super) fn of(file: &Path) -> io::Result<Self> {
        // SQLite puts the other two beside the file itself, even if the path is a link to it.
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

    /// Checks that all are still there.
    ///
    /// # Errors
    /// If one was deleted or replaced.
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

/// On other systems an open file cannot be deleted.
#[cfg(not(unix))]
fn identity(path: &Path) -> io::Result<Identity> {
    fs::metadata(path).map(|_| (0, 0))
}
