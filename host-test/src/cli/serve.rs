//! `serve`: connections, actions, events and keys behind one address.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Subcommand;
use etcetera::AppStrategyArgs;
use host_test::serve::{Keyring, NewKey, Options, Server, Store};

use crate::cli::{
    component::load,
    done::Done,
    output::{note, print},
};

#[derive(clap::Args)]
#[command(after_help = "It prints a link to sign in with a browser. For a program make a key:\n  \
    host-test serve keys add till --connection shop --effect read --effect write --effect moves-money\n\n\
    docs/server.md describes the API.")]
pub(super) struct Arguments {
    #[command(subcommand)]
    verb: Option<Verb>,
    /// The directory of the data; by default `host-test` in the user's data directory
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The port on 127.0.0.1; 0 picks a free one
    #[arg(long, value_name = "N", default_value_t = 4030)]
    port: u16,
    /// The simulator's port on 127.0.0.1; 0 picks a free one
    #[arg(long, value_name = "N", default_value_t = 0)]
    simulator_port: u16,
    /// Also answer requests for this host name. By default only localhost and the loopback addresses are answered
    #[arg(long, value_name = "NAME")]
    host: Vec<String>,
}

#[derive(Subcommand)]
enum Verb {
    /// Makes, lists and revokes the keys of programs, also while the service runs
    #[command(subcommand)]
    Keys(Keys),
}

#[derive(Subcommand)]
enum Keys {
    /// Makes a key and prints it, this once
    Add {
        /// A name, for people
        name: String,
        /// A connection that it may use; by default all
        #[arg(long, value_name = "NAME")]
        connection: Vec<String>,
        /// An effect that its actions may have: read, write, moves-money, irreversible, notifies-customer; by default read
        #[arg(long, value_name = "EFFECT", default_value = "read")]
        effect: Vec<String>,
        /// Let it change connections and keys too
        #[arg(long)]
        admin: bool,
    },
    /// Lists the keys, without their secrets
    List,
    /// Revokes a key
    Revoke {
        /// Its name
        name: String,
    },
}

pub(super) async fn run(component: &Path, arguments: Arguments) -> Result<Done> {
    let data = match arguments.data {
        Some(data) => data,
        None => default_data()?,
    };
    match arguments.verb {
        Some(Verb::Keys(verb)) => return keys(&data, verb).await,
        None => {}
    }
    let options =
        Options { data, port: arguments.port, simulator_port: arguments.simulator_port, hosts: arguments.host };
    let server = Server::start(load(component).await?, options).await?;
    let (address, link) = (server.address()?, server.link().await?);
    print(&format!(
        "Serving on http://{address}. Press Ctrl-C to stop.\nThe simulator, the first connection, is on {}.\n\n\
         Sign in, once, by http://{address}/sign-in?token={}",
        server.simulator(),
        link.expose(),
    ))?;
    server.run().await;
    Ok(Done::Success)
}

async fn keys(data: &Path, verb: Keys) -> Result<Done> {
    let keyring = Keyring::new(Store::open(data)?);
    match verb {
        Keys::Add { name, connection, effect, admin } => {
            let connections = (!connection.is_empty()).then_some(connection);
            match keyring.add(NewKey { name, connections, effects: effect, admin }).await {
                Ok(key) => print(key.expose())?,
                Err(error) => return Ok(Done::Usage(error.to_string())),
            }
        }
        Keys::List => {
            for key in keyring.all().await? {
                print(&serde_json::to_string(&key)?)?;
            }
        }
        Keys::Revoke { name } => match keyring.revoke(&name).await {
            Ok(()) => note("revoked"),
            Err(error) => return Ok(Done::Usage(error.to_string())),
        },
    }
    Ok(Done::Success)
}

/// Returns `host-test` in the user's data directory: `$XDG_DATA_HOME`, or `~/.local/share`.
fn default_data() -> Result<PathBuf> {
    use etcetera::AppStrategy as _;

    let names =
        AppStrategyArgs { top_level_domain: String::new(), author: String::new(), app_name: "host-test".to_owned() };
    let strategy = etcetera::choose_app_strategy(names).context("there is no home directory: name one by --data")?;
    Ok(strategy.data_dir())
}
