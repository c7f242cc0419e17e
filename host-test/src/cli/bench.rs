//! `bench`: what a call costs.

use std::path::PathBuf;

use anyhow::Result;
use clap::ValueEnum;
use host_test::bench::{self, Plan};

use crate::cli::{
    done::Done,
    output::{note, print},
};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Measure for three seconds: enough to see that everything runs, too little for reliable figures
    #[arg(long)]
    quick: bool,
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
    /// Measure another client under the same load: `node` is PayPal's TypeScript SDK. It needs Node.js; npm installs the SDK below
    /// `target` the first time
    #[arg(long, value_name = "CLIENT")]
    against: Option<Against>,
}

/// The other clients, as values of the command line.
#[derive(Clone, Copy, ValueEnum)]
enum Against {
    Node,
}

pub(super) async fn run(component: PathBuf, arguments: &Arguments) -> Result<Done> {
    let plan = if arguments.quick { Plan::QUICK } else { Plan::FULL };
    let plan = match arguments.against {
        Some(Against::Node) => plan.against_node(),
        None => plan,
    };
    note("measuring; other work on this machine changes the figures");
    // It creates its own runtimes, and blocks.
    let report = tokio::task::spawn_blocking(move || bench::run(&component, plan)).await??;
    print(&if arguments.json { format!("{:#}", report.document()) } else { report.to_string() })?;
    Ok(Done::Success)
}

/// The server of the bench, until stdin ends.
pub(super) async fn serve() -> Result<Done> {
    bench::serve(|url| Ok(print(url)?)).await?;
    Ok(Done::Success)
}
