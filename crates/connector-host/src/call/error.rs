//! A call that did not come to an end.

use std::{error::Error, fmt};

use wasmtime::Trap;

/// A call that the component did not bring to an end.
#[derive(Debug)]
pub struct CallError {
    /// What stopped it.
    pub reason: StopReason,
    /// Whether a request may have reached PayPal before it, so that the action may have been carried out.
    pub request_sent: bool,
    /// The idempotency key of the call's last request that had one, the caller's or a generated one: the action can be
    /// repeated under it.
    pub idempotency_key: Option<String>,
    /// What the guest printed, as in [`Outcome`](crate::Outcome).
    pub output: String,
}

/// What stopped a call.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StopReason {
    /// It did not begin: the connector is shutting down, or its time was over while it waited for its turn.
    #[error("{0}")]
    NotAdmitted(String),
    /// It used up its processor time ([`Limits::compute`](crate::Limits::compute)).
    #[error("the component computed for too long")]
    ComputedTooLong,
    /// It used up its time ([`Limits::wall`](crate::Limits::wall)).
    #[error("the call took too long")]
    TookTooLong,
    /// The component trapped, as by a panic.
    #[error("the component trapped: {0}")]
    Trapped(#[source] Trap),
    /// The engine or a function of the host failed, as when there is no memory for an instance. The text holds no secrets.
    #[error("{0}")]
    Failed(String),
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sent = if self.request_sent { "PayPal may have acted" } else { "nothing was sent" };
        write!(f, "{}; {sent}", self.reason)?;
        if let Some(key) = &self.idempotency_key {
            write!(f, "; repeat the call with the idempotency key {key}, under which it happens once")?;
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
    /// A call that did not begin.
    pub(crate) fn not_admitted(reason: impl Into<String>) -> Self {
        let reason = StopReason::NotAdmitted(reason.into());
        Self { reason, request_sent: false, idempotency_key: None, output: String::new() }
    }
}
