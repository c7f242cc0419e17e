//! The program `paypal-simulator`.
#![forbid(unsafe_code)]

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use clap::Parser;
use paypal_simulator::cli::Options;

/// Simulates PayPal's REST APIs on this machine, until Ctrl-C. Nothing leaves the machine.
#[derive(Parser)]
#[command(name = "paypal-simulator", version)]
struct Arguments {
    #[command(flatten)]
    options: Options,
}

fn main() -> ExitCode {
    match run(Arguments::parse().options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // If stderr is closed, the error cannot be reported.
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: Options) -> io::Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let (server, text) = options.bind().await?;
        writeln!(io::stdout(), "{text}")?;
        server.run().await;
        Ok(())
    })
}
