//! `triggers`: what can start a workflow.

use anyhow::Result;
use connector_host::{Connector, json};

use crate::cli::{done::Done, output::print, spelling};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Print this one, with its event types, a sample, and how it is switched on and off, received and polled
    #[arg(value_name = "ID")]
    id: Option<String>,
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(connector: &Connector, arguments: &Arguments) -> Result<Done> {
    let triggers = connector.triggers().await?;
    if let Some(id) = &arguments.id {
        let Some(trigger) = triggers.iter().find(|trigger| trigger.id == *id) else {
            return Ok(Done::Usage(spelling::unknown("trigger", id, triggers.iter().map(|trigger| &*trigger.id))));
        };
        print(&json::trigger(trigger)?)?;
        return Ok(Done::Success);
    }
    if arguments.json {
        print(&json::triggers(&triggers)?)?;
        return Ok(Done::Success);
    }
    let width = triggers.iter().map(|trigger| trigger.id.len()).max().unwrap_or_default();
    for trigger in triggers {
        print(&format!("{:width$}  {} [{}]", trigger.id, trigger.label, trigger.event_types.join(", ")))?;
    }
    Ok(Done::Success)
}
