//! Limits of the endpoint.

use std::time::Duration;

/// Limits on deliveries and connections.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The size of a body in bytes; a larger one is answered 413.
    pub body: usize,
    /// Webhook events handled at once, and as many IPN messages; more are answered 503, with `retry-after`.
    pub deliveries: usize,
    /// Deliveries prepared at once, such as by fetching a certificate; more are answered 503.
    pub waiting: usize,
    /// Connections open at once. To accept one more, the one that has been idle or sending for longest is closed.
    /// Connections whose delivery is handled or prepared are never closed, so this should be more than twice
    /// [`Limits::deliveries`] and [`Limits::waiting`] together. With [`Limits::body`] it bounds the memory for bodies.
    pub connections: usize,
    /// Requests on one connection; then it is closed.
    pub requests: usize,
    /// The lifetime of a connection; then it is closed, after the response to a request in progress.
    pub life: Duration,
    /// The timeout for the head of a request, including the wait for it; then the connection is closed.
    pub head_time: Duration,
    /// The timeout for the body of a request; then it is answered 408, and the connection is closed.
    pub body_time: Duration,
    /// The timeout for an answer once the body is read; then it is 503, and handling goes on.
    pub answer: Duration,
}

impl Default for Limits {
    /// 1 MiB, 64 deliveries of each kind and 64 being prepared, 256 connections with 100 requests and two minutes each, and 10,
    /// 10 and 25 seconds.
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            body: 1024 * 1024,
            deliveries: 64,
            waiting: 64,
            connections: 256,
            requests: 100,
            life: seconds(120),
            head_time: seconds(10),
            body_time: seconds(10),
            answer: seconds(25),
        }
    }
}
