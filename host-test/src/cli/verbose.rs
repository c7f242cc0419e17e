//! `--verbose`: what calls and requests come to, on stderr.

use std::io;

use tracing_subscriber::{filter::Targets, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _};

/// Prints the events of connector-host, and of nothing else: an HTTP library's could have header fields.
pub(super) fn install() {
    let only = Targets::new().with_target("connector_host", tracing_subscriber::filter::LevelFilter::DEBUG);
    // It fails only where there is a subscriber already, which there is not.
    _ = tracing_subscriber::registry().with(fmt::layer().with_writer(io::stderr)).with(only).try_init();
}
