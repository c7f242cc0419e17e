//! `serve`: connections, actions, events and keys behind one address.

mod keys;
mod log;
mod stop;

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    num::NonZeroU32,
    path::{Path, PathBuf},
};

use anyhow::Result;
use clap::Subcommand;
use host_test::serve::{Access, Keyring, Options, Server, Store, StoreError};

use crate::cli::{
    component::load,
    data,
    done::Done,
    output::{note, print},
};

#[derive(clap::Args)]
#[command(after_help = "It prints a link to sign in with a browser. For a program make a key:\n  \
    host-test serve keys add till --connection shop --effect read --effect write --effect moves-money\n\n\
    It is stopped by Ctrl-C or SIGTERM, and answers what it has begun. docs/server.md describes the API.")]
pub(super) struct Arguments {
    #[command(subcommand)]
    verb: Option<Verb>,
    /// The directory of the data; by default `host-test` in the user's data directory
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The port on 127.0.0.1; 0 picks a free one
    #[arg(long, value_name = "N", default_value_t = 4030)]
    port: u16,
    /// Another address than 127.0.0.1. Beyond this machine it needs --host, and either --tls-certificates or --trusted-proxy
    #[arg(long, value_name = "IP:PORT", conflicts_with = "port")]
    listen: Option<SocketAddr>,
    /// A PEM file of the certificate, and of those between it and its root
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_certificates: Option<PathBuf>,
    /// A PEM file of the certificate's private key
    #[arg(long, value_name = "FILE", requires = "tls_certificates")]
    tls_key: Option<PathBuf>,
    /// The address of a proxy that ends TLS; connections of others are closed
    #[arg(long, value_name = "IP", conflicts_with = "tls_certificates")]
    trusted_proxy: Vec<IpAddr>,
    /// Also answer requests for this host name. By default only localhost and the loopback addresses are answered
    #[arg(long, value_name = "NAME", value_parser = host_name)]
    host: Vec<String>,
    /// How often each key may call in a second; twice as often at once
    #[arg(long, value_name = "N", default_value = "50")]
    rate: NonZeroU32,
    /// The simulator's port on 127.0.0.1, to which its links for payers lead; 0 picks a free one. By default 4031, or a free one if
    /// that is taken
    #[arg(long, value_name = "N")]
    simulator_port: Option<u16>,
    /// What to print on stderr: requests, calls and errors as JSON, one per line; or nothing. By default JSON, unless stderr is a
    /// terminal
    #[arg(long, value_name = "FORM")]
    log: Option<log::Form>,
}

#[derive(Subcommand)]
enum Verb {
    /// Makes, lists and revokes the keys of programs, also while the service runs
    #[command(subcommand)]
    Keys(keys::Verb),
    /// Prints another link to sign in with
    SignIn,
    /// Ends all sessions, and the links that were not used
    SignOut,
}

impl Arguments {
    /// Returns how to serve, or what is wrong with the arguments.
    fn options(self, data: PathBuf) -> Result<Options, String> {
        let listen = self.listen.unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)));
        let access = match (self.tls_certificates, self.tls_key) {
            (Some(certificates), Some(key)) => Access::Tls { certificates, key },
            _ if !self.trusted_proxy.is_empty() => Access::Proxies(self.trusted_proxy),
            _ if listen.ip().is_loopback() => Access::Loopback,
            _ => {
                return Err("--listen: beyond this machine, give --tls-certificates and --tls-key, or --trusted-proxy"
                    .to_owned());
            }
        };
        if !listen.ip().is_loopback() && self.host.is_empty() {
            return Err("--listen: beyond this machine, give the name that it is called by, by --host".to_owned());
        }
        let (hosts, rate, simulator_port) = (self.host, self.rate, self.simulator_port);
        Ok(Options { data, listen, access, simulator_port, hosts, rate })
    }
}

pub(super) async fn run(component: &Path, mut arguments: Arguments) -> Result<Done> {
    let data = data::directory(arguments.data.take())?;
    match arguments.verb.take() {
        Some(Verb::Keys(verb)) => keys::run(&data, verb).await,
        Some(Verb::SignIn) => sign_in(&data).await,
        Some(Verb::SignOut) => sign_out(&data).await,
        None => serve(component, arguments, data).await,
    }
}

async fn serve(component: &Path, arguments: Arguments, data: PathBuf) -> Result<Done> {
    log::install(arguments.log);
    let options = match arguments.options(data.clone()) {
        Ok(options) => options,
        Err(message) => return Ok(Done::Usage(message)),
    };
    // First, so that a signal during the start stops it afterwards.
    let stopped = stop::stopped()?;
    let is_usual = options.simulator_port.is_none();
    let server = Server::start(load(component).await?, options).await?;
    let address = server.address()?;
    print(&format!(
        "Serving on {address}. Press Ctrl-C to stop.\nThe simulator, the first connection, is on {}.",
        server.simulator(),
    ))?;
    if is_usual && !server.simulator().ends_with(&format!(":{}", Server::SIMULATOR_PORT)) {
        print(&format!(
            "Port {} is taken, so that the simulator has another one: links that payers were given before do not lead to it. Free the \
             port, or choose one by --simulator-port.",
            Server::SIMULATOR_PORT,
        ))?;
    }
    sign_in(&data).await?;
    server.run(stopped).await;
    Ok(Done::Success)
}

async fn sign_in(data: &Path) -> Result<Done> {
    match Server::sign_in_link(data).await {
        Ok(link) => print(&format!("Sign in, once, within an hour: {}", link.expose()))?,
        Err(error @ StoreError::Missing { .. }) => return Ok(Done::Usage(error.to_string())),
        Err(error) => return Err(error.into()),
    }
    Ok(Done::Success)
}

async fn sign_out(data: &Path) -> Result<Done> {
    let store = match Store::open_existing(data) {
        Ok(store) => store,
        Err(error @ StoreError::Missing { .. }) => return Ok(Done::Usage(error.to_string())),
        Err(error) => return Err(error.into()),
    };
    let sessions = Keyring::new(store).sign_all_out().await?;
    note(&format!("sessions ended: {sessions}"));
    Ok(Done::Success)
}

/// A name without a port.
fn host_name(text: &str) -> Result<String, String> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if !text.is_empty() && text.bytes().all(fits) {
        return Ok(text.to_owned());
    }
    Err("expected a host name without a port".to_owned())
}
