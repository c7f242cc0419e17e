//! `simulator`: the simulator of PayPal as a server on this machine.

use anyhow::{Context as _, Result};
use paypal_simulator::{Server, Simulator};

use crate::cli::{Done, print};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The port on 127.0.0.1; 0 is any that is free
    #[arg(long, value_name = "N", default_value_t = 4010)]
    port: u16,
    /// What ids, keys and credentials follow from
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Answer also to this name, as a container needs that reaches this machine by `host.docker.internal`. Without it only
    /// localhost and the loopback addresses are answered
    #[arg(long, value_name = "NAME", value_parser = host_name)]
    host: Vec<String>,
}

/// A name without a port.
fn host_name(text: &str) -> Result<String, String> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if !text.is_empty() && text.bytes().all(fits) {
        return Ok(text.to_owned());
    }
    Err("it is the name of a host, without a port".to_owned())
}

pub(super) async fn run(arguments: Arguments) -> Result<Done> {
    let simulator = Simulator::new(arguments.seed);
    let server = Server::bind(simulator.clone(), arguments.port).await;
    let server = server.with_context(|| format!("cannot listen on 127.0.0.1:{}", arguments.port))?;
    let server = server.with_hosts(arguments.host);
    print(&format!(
        "A simulator of PayPal is on http://{}. Ctrl-C ends it.\n\nexport PAYPAL_CLIENT_ID={}\nexport PAYPAL_CLIENT_SECRET={}",
        server.address()?,
        simulator.client_id(),
        simulator.client_secret().expose(),
    ))?;
    server.run().await;
    Ok(Done::Well)
}
