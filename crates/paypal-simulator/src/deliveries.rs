//! The queue of events on their way to webhooks.

use bytes::Bytes;

use crate::{
    clock::Moment,
    signature::{Chain, Signed},
    webhooks,
};

/// How often PayPal tries to deliver an event.
pub(super) const ATTEMPTS: u32 = 25;

/// An event in the queue. It is signed when it is taken out, so that nobody waits for keys who wants none.
pub(super) struct Queued {
    pub(super) event_id: String,
    pub(super) webhook_id: String,
    pub(super) url: String,
    pub(super) body: String,
    pub(super) transmission_id: String,
    pub(super) time: Moment,
    pub(super) correlation: String,
}

/// An event to be posted to a webhook: whoever takes it delivers it.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The event's id, by which a receiver recognises what it has had already.
    pub event_id: String,
    /// The webhook's id, for which it is signed; `WEBHOOK_ID` for a made-up event.
    pub webhook_id: String,
    /// Where to post it.
    pub url: String,
    /// The header fields, names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The body, of which every byte counts.
    pub body: Bytes,
    /// Which try this is, from 1 to 25.
    pub attempt: u32,
}

impl Queued {
    pub(super) fn sign(self, chain: &Chain) -> Option<Delivery> {
        let time = self.time.rfc3339();
        let signed = Signed {
            transmission_id: &self.transmission_id,
            time: &time,
            webhook_id: &self.webhook_id,
            body: self.body.as_bytes(),
        };
        let signer = if self.webhook_id == webhooks::MADE_UP { &chain.live } else { &chain.sandbox };
        let headers = webhooks::headers(signer, &signed, &self.correlation)?;
        let Self { event_id, webhook_id, url, body, .. } = self;
        Some(Delivery { event_id, webhook_id, url, headers, body: body.into(), attempt: 1 })
    }
}
