//! `call`: one action, against a fixture, a server on this machine, or PayPal.

use std::{
    fs,
    io::{self, Read as _},
    num::NonZeroUsize,
    path::{Path, PathBuf},
};

use anyhow::Result;
use connector_host::{Connector, Outcome, json, schema::Catalogue};
use host_test::fixture::{self, Case};
use serde_json::Value;

use crate::cli::{
    component::load,
    done::Done,
    output::{explain, note, print},
    pages,
    tenant::{Destination, History},
};

#[derive(clap::Args)]
#[command(group(clap::ArgGroup::new("where").args(["fixture", "base_url", "sandbox", "live"]).required(true).multiple(true)))]
#[command(after_help = "Credentials come from PAYPAL_ACCESS_TOKEN, or from PAYPAL_CLIENT_ID and PAYPAL_CLIENT_SECRET.")]
pub(super) struct Arguments {
    /// The id of the action, such as orders.create
    action: String,
    /// A file with the input, `-` for stdin: {"<parameter>": ..., "body": ..., "options": {...}}. Optional if the action
    /// requires nothing
    #[arg(long, value_name = "FILE|-")]
    input: Option<PathBuf>,
    /// Answer with the exchanges of this case, and compare the requests with it: such as `minimal` or `orders/create/minimal`
    #[arg(long, value_name = "CASE", conflicts_with_all = ["base_url", "sandbox", "live", "all_pages", "journal"])]
    fixture: Option<String>,
    #[command(flatten)]
    destination: Destination,
    #[command(flatten)]
    history: History,
    /// Run the action only if it changes nothing
    #[arg(long)]
    read_only: bool,
    /// Read this page and all that follow, and print their items, one JSON document per line
    #[arg(long)]
    all_pages: bool,
    /// Stop after that many items
    #[arg(long, value_name = "N", requires = "all_pages")]
    limit: Option<NonZeroUsize>,
    /// Print JSON, as this command always does
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(component: &Path, arguments: Arguments) -> Result<Done> {
    let input = match arguments.input.as_deref().map(read).transpose() {
        Ok(input) => input,
        Err(message) => return Ok(Done::Usage(message)),
    };
    if let Some(case) = &arguments.fixture {
        return against_a_fixture(component, &arguments, case, input.as_deref()).await;
    }
    let tenant = match arguments.destination.tenant() {
        Ok(tenant) => arguments.history.keep(tenant).await,
        Err(message) => Err(message),
    };
    let tenant = match tenant {
        Ok(tenant) if arguments.read_only => tenant.read_only(),
        Ok(tenant) => tenant,
        Err(message) => return Ok(Done::Usage(message)),
    };
    let connector = load(component).await?;
    let input = match input {
        Some(input) => input,
        None => match empty_input(&connector, &arguments.action).await? {
            Ok(input) => input,
            Err(message) => return Ok(Done::Usage(message)),
        },
    };
    if arguments.all_pages {
        let limit = arguments.limit.map(NonZeroUsize::get);
        return pages::run(&connector, &tenant, &arguments.action, &input, limit).await;
    }
    report(&arguments.action, &connector.invoke(&tenant, &arguments.action, &input).await?)
}

async fn against_a_fixture(component: &Path, arguments: &Arguments, case: &str, input: Option<&str>) -> Result<Done> {
    let case = match find(&arguments.action, case)? {
        Ok(case) => case,
        Err(message) => return Ok(Done::Usage(message)),
    };
    let connector = load(component).await?;
    if arguments.read_only
        && let Some(failure) = connector.read_only_refusal(&arguments.action).await?
    {
        return report(&arguments.action, &Outcome { result: Err(failure), output: String::new() });
    }
    let input = input.unwrap_or(case.input());
    let outcome = fixture::play(&connector, &case, input).await.map_err(anyhow::Error::msg)?;
    report(&arguments.action, &outcome)
}

/// Returns the input `{}` if the action requires nothing, or an error that lists what it requires.
async fn empty_input(connector: &Connector, action: &str) -> Result<Result<String, String>> {
    let Some(info) = connector.actions().await?.into_iter().find(|info| info.id == action) else {
        return Ok(Err(format!("there is no action `{action}`; `actions` lists them")));
    };
    let catalogue = Catalogue::parse(&connector.describe().await?.openapi)?;
    let required = catalogue.at(&info.input_schema)["required"].as_array().into_iter().flatten();
    let required: Vec<&str> = required.filter_map(Value::as_str).collect();
    if required.is_empty() {
        return Ok(Ok("{}".to_owned()));
    }
    Ok(Err(format!("--input is missing: `{action}` requires {}", required.join(", "))))
}

fn report(action: &str, Outcome { result, output }: &Outcome) -> Result<Done> {
    if !output.is_empty() {
        note(&format!("the component printed:\n{output}"));
    }
    // A document that is not JSON must not hide the outcome.
    let printed = json::outcome(result).map_err(anyhow::Error::from).and_then(|text| Ok(print(&text)?));
    if let Err(error) = printed {
        note(&format!("error: {}\n{}", explain(&error), json::undelivered(action, result)));
        return Ok(Done::Failed);
    }
    Ok(if result.is_ok() { Done::Success } else { Done::Failed })
}

fn read(file: &Path) -> Result<String, String> {
    let bytes = if file == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        fs::read(file)
    };
    let bytes = bytes.map_err(|error| format!("--input {}: {error}", file.display()))?;
    String::from_utf8(bytes).map_err(|_| format!("--input {}: it is not UTF-8 text", file.display()))
}

/// Returns the case of that name, with or without the action as a prefix.
fn find(action: &str, name: &str) -> Result<Result<Case, String>> {
    let of_action = |case: &Case| case.action == action;
    let cases: Vec<Case> = fixture::load(Path::new(fixture::DIRECTORY))?.into_iter().filter(of_action).collect();
    let short = |case: &Case| case.name.rsplit('/').next().unwrap_or_default().to_owned();
    let names: Vec<String> = cases.iter().map(short).collect();
    let found = cases.into_iter().find(|case| case.name == name || short(case) == name);
    Ok(found.ok_or(format!("`{action}` has no case `{name}`; its cases: {}", names.join(", "))))
}
