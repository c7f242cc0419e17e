//! A small HTTP endpoint on this machine for PayPal's events.
//!
//! ```text
//! PayPal ── your https address ──► Listener: limits, one path per kind ──► Receiver: verifies and reads it
//!        ◄── 200, 400 or 503 ──────────────────────────────────────────────┘
//! ```
//!
//! Nothing is queued. A delivery is verified and recorded in the journal, handed on, and acknowledged there; only then does
//! PayPal get its 200. A `kill -9` at any moment loses nothing: PayPal sends again what was not answered, a webhook event up to 25
//! times in three days (<https://developer.paypal.com/api/rest/webhooks/>), an IPN message up to 15 times
//! (<https://developer.paypal.com/api/nvp-soap/ipn/IPNOperations/>), and it is a duplicate only once it was acknowledged. An event
//! is handed on twice if the process is killed between handing it on and acknowledging it, or if two deliveries of it come at once.
//!
//! That holds for IPN as well, though PayPal describes it the other way round: first the 200, then posting the message back
//! (<https://developer.paypal.com/api/nvp-soap/ipn/IPNImplementation/>). A receiver that answers first must keep its unfinished
//! messages on disk, or lose them when it is killed: after a 200 PayPal does not send them again. A receiver that posts back
//! first loses nothing, and PayPal also confirms a message that has not been answered yet. There is time for that: an answer
//! comes within [`Limits::answer`], by default 25 seconds, and a delivery that takes longer is answered 503 and handled to the
//! end, so that the repeat finds it done.

mod account;
mod component;
mod delivery;
mod event_filter;
mod forwarded;
mod forwarding;
mod handler;
mod limits;
mod program;
mod program_answer;
mod pull;
mod received;
mod receiver;
mod request;
mod server;
mod subscription;

use std::{io, net::SocketAddr};

use tokio::net::TcpListener;

pub use account::{EXPECTED_ACCOUNT, MAX_RECEIVERS, is_account};
pub use component::ComponentReceiver;
pub use delivery::{Channel, Delivery};
pub use event_filter::EventFilter;
pub use forwarding::ForwardingReceiver;
pub(crate) use handler::{Handler, response};
pub use limits::Limits;
pub use program::{Program, ProgramUrlError};
pub use program_answer::ProgramAnswer;
pub use pull::{PullError, Puller};
pub use received::Received;
pub use receiver::{Answer, Receiver};
pub(crate) use request::head;
pub use subscription::{SubscribeError, Subscription, subscribe};

/// An endpoint that takes `POST /webhooks` and `POST /ipn`. Something in front of it has the https address that
/// PayPal knows.
///
/// | What | Answer |
/// | --- | --- |
/// | taken, also when it is a repeat | 200 |
/// | a forgery, too old, or malformed | 400 |
/// | another path | 404 |
/// | another method | 405 |
/// | a body that is too slow | 408 |
/// | a body over the limit | 413 |
/// | a head that is too large | 431 |
/// | not decided yet, too many at once, or a timeout | 503 |
///
/// No answer has a body, but that of a program to which a delivery was forwarded. PayPal sends again whatever is not answered
/// with 2xx.
pub struct Listener<R> {
    receiver: R,
    listener: TcpListener,
    limits: Limits,
}

impl<R: Receiver> Listener<R> {
    /// Binds an endpoint on 127.0.0.1; port 0 picks a free one.
    ///
    /// # Errors
    /// If the port is taken or may not be used.
    pub async fn bind(receiver: R, port: u16) -> io::Result<Self> {
        Ok(Self::new(receiver, bounded_server::bind(port).await?))
    }

    /// Returns an endpoint on an existing socket.
    #[must_use]
    pub fn new(receiver: R, listener: TcpListener) -> Self {
        Self { receiver, listener, limits: Limits::default() }
    }

    /// Sets the limits.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Returns the address that it listens on.
    ///
    /// # Errors
    /// If the operating system fails to return it.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until it is dropped.
    pub async fn run(self) {
        server::run(self.listener, self.receiver, self.limits).await;
    }
}
