//! `bench`: what a call costs.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::ValueEnum;
use host_test::bench::{self, Bounds, Count, Plan};
use serde_json::json;

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
    /// Measure another client under the same load: `node` is PayPal's TypeScript SDK. It needs Node.js; npm installs the SDK below
    /// `target` the first time
    #[arg(long, value_name = "CLIENT")]
    against: Option<Against>,
    /// Count instructions instead of time, with valgrind: the same on a busy machine. Takes a minute
    #[arg(long, conflicts_with_all = ["quick", "rows", "against"])]
    instructions: bool,
    /// Fail if something takes more instructions than this file allows: a JSON object of names and numbers
    #[arg(long, value_name = "FILE", requires = "instructions")]
    bounds: Option<PathBuf>,
}

/// The other clients, as values of the command line.
#[derive(Clone, Copy, ValueEnum)]
enum Against {
    Node,
}

#[derive(clap::Args)]
pub(super) struct Repeat {
    subject: String,
    times: u64,
}

pub(super) async fn run(component: PathBuf, arguments: Arguments) -> Result<Done> {
    // They create their own runtimes, and block.
    tokio::task::spawn_blocking(move || match arguments.instructions {
        true => instructions(&component, &arguments),
        false => times(&component, &arguments),
    })
    .await?
}

fn times(component: &Path, arguments: &Arguments) -> Result<Done> {
    let plan = if arguments.quick { Plan::QUICK } else { Plan::FULL };
    let plan = match arguments.against {
        Some(Against::Node) => plan.against_node(),
        None => plan,
    };
    note("measuring; other work on this machine changes the figures");
    let report = match (arguments.rows, arguments.quick) {
        (false, _) => bench::run(component, plan)?,
        (true, false) => bench::rows(component, &[10_000, 100_000, 1_000_000])?,
        (true, true) => bench::rows(component, &[1_000, 10_000])?,
    };
    print(&if arguments.json { format!("{:#}", report.document()) } else { report.to_string() })?;
    Ok(Done::Success)
}

fn instructions(component: &Path, arguments: &Arguments) -> Result<Done> {
    let bounds = arguments.bounds.as_deref().map(Bounds::read).transpose()?;
    let counts = bench::count(component)?;
    print(&match arguments.json {
        true => format!("{:#}", json!(counts.iter().map(Count::document).collect::<Vec<_>>())),
        false => counts.iter().map(Count::to_string).collect::<Vec<_>>().join("\n"),
    })?;
    let exceeded = bounds.map(|bounds| bounds.exceeded(&counts)).unwrap_or_default();
    exceeded.iter().for_each(|it| note(it));
    Ok(if exceeded.is_empty() { Done::Success } else { Done::Failed })
}

/// Does one thing several times, for `--instructions`.
pub(super) async fn repeat(component: PathBuf, arguments: Repeat) -> Result<Done> {
    let Repeat { subject, times } = arguments;
    tokio::task::spawn_blocking(move || bench::repeat(&component, &subject, times)).await??;
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
