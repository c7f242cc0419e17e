//! Instant payment notifications to be sent, and those that were sent.

use std::collections::VecDeque;

use bytes::Bytes;

/// How often a message is sent: once, and up to 15 times again if the receiver does not accept it.
const ATTEMPTS: u32 = 16;

/// The maximum size of the messages that can be confirmed, in bytes; the oldest are forgotten.
const REMEMBERED: usize = 16 * 1024 * 1024;

/// An instant payment notification to be posted.
#[derive(Clone, Debug)]
pub struct IpnMessage {
    /// Where to post it, on this machine.
    pub url: String,
    /// The form, to be posted unchanged: it is confirmed byte for byte.
    pub body: Bytes,
    /// The number of this attempt, from 1 to 16.
    pub attempt: u32,
}

impl IpnMessage {
    /// The `content-type` of every message. The field `charset` has the character set.
    pub const CONTENT_TYPE: &str = "application/x-www-form-urlencoded";

    /// The `user-agent` of every message.
    pub const USER_AGENT: &str = "PayPal IPN ( https://www.paypal.com/ipn )";

    /// Returns the next attempt, unless this was the last one.
    pub(crate) fn next_attempt(self) -> Option<Self> {
        (self.attempt < ATTEMPTS).then(|| Self { attempt: self.attempt + 1, ..self })
    }
}

/// The messages that were taken to be posted.
#[derive(Default)]
pub(crate) struct Sent {
    messages: VecDeque<Bytes>,
    bytes: usize,
}

impl Sent {
    pub(crate) fn insert(&mut self, message: Bytes) {
        if self.contains(&message) {
            return;
        }
        self.bytes += message.len();
        self.messages.push_back(message);
        while self.bytes > REMEMBERED
            && let Some(oldest) = self.messages.pop_front()
        {
            self.bytes -= oldest.len();
        }
    }

    pub(crate) fn contains(&self, message: &[u8]) -> bool {
        self.messages.iter().any(|sent| *sent == *message)
    }
}
