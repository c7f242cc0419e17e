//! Instant payment notifications that wait, and those that were sent.

use std::collections::VecDeque;

use bytes::Bytes;

/// How often a message is sent: once, and 15 times again where it is not taken.
const ATTEMPTS: u32 = 16;

/// The most bytes of messages that are confirmed when they come back; the oldest are forgotten.
const REMEMBERED: usize = 16 * 1024 * 1024;

/// A message to be posted. Whoever takes it posts it.
#[derive(Clone, Debug)]
pub struct IpnMessage {
    /// Where to post it, on this machine.
    pub url: String,
    /// The form, of which every byte counts.
    pub body: Bytes,
    /// Which try this is, from 1 to 16.
    pub attempt: u32,
}

impl IpnMessage {
    /// The `content-type` of every message. The character set stands in the field `charset` instead.
    pub const CONTENT_TYPE: &str = "application/x-www-form-urlencoded";

    /// The `user-agent` of every message.
    pub const USER_AGENT: &str = "PayPal IPN ( https://www.paypal.com/ipn )";

    /// The message for the next try, unless this was the last one.
    pub(crate) fn again(self) -> Option<Self> {
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
