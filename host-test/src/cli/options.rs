//! `options`: what can be chosen for a parameter of an action.

use std::path::Path;

use anyhow::Result;
use connector_host::{Wanted, json};
use serde_json::{Map, Value};

use crate::cli::{component::load, done::Done, output::print, tenant::Destination};

#[derive(clap::Args)]
#[command(group(clap::ArgGroup::new("where").args(["base_url", "sandbox", "live"]).required(true).multiple(true)))]
#[command(after_help = "Examples:\n  \
    host-test options plans.get id --sandbox\n  \
    host-test options subscriptions.create /body/plan_id product_id=PROD-5FD60555F23244316 --sandbox\n  \
    host-test options payments.refund-capture capture_id order_id=5O190127TN364715T --sandbox\n\n\
    Credentials come from PAYPAL_ACCESS_TOKEN, or from PAYPAL_CLIENT_ID and PAYPAL_CLIENT_SECRET.")]
pub(super) struct Arguments {
    /// The id of the action, such as plans.get
    action: String,
    /// A parameter of the action, such as id, or a JSON Pointer into its input, such as /body/plan_id
    parameter: String,
    /// A member of the action's input, or another one that the choices need
    #[arg(value_name = "NAME=VALUE", value_parser = member)]
    input: Vec<(String, String)>,
    /// Only what has this text in its value or label, in any case
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// `next` of the page before
    #[arg(long, value_name = "JSON")]
    page: Option<String>,
    #[command(flatten)]
    destination: Destination,
    /// Print JSON, as this command always does
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(component: &Path, arguments: Arguments) -> Result<Done> {
    let tenant = match arguments.destination.tenant() {
        Ok(tenant) => tenant,
        Err(message) => return Ok(Done::Usage(message)),
    };
    let input: Map<String, Value> = arguments.input.into_iter().map(|(name, value)| (name, value.into())).collect();
    let input = Value::Object(input).to_string();
    let wanted = Wanted {
        action: &arguments.action,
        parameter: &arguments.parameter,
        input: &input,
        search: arguments.search.as_deref(),
        page: arguments.page.as_deref(),
    };
    let choices = load(component).await?.options(&tenant, &wanted).await?;
    print(&json::choices(&choices)?)?;
    Ok(if choices.is_ok() { Done::Success } else { Done::Failed })
}

/// Splits an argument at its first equals sign. The message does not repeat it: it may be a secret.
fn member(argument: &str) -> Result<(String, String), String> {
    let (name, value) = argument.split_once('=').ok_or("expected NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}
