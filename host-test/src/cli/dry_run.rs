//! `call --dry-run`: the request that an action would send.

use anyhow::Result;
use connector_host::{Connector, Outcome};
use host_test::dry_run;

use crate::cli::{
    done::Done,
    output::print,
    tenant::{Destination, delegation},
};

/// Prints the first request of an action. Returns the outcome instead, if the action ends without a request.
pub(super) async fn run(
    connector: &Connector,
    destination: &Destination,
    is_read_only: bool,
    action: &str,
    input: &str,
) -> Result<Result<Done, Outcome>> {
    let (route, delegation) = match destination.route().and_then(|route| Ok((route, delegation()?))) {
        Ok(both) => both,
        Err(message) => return Ok(Ok(Done::Usage(message))),
    };
    let shown = dry_run::request(connector, route, delegation, is_read_only, action, input).await?;
    Ok(match shown {
        Ok(request) => {
            print(&request)?;
            Ok(Done::Success)
        }
        Err(outcome) => Err(outcome),
    })
}
