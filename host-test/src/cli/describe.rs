//! `describe`: the manifest.

use anyhow::Result;
use host_test::{Connector, json};

use super::{Done, print};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Print JSON; this verb always does
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(connector: &Connector) -> Result<Done> {
    print(&json::manifest(&connector.describe().await?)?)?;
    Ok(Done::Well)
}
