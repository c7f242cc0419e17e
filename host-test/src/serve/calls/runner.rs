//! Runs an action to its end, whether or not its caller waits for it.

use std::sync::Arc;

use connector_host::{CallError, Connector, Failure, FailureKind, Reply, StopReason};
use http::{HeaderName, HeaderValue};
use tokio::sync::Semaphore;

use super::{
    log::{Ended, Log, Running},
    wire::Wire,
};
use crate::serve::{
    actions::Actions,
    connections::Live,
    forms::{
        input,
        problem::{Kind, Problem},
    },
    metrics::Metrics,
};

/// How many calls run or wait for their turn at once, of all connections.
const CALLS: usize = 256;

/// Runs actions. Clones share the limit of calls.
#[derive(Clone)]
pub(crate) struct Runner {
    connector: Connector,
    actions: Arc<Actions>,
    log: Arc<Log>,
    wire: Arc<Wire>,
    metrics: Arc<Metrics>,
    calls: Arc<Semaphore>,
}

/// A call.
pub(crate) struct Asked {
    pub(crate) connection: Arc<Live>,
    /// The action's id.
    pub(crate) action: String,
    /// The input: a JSON object.
    pub(crate) input: String,
    /// Who calls, for the log.
    pub(crate) caller: String,
    pub(crate) request_id: String,
}

/// A call that was run.
pub(crate) struct Done {
    /// Its number in the log. `None` if the log could not be written.
    pub(crate) id: Option<i64>,
    pub(crate) result: Result<Reply, Failure>,
}

/// The header field of an answer with the call's number in the log.
pub(crate) const CALL_ID: HeaderName = HeaderName::from_static("x-call-id");

impl Runner {
    pub(crate) fn new(
        connector: Connector,
        actions: Arc<Actions>,
        log: Arc<Log>,
        wire: Arc<Wire>,
        metrics: Arc<Metrics>,
    ) -> Self {
        Self { connector, actions, log, wire, metrics, calls: Arc::new(Semaphore::new(CALLS)) }
    }

    /// Runs an action. It runs to its end even if the returned future is dropped: PayPal may have acted already.
    ///
    /// # Errors
    /// If it was not run.
    pub(crate) async fn run(&self, asked: Asked) -> Result<Done, Problem> {
        let permit = self.calls.clone().try_acquire_owned();
        let permit = permit.map_err(|_| {
            Problem::new(Kind::BUSY, format!("{CALLS} calls run or wait at once already")).retry_after_ms(1_000)
        })?;
        let input = self.with_defaults(&asked)?;
        let runner = self.clone();
        let running = tokio::spawn(async move {
            let _permit = permit;
            runner.run_noted(asked, &input).await
        });
        match running.await {
            Ok(ran) => ran,
            // It has panicked, or the process is being stopped.
            Err(_) => {
                let failure = Failure::unsent(FailureKind::OutcomeUnknown, "the call was cut off in this host");
                Ok(Done { id: None, result: Err(failure) })
            }
        }
    }

    /// Runs it between its two notes in the log. The log is for people: what it cannot note is run all the same, and a call that
    /// moves money is noted in the journal besides, or is not sent.
    async fn run_noted(&self, asked: Asked, input: &str) -> Result<Done, Problem> {
        let Asked { connection, action, caller, request_id, .. } = asked;
        let name = &connection.settings.name;
        let noted = match self.log.begin(name, &action, &caller, &request_id).await {
            Ok(noted) => Some(noted),
            Err(error) => {
                tracing::error!(target: "host_test::serve", %error, "a call is not in the log");
                None
            }
        };
        let id = noted.as_ref().map(Running::id);
        let (tenant, recording) = self.wire.record(&connection, &action, input);
        let result = match self.connector.invoke(&tenant, &action, input).await {
            Ok(outcome) => {
                if let (Some(id), Some(recording)) = (id, recording) {
                    self.wire.hold(id, recording, &outcome.result);
                }
                Ok(outcome.result)
            }
            Err(error) => stopped(error),
        };
        let ended = match &result {
            Ok(outcome) => Ended::Outcome(outcome),
            Err(problem) => Ended::Refused(&problem.detail),
        };
        // An action that the connector does not have is no label: anybody could make up any number of them.
        let known = self.actions.get(&action).map_or("unknown", |it| &it.id);
        self.metrics.called(known, result.as_ref().ok());
        if let Some(noted) = noted
            && let Err(error) = self.log.end(&noted, ended).await
        {
            tracing::error!(target: "host_test::serve", %error, "the outcome of a call is not in the log");
        }
        match result {
            Ok(result) => Ok(Done { id, result }),
            Err(problem) => Err(id.map(HeaderValue::from).into_iter().fold(problem, |it, id| it.with(CALL_ID, id))),
        }
    }

    /// Adds the BN code of the connection, where the action takes one and the caller does not give it.
    pub(crate) fn with_defaults(&self, asked: &Asked) -> Result<String, Problem> {
        let code = asked.connection.settings.partner_attribution_id.as_deref();
        match (code, self.actions.get(&asked.action)) {
            (Some(code), Some(action)) if self.actions.sends(action, "PayPal-Partner-Attribution-Id") => {
                let with = input::with_default(&asked.input, "partner_attribution_id", code);
                with.map_err(|detail| Problem::new(Kind::MALFORMED, detail))
            }
            _ => Ok(asked.input.clone()),
        }
    }
}

/// Returns what a call that the component did not complete came to.
///
/// # Errors
/// If it was not run.
fn stopped(error: CallError) -> Result<Result<Reply, Failure>, Problem> {
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
