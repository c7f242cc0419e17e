//! Tokens in the database: of links to sign in, and of sessions.

use connector_host::Secret;
use rusqlite::params;
use sha2::{Digest as _, Sha256};

use crate::serve::{
    random,
    store::{Store, StoreError},
    time,
};

/// The token of a session: two halves, which are kept in two places, and of no use without each other. Browsers send a cookie to all
/// ports of its host, and so to programs of other users on this machine; what a page keeps is of its origin alone, port included,
/// but a script could read it.
pub(crate) struct Halves {
    /// For a cookie that no script can read.
    pub(crate) cookie: Secret,
    /// For the page, which sends it in a header field.
    pub(crate) proof: Secret,
}

/// Between the halves. No half has it.
const BETWEEN: char = '.';

/// Joins the halves of a session's token.
pub(super) fn join(cookie: &str, proof: &str) -> String {
    format!("{cookie}{BETWEEN}{proof}")
}

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

/// Makes the token of a link, which lasts so many seconds.
pub(super) async fn make_link(store: &Store, seconds: i64) -> Result<Secret, StoreError> {
    let token = random::token()?;
    add(store, Kind::Link, &token, seconds).await?;
    Ok(Secret::new(token))
}

/// Makes the token of a session, which lasts so many seconds.
pub(super) async fn make(store: &Store, seconds: i64) -> Result<Halves, StoreError> {
    let (cookie, proof) = (random::token()?, random::token()?);
    add(store, Kind::Session, &join(&cookie, &proof), seconds).await?;
    Ok(Halves { cookie: Secret::new(cookie), proof: Secret::new(proof) })
}

/// Keeps a token's hash, and removes those that are too old.
async fn add(store: &Store, kind: Kind, token: &str, seconds: i64) -> Result<(), StoreError> {
    let (hash, now) = (hash(token), time::seconds());
    store
        .settings(move |connection| {
            connection.execute("DELETE FROM serve_tokens WHERE expires <= ?1", [now])?;
            let expires = now.saturating_add(seconds);
            let insert = "INSERT INTO serve_tokens (hash, kind, expires) VALUES (?1, ?2, ?3)";
            connection.execute(insert, params![hash, kind.name(), expires])?;
            Ok(())
        })
        .await
}

/// Ends all sessions, and the links that were not used. Returns how many sessions there were.
pub(super) async fn end_all(store: &Store) -> Result<usize, StoreError> {
    let now = time::seconds();
    let count = "SELECT count(*) FROM serve_tokens WHERE kind = ?1 AND expires > ?2";
    let end = move |connection: &mut rusqlite::Connection| {
        let transaction = connection.transaction()?;
        let sessions: i64 = transaction.query_row(count, params![Kind::Session.name(), now], |row| row.get(0))?;
        transaction.execute("DELETE FROM serve_tokens", [])?;
        transaction.commit()?;
        Ok(usize::try_from(sessions).unwrap_or_default())
    };
    store.settings(end).await
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
