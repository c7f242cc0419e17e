//! The queue of events on their way to webhooks.

use bytes::Bytes;

use crate::{
    base::clock::Moment,
    world::signature::{Chain, Signed, Signer},
};

/// How often PayPal attempts to deliver an event.
pub(crate) const ATTEMPTS: u32 = 25;

/// The webhook id that mock events are signed for.
pub(crate) const MOCK_WEBHOOK_ID: &str = "WEBHOOK_ID";

/// An event in the queue. It is signed when it is taken, so that keys are generated only if needed.
pub(crate) struct Queued {
    pub(crate) event_id: String,
    pub(crate) webhook_id: String,
    pub(crate) url: String,
    pub(crate) body: Bytes,
    pub(crate) transmission_id: String,
    pub(crate) time: Moment,
    pub(crate) correlation: String,
    /// The number of the attempt that comes next.
    pub(crate) attempt: u32,
}

/// An event to be posted to a webhook.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The event's id, by which a receiver recognises a repeat.
    pub event_id: String,
    /// The id of the webhook that it is signed for; `WEBHOOK_ID` for a mock event.
    pub webhook_id: String,
    /// Where to post it.
    pub url: String,
    /// The header fields, names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The body, to be posted unchanged: it is signed.
    pub body: Bytes,
    /// The number of this attempt, from 1 to 25.
    pub attempt: u32,
}

impl Delivery {
    /// The transmission's id, which all attempts have in common.
    pub(crate) fn transmission_id(&self) -> &str {
        let mut ids = self.headers.iter().filter(|(name, _)| *name == "paypal-transmission-id");
        ids.next().map_or("", |(_, id)| id)
    }

    /// Returns the next attempt, unless this was the last one.
    pub(crate) fn next_attempt(self) -> Option<Self> {
        (self.attempt < ATTEMPTS).then(|| Self { attempt: self.attempt + 1, ..self })
    }
}

impl Queued {
    pub(crate) fn sign(self, chain: &Chain) -> Option<Delivery> {
        let time = self.time.rfc3339();
        let signed = Signed {
            transmission_id: &self.transmission_id,
            time: &time,
            webhook_id: &self.webhook_id,
            body: &self.body,
        };
        let signer = if self.webhook_id == MOCK_WEBHOOK_ID { &chain.live } else { &chain.sandbox };
        let headers = headers(signer, &signed, &self.correlation)?;
        let Self { event_id, webhook_id, url, body, attempt, .. } = self;
        Some(Delivery { event_id, webhook_id, url, headers, body, attempt })
    }
}

/// The header fields of a delivery.
pub(crate) fn headers(signer: &Signer, signed: &Signed, correlation: &str) -> Option<Vec<(&'static str, String)>> {
    Some(vec![
        ("content-type", "application/json".to_owned()),
        ("user-agent", "PayPal/AUHD-214.0-1".to_owned()),
        ("paypal-transmission-id", signed.transmission_id.to_owned()),
        ("paypal-transmission-time", signed.time.to_owned()),
        ("paypal-transmission-sig", signer.sign(signed)?),
        ("paypal-cert-url", signer.url()),
        ("paypal-auth-algo", "SHA256withRSA".to_owned()),
        ("paypal-auth-version", "v2".to_owned()),
        ("correlation-id", correlation.to_owned()),
    ])
}
