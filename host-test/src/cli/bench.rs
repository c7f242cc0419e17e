//! `bench`: what a call costs.

use std::path::{Path, PathBuf};

use anyhow::Result;
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
    /// Measure only how `transactions.search` reads 10,000, 100,000 and 1,000,000 rows; with --quick 1,000 and 10,000
    #[arg(long)]
    rows: bool,
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(component: PathBuf, arguments: &Arguments) -> Result<Done> {
    let plan = if arguments.quick { Plan::QUICK } else { Plan::FULL };
    note("measuring; other work on this machine changes the figures");
    // It creates its own runtimes, and blocks.
    let report = match (arguments.rows, arguments.quick) {
        (false, _) => tokio::task::spawn_blocking(move || bench::run(&component, plan)).await??,
        (true, quick) => {
            let sizes: &[u32] = if quick { &[1_000, 10_000] } else { &[10_000, 100_000, 1_000_000] };
            tokio::task::spawn_blocking(move || bench::rows(&component, sizes)).await??
        }
    };
    print(&if arguments.json { format!("{:#}", report.document()) } else { report.to_string() })?;
    Ok(Done::Success)
}

/// The server of the bench, until stdin ends.
pub(super) async fn serve() -> Result<Done> {
    bench::serve(|url| Ok(print(url)?)).await?;
    Ok(Done::Success)
}

/// Reads rows once, for `bench --rows`.
#[derive(clap::Args)]
pub(super) struct Reader {
    #[arg(long)]
    url: String,
    #[arg(long)]
    rows: u32,
    #[arg(long)]
    natively: bool,
}

pub(super) async fn read(component: &Path, Reader { url, rows, natively }: &Reader) -> Result<Done> {
    print(&bench::read(component, url, *rows, *natively).await?)?;
    Ok(Done::Success)
}
