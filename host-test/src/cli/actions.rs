//! `actions`: the list of actions.

use anyhow::Result;
use clap::ValueEnum;
use connector_host::{Connector, actions, json};

use crate::cli::{done::Done, output::print};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Only the actions with this effect; those with `read` change nothing
    #[arg(long)]
    effect: Option<Effect>,
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
}

/// The effects, as values of the command line.
#[derive(Clone, Copy, ValueEnum)]
enum Effect {
    Read,
    Write,
    MovesMoney,
    Irreversible,
    NotifiesCustomer,
}

impl From<Effect> for actions::Effect {
    fn from(effect: Effect) -> Self {
        match effect {
            Effect::Read => Self::Read,
            Effect::Write => Self::Write,
            Effect::MovesMoney => Self::MovesMoney,
            Effect::Irreversible => Self::Irreversible,
            Effect::NotifiesCustomer => Self::NotifiesCustomer,
        }
    }
}

pub(super) async fn run(connector: &Connector, arguments: &Arguments) -> Result<Done> {
    let mut actions = connector.actions().await?;
    if let Some(effect) = arguments.effect {
        actions.retain(|action| action.effects.contains(&effect.into()));
    }
    if arguments.json {
        print(&json::actions(&actions)?)?;
        return Ok(Done::Success);
    }
    let width = actions.iter().map(|action| action.id.len()).max().unwrap_or_default();
    for action in actions {
        let effects = json::effects(&action.effects);
        print(&format!("{:width$}  {} [{effects}]", action.id, action.summary))?;
    }
    Ok(Done::Success)
}
