//! `trigger`: brings about an event by all that leads to it, in a simulator or in PayPal's sandbox.

use std::path::Path;

use anyhow::{Context as _, Result};
use connector_host::{Connector, Tenant, json};
use host_test::trigger;
use paypal_simulator::triggers::{self, Trigger};
use serde_json::{Value, json};

use crate::cli::{
    component::load,
    done::Done,
    output::{note, print},
    simulated::Address,
    tenant::Destination,
};

#[derive(clap::Args)]
#[command(after_help = "In the sandbox credentials come from PAYPAL_CLIENT_ID and PAYPAL_CLIENT_SECRET.")]
pub(super) struct Arguments {
    /// The type of the event, such as PAYMENT.CAPTURE.REFUNDED
    #[arg(required_unless_present = "list")]
    event: Option<String>,
    /// Change the first request, such as `purchase_units[0].amount.value=12.00`. A value that is JSON is taken as JSON
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    #[command(flatten)]
    address: Address,
    /// In PayPal's sandbox, for events that need nobody but the merchant
    #[arg(long)]
    sandbox: bool,
    /// List the types of events; with `--sandbox` those that are possible there
    #[arg(long)]
    list: bool,
}

pub(super) async fn run(component: &Path, arguments: Arguments) -> Result<Done> {
    if arguments.list {
        return list(arguments.sandbox);
    }
    let event = arguments.event.unwrap_or_default();
    let mut trigger = match Trigger::new(&event) {
        Ok(trigger) => trigger,
        Err(error) => return Ok(Done::Usage(format!("{error}; `trigger --list` lists the types that are possible"))),
    };
    let mut set = serde_json::Map::new();
    for pair in &arguments.set {
        let Some((path, value)) = pair.split_once('=') else {
            return Ok(Done::Usage(format!("--set {pair}: expected PATH=VALUE")));
        };
        // An amount such as 12.00 is a string in PayPal's documents, and so is all else that looks like a number.
        let value = serde_json::from_str(value).ok().filter(|it: &Value| !it.is_number()).unwrap_or(json!(value));
        if let Err(error) = trigger.set(path, value.clone()) {
            return Ok(Done::Usage(format!("--set {pair}: {error}")));
        }
        set.insert(path.to_owned(), value);
    }
    if arguments.sandbox {
        if trigger.needs_the_simulator() {
            let message = format!("{event} needs a payer, or time, which only a simulator has; leave out --sandbox");
            return Ok(Done::Usage(message));
        }
        return match Destination::sandbox().tenant() {
            Ok(tenant) => in_the_sandbox(&load(component).await?, &tenant, trigger).await,
            Err(message) => Ok(Done::Usage(message)),
        };
    }
    let body = json!({"event_type": event, "set": set});
    let (status, answer) = arguments.address.send("POST", "/simulator/trigger", &body).await?;
    print(&format!("{answer:#}"))?;
    Ok(if status == 200 { Done::Success } else { Done::Failed })
}

fn list(sandbox: bool) -> Result<Done> {
    let types: Vec<&str> = if sandbox { trigger::event_types().collect() } else { triggers::event_types().collect() };
    for name in types {
        print(name)?;
    }
    Ok(Done::Success)
}

/// Makes the requests as actions.
async fn in_the_sandbox(connector: &Connector, tenant: &Tenant, trigger: Trigger) -> Result<Done> {
    let actions = connector.actions().await?;
    let mut calls = trigger::Calls::new(&actions, trigger);
    while let Some(trigger::Call { request, action, input }) = calls.next_call()? {
        note(&format!("{} {}: {action}", request.method, request.path));
        let outcome = connector.invoke(tenant, action, &input.to_string()).await?;
        match &outcome.result {
            Ok(reply) => calls.answered(reply).with_context(|| action.to_owned())?,
            Err(_) => {
                print(&json::outcome(&outcome.result)?)?;
                return Ok(Done::Failed);
            }
        }
    }
    print(&format!("{:#}", json!({"resources": calls.resources()})))?;
    Ok(Done::Success)
}
