//! Runs actions with the connections, and keeps a record of each call.

mod defaults;
mod log;
mod own;
mod record;
mod runner;
mod unresolved;
mod wire;

pub(crate) use defaults::with_defaults;
pub(crate) use log::{Ended, Filter, Log, Running};
pub(crate) use record::Record;
pub(crate) use runner::{Asked, CALL_ID, Runner, stopped};
pub(crate) use unresolved::Unresolved;
pub(crate) use wire::Wire;
