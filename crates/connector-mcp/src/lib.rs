#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail"))]

mod about;
mod access;
mod advice;
mod amounts;
mod answer;
mod consent;
mod describe;
mod error;
mod gather;
mod guide;
pub mod http;
mod max_items;
mod name;
mod next_steps;
mod offer;
mod options;
mod pointer;
mod progress;
mod resources;
mod run;
mod schema;
mod sensitive;
mod server;
pub mod stdio;
mod target;
mod tool;

pub use access::Access;
pub use error::ServerError;
pub use guide::{Guide, Page};
pub use next_steps::NextSteps;
pub use server::Server;
pub use target::{Call, FixedTarget, Resolving, Target};
