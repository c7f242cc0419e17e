//! A call that did not complete.

use std::{error::Error, fmt};

use wasmtime::Trap;

/// The error of a call that the component did not complete.
#[derive(Debug)]
pub struct CallError {
    /// What stopped it.
    pub reason: StopReason,
    /// Whether a request may have reached PayPal, so that the action may have been carried out.
    pub request_sent: bool,
    /// The idempotency key of the last request that had one, given by the caller or generated. Repeat the action with
    /// it.
    pub idempotency_key: Option<String>,
    /// What the guest printed, as in [`Outcome`](crate::Outcome).
    pub output: String,
}

/// What stopped a call.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StopReason {
    /// It did not start: the connector is shutting down, or its time ran out while it waited for its turn.
    #[error("{0}")]
    NotAdmitted(String),
    /// It used up its processor time ([`Limits::compute`](crate::Limits::compute)).
    #[error("the component computed for too long")]
    ComputedTooLong,
    /// Its time ran out ([`Limits::wall`](crate::Limits::wall)).
    #[error("the call took too long")]
    TookTooLong,
    /// The component trapped, for instance by a panic.
    #[error("the component trapped: {0}")]
    Trapped(Trap),
    /// The engine or a host function failed, for instance for lack of memory. The text contains no secrets.
    #[error("{0}")]
    Failed(String),
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sent = if self.request_sent { "PayPal may have acted" } else { "nothing was sent" };
        write!(f, "{}; {sent}", self.reason)?;
        if let Some(key) = &self.idempotency_key {
            write!(f, "; repeat the call with the idempotency key {key}, so that it happens only once")?;
        }
        if self.output.is_empty() { Ok(()) } else { write!(f, "\nthe component printed:\n{}", self.output.trim_end()) }
    }
}

impl Error for CallError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.reason.source()
    }
}

impl CallError {
    /// The error of a call that did not start.
    pub(crate) fn not_admitted(reason: impl Into<String>) -> Self {
        let reason = StopReason::NotAdmitted(reason.into());
        Self { reason, request_sent: false, idempotency_key: None, output: String::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trap_is_told_once() {
        let reason = StopReason::Trapped(Trap::IntegerDivisionByZero);
        let error = CallError { reason, ..CallError::not_admitted("") };
        let trap = Trap::IntegerDivisionByZero.to_string();
        assert_eq!(error.to_string(), format!("the component trapped: {trap}; nothing was sent"));
        assert!(error.source().is_none() && error.reason.source().is_none());
    }
}
