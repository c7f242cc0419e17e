//! Seals secrets: XChaCha20-Poly1305 with a random nonce of 24 bytes before each
//! (<https://datatracker.ietf.org/doc/html/draft-irtf-cfrg-xchacha>). The connection and the field are bound as associated data,
//! so that a sealed secret is of no use in another row.

use std::{fs, io, io::Write as _, path::Path};

use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use connector_host::Secret;
use rusqlite::{Connection, OptionalExtension as _};
use tempfile::NamedTempFile;

use super::error::StoreError;

/// The name of the key file.
const FILE: &str = "key";

/// The length of a key, in bytes.
const KEY: usize = 32;

/// The length of a nonce, in bytes.
const NONCE: usize = 24;

/// The connection and the field of what tells whether the key is the database's. No connection has this name.
const PROBE: (&str, &str) = ("", "probe");

/// Seals and opens secrets.
pub(crate) struct Seal(XChaCha20Poly1305);

impl Seal {
    /// Seals a secret for a field of a connection.
    ///
    /// # Errors
    /// If there is no randomness.
    pub(crate) fn seal(&self, connection: &str, field: &str, secret: &Secret) -> Result<Vec<u8>, StoreError> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| StoreError::Random)?;
        let aad = associated(connection, field);
        let payload = Payload { msg: secret.expose().as_bytes(), aad: &aad };
        let sealed = self.0.encrypt(&XNonce::from(nonce), payload).map_err(|_| StoreError::Sealed)?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// Opens what was sealed for that field of that connection.
    ///
    /// # Errors
    /// If it was not.
    pub(crate) fn open(&self, connection: &str, field: &str, sealed: &[u8]) -> Result<Secret, StoreError> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or(StoreError::Sealed)?;
        let aad = associated(connection, field);
        let opened = self.0.decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: &aad });
        let opened = opened.map_err(|_| StoreError::Sealed)?;
        String::from_utf8(opened).map(Secret::new).map_err(|_| StoreError::Sealed)
    }
}

/// Returns the associated data. Neither name has a NUL.
fn associated(connection: &str, field: &str) -> Vec<u8> {
    [connection.as_bytes(), b"\0", field.as_bytes()].concat()
}

/// Opens the key of a directory, or makes it together with the database's probe.
pub(super) fn open(directory: &Path, connection: &Connection) -> Result<Seal, StoreError> {
    let path = directory.join(FILE);
    let wrong = |reason| StoreError::Key { path: path.clone(), reason };
    let probe = "SELECT value FROM serve_state WHERE name = 'probe'";
    let probe: Option<Vec<u8>> = connection.query_row(probe, [], |row| row.get(0)).optional()?;
    let key = match fs::read(&path) {
        Ok(key) => key,
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(StoreError::file(path, cause)),
        Err(_) if probe.is_some() => {
            return Err(wrong("it is missing, and the connections' secrets cannot be opened without it"));
        }
        Err(_) => make(directory, &path)?,
    };
    private(&path).map_err(wrong)?;
    let key: [u8; KEY] = key.try_into().map_err(|_| wrong("it is not a key of 32 bytes"))?;
    let seal = Seal(XChaCha20Poly1305::new(&key.into()));
    match probe {
        Some(probe) => {
            seal.open(PROBE.0, PROBE.1, &probe).map_err(|_| wrong("it is not the key of the database beside it"))?;
        }
        None => {
            let probe = seal.seal(PROBE.0, PROBE.1, &Secret::new(String::new()))?;
            // Another process may have done the same meanwhile, with the same key.
            connection.execute("INSERT OR IGNORE INTO serve_state VALUES ('probe', ?1)", [probe])?;
        }
    }
    Ok(seal)
}

/// Makes a key. It is there whole or not at all, and if another process makes one at the same time, both get the first.
fn make(directory: &Path, path: &Path) -> Result<Vec<u8>, StoreError> {
    let mut key = [0; KEY];
    getrandom::fill(&mut key).map_err(|_| StoreError::Random)?;
    let failed = |cause| StoreError::file(path, cause);
    // Of mode 600 from the start.
    let mut file = NamedTempFile::new_in(directory).map_err(failed)?;
    file.write_all(&key).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
    match file.persist_noclobber(path) {
        Ok(_) => Ok(key.to_vec()),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => fs::read(path).map_err(failed),
        Err(error) => Err(failed(error.error)),
    }
}

/// Errs if others can read the key.
fn private(path: &Path) -> Result<(), &'static str> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;

        let mode = fs::metadata(path).map_err(|_| "it cannot be read")?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err("others can read it: it must have mode 600");
        }
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::store::schema;

    fn database() -> Connection {
        let mut connection = Connection::open_in_memory().unwrap();
        schema::prepare(&mut connection).unwrap();
        connection
    }

    #[test]
    fn a_secret_opens_in_its_own_row_only() {
        let directory = tempfile::tempdir().unwrap();
        let seal = open(directory.path(), &database()).unwrap();
        let secret = Secret::new("EX-not-a-real-secret".to_owned());
        let sealed = seal.seal("shop", "client_secret", &secret).unwrap();
        assert!(!sealed.windows(6).any(|it| it == b"EX-not"));
        assert_eq!(seal.open("shop", "client_secret", &sealed).unwrap(), secret);
        assert_ne!(sealed, seal.seal("shop", "client_secret", &secret).unwrap(), "the nonce is new each time");
        let mut changed = sealed.clone();
        *changed.last_mut().unwrap() ^= 1;
        for (name, field, sealed) in [
            ("shop2", "client_secret", &sealed[..]),
            ("shop", "refresh_token", &sealed),
            ("shop", "client_secret", &changed),
            ("shop", "client_secret", &sealed[..30]),
            ("shop", "client_secret", b""),
        ] {
            assert!(matches!(seal.open(name, field, sealed), Err(StoreError::Sealed)), "{name} {field}");
        }
    }

    #[test]
    fn the_key_is_made_once_and_belongs_to_its_database() {
        let (directory, database) = (tempfile::tempdir().unwrap(), database());
        let path = directory.path().join(FILE);
        let sealed = open(directory.path(), &database).unwrap().seal("a", "b", &Secret::new("c".to_owned())).unwrap();
        let again = open(directory.path(), &database).unwrap();
        assert_eq!(again.open("a", "b", &sealed).unwrap().expose(), "c");
        let message = |database: &Connection| open(directory.path(), database).err().unwrap().to_string();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;

            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
            assert!(message(&database).contains("others can read it"));
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
        fs::write(&path, [7; KEY]).unwrap();
        assert!(message(&database).contains("not the key of the database"));
        fs::write(&path, [7; 5]).unwrap();
        assert!(message(&database).contains("not a key of 32 bytes"));
        fs::remove_file(&path).unwrap();
        assert!(message(&database).contains("missing"));
        assert!(!path.exists(), "no other key is made");
    }
}
