//! `listen --pull`: reads PayPal's list of events until Ctrl-C.

use std::time::Duration;

use anyhow::{Context as _, Result};
use connector_host::{Connector, Tenant};
use host_test::listen::{EventFilter, Program, Puller, Received};
use tokio::time::sleep;

use crate::cli::output::note;

/// The pause between two readings of the list.
const PAUSE: Duration = Duration::from_secs(5);

/// Pulls until it is dropped.
///
/// # Errors
/// If the list cannot be read at the start.
pub(super) async fn run(
    connector: Connector,
    tenant: Tenant,
    program: Option<Program>,
    events: EventFilter,
    hand_on: impl Fn(&Received) -> bool + Send + Sync,
) -> Result<()> {
    let mut puller = Puller::begin(connector, tenant, program, events, hand_on).await.context("--pull")?;
    note("pulling the events that PayPal lists, which have no signature\nPress Ctrl-C to stop.");
    let mut last_error = None;
    loop {
        let error = puller.round().await.err().map(|error| error.to_string());
        match &error {
            Some(error) if last_error.as_ref() != Some(error) => note(&format!("error: --pull: {error}")),
            None if last_error.is_some() => note("events can be pulled again"),
            _ => {}
        }
        last_error = error;
        sleep(PAUSE).await;
    }
}
