//! `simulator`: the simulator of PayPal as a server on this machine.

use anyhow::Result;
use paypal_simulator::cli::Options;

use crate::cli::{done::Done, output::print};

pub(super) async fn run(options: Options) -> Result<Done> {
    let (server, text) = options.bind().await?;
    print(&text)?;
    server.run().await;
    Ok(Done::Success)
}
