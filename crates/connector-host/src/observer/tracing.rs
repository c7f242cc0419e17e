//! Calls as events of `tracing`.

use tracing::{debug, info};

use super::{CallEnd, CallOutcome, ObservedCall, ObservedRequest, Observer, RequestEnd};
use crate::json;

/// Emits `tracing` events with the target `connector_host`: at level `DEBUG` when a call arrives, at `INFO` when a
/// request or a call ends. A failed call is not an error of the program.
///
/// Every event has the fields `call`, `action` and, if the tenant has a label, `tenant`. That of a request also has
/// `attempt`, `method`, `host`, `path`, `duration_ms`, and `status` (with `debug_id`), `error` or `abandoned`. That of
/// a call has `attempts`, `duration_ms`, and `outcome`: `reply`, the kind of the failure, `stopped` or `dropped`.
#[derive(Clone, Copy, Debug, Default)]
pub struct TracingObserver;

/// The target of the events.
const TARGET: &str = "connector_host";

impl Observer for TracingObserver {
    fn call_began(&self, call: &ObservedCall<'_>) {
        let ObservedCall { number, tenant, action } = *call;
        debug!(target: TARGET, call = number, tenant, action, "call began");
    }

    fn request_ended(&self, call: &ObservedCall<'_>, request: &ObservedRequest<'_>) {
        let ObservedCall { number, tenant, action } = *call;
        let ObservedRequest { attempt, method, host, path, end, duration } = *request;
        let (mut status, mut debug_id, mut error, mut abandoned) = (None, None, None, None);
        match end {
            RequestEnd::Answered { status: answered, debug_id: id } => (status, debug_id) = (Some(answered), id),
            RequestEnd::Failed { error: why } => error = Some(why),
            RequestEnd::Abandoned => abandoned = Some(true),
        }
        let duration_ms = milliseconds(duration);
        info!(
            target: TARGET,
            call = number, tenant, action, attempt, method, host, path, status, debug_id, error, abandoned, duration_ms,
            "request ended"
        );
    }

    fn call_ended(&self, call: &ObservedCall<'_>, end: &CallEnd<'_>) {
        let ObservedCall { number, tenant, action } = *call;
        let CallEnd { outcome, attempts, duration } = *end;
        let (mut status, mut name, mut request_sent, mut reason) = (None, None, None, None);
        let outcome = match outcome {
            CallOutcome::Replied { status: answered } => {
                status = answered;
                "reply"
            }
            CallOutcome::Failed { kind, name: named, status: answered, request_sent: sent } => {
                (status, name, request_sent) = (answered, named, Some(sent));
                json::kind(kind)
            }
            CallOutcome::Stopped { reason: why, request_sent: sent } => {
                (request_sent, reason) = (Some(sent), Some(why.to_string()));
                "stopped"
            }
            CallOutcome::Dropped { request_sent: sent } => {
                request_sent = Some(sent);
                "dropped"
            }
        };
        let (reason, duration_ms) = (reason.as_deref(), milliseconds(duration));
        info!(
            target: TARGET,
            call = number, tenant, action, outcome, status, name, request_sent, reason, attempts, duration_ms,
            "call ended"
        );
    }
}

fn milliseconds(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
