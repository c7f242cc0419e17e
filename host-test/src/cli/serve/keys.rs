//! `serve keys`: the keys of programs.

use std::path::Path;

use anyhow::Result;
use clap::Subcommand;
use host_test::serve::{Keyring, NewKey, Store, StoreError};

use crate::cli::{
    done::Done,
    output::{note, print},
};

#[derive(Subcommand)]
pub(super) enum Verb {
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
    /// Revokes a key, at once
    Revoke {
        /// Its name
        name: String,
    },
}

pub(super) async fn run(data: &Path, verb: Verb) -> Result<Done> {
    let keyring = match Store::open_existing(data) {
        Ok(store) => Keyring::new(store),
        Err(error @ StoreError::Missing { .. }) => return Ok(Done::Usage(error.to_string())),
        Err(error) => return Err(error.into()),
    };
    match verb {
        Verb::Add { name, connection, effect, admin } => {
            let connections = (!connection.is_empty()).then_some(connection);
            match keyring.add(NewKey { name, connections, effects: effect, admin }).await {
                Ok(key) => print(key.expose())?,
                Err(error) => return Ok(Done::Usage(error.to_string())),
            }
        }
        Verb::List => {
            for key in keyring.all().await? {
                print(&serde_json::to_string(&key)?)?;
            }
        }
        Verb::Revoke { name } => match keyring.revoke(&name).await {
            Ok(()) => note("revoked"),
            Err(error) => return Ok(Done::Usage(error.to_string())),
        },
    }
    Ok(Done::Success)
}
