//! The log of `serve`.

use std::io::{self, IsTerminal as _};

use clap::ValueEnum;
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    fmt,
    layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

/// What is printed on stderr.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    Json,
    None,
}

/// Prints the tracing events of this service and of connector-host only: an HTTP library's could contain header fields.
pub(super) fn install(form: Option<Form>) {
    let default = if io::stderr().is_terminal() { Form::None } else { Form::Json };
    if form.unwrap_or(default) == Form::None {
        return;
    }
    let only =
        Targets::new().with_targets([("connector_host", LevelFilter::INFO), ("host_test::serve", LevelFilter::INFO)]);
    let lines = fmt::layer().json().flatten_event(true).with_writer(io::stderr);
    // It fails only if `--verbose` has set one already.
    _ = tracing_subscriber::registry().with(lines).with(only).try_init();
}
