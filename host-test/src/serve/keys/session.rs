//! Tokens in the database: of links to sign in, and of sessions.

use connector_host::Secret;
use rusqlite::params;
use sha2::{Digest as _, Sha256};

use crate::serve::{
    random,
    store::{Store, StoreError},
    time,
};

/// What a token is for.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Link,
    Session,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Session => "session",
        }
    }
}

/// Makes a token that lasts so many seconds, and removes those that are too old.
pub(super) async fn make(store: &Store, kind: Kind, seconds: i64) -> Result<Secret, StoreError> {
    let (token, now) = (random::token()?, time::seconds());
    let hash = hash(&token);
    store
        .settings(move |connection| {
            connection.execute("DELETE FROM serve_tokens WHERE expires <= ?1", [now])?;
            let expires = now.saturating_add(seconds);
            let insert = "INSERT INTO serve_tokens (hash, kind, expires) VALUES (?1, ?2, ?3)";
            connection.execute(insert, params![hash, kind.name(), expires])?;
            Ok(Secret::new(token))
        })
        .await
}

/// Takes a token away. Returns whether it was there and valid: of two at once, one gets true.
pub(super) async fn take(store: &Store, kind: Kind, token: &str) -> Result<bool, StoreError> {
    let (hash, now) = (hash(token), time::seconds());
    let delete = "DELETE FROM serve_tokens WHERE hash = ?1 AND kind = ?2 AND expires > ?3";
    let taken = store.settings(move |connection| Ok(connection.execute(delete, params![hash, kind.name(), now])?));
    Ok(taken.await? == 1)
}

/// Whether a token is there and valid. It is found by its hash, so that the time tells nothing about the token.
pub(super) async fn is_valid(store: &Store, kind: Kind, token: &str) -> Result<bool, StoreError> {
    let (hash, now) = (hash(token), time::seconds());
    let select = "SELECT EXISTS (SELECT 1 FROM serve_tokens WHERE hash = ?1 AND kind = ?2 AND expires > ?3)";
    let params = move |connection: &mut rusqlite::Connection| {
        Ok(connection.query_row(select, params![hash, kind.name(), now], |row| row.get(0))?)
    };
    store.settings(params).await
}

fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token).to_vec()
}
