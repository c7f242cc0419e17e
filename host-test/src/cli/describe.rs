//! `describe`: the manifest, or one action with the schemas of its input and output, and a sample.

use anyhow::{Context as _, Result};
use connector_host::{Connector, json, schema::Catalogue};

use crate::cli::{done::Done, output::print};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Only this action, with the JSON Schemas of its input and its output, and a sample of both
    action: Option<String>,
    /// Print JSON, as this command always does
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(connector: &Connector, arguments: &Arguments) -> Result<Done> {
    let manifest = connector.describe().await?;
    let Some(id) = &arguments.action else {
        print(&json::manifest(&manifest)?)?;
        return Ok(Done::Success);
    };
    let Some(action) = connector.actions().await?.into_iter().find(|action| action.id == *id) else {
        return Ok(Done::Usage(format!("there is no action `{id}`; `actions` lists them")));
    };
    let catalogue = Catalogue::parse(&manifest.openapi).context("the component's catalogue is not JSON")?;
    let input = catalogue.json_schema(&action.input_schema)?;
    let output = action.output_schema.as_deref().map(|it| catalogue.json_schema(it)).transpose()?;
    print(&json::action(&action, input, output, catalogue.at(&action.sample).clone())?)?;
    Ok(Done::Success)
}
