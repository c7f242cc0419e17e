//! Where PayPal's events come in: a small HTTP endpoint on this machine.
//!
//! ```text
//! PayPal ── your https address ──► Listener: limits, one path per kind ──► Receiver: is it PayPal's, what does it say
//!        ◄── 200, 400 or 503 ──────────────────────────────────────────────┘
//! ```
//!
//! Nothing is queued. What came in is verified and noted in the journal, handed on, and acknowledged there; only then is PayPal
//! told that it arrived. A `kill -9` at any moment loses nothing: what had not been answered PayPal sends again, a webhook event
//! up to 25 times in three days (<https://developer.paypal.com/api/rest/webhooks/>), an IPN message up to 15 times
//! (<https://developer.paypal.com/api/nvp-soap/ipn/IPNOperations/>), and it is a duplicate only once it was acknowledged. Handed
//! on twice is what was handed on and not acknowledged: at a kill between the two, and where two deliveries of it come at once.
//!
//! That holds for IPN as well, though PayPal's description of it has the 200 first and the message posted back then
//! (<https://developer.paypal.com/api/nvp-soap/ipn/IPNImplementation/>). Who answers first has to keep what he has not worked
//! off, on the disk, or loses it when he is killed: PayPal, having its 200, does not send it again. Who posts back first
//! loses nothing, and PayPal confirms a message that it has not had an answer for as well. Nor is there a hurry: an answer
//! comes within [`Limits::answer`], by default 25 seconds, and what takes longer is answered 503 and goes on, so that the
//! repeat finds it done.

mod component;
mod received;
mod request;
mod server;
mod subscription;

use std::{future::ready, io, net::SocketAddr, time::Duration};

use bytes::Bytes;
use http::StatusCode;
use tokio::net::TcpListener;

pub use component::ComponentReceiver;
pub use received::Received;
pub use subscription::{NotSubscribed, Subscription, subscribe};

/// What came in.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// By which way.
    pub channel: Channel,
    /// The header fields that PayPal's signature is about, which begin with `paypal-`: names in lower case, and each as
    /// often as it came.
    pub headers: Vec<(String, String)>,
    /// The media type.
    pub content_type: Option<String>,
    /// The body, of which every byte counts.
    pub body: Bytes,
}

/// A way by which PayPal tells of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// A webhook.
    Webhook,
    /// Instant Payment Notification.
    Ipn,
}

impl Channel {
    /// The path of the endpoint that it comes to.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::Webhook => "/webhooks",
            Self::Ipn => "/ipn",
        }
    }
}

/// What PayPal is to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// 200: it is taken, now or at an earlier delivery.
    Taken,
    /// 400: it is not PayPal's, or too old.
    Refused,
    /// 503: it cannot be told now; come again.
    Later,
    /// 500: something is wrong here, and may be right when PayPal comes again.
    Failed,
}

impl Answer {
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::Taken => StatusCode::OK,
            Self::Refused => StatusCode::BAD_REQUEST,
            Self::Later => StatusCode::SERVICE_UNAVAILABLE,
            Self::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// Makes something of what comes in.
pub trait Receiver: Send + Sync + 'static {
    /// Whether there is anything to receive by that way. Where there is not, its path is answered 404.
    fn receives(&self, channel: Channel) -> bool;

    /// Whether a delivery can be received at once. For one that cannot, [`Receiver::prepare`] is waited for first.
    fn is_ready(&self, _: &Delivery) -> bool {
        true
    }

    /// Gets what a delivery needs from elsewhere, such as its certificate, or returns what to answer where it cannot be had. Who
    /// waits here keeps none out that is ready.
    fn prepare(&self, _: &Delivery) -> impl Future<Output = Option<Answer>> + Send {
        ready(None)
    }

    /// Receives. It is not interrupted, also where PayPal has gone away meanwhile.
    fn receive(&self, delivery: Delivery) -> impl Future<Output = Answer> + Send;
}

/// How much may come in at once, and how slowly.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The bytes of a body; more are answered 413.
    pub body: usize,
    /// How many deliveries are worked on at once; more are answered 503, with `retry-after`.
    pub deliveries: usize,
    /// How many deliveries wait at once for what they need before that; more are answered 503.
    pub waiting: usize,
    /// How many connections are open at once. For one more the one is closed that has been kept open, or is sending, for
    /// longest; only those whose delivery is worked on or waits are left alone, and so it should be more than
    /// [`Limits::deliveries`] and [`Limits::waiting`] together. With [`Limits::body`] it bounds the memory that bodies take.
    pub connections: usize,
    /// How many requests a connection may bring; then it is closed.
    pub requests: usize,
    /// How long a connection may last; then it is closed, after the answer to what is worked on.
    pub life: Duration,
    /// The time for the head of a request, also for the next one on a connection that is kept; then it is closed.
    pub head_time: Duration,
    /// The time for the body of a request; then it is answered 408, and the connection is closed.
    pub body_time: Duration,
    /// The time for an answer once the body is there; then it is 503, and the work goes on.
    pub answer: Duration,
}

impl Default for Limits {
    /// 1 MiB, 64 deliveries and 64 that wait, 256 connections with 100 requests and two minutes each, and 10, 10 and 25 seconds.
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

/// An endpoint that takes `POST /webhooks` and `POST /ipn`. Something in front of it has the https address that
/// PayPal knows.
///
/// | What | Answer |
/// | --- | --- |
/// | taken, also when it is a repeat | 200 |
/// | a forgery, too old, or such as PayPal does not send | 400 |
/// | another path | 404 |
/// | another method | 405 |
/// | a body that does not come | 408 |
/// | a body over the limit | 413 |
/// | a head that is too large | 431 |
/// | it cannot be told now, too many at once, or it takes too long | 503 |
///
/// No answer has a body. PayPal sends again what is not answered by 2xx, so that 400, for what others send, costs it nothing.
pub struct Listener<R> {
    receiver: R,
    listener: TcpListener,
    limits: Limits,
}

impl<R: Receiver> Listener<R> {
    /// An endpoint on 127.0.0.1; port 0 is any that is free.
    ///
    /// # Errors
    /// Where the port is taken or may not be had.
    pub async fn bind(receiver: R, port: u16) -> io::Result<Self> {
        Ok(Self::new(receiver, bounded_server::bind(port).await?))
    }

    /// An endpoint at a socket that is there already.
    #[must_use]
    pub fn new(receiver: R, listener: TcpListener) -> Self {
        Self { receiver, listener, limits: Limits::default() }
    }

    /// With other limits.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Where it is.
    ///
    /// # Errors
    /// Where the system does not say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until it is dropped.
    pub async fn run(self) {
        server::run(self.listener, self.receiver, self.limits).await;
    }
}
