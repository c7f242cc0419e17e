//! All keys.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use connector_host::Secret;
use rusqlite::{OptionalExtension as _, Row, params};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::{
    caller::Caller,
    key::{Key, NewKey},
    session::{self, Halves},
};
use crate::serve::{
    random,
    store::{Store, StoreError},
    time,
};

/// What every key begins with.
const PREFIX: &str = "hs";

/// How often the last use of a key is written, in seconds.
const USE: i64 = 60;

/// How long a link to sign in lasts, in seconds.
const LINK: i64 = 60 * 60;

/// How long a session lasts, in seconds.
pub(crate) const SESSION: i64 = 24 * 60 * 60;

/// All keys and sessions.
pub struct Keyring {
    store: Store,
    /// When the use of a key was last written, by its id.
    used: Mutex<BTreeMap<String, i64>>,
}

/// Why a key cannot be made or revoked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// A member is wrong.
    #[error("`{field}`: {expected}")]
    Invalid {
        /// The member; of an item of a list with its number: `connections/0`.
        field: String,
        /// What is expected.
        expected: String,
    },
    /// Another key has that name.
    #[error("there is a key of that name already; revoke it first")]
    Taken,
    /// There is no key of that name.
    #[error("there is no key of that name")]
    Unknown,
    /// The store fails.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Keyring {
    /// Returns the keys of a store.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self { store, used: Mutex::default() }
    }

    /// Makes a key. It is shown this once: only its hash is kept.
    ///
    /// # Errors
    /// If a member is wrong, there is no such connection, the name is taken, or it cannot be written.
    pub async fn add(&self, new: NewKey) -> Result<Secret, KeyError> {
        if let Some((field, expected)) = new.wrong() {
            return Err(KeyError::Invalid { field: field.to_owned(), expected });
        }
        // The id is no secret, and is in hexadecimal, so that it has no separator in it.
        let id: String = Sha256::digest(random::token()?).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let secret = random::token()?;
        let hash = Sha256::digest(&secret).to_vec();
        let shown = Secret::new(format!("{PREFIX}_{id}_{secret}"));
        let made = time::now();
        let added = self.store.settings(move |connection| {
            let connections = serde_json::to_string(&new.connections).unwrap_or_default();
            let effects = serde_json::to_string(&new.effects).unwrap_or_default();
            // With the key, so that no connection is deleted in between.
            let transaction = connection.transaction()?;
            for (index, name) in new.connections.iter().flatten().enumerate() {
                let exists = "SELECT EXISTS (SELECT 1 FROM serve_connections WHERE name = ?1)";
                if !transaction.query_row(exists, [name], |row| row.get(0))? {
                    return Ok(Added::NoConnection(index));
                }
            }
            let added = transaction.execute(
                "INSERT INTO serve_keys (id, name, hash, connections, effects, is_admin, made) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (name) DO NOTHING",
                params![id, new.name, hash, connections, effects, new.admin, made],
            )?;
            transaction.commit()?;
            Ok(if added == 1 { Added::Done } else { Added::Taken })
        });
        match added.await? {
            Added::Done => Ok(shown),
            Added::Taken => Err(KeyError::Taken),
            Added::NoConnection(index) => {
                let expected = "there is no such connection: make it first".to_owned();
                Err(KeyError::Invalid { field: format!("connections/{index}"), expected })
            }
        }
    }

    /// Returns all keys, by name.
    ///
    /// # Errors
    /// If they cannot be read.
    pub async fn all(&self) -> Result<Vec<Key>, KeyError> {
        let read = self.store.settings(|connection| {
            let select = format!("SELECT {COLUMNS} FROM serve_keys ORDER BY name");
            let mut statement = connection.prepare(&select)?;
            let keys = statement.query_map([], key)?.collect::<Result<_, _>>()?;
            Ok(keys)
        });
        Ok(read.await?)
    }

    /// Revokes a key, at once.
    ///
    /// # Errors
    /// If there is none, or it cannot be written.
    pub async fn revoke(&self, name: &str) -> Result<(), KeyError> {
        let name = name.to_owned();
        let delete = "DELETE FROM serve_keys WHERE name = ?1";
        let revoked = self.store.settings(move |connection| Ok(connection.execute(delete, [name])?)).await?;
        if revoked == 1 { Ok(()) } else { Err(KeyError::Unknown) }
    }

    /// Returns whose key it is. `None` if it is nobody's.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub(crate) async fn authenticate(&self, presented: &[u8]) -> Result<Option<Caller>, StoreError> {
        let Some((id, secret)) = parts(presented) else { return Ok(None) };
        let (id, hash) = (id.to_owned(), Sha256::digest(secret));
        let wanted = id.clone();
        let found = self.store.settings(move |connection| {
            let select = format!("SELECT {COLUMNS}, hash FROM serve_keys WHERE id = ?1");
            let found = connection.query_row(&select, [wanted], |row| Ok((key(row)?, row.get::<_, Vec<u8>>(6)?)));
            Ok(found.optional()?)
        });
        let Some((key, kept)) = found.await? else { return Ok(None) };
        if !bool::from(kept.ct_eq(&hash)) {
            return Ok(None);
        }
        // A full disk keeps nobody out.
        if let Err(error) = self.note_use(id).await {
            tracing::warn!(target: "host_test::serve", %error, "the use of a key is not noted");
        }
        Ok(Some(key.caller()))
    }

    async fn note_use(&self, id: String) -> Result<(), StoreError> {
        let now = time::seconds();
        {
            let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
            if used.get(&id).is_some_and(|last| now - last < USE) {
                return Ok(());
            }
            used.insert(id.clone(), now);
        }
        let used = time::now();
        let update = "UPDATE serve_keys SET used = ?2 WHERE id = ?1";
        self.store.settings(move |connection| Ok(connection.execute(update, params![id, used])?)).await?;
        Ok(())
    }

    /// Makes the token of a link to sign in, once, within an hour.
    ///
    /// # Errors
    /// If it cannot be written.
    pub async fn link(&self) -> Result<Secret, StoreError> {
        session::make_link(&self.store, LINK).await
    }

    /// Makes a session of a link's token, which cannot be used again. `None` if it is none, or too old.
    ///
    /// # Errors
    /// If the store fails.
    pub(crate) async fn sign_in(&self, token: &str) -> Result<Option<Halves>, StoreError> {
        if !session::take(&self.store, session::Kind::Link, token).await? {
            return Ok(None);
        }
        session::make(&self.store, SESSION).await.map(Some)
    }

    /// Returns who has the session of these halves. `None` if it is none, or too old.
    ///
    /// # Errors
    /// If the store fails.
    pub(crate) async fn session(&self, cookie: &str, proof: &str) -> Result<Option<Caller>, StoreError> {
        let token = session::join(cookie, proof);
        let is_valid = session::is_valid(&self.store, session::Kind::Session, &token).await?;
        Ok(is_valid.then(Caller::session))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// If the store fails.
    pub(crate) async fn sign_out(&self, cookie: &str, proof: &str) -> Result<(), StoreError> {
        session::take(&self.store, session::Kind::Session, &session::join(cookie, proof)).await.map(drop)
    }

    /// Ends all sessions, and the links that were not used. Returns how many sessions there were.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn sign_all_out(&self) -> Result<usize, StoreError> {
        session::end_all(&self.store).await
    }
}

/// What came of adding a key.
enum Added {
    Done,
    Taken,
    /// The connection of that number in its list is not there.
    NoConnection(usize),
}

const COLUMNS: &str = "name, connections, effects, is_admin, made, used";

fn key(row: &Row) -> rusqlite::Result<Key> {
    let list = |at: usize| -> rusqlite::Result<String> { row.get(at) };
    let read = |at: usize, error: serde_json::Error| {
        rusqlite::Error::FromSqlConversionFailure(at, rusqlite::types::Type::Text, error.into())
    };
    Ok(Key {
        name: row.get(0)?,
        connections: serde_json::from_str(&list(1)?).map_err(|it| read(1, it))?,
        effects: serde_json::from_str(&list(2)?).map_err(|it| read(2, it))?,
        admin: row.get(3)?,
        made: row.get(4)?,
        used: row.get(5)?,
    })
}

/// Returns the id and the secret of a key.
fn parts(key: &[u8]) -> Option<(&str, &str)> {
    let (prefix, rest) = std::str::from_utf8(key).ok()?.split_once('_')?;
    let (id, secret) = rest.split_once('_')?;
    (prefix == PREFIX && id.len() == 16 && (32..=128).contains(&secret.len())).then_some((id, secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(name: &str) -> NewKey {
        let effects = vec!["read".to_owned(), "write".to_owned()];
        NewKey { name: name.to_owned(), connections: Some(vec!["shop".to_owned()]), effects, admin: false }
    }

    #[tokio::test]
    async fn a_key_is_known_until_it_is_revoked_and_only_its_hash_is_kept() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(directory.path()).unwrap();
        let keys = Keyring::new(store.clone());
        let nowhere = keys.add(new("till")).await.unwrap_err();
        assert_eq!(nowhere.to_string(), "`connections/0`: there is no such connection: make it first");
        assert_eq!(keys.all().await.unwrap(), []);
        let insert = "INSERT INTO serve_connections (name, uid, environment, concurrency, read_only, changed) \
                      VALUES ('shop', 'u', 'simulator', 10, 0, '2026-11-30T20:01:35Z')";
        store.settings(move |connection| Ok(connection.execute(insert, [])?)).await.unwrap();
        let (till, other) = (keys.add(new("till")).await.unwrap(), keys.add(new("other")).await.unwrap());
        assert!(matches!(keys.add(new("till")).await, Err(KeyError::Taken)));
        let of = async |key: &str| keys.authenticate(key.as_bytes()).await.unwrap().map(|it| it.name);
        assert_eq!(of(till.expose()).await.as_deref(), Some("till"));
        // The id of one with the secret of another.
        let (id, secret) = (&till.expose()[..20], &other.expose()[20..]);
        for wrong in [
            &format!("{id}{secret}"),
            &till.expose()[..till.expose().len() - 1],
            &format!("{}x", till.expose()),
            &till.expose().replacen("hs_", "kg_", 1),
            "hs__",
            "hs_0123456789abcdef_",
            "",
        ] {
            assert_eq!(of(wrong).await, None, "{wrong}");
        }
        let all = keys.all().await.unwrap();
        assert_eq!(all.iter().map(|it| &*it.name).collect::<Vec<_>>(), ["other", "till"]);
        assert!(all[0].used.is_none() && all[1].used.is_some());
        keys.revoke("till").await.unwrap();
        assert!(matches!(keys.revoke("till").await, Err(KeyError::Unknown)));
        assert_eq!(of(till.expose()).await, None);
        drop((keys, store));
        for entry in std::fs::read_dir(directory.path()).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            for secret in [&till, &other] {
                let secret = &secret.expose().as_bytes()[20..];
                assert!(!bytes.windows(secret.len()).any(|it| it == secret));
            }
        }
    }

    #[tokio::test]
    async fn a_link_signs_in_once() {
        let directory = tempfile::tempdir().unwrap();
        let keys = Keyring::new(Store::open(directory.path()).unwrap());
        let link = keys.link().await.unwrap();
        let of = async |cookie: &str, proof: &str| keys.session(cookie, proof).await.unwrap();
        let session = keys.sign_in(link.expose()).await.unwrap().unwrap();
        assert!(keys.sign_in(link.expose()).await.unwrap().is_none(), "twice");
        let (cookie, proof) = (session.cookie.expose(), session.proof.expose());
        assert!(keys.sign_in(&session::join(cookie, proof)).await.unwrap().is_none(), "a session is no link");
        let other = keys.sign_in(keys.link().await.unwrap().expose()).await.unwrap().unwrap();
        for (cookie, proof) in
            [(link.expose(), ""), (cookie, ""), ("", proof), (proof, cookie), (cookie, other.proof.expose())]
        {
            assert!(of(cookie, proof).await.is_none());
        }
        assert!(of(cookie, proof).await.unwrap().is_admin);
        keys.sign_out(cookie, proof).await.unwrap();
        assert!(of(cookie, proof).await.is_none());
        let unused = keys.link().await.unwrap();
        assert_eq!(keys.sign_all_out().await.unwrap(), 1);
        assert!(of(other.cookie.expose(), other.proof.expose()).await.is_none());
        assert!(keys.sign_in(unused.expose()).await.unwrap().is_none());
    }

    #[test]
    fn what_is_wrong_with_a_key_is_named() {
        let wrong = |change: &dyn Fn(&mut NewKey)| {
            let mut key = new("till");
            change(&mut key);
            key.wrong().map(|it| it.0)
        };
        assert_eq!(wrong(&|_| ()), None);
        assert_eq!(wrong(&|it| it.name = "session".to_owned()), Some("name"));
        assert_eq!(wrong(&|it| it.name = "a b".to_owned()), Some("name"));
        assert_eq!(wrong(&|it| it.effects.clear()), Some("effects"));
        assert_eq!(wrong(&|it| it.effects = vec!["moves_money".to_owned()]), Some("effects"));
        assert_eq!(wrong(&|it| it.connections = Some(Vec::new())), Some("connections"));
    }
}
