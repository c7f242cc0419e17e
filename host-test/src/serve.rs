//! `serve`: connections, actions, events and keys behind one address, for people and their programs. `docs/server.md` explains it.
//!
//! The rooms, each using only those below it:
//!
//! ```text
//! api/          HTTP: who calls, the routes, the answers
//! console       the files of the pages, which use the API in the browser
//! attached      a connection for another process, such as `host-test mcp`
//! events/       what PayPal delivers: verified by `listen`, kept, told to those who watch
//! calls/        runs actions, and records each call
//! connections/  what is set of each, and its tenant; the simulator in this process
//! keys/         keys of programs, sessions of people
//! actions       the connector's actions
//! payers        to whom something was credited
//! store/        the SQLite file, and the key of the secrets in it
//! metrics, rates, shares, access  counts, how often callers may call, how much one has of what is bounded, who reaches the service
//! document, query, violation  reading what is of our own, and saying what is wrong with it
//! forms         input, outcome and problem, as the gateway has them
//! ```

mod access;
mod actions;
mod api;
mod attached;
mod calls;
mod connections;
mod console;
mod document;
mod events;
mod forms;
mod keys;
mod metrics;
mod payers;
mod query;
mod random;
mod rates;
mod server;
mod shares;
mod store;
mod time;
mod violation;

pub use access::Access;
pub use attached::{AttachError, Attached};
pub use keys::{Caller, Key, KeyError, Keyring, NewKey};
pub use server::{Options, Server, ServerError};
pub use store::{Lock, Store, StoreError};
