//! Who is told of calls and of their requests.

#[cfg(feature = "tracing")]
pub(crate) mod tracing;
pub(crate) mod watch;

use std::{sync::Arc, time::Duration};

use crate::{bindings::FailureKind, call::error::StopReason};

/// Is told of each call of a [`Connector`](crate::Connector), and of each request that a call sends: for logs, metrics and
/// traces. See [`Connector::with_observer`](crate::Connector::with_observer).
///
/// It learns of no body, no header field but the provider's debug id, no query and no idempotency key. Text from outside has
/// the secrets of the connection replaced, and control characters escaped.
///
/// Its methods run on the task of the call, which waits for them: they must not block. If one panics, the panic is caught and
/// the call goes on (with `panic = "abort"` the process ends, as it does everywhere).
///
/// Not told are requests for tokens, which serve many calls, and
/// [`Connector::read_certificate`](crate::Connector::read_certificate), which belongs to none. A [`Transport`](crate::transport::Transport)
/// of your own sees these.
pub trait Observer: Send + Sync {
    /// A call has come. It may have to wait for its turn.
    fn call_began(&self, _call: &ObservedCall<'_>) {}

    /// A request has ended: the head of an answer is there, or none will come.
    fn request_ended(&self, _call: &ObservedCall<'_>, _request: &ObservedRequest<'_>) {}

    /// A call has ended. Nothing more is told of it.
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

/// Which call it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ObservedCall<'a> {
    /// Its number, which no other call of this process has.
    pub number: u64,
    /// Whose it is: the tenant's [`label`](crate::Tenant::label).
    pub tenant: Option<&'a str>,
    /// The id of the action, at most 200 characters of what the caller gave; `test-connection` for
    /// [`Connector::test_connection`](crate::Connector::test_connection).
    pub action: &'a str,
}

/// A request of a call that has ended.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ObservedRequest<'a> {
    /// The how many-th request of the call it is, from 1.
    pub attempt: u32,
    /// Its method, such as `POST`.
    pub method: &'a str,
    /// The host that it went to, with the port if that is not the scheme's own.
    pub host: &'a str,
    /// Its path, without the query; at most 2000 characters.
    pub path: &'a str,
    /// What came of it.
    pub end: RequestEnd<'a>,
    /// From when it was given to the transport.
    pub duration: Duration,
}

/// What came of a request.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum RequestEnd<'a> {
    /// It was answered.
    Answered {
        /// The HTTP status.
        status: u16,
        /// The provider's id of the exchange, at most 200 characters.
        debug_id: Option<&'a str>,
    },
    /// It was not answered.
    Failed {
        /// Why: the words of the transport's [`Error`](crate::transport::Error), at most 200 characters.
        error: &'a str,
    },
    /// The call did not wait for the answer. It may have been sent.
    Abandoned,
}

/// How a call has ended.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CallEnd<'a> {
    /// What it came to.
    pub outcome: CallOutcome<'a>,
    /// How many requests it has sent, those to fetch certificates among them.
    pub attempts: u32,
    /// From when it came, the wait for its turn included.
    pub duration: Duration,
}

/// What a call came to.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum CallOutcome<'a> {
    /// A reply.
    Replied {
        /// The HTTP status; none for what is not answered by one request, such as a test of the connection.
        status: Option<u16>,
    },
    /// A failure.
    Failed {
        /// Its kind.
        kind: FailureKind,
        /// The provider's name of the error, or the host's own; at most 200 characters.
        name: Option<&'a str>,
        /// The HTTP status.
        status: Option<u16>,
        /// Whether a request may have reached the provider.
        request_sent: bool,
    },
    /// It was stopped: [`CallError`](crate::CallError).
    Stopped {
        /// By what.
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
