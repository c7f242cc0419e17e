//! A small HTTP endpoint on this machine for PayPal's events.
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
mod delivery;
mod limits;
mod received;
mod receiver;
mod request;
mod server;
mod subscription;

use std::{io, net::SocketAddr};

use tokio::net::TcpListener;

pub use component::ComponentReceiver;
pub use delivery::{Channel, Delivery};
pub use limits::Limits;
pub use received::Received;
pub use receiver::{Answer, Receiver};
pub use subscription::{NotSubscribed, Subscription, subscribe};

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
/// | not known yet, too many at once, or a timeout | 503 |
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
    /// If the port is taken or may not be used.
    pub async fn bind(receiver: R, port: u16) -> io::Result<Self> {
        Ok(Self::new(receiver, bounded_server::bind(port).await?))
    }

    /// An endpoint on an existing socket.
    #[must_use]
    pub fn new(receiver: R, listener: TcpListener) -> Self {
        Self { receiver, listener, limits: Limits::default() }
    }

    /// Sets other limits.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Returns the address that it listens on.
    ///
    /// # Errors
    /// If the operating system does not tell it.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until it is dropped.
    pub async fn run(self) {
        server::run(self.listener, self.receiver, self.limits).await;
    }
}
