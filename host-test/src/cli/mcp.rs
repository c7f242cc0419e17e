//! `mcp`: the actions as tools of the Model Context Protocol.

use std::{
    env,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, Result, anyhow};
use connector_mcp::{
    Access, FixedTarget, Guide, NextSteps, Page, Server, ServerError, Target,
    http::{self, Key},
    stdio,
};
use host_test::{
    NEXT_STEPS,
    serve::{AttachError, Attached, StoreError},
};
use tokio::net::TcpListener;

use crate::cli::{
    component::load,
    data,
    done::Done,
    output::{note, print},
    tenant::{Destination, History, missing_credentials},
};

/// The variable with the key of the HTTP server's clients.
const KEY: &str = "HOST_TEST_MCP_KEY";

#[derive(clap::Args)]
#[command(group(clap::ArgGroup::new("where").args(["base_url", "sandbox", "live", "connection"]).required(true).multiple(true)))]
#[command(after_help = "Examples:\n  \
    host-test mcp --sandbox --read-only\n  \
    host-test mcp --sandbox --only orders payments --allow moves-money\n  \
    host-test mcp --connection shop\n  \
    host-test mcp --base-url http://127.0.0.1:4010 --http 4040\n\n\
    A client starts the first three by itself: docs/mcp.md shows how. Credentials are those of the connection, or come from \
    PAYPAL_ACCESS_TOKEN, or from PAYPAL_CLIENT_ID and PAYPAL_CLIENT_SECRET. With --http, the clients' key comes from HOST_TEST_MCP_KEY; without it, one is made \
    and printed.")]
pub(super) struct Arguments {
    #[command(flatten)]
    destination: Destination,
    /// A connection that `host-test serve` keeps, with its credentials and its journal
    #[arg(long, value_name = "NAME", conflicts_with_all = ["base_url", "sandbox", "live", "journal"])]
    connection: Option<String>,
    /// The directory of its data; by default `host-test` in the user's data directory
    #[arg(long, value_name = "DIR", requires = "connection")]
    data: Option<PathBuf>,
    #[command(flatten)]
    history: History,
    /// Offer only actions that read
    #[arg(long, conflicts_with = "allow")]
    read_only: bool,
    /// Offer only the actions of these groups, or these actions, such as `invoices` or `orders.get`
    #[arg(long, value_name = "GROUP", num_args = 1.., value_delimiter = ',')]
    only: Vec<String>,
    /// Also offer what is off otherwise
    #[arg(long, value_name = "EFFECT")]
    allow: Option<Allowed>,
    /// Serve streamable HTTP on this port of 127.0.0.1, or at this address of this machine, in place of stdin and stdout; 0 picks
    /// a free port
    #[arg(long, value_name = "PORT", value_parser = address)]
    http: Option<SocketAddr>,
}

/// What is off unless it is allowed.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Allowed {
    /// Actions that move money
    MovesMoney,
}

/// A port of 127.0.0.1, or a loopback address with one.
fn address(text: &str) -> Result<SocketAddr, String> {
    let address = match text.parse::<u16>() {
        Ok(port) => SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
        Err(_) => text.parse().map_err(|_| "expected a port, or an address such as 127.0.0.1:4040".to_owned())?,
    };
    if address.ip().is_loopback() { Ok(address) } else { Err("only an address of this machine is served".to_owned()) }
}

pub(super) async fn run(component: &Path, arguments: Arguments) -> Result<Done> {
    let (target, only_reads) = match target(&arguments).await? {
        Ok(target) => target,
        Err(message) => return Ok(Done::Usage(message)),
    };
    if let Some(warning) = target.warning() {
        note(&format!("warning: {warning}"));
    }
    let key = match key() {
        Ok(key) => key,
        Err(message) if arguments.http.is_some() => return Ok(Done::Usage(message)),
        Err(_) => None,
    };
    let moves_money = arguments.allow == Some(Allowed::MovesMoney);
    let access = Access { read_only: arguments.read_only || only_reads, only: arguments.only, moves_money };
    let guide = Guide { pages: pages(), next_steps: NextSteps::parse(NEXT_STEPS)? };
    let server = match Server::new(load(component).await?, target, &access, guide, note).await {
        Ok(server) => server,
        Err(error @ ServerError::UnknownGroup { .. }) => return Ok(Done::Usage(format!("--only: {error}"))),
        Err(error) => return Err(error.into()),
    };
    match arguments.http {
        None => stdio::serve(server).await.map_err(|error| anyhow!("the client did not begin as it must: {error}"))?,
        Some(address) => {
            let listener = TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?;
            print(&format!("http://{}{}", listener.local_addr()?, http::PATH))?;
            let key = match key {
                Some(key) => key,
                None => {
                    let (key, text) = Key::generate();
                    print(&format!("Authorization: Bearer {text}"))?;
                    key
                }
            };
            note(&format!("{} actions. Press Ctrl-C to stop.", server.tools()));
            http::serve(server, listener, key).await?;
        }
    }
    Ok(Done::Success)
}

/// Where calls go, and whether only reads do; or what is wrong with the arguments.
async fn target(arguments: &Arguments) -> Result<Result<(Arc<dyn Target>, bool), String>> {
    match &arguments.connection {
        Some(name) => attached(arguments, name).await,
        None => Ok(fixed(arguments).await.map(|target| (target, false))),
    }
}

/// The connection of `serve`.
async fn attached(arguments: &Arguments, name: &str) -> Result<Result<(Arc<dyn Target>, bool), String>> {
    let directory = data::directory(arguments.data.clone())?;
    let attached = match Attached::open(&directory, name, note).await {
        Ok(attached) => attached,
        Err(error @ (AttachError::Unknown { .. } | AttachError::Store(StoreError::Missing { .. }))) => {
            return Ok(Err(format!("--connection: {error}")));
        }
        Err(error) => return Err(error.into()),
    };
    let only_reads = attached.is_read_only();
    if only_reads && arguments.allow.is_some() {
        return Ok(Err(format!("--allow: the connection `{name}` only reads")));
    }
    if let Err(reason) = attached.tenant().await {
        // It may be there for the first call.
        note(&format!("warning: {reason}"));
    }
    Ok(Ok((Arc::new(attached), only_reads)))
}

/// The account of the arguments and the environment.
async fn fixed(arguments: &Arguments) -> Result<Arc<dyn Target>, String> {
    let tenant = arguments.history.keep(arguments.destination.tenant()?).await?;
    let target = FixedTarget::new(arguments.destination.label(), tenant);
    Ok(Arc::new(match missing_credentials() {
        Some(what) => target.with_warning(format!("There are no credentials, so that every call fails: {what}.")),
        None => target,
    }))
}

/// Reads the key from the environment; `None` if there is none.
fn key() -> Result<Option<Key>, String> {
    match env::var(KEY) {
        Ok(key) if key.is_empty() => Ok(None),
        Ok(key) => Key::new(&key).map(Some).map_err(|error| format!("{KEY}: {error}")),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => Err(format!("{KEY} is not text")),
    }
}

/// The documentation that clients can read.
fn pages() -> Vec<Page> {
    let page = |name: &str, title: &str, text: &str| Page { name: name.into(), title: title.into(), text: text.into() };
    vec![
        page("actions", "Every action", include_str!("../../../docs/actions.md")),
        page("inputs", "Inputs", include_str!("../../../docs/inputs.md")),
        page("outcomes", "Replies and failures", include_str!("../../../docs/outcomes.md")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_served() {
        assert_eq!(address("4030"), Ok(SocketAddr::from(([127, 0, 0, 1], 4030))));
        assert_eq!(address("[::1]:0").map(|it| it.to_string()).as_deref(), Ok("[::1]:0"));
        for wrong in ["0.0.0.0:4030", "192.168.1.7:4030", "localhost", "70000", ""] {
            assert!(address(wrong).is_err(), "{wrong}");
        }
    }
}
