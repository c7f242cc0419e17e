//! The command line: results on stdout, everything else on stderr. It exits with 0 if done, 1 if an action or a check failed or
//! stdout could not be written, 2 after wrong usage.

mod actions;
mod bench;
mod call;
mod check;
mod compile;
mod completions;
mod component;
mod data;
mod database;
mod describe;
mod done;
mod dry_run;
mod forward;
mod input;
mod listen;
mod logs;
mod manual;
mod mcp;
mod options;
mod output;
mod pages;
mod pull;
mod record;
mod serve;
mod simulated;
mod simulator;
mod spelling;
mod tenant;
mod test_connection;
mod trigger;
mod triggers;
mod verbose;

use std::{path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::{CommandFactory as _, Parser, Subcommand};
use host_test::COMPONENT;

use component::{file, load};
use done::Done;
use output::{explain, report_error};

/// Runs the PayPal connector: single actions, its fixtures, an endpoint for events, and a simulator of PayPal.
#[derive(Parser)]
#[command(name = "host-test", version, subcommand_required = false)]
#[command(after_help = "First steps, without a PayPal account:\n  \
    host-test simulator                       PayPal on this machine; it prints credentials to export\n  \
    host-test actions                         what can be done\n  \
    host-test describe orders.create          what an action takes\n  \
    host-test call orders.create body.intent=CAPTURE ... --dry-run\n                                            \
    the request that would be sent\n  \
    host-test call orders.get id=... --base-url http://127.0.0.1:4010\n\n\
    With --sandbox in place of --base-url a call goes to PayPal's sandbox, with --live to PayPal: real money.")]
struct Arguments {
    /// The component to load instead of the one built with this program: a file, as it is or as `compile` has made it; or
    /// by digest, oci://HOST/NAME@sha256:DIGEST or oci-layout:DIRECTORY@sha256:DIGEST
    #[arg(long, global = true, value_name = "COMPONENT", default_value = COMPONENT, hide_default_value = true)]
    component: PathBuf,
    /// Print each call and each request on stderr: action, host, path, status, debug id, duration
    #[arg(short, long, global = true)]
    verbose: bool,
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Subcommand)]
enum Verb {
    /// Runs every action against its fixtures (the default)
    Check(check::Arguments),
    /// Lists the actions
    Actions(actions::Arguments),
    /// Prints the manifest, with the OpenAPI document and the connection form; or one action, with its schemas
    Describe(describe::Arguments),
    /// Runs one action
    Call(call::Arguments),
    /// Lists what can be chosen for a parameter of an action, as a form would: values and labels
    Options(options::Arguments),
    /// Tests whether a connection works: its environment, its token, and the actions that the token does not cover
    TestConnection(test_connection::Arguments),
    /// Measures what a call costs compared with the same request made natively; sends nothing off this machine
    Bench(bench::Arguments),
    /// Compiles the component for this machine: as `--component`, the file starts in milliseconds
    Compile(compile::Arguments),
    /// Answers the requests of `bench`, which starts it
    #[command(hide = true)]
    BenchServer,
    /// Does one thing several times for `bench --instructions`, which starts it
    #[command(hide = true)]
    BenchRepeat(bench::Repeat),
    /// Reads rows for `bench --rows`, which starts it
    #[command(hide = true)]
    BenchReader(bench::Reader),
    /// Receives webhook events and IPN messages on this machine, and prints them
    Listen(listen::Arguments),
    /// Serves connections, actions and events by HTTP, on this machine, with a simulator as the first connection
    Serve(serve::Arguments),
    /// Runs a simulator of PayPal on this machine
    Simulator(paypal_simulator::cli::Options),
    /// Lists the triggers: the events that users know by name, and how each is received and polled
    Triggers(triggers::Arguments),
    /// Brings about an event by all that leads to it, in a simulator or in PayPal's sandbox
    Trigger(trigger::Arguments),
    /// Offers the actions to a model, as tools of the Model Context Protocol, on stdin and stdout or by HTTP
    Mcp(mcp::Arguments),
    /// Prints the requests that a simulator gets, as they come
    Logs(logs::Arguments),
    /// Prints a script that completes commands in a shell
    Completions(completions::Arguments),
    /// Writes the manual pages, `host-test.1` and one for each verb
    Manual(manual::Arguments),
}

pub(crate) fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) if error.use_stderr() => error.exit(),
        // The help or the version, which are results.
        Err(asked) => match output::delivered(asked.print()) {
            Ok(()) => return ExitCode::SUCCESS,
            Err(undelivered) => return report_error(&undelivered.to_string(), 1),
        },
    };
    if arguments.verbose {
        verbose::install();
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return report_error(&format!("cannot start: {error}"), 1),
    };
    match runtime.block_on(dispatch(arguments)) {
        Ok(Done::Success) => ExitCode::SUCCESS,
        Ok(Done::Failed) => ExitCode::from(1),
        Ok(Done::Usage(message)) => report_error(&message, 2),
        Err(error) => report_error(&explain(&error), 1),
    }
}

async fn dispatch(arguments: Arguments) -> Result<Done> {
    let component = arguments.component;
    match arguments.verb.unwrap_or(Verb::Check(check::Arguments::default())) {
        Verb::Check(arguments) => check::run(&load(&component).await?, &arguments).await,
        Verb::Actions(arguments) => actions::run(&load(&component).await?, &arguments).await,
        Verb::Describe(arguments) => describe::run(&load(&component).await?, &arguments).await,
        Verb::Options(arguments) => options::run(&component, arguments).await,
        Verb::TestConnection(arguments) => test_connection::run(&component, arguments).await,
        Verb::Call(arguments) => call::run(&component, arguments).await,
        Verb::Bench(arguments) => bench::run(file(component)?, arguments).await,
        Verb::Compile(arguments) => compile::run(&component, &arguments).await,
        Verb::BenchServer => bench::serve().await,
        Verb::BenchRepeat(arguments) => bench::repeat(component, arguments).await,
        Verb::BenchReader(arguments) => bench::read(&component, &arguments).await,
        Verb::Listen(arguments) => listen::run(&component, arguments).await,
        Verb::Serve(arguments) => serve::run(&component, arguments).await,
        Verb::Simulator(arguments) => simulator::run(arguments).await,
        Verb::Triggers(arguments) => triggers::run(&load(&component).await?, &arguments).await,
        Verb::Trigger(arguments) => trigger::run(&component, arguments).await,
        Verb::Mcp(arguments) => mcp::run(&component, arguments).await,
        Verb::Logs(arguments) => logs::run(arguments).await,
        Verb::Completions(arguments) => completions::run(&component, &arguments, &Arguments::command()).await,
        Verb::Manual(arguments) => manual::run(&arguments, Arguments::command()),
    }
}
