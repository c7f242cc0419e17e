//! The options of the program, also for other command lines that have the simulator as a subcommand.

use std::io;

use crate::{PublicUrl, Server, Simulator};

/// The options.
#[derive(clap::Args, Debug)]
pub struct Options {
    /// The port on 127.0.0.1; 0 picks a free one
    #[arg(long, value_name = "N", default_value_t = 4010)]
    port: u16,
    /// The seed of ids, keys and credentials: the same seed gives the same ones
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Also answer requests for this host name, such as `host.docker.internal` from a container. By default only localhost
    /// and the loopback addresses are answered
    #[arg(long, value_name = "NAME", value_parser = host_name)]
    host: Vec<String>,
    /// Where links in answers and events lead, such as `http://host.docker.internal:4010`; requests for its host are answered
    /// too. By default they lead to the simulator's own address, where a payer can click
    #[arg(long, value_name = "URL", conflicts_with = "paypal_links")]
    public_url: Option<PublicUrl>,
    /// Let links in answers and events name PayPal's hosts, as PayPal's do
    #[arg(long)]
    paypal_links: bool,
    /// Keep everything in this file over restarts. It is made if it is not there, has no token and no client secret, and is
    /// readable by its owner only; card numbers are in it as they came
    #[cfg(feature = "store")]
    #[arg(long, value_name = "FILE")]
    store: Option<std::path::PathBuf>,
    #[cfg(not(feature = "store"))]
    #[arg(long, value_name = "FILE", hide = true, value_parser = no_store)]
    store: Option<std::convert::Infallible>,
}

impl Options {
    /// Binds the server. Returns it with the text to print: its address, and the client id and secret as shell variables.
    ///
    /// # Errors
    /// If the port is taken or may not be used.
    pub async fn bind(self) -> io::Result<(Server, String)> {
        #[cfg(feature = "store")]
        let store = self.store;
        let Self { port, seed, mut host, public_url, paypal_links, .. } = self;
        let simulator = Simulator::new(seed);
        host.extend(public_url.as_ref().map(|url| url.host().to_owned()));
        let server = Server::bind(simulator.clone(), port)
            .await
            .map_err(|error| io::Error::new(error.kind(), format!("cannot listen on 127.0.0.1:{port}: {error}")))?
            .with_hosts(host);
        let address = format!("http://{}", server.address()?);
        if !paypal_links {
            let own = || address.parse().map_err(io::Error::other);
            simulator.set_public_url(public_url.map_or_else(own, Ok)?);
        }
        // Links in what is carried out again lead to this address too.
        #[cfg(feature = "store")]
        if let Some(path) = store {
            let failed = |error| io::Error::other(format!("cannot keep the world in {}: {error}", path.display()));
            simulator.keep_in(&path).map_err(failed)?;
        }
        let text = format!(
            "The simulator of PayPal listens on {address}. Press Ctrl-C to stop it.\n\
             Open that address in a browser to see what happens in it.\n\n\
             export PAYPAL_CLIENT_ID={}\nexport PAYPAL_CLIENT_SECRET={}",
            simulator.client_id(),
            simulator.client_secret(),
        );
        Ok((server, text))
    }
}

/// Says how to get what this program is built without.
#[cfg(not(feature = "store"))]
fn no_store(_: &str) -> Result<std::convert::Infallible, String> {
    Err("this program is built without it: build it with the feature `store`, as by `--features program,store`"
        .to_owned())
}

/// A name without a port.
fn host_name(text: &str) -> Result<String, String> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if !text.is_empty() && text.bytes().all(fits) {
        return Ok(text.to_owned());
    }
    Err("expected a host name without a port".to_owned())
}
