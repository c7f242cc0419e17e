//! The limits of the server.

use std::time::Duration;

/// The limits of a [`Server`](crate::Server).
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Open connections. To accept one more, the one that has been idle for longest is closed.
    pub connections: usize,
    /// Requests on one connection; the response to the last one closes it.
    pub requests: usize,
    /// How long a connection may last. A request in progress is still answered.
    pub life: Duration,
    /// The timeout for the head of a request, including the wait for it.
    pub head_time: Duration,
    /// The timeout for the body of a request, which is then answered 408.
    pub body_time: Duration,
    /// Bytes of incomplete bodies on all connections together; a request beyond that is answered 503.
    pub bodies: usize,
}

impl Default for Limits {
    /// 256 connections of 1,000 requests and 5 minutes each, 30 s for a head, 10 s for a body, and 64 MiB.
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            connections: 256,
            requests: 1_000,
            life: seconds(300),
            head_time: seconds(30),
            body_time: seconds(10),
            bodies: 64 * 1024 * 1024,
        }
    }
}
