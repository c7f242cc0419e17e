//! One process serves from a directory.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::Path,
};

use super::{directory, error::StoreError};

/// Holds a directory until it is dropped, or its process ends in any way.
#[derive(Debug)]
pub struct Lock(#[allow(dead_code, reason = "the lock lasts as long as the open file")] File);

impl Lock {
    /// Takes the directory, which is made if it is not there.
    ///
    /// # Errors
    /// At once, if another process has it; or if the directory cannot be used.
    pub fn take(directory: &Path) -> Result<Self, StoreError> {
        directory::make(directory)?;
        let path = directory.join("lock");
        directory::make_file(&path)?;
        let file = OpenOptions::new().write(true).open(&path).map_err(|cause| StoreError::file(&path, cause))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(StoreError::InUse { directory: directory.to_owned() }),
            Err(TryLockError::Error(cause)) => Err(StoreError::file(path, cause)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_held_once() {
        let directory = tempfile::tempdir().unwrap();
        let held = Lock::take(directory.path()).unwrap();
        let refused = Lock::take(directory.path()).unwrap_err();
        assert!(matches!(&refused, StoreError::InUse { .. }), "{refused}");
        drop(held);
        Lock::take(directory.path()).unwrap();
    }
}
