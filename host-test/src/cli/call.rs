//! `call`: one action, against a fixture, a server on this machine, or PayPal.

use std::{
    num::NonZeroUsize,
    path::{Path, PathBuf},
};

use anyhow::Result;
use connector_host::{Outcome, json};
use host_test::fixture::{self, Case};

use crate::cli::{
    component::load,
    done::Done,
    dry_run,
    input::{Draft, Given},
    output::{explain, note, print},
    pages, record,
    tenant::{Destination, History},
};

#[derive(clap::Args)]
#[command(group(clap::ArgGroup::new("where").args(["fixture", "base_url", "sandbox", "live", "dry_run"]).required(true).multiple(true)))]
#[command(after_help = "Examples:\n  \
    host-test call orders.get id=5O190127TN364715T --sandbox\n  \
    host-test call products.create body.name=Tea body.type=PHYSICAL --sandbox\n  \
    host-test call orders.create --body order.json options.prefer=representation --sandbox\n\n\
    `host-test describe ACTION` has the names. Credentials come from PAYPAL_ACCESS_TOKEN, or from PAYPAL_CLIENT_ID and \
    PAYPAL_CLIENT_SECRET.")]
pub(super) struct Arguments {
    /// The id of the action, such as orders.create
    #[arg(index = 1)]
    action: String,
    #[command(flatten)]
    given: Given,
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
    /// Show the request that would be sent, and send nothing; of an action that sends several, the first. Needs no credentials;
    /// without a destination it is that of the sandbox
    #[arg(long, conflicts_with_all = ["fixture", "all_pages", "journal"])]
    dry_run: bool,
    /// Make a fixture of what happens on the wire, with everything personal and secret replaced: such as `refused` or
    /// `orders/create/refused`. `check` plays it back
    #[arg(long, value_name = "CASE", conflicts_with_all = ["fixture", "dry_run", "all_pages", "journal"])]
    record: Option<String>,
    /// The directory of the fixtures, for --fixture and --record, in place of the repository's
    #[arg(long, value_name = "DIRECTORY", default_value = fixture::DIRECTORY, hide_default_value = true)]
    fixtures: PathBuf,
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
    let draft = match arguments.given.read() {
        Ok(draft) => draft,
        Err(message) => return Ok(Done::Usage(message)),
    };
    if let Some(case) = &arguments.fixture {
        return against_a_fixture(component, &arguments, case, draft).await;
    }
    if arguments.dry_run {
        return show(component, &arguments, draft).await;
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
    let input = match draft.input(&connector, &arguments.action).await? {
        Ok(input) => input,
        Err(message) => return Ok(Done::Usage(message)),
    };
    if arguments.all_pages {
        let limit = arguments.limit.map(NonZeroUsize::get);
        return pages::run(&connector, &tenant, &arguments.action, &input, limit).await;
    }
    let action = &arguments.action;
    if let Some(name) = &arguments.record {
        return match record::run(&connector, &tenant, &arguments.fixtures, (action, name), &input).await? {
            Ok((outcome, true)) => report(action, &outcome),
            Ok((outcome, false)) => report(action, &outcome).map(|_| Done::Failed),
            Err(message) => Ok(Done::Usage(message)),
        };
    }
    report(action, &connector.invoke(&tenant, action, &input).await?)
}

/// Shows the request, or the outcome of an action that ends without one.
async fn show(component: &Path, arguments: &Arguments, draft: Draft) -> Result<Done> {
    let (connector, action) = (load(component).await?, &arguments.action);
    let input = match draft.input(&connector, action).await? {
        Ok(input) => input,
        Err(message) => return Ok(Done::Usage(message)),
    };
    match dry_run::run(&connector, &arguments.destination, arguments.read_only, action, &input).await? {
        Ok(done) => Ok(done),
        Err(outcome) => {
            note("the action ends without sending anything");
            report(action, &outcome)
        }
    }
}

async fn against_a_fixture(component: &Path, arguments: &Arguments, case: &str, draft: Draft) -> Result<Done> {
    let case = match find(&arguments.fixtures, &arguments.action, case)? {
        Ok(case) => case,
        Err(message) => return Ok(Done::Usage(message)),
    };
    let connector = load(component).await?;
    if arguments.read_only
        && let Some(failure) = connector.read_only_refusal(&arguments.action).await?
    {
        return report(&arguments.action, &Outcome { result: Err(failure), output: String::new() });
    }
    let input = match draft {
        Draft::Nothing => case.input().to_owned(),
        draft => match draft.input(&connector, &arguments.action).await? {
            Ok(input) => input,
            Err(message) => return Ok(Done::Usage(message)),
        },
    };
    let outcome = fixture::play(&connector, &case, &input).await.map_err(anyhow::Error::msg)?;
    report(&arguments.action, &outcome)
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

/// Returns the case of that name, with or without the action as a prefix.
fn find(fixtures: &Path, action: &str, name: &str) -> Result<Result<Case, String>> {
    let of_action = |case: &Case| case.action == action;
    let cases: Vec<Case> = fixture::load(fixtures)?.into_iter().filter(of_action).collect();
    let short = |case: &Case| case.name.rsplit('/').next().unwrap_or_default().to_owned();
    let names: Vec<String> = cases.iter().map(short).collect();
    let found = cases.into_iter().find(|case| case.name == name || short(case) == name);
    Ok(found.ok_or(format!("`{action}` has no case `{name}`; its cases: {}", names.join(", "))))
}
