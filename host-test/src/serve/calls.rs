//! Runs actions with the connections, and keeps a record of each call.

mod runner;

pub(crate) use runner::{Asked, Runner};
