//! The command line of the test host.
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test panics to fail"))]

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
