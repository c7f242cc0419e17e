//! A wasmtime host for the PayPal connector, made to be copied from by platform engineers.
//!
//! ```text
//! Engine ── compiles ──► Connector ── one fresh instance per call ──► Call
//!                          as many at once as Concurrency allows       │ asks for a token      ► Connection
//!                                                                      │ keeps a history in    ► Journal
//!                                                                      └ sends HTTP through    ► Outbound: the policy,
//!                                                                          then Client (network) or Playback (fixtures)
//! ```
//!
//! The real access token never enters the guest: [`Connection`] hands out a placeholder, and [`Outbound`] puts the token in
//! its place, for approved hosts only.
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail"))]

mod admission;
mod allowance;
mod backoff;
pub mod bench;
mod bindings;
mod call;
mod clock;
mod concurrency;
mod connection;
mod connector;
mod engine;
pub mod faults;
pub mod fixture;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzz;
mod gate;
mod journal;
pub mod json;
pub mod listen;
mod meter;
mod oauth;
pub mod outbound;
pub mod pages;
pub mod printable;
mod random;
mod read_only;
mod redact;
pub mod sandbox;
pub mod schema;
mod secret;
pub mod serve;
mod tokens;
mod typed;

pub use bindings::{Failure, FailureKind, File, Issue, Reply, actions};
pub use call::{CallError, Limits, Outcome};
pub use clock::VirtualClock;
pub use concurrency::{Concurrency, NotALimit};
pub use connection::{Connection, Credentials, Environment};
pub use connector::{Connector, LoadError, Tenant};
pub use engine::Engine;
pub use faults::Faults;
pub use journal::{Entry, Health, Journal, JournalError, MemoryJournal, SqliteJournal, WatchedJournal};
pub use listen::Listener;
pub use outbound::{Client, Outbound, Policy, Progress, Route};
pub use random::SeededRandom;
pub use sandbox::{Effects, Moved, Sandbox};
pub use secret::Secret;

/// The component that was built with this crate.
pub const COMPONENT: &str = env!("PAYPAL_CONNECTOR");
