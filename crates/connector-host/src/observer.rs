//! Observers of calls and their requests.

#[cfg(feature = "tracing")]
pub(crate) mod tracing;
pub(crate) mod watch;

use std::{sync::Arc, time::Duration};

use crate::{bindings::FailureKind, call::error::StopReason};

/// Is told of each call of a [`Connector`](crate::Connector) and of each request of a call: for logs, metrics and
/// traces. See [`Connector::with_observer`](crate::Connector::with_observer).
///
/// It gets no bodies, no queries, no idempotency keys, and no header fields except the provider's debug id. In text
/// from outside, the secrets of the connection are replaced and control characters are escaped.
///
/// Its methods run on the task of the call, so they must not block. If one panics, the panic is caught and the call
/// goes on (with `panic = "abort"` the process ends, as always).
///
/// It is not told of requests for tokens, which serve many calls, nor of
/// [`Connector::read_certificate`](crate::Connector::read_certificate), which belongs to no call. Your own
/// [`Transport`](crate::transport::Transport) sees these.
pub trait Observer: Send + Sync {
    /// A call has arrived. It may have to wait for its turn.
    fn call_began(&self, _call: &ObservedCall<'_>) {}

    /// A request has ended: with the head of a response, or without one.
    fn request_ended(&self, _call: &ObservedCall<'_>, _request: &ObservedRequest<'_>) {}

    /// A call has ended. This is the last event of the call.
    fn call_ended(&self, _call: &ObservedCall<'_>, _end: &CallEnd<'_>) {}
}

impl<T: Observer + ?Sized> Observer for Arc<T> {
    fn call_began(&self, call: &ObservedCall<'_>) {
        (**self).call_began(call);
    }

    fn request_ended(&self, call: &ObservedCall<'_>, request: &ObservedRequest<'_>) {
        (**self).request_ended(call, request);
    }

    fn call_ended(&self, call: &ObservedCall<'_>, end: &CallEnd<'_>) {
        (**self).call_ended(call, end);
    }
}

/// Identifies a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ObservedCall<'a> {
    /// Its number, unique in this process.
    pub number: u64,
    /// The tenant's [`label`](crate::Tenant::label).
    pub tenant: Option<&'a str>,
    /// The id of the action as the caller gave it, at most 200 characters; `test-connection` for
    /// [`Connector::test_connection`](crate::Connector::test_connection), `options` for
    /// [`Connector::options`](crate::Connector::options).
    pub action: &'a str,
}

/// A request that has ended.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ObservedRequest<'a> {
    /// The number of the request in its call, from 1.
    pub attempt: u32,
    /// The method, such as `POST`.
    pub method: &'a str,
    /// The host, with the port if it is not the scheme's default.
    pub host: &'a str,
    /// The path without the query, at most 2000 characters.
    pub path: &'a str,
    /// How it ended.
    pub end: RequestEnd<'a>,
    /// The time since it was handed to the transport.
    pub duration: Duration,
}

/// How a request ended.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum RequestEnd<'a> {
    /// With a response.
    Answered {
        /// The HTTP status.
        status: u16,
        /// The provider's id of the exchange, at most 200 characters.
        debug_id: Option<&'a str>,
    },
    /// Without a response.
    Failed {
        /// The message of the transport's [`Error`](crate::transport::Error), at most 200 characters.
        error: &'a str,
    },
    /// The call did not wait for a response. The request may have been sent.
    Abandoned,
}

/// The end of a call.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CallEnd<'a> {
    /// The outcome.
    pub outcome: CallOutcome<'a>,
    /// How many requests it sent, including those for certificates.
    pub attempts: u32,
    /// The time since the call arrived, including the wait for its turn.
    pub duration: Duration,
}

/// The outcome of a call.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum CallOutcome<'a> {
    /// A reply.
    Replied {
        /// The HTTP status; `None` if the reply is not that of one request, as for a test of the connection.
        status: Option<u16>,
    },
    /// A failure.
    Failed {
        /// Its kind.
        kind: FailureKind,
        /// The provider's or the host's name of the error, at most 200 characters.
        name: Option<&'a str>,
        /// The HTTP status.
        status: Option<u16>,
        /// Whether a request may have reached the provider.
        request_sent: bool,
    },
    /// It was stopped, with a [`CallError`](crate::CallError).
    Stopped {
        /// The reason.
        reason: &'a StopReason,
        /// Whether a request may have reached the provider.
        request_sent: bool,
    },
    /// Its future was dropped before it ended.
    Dropped {
        /// Whether a request may have reached the provider.
        request_sent: bool,
    },
}
