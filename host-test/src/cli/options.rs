//! `options`: what can be chosen for a parameter of an action.

use std::path::Path;

use anyhow::Result;
use connector_host::{Wanted, json};

use crate::cli::{component::load, done::Done, input, output::print, tenant::Destination};

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
    /// A member of the action's input, as `call` takes it (`body.product_id=PROD-7`, and JSON after `:=`), or another one that the
    /// choices need
    #[arg(value_name = "NAME=VALUE")]
    input: Vec<String>,
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
    let connector = load(component).await?;
    let input = match input::filled_in(&arguments.input, &connector, &arguments.action).await? {
        Ok(input) => input,
        Err(message) => return Ok(Done::Usage(message)),
    };
    let wanted = Wanted {
        action: &arguments.action,
        parameter: &arguments.parameter,
        input: &input,
        search: arguments.search.as_deref(),
        page: arguments.page.as_deref(),
    };
    let choices = connector.options(&tenant, &wanted).await?;
    print(&json::choices(&choices)?)?;
    Ok(if choices.is_ok() { Done::Success } else { Done::Failed })
}
