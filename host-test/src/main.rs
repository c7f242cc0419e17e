//! The command line of the test host.
// Only `cli/component.rs` may.
#![deny(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail"))]

mod cli;

use std::process::ExitCode;

/// A call makes and frees many small objects on whatever thread it runs, which the C library's allocator takes locks for.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::run()
}
