#![doc = include_str!("../README.md")]
// The rooms, each using only those below it:
//
//   cli/         the options of the program, also for other command lines              (feature `program`)
//   faults/      a transport to the simulator with planned faults                      (feature `connector`)
//   server/      HTTP on this machine: limits, refused hosts and sites, posting of events
//   simulator/   `Simulator`: credentials, the operation of a request, repeated requests
//   triggers     what brings about each type of event: pure
//   pages/       what people see in a browser: PayPal's pages for payers, and all that is in the simulator
//   control/     what payers and tests do, under `/simulator/`; IPN
//   operations/  the API's operations, one file per resource, and the table of them
//   world/       the state: orders, captures, ..., tokens, keys, events and their signatures
//   request/     a request to the API, the answer, PayPal's refusal
//   store/       what has changed the world, in a file                                 (feature `store`)
//   base/        the clock, ids, links, documents, character sets
#![forbid(unsafe_code)]
// docs.rs shows which feature an item needs.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail"))]

mod base;
#[cfg(feature = "program")]
pub mod cli;
mod control;
#[cfg(feature = "connector")]
pub mod faults;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzz;
mod operations;
mod pages;
mod request;
mod server;
mod simulator;
#[cfg(feature = "store")]
mod store;
pub mod triggers;
mod world;

/// The versions of `bytes` and `http` that [`Simulator::handle`] takes.
pub use {bytes, http};

pub use base::links::{PublicUrl, PublicUrlError};
#[cfg(feature = "connector")]
pub use faults::Faults;
pub use server::{Limits, Server};
pub use simulator::Simulator;
#[cfg(feature = "store")]
pub use store::StoreError;
pub use world::{
    accounts::{AccountError, Credentials, NewMerchant, NewPayer},
    deliveries::Outcome,
    delivery::Delivery,
    effects::{Effects, Moved},
    ipn::IpnMessage,
    signature::KeyError,
};
