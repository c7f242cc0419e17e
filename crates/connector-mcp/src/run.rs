//! Runs the action of a tool.

use connector_host::{CallError, Connector, Outcome, Progress, Tenant, actions::Effect, json};
use serde_json::{Map, Value};

use crate::{
    offer::Offered,
    progress::{Cancelled, Reporter},
    target::{Call, Target},
};

/// How a call ended.
pub(crate) enum Ended {
    /// With an outcome of the action.
    Outcome(Outcome),
    /// The component did not complete it.
    Stopped(CallError),
    /// The client cancelled it, before anything that changes something was sent.
    Cancelled,
}

/// Runs an action.
///
/// A call that the client cancels is dropped if it only reads, or has sent nothing. Any other goes on to its end: what it did
/// must be known, at least in the journal and to `lost`, since the client may not get the answer any more.
pub(crate) async fn run(
    connector: &Connector,
    target: &dyn Target,
    tenant: &Tenant,
    offered: &Offered,
    input: &Map<String, Value>,
    reporter: &mut Reporter,
    lost: &(dyn Fn(&str) + Send + Sync),
) -> Ended {
    let action = &offered.action;
    let (input, progress) = (Value::Object(input.clone()).to_string(), Progress::default());
    let reads = action.effects == [Effect::Read];
    let work = target.invoke(Call { connector, tenant, action: &action.id, input: &input, progress: &progress });
    match reporter.during(work, || reads || !progress.request_sent()).await {
        Err(Cancelled) => Ended::Cancelled,
        Ok(Ok(outcome)) => {
            if reporter.cancelled.is_cancelled() && !reads {
                lost(&json::undelivered(&action.id, &outcome.result));
            }
            Ended::Outcome(outcome)
        }
        Ok(Err(error)) => Ended::Stopped(error),
    }
}
