//! Runs an action to its end, whether or not its caller waits for it.

use std::sync::Arc;

use connector_host::{CallError, Connector, Failure, FailureKind, Reply, StopReason, actions::ActionInfo};
use tokio::sync::Semaphore;

use crate::serve::{
    actions::Actions,
    connections::Live,
    forms::{
        input,
        problem::{Kind, Problem},
    },
};

/// How many calls run or wait for their turn at once, of all connections.
const CALLS: usize = 256;

/// Runs actions. Clones share the limit of calls.
#[derive(Clone)]
pub(crate) struct Runner {
    connector: Connector,
    actions: Arc<Actions>,
    calls: Arc<Semaphore>,
}

/// A call.
pub(crate) struct Asked {
    pub(crate) connection: Arc<Live>,
    /// The action's id.
    pub(crate) action: String,
    /// The input: a JSON object.
    pub(crate) input: String,
}

/// The result of a call that the component has completed.
pub(crate) type Ran = Result<Reply, Failure>;

impl Runner {
    pub(crate) fn new(connector: Connector, actions: Arc<Actions>) -> Self {
        Self { connector, actions, calls: Arc::new(Semaphore::new(CALLS)) }
    }

    /// Runs an action. It runs to its end even if the returned future is dropped: PayPal may have acted already.
    ///
    /// # Errors
    /// If it was not run.
    pub(crate) async fn run(&self, asked: Asked) -> Result<Ran, Problem> {
        let permit = self.calls.clone().try_acquire_owned();
        let permit = permit.map_err(|_| {
            Problem::new(Kind::BUSY, format!("{CALLS} calls run or wait at once already")).retry_after_ms(1_000)
        })?;
        let input = self.with_defaults(&asked)?;
        let connector = self.connector.clone();
        let running = tokio::spawn(async move {
            let _permit = permit;
            connector.invoke(&asked.connection.tenant, &asked.action, &input).await.map(|outcome| outcome.result)
        });
        match running.await {
            Ok(Ok(result)) => Ok(result),
            Ok(Err(error)) => stopped(error),
            // It has panicked, or the process is being stopped.
            Err(_) => Ok(Err(Failure::unsent(FailureKind::OutcomeUnknown, "the call was cut off in this host"))),
        }
    }

    /// Adds what the connection's form says of every call, where the action takes it and the caller does not give it.
    fn with_defaults(&self, asked: &Asked) -> Result<String, Problem> {
        let mut input = asked.input.clone();
        // The connector says that there is no such action.
        let Some(action) = self.actions.get(&asked.action) else { return Ok(input) };
        for (option, header, value) in defaults(&asked.connection) {
            if let Some(value) = value.filter(|_| self.takes(action, header)) {
                let with = input::with_default(&input, option, &value);
                input = with.map_err(|detail| Problem::new(Kind::MALFORMED, detail))?;
            }
        }
        Ok(input)
    }

    fn takes(&self, action: &ActionInfo, header: &str) -> bool {
        self.actions.sends(action, header)
    }
}

/// The options that a connection has a value for: the option, the header field that it becomes, and the value.
fn defaults(live: &Live) -> [(&'static str, &'static str, Option<String>); 2] {
    [
        ("auth_assertion", "PayPal-Auth-Assertion", live.auth_assertion()),
        ("partner_attribution_id", "PayPal-Partner-Attribution-Id", live.settings.partner_attribution_id.clone()),
    ]
}

/// Returns what a call that the component did not complete came to.
fn stopped(error: CallError) -> Result<Ran, Problem> {
    if let StopReason::NotAdmitted(reason) = &error.reason {
        return Err(Problem::new(Kind::BUSY, reason).retry_after_ms(1_000));
    }
    let message = error.to_string();
    let kind = if error.request_sent { FailureKind::OutcomeUnknown } else { FailureKind::TimedOut };
    let retryable = error.request_sent && error.idempotency_key.is_some();
    Ok(Err(Failure {
        request_sent: error.request_sent,
        idempotency_key: error.idempotency_key,
        retryable,
        ..Failure::unsent(kind, message)
    }))
}
