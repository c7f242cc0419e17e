//! Runs actions with the connections, and keeps a record of each call.

mod log;
mod own;
mod record;
mod runner;
mod unresolved;

pub(crate) use log::{Filter, Log};
pub(crate) use runner::{Asked, Runner};
pub(crate) use unresolved::Unresolved;
