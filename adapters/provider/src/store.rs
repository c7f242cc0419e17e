//! What outlasts a call: tokens, permits and the journal. Without the feature `postgres` it is kept by the instance.

#[cfg(not(feature = "postgres"))]
mod memory;
#[cfg(feature = "postgres")]
mod postgres;

use std::time::Duration;

#[cfg(all(target_family = "wasm", not(feature = "postgres")))]
pub(crate) use memory::{Memory as Store, Permit};
#[cfg(all(target_family = "wasm", feature = "postgres"))]
pub(crate) use postgres::{Host, Permit, Value};

/// The store in the component's database.
#[cfg(all(target_family = "wasm", feature = "postgres"))]
pub(crate) type Store = postgres::Postgres<crate::component::Imported>;

/// The longest that actions are held back because PayPal has asked to wait.
const LONGEST_BACKOFF: Duration = Duration::from_secs(300);

/// Why there is no permit.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NoPermit {
    /// All are taken, or PayPal has asked to wait: how long to wait.
    Busy(Duration),
    /// The store cannot be used: why.
    #[cfg_attr(not(feature = "postgres"), allow(dead_code, reason = "an instance's own store always can"))]
    Unavailable(String),
}

/// An entry of the journal: `kosha:connector/journal.entry`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) id: Option<String>,
    pub(crate) time: String,
    pub(crate) event: String,
    pub(crate) status: Option<String>,
    pub(crate) details: String,
}
