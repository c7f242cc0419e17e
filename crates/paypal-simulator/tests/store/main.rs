//! The world in a file, over restarts.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test panics to fail")]

mod kills;
mod same;
