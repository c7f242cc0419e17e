//! Runs actions with the connections, and keeps a record of each call.

mod log;
mod record;
mod runner;
mod unresolved;
mod wire;

pub(crate) use log::{Filter, Log};
pub(crate) use record::Record;
pub(crate) use runner::{Asked, CALL_ID, Runner};
pub(crate) use unresolved::Unresolved;
pub(crate) use wire::Wire;
