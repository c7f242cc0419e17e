//! `test-connection`: tests whether a connection works.

use std::path::Path;

use anyhow::Result;
use connector_host::json;

use crate::cli::{component::load, done::Done, output::print, tenant::Destination};

#[derive(clap::Args)]
#[command(group(clap::ArgGroup::new("where").args(["base_url", "sandbox", "live"]).required(true).multiple(true)))]
#[command(after_help = "Credentials come from PAYPAL_ACCESS_TOKEN, or from PAYPAL_CLIENT_ID and PAYPAL_CLIENT_SECRET.")]
pub(super) struct Arguments {
    #[command(flatten)]
    destination: Destination,
    /// Print JSON, as this command always does
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(component: &Path, arguments: Arguments) -> Result<Done> {
    let tenant = match arguments.destination.tenant() {
        Ok(tenant) => tenant,
        Err(message) => return Ok(Done::Usage(message)),
    };
    let report = load(component).await?.test_connection(&tenant).await?;
    print(&json::connection_report(&report)?)?;
    Ok(if json::works(&report) { Done::Success } else { Done::Failed })
}
