#![doc = include_str!("../README.md")]
//!
//! # How it hangs together
//!
//! ```text
//! Engine ── compiles ──► Connector ── one fresh instance per call ──► Call
//!                          as many at once as Concurrency allows       │ asks for a token      ► Connection, TokenSource
//!                                                                      │ keeps a history in    ► Journal
//!                                                                      ├ tells of itself       ► Observer
//!                                                                      └ sends HTTP through    ► Outbound: the policy,
//!                                                                          then a Transport, such as Client
//! ```
// Only `precompiled.rs` may.
#![deny(unsafe_code)]
// docs.rs shows which feature an item needs.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail"))]

mod admission;
mod bindings;
mod call;
mod clock;
mod connection;
mod connector;
mod engine;
mod exports;
mod failure;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzz;
mod journal;
pub mod json;
mod load_error;
mod observer;
#[cfg(feature = "oci")]
mod oci;
mod outbound;
pub mod paging;
mod precompiled;
pub mod printable;
mod read_only;
mod redact;
mod reuse;
pub mod schema;
mod secret;
mod shutdown;
mod tenant;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod tls;
pub mod token_source;
pub mod transport;
mod wanted;

// Public signatures have types of these crates: you need the same versions for your own transport or engine.
pub use bytes;
pub use http;
pub use wasmtime;

pub use bindings::{Delegation, Environment, Failure, FailureKind, File, Issue, Reply, actions, triggers};
pub use call::{
    error::{CallError, StopReason},
    limits::Limits,
    outcome::Outcome,
};
pub use connection::{
    Connection,
    concurrency::{Concurrency, ConcurrencyError},
    route::{BaseUrlError, Route},
    token_info::TokenInfo,
};
pub use connector::Connector;
pub use engine::{
    Engine,
    error::EngineError,
    options::{CompilationCache, EngineOptions, Ticker},
};
pub use failure::{HOST_SHUTTING_DOWN, READ_ONLY};
#[cfg(feature = "sqlite")]
pub use journal::SqliteJournal;
pub use journal::{Entry, Health, Journal, JournalError, MemoryJournal, WatchedJournal};
#[cfg(feature = "postgres")]
pub use journal::{PostgresJournal, PostgresOptions};
pub use load_error::LoadError;
#[cfg(feature = "tracing")]
pub use observer::tracing::TracingObserver;
pub use observer::{CallEnd, CallOutcome, ObservedCall, ObservedRequest, Observer, RequestEnd};
#[cfg(feature = "oci")]
pub use oci::{OciError, OciReference, RegistryLogin};
pub use outbound::{
    Outbound,
    certificates::CertificateError,
    policy::{Operation, Policy, PolicyError},
    progress::Progress,
};
pub use precompiled::is_precompiled;
pub use reuse::Reuse;
pub use secret::Secret;
pub use tenant::Tenant;
pub use token_source::{ClientCredentials, RefreshToken, StaticToken, TokenSource, Unconfigured};
pub use transport::client::{Client, builder::ClientBuilder, error::ClientError};
pub use wanted::Wanted;
