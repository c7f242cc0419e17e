//! The actions as tools of the Model Context Protocol, by the protocol's own client in Rust, with the simulator behind them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

mod client;
mod consent;
mod http;
mod money;
mod program;
mod reads;
mod resources;
mod target;
mod tools;
mod unknown;
mod words;
mod world;
