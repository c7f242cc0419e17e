//! Who may call: keys of programs, and sessions of people.
//!
//! ```text
//! key      hs_ID_SECRET       the database has the SHA-256 of the secret; scoped, revocable
//! link     /sign-in#TOKEN     once, for an hour ──► session: a cookie and the page's proof, for a day, with all rights
//! ```
//!
//! Both kinds of secret are 32 random bytes, so that a plain SHA-256 keeps them.

mod caller;
mod key;
mod keyring;
mod session;

pub use caller::Caller;
pub use key::{Key, NewKey};
pub(crate) use keyring::SESSION;
pub use keyring::{KeyError, Keyring};
