//! `--verbose`: prints calls and requests on stderr.

use std::io;

use tracing_subscriber::{filter::Targets, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _};

/// Prints the tracing events of connector-host only: an HTTP library's could contain header fields.
pub(super) fn install() {
    let only = Targets::new().with_target("connector_host", tracing_subscriber::filter::LevelFilter::DEBUG);
    // It fails only if a subscriber is set already; none is.
    _ = tracing_subscriber::registry().with(fmt::layer().with_writer(io::stderr)).with(only).try_init();
}
