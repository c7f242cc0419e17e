//! `actions`: the list of actions.

use anyhow::Result;
use host_test::{Connector, json};

use super::{Done, print};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Print JSON in place of a table
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(connector: &Connector, arguments: &Arguments) -> Result<Done> {
    let actions = connector.actions().await?;
    if arguments.json {
        print(&json::actions(&actions)?)?;
        return Ok(Done::Well);
    }
    let width = actions.iter().map(|action| action.id.len()).max().unwrap_or_default();
    for action in actions {
        let effects = action.effects.into_iter().map(json::effect).collect::<Vec<_>>().join(", ");
        print(&format!("{:width$}  {} [{effects}]", action.id, action.summary))?;
    }
    Ok(Done::Well)
}
