//! `serve`: connections, actions, events and keys behind one address, for people and their programs. `docs/server.md` explains it.
//!
//! The rooms, each using only those below it:
//!
//! ```text
//! api/          HTTP: who calls, the routes, the answers; also for the pages of a console
//! events/       what PayPal delivers: verified by `listen`, kept, told to those who watch
//! calls/        runs actions, and records each call
//! connections/  what is set of each, and its tenant; the simulator in this process
//! keys/         keys of programs, sessions of people
//! actions       the connector's actions
//! payers        to whom something was credited
//! store/        the SQLite file, and the key of the secrets in it
//! metrics, rates, access  counts, how often callers may call, who reaches the service
//! forms         input, outcome and problem, as the gateway has them
//! ```

mod access;
mod actions;
mod api;
mod calls;
mod connections;
mod events;
mod forms;
mod keys;
mod metrics;
mod payers;
mod random;
mod rates;
mod server;
mod store;
mod time;

pub use access::Access;
pub use keys::{Caller, Key, KeyError, Keyring, NewKey};
pub use server::{Options, Server, ServerError};
pub use store::{Lock, Store, StoreError};
