//! The component as a receiver.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use http::Uri;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::listen::{
    delivery::{Channel, Delivery},
    received::Received,
    receiver::{Answer, Receiver},
    subscription::Subscription,
};
use connector_host::{Connector, Outcome, Tenant};

/// Has the component verify, read and journal each delivery, and hands it on.
///
/// `hand_on` returns whether it has taken the delivery, which is then acknowledged in the journal: a repeat of it is a
/// duplicate. If it was not taken, or could not be acknowledged, PayPal sends it again, and the repeat is not a duplicate.
pub struct ComponentReceiver<F> {
    connector: Connector,
    tenant: Tenant,
    /// `None` if there is no webhook.
    subscription: Option<Subscription>,
    /// The accounts whose messages are received; empty for those of any.
    receivers: Vec<String>,
    hand_on: F,
    /// For calls that wait until PayPal confirms a message: half of the connection's. If PayPal is slow, webhook events, which
    /// need no confirmation, have the other half.
    messages: Semaphore,
}

impl<F: Fn(&Received) -> bool + Send + Sync + 'static> ComponentReceiver<F> {
    /// Returns a receiver for a tenant's events.
    #[must_use]
    pub fn new(connector: Connector, tenant: Tenant, subscription: Option<Subscription>, hand_on: F) -> Self {
        let messages = Semaphore::new((tenant.connection.concurrency().limit() / 2).max(1));
        Self { connector, tenant, subscription, receivers: Vec::new(), hand_on, messages }
    }

    /// Receives only the IPN messages of these accounts, each a merchant's id or an e-mail address, at most 10. One of another
    /// account is handed on too, and [ignored](Answer::Ignored).
    #[must_use]
    pub fn with_receivers(self, receivers: Vec<String>) -> Self {
        Self { receivers, ..self }
    }
}

impl<F: Fn(&Received) -> bool + Send + Sync + 'static> Receiver for ComponentReceiver<F> {
    fn receives(&self, channel: Channel) -> bool {
        channel == Channel::Ipn || self.subscription.is_some()
    }

    fn is_ready(&self, delivery: &Delivery) -> bool {
        certificate(delivery).is_none_or(|uri| self.connector.has_certificate(&self.tenant, &uri))
    }

    async fn prepare(&self, delivery: &Delivery) -> Option<Answer> {
        let reason = self.connector.read_certificate(&self.tenant, &certificate(delivery)?).await.err()?;
        let received = Received::without_certificate(reason);
        (self.hand_on)(&received);
        Some(received.answer())
    }

    async fn receive(&self, delivery: Delivery) -> Answer {
        let received = self.read(&delivery).await;
        // A forgery is handed on as well, to be shown; whether it is taken does not change the answer.
        let taken = (self.hand_on)(&received);
        match received.answer() {
            Answer::Taken if taken => self.acknowledge(&received).await,
            Answer::Taken => Answer::Later,
            answer => answer,
        }
    }
}

impl<F> ComponentReceiver<F> {
    /// Hands something on.
    pub(super) fn hand_on(&self, received: &Received) -> bool
    where
        F: Fn(&Received) -> bool,
    {
        (self.hand_on)(received)
    }

    /// Whether there is a webhook, for which a signature can be verified.
    pub(super) fn verifies(&self) -> bool {
        self.subscription.is_some()
    }

    /// Has the component verify, read and journal a delivery.
    pub(super) async fn read(&self, delivery: &Delivery) -> Received {
        let (action, input) = call(delivery, self.subscription.as_ref(), &self.receivers);
        let permit = match delivery.channel {
            Channel::Webhook => None,
            // The semaphore is never closed.
            Channel::Ipn => self.messages.acquire().await.ok(),
        };
        let outcome = self.connector.invoke(&self.tenant, action, &input.to_string()).await;
        drop(permit);
        Received::new(delivery.channel, outcome)
    }

    /// Records in the journal that it was handed on. Until then PayPal gets 503.
    pub(super) async fn acknowledge(&self, received: &Received) -> Answer {
        let webhook_id = self.subscription.as_ref().map(|subscription| &*subscription.webhook_id);
        let Some((action, input)) = received.acknowledgement(webhook_id) else { return Answer::Taken };
        match self.connector.invoke(&self.tenant, action, &input.to_string()).await {
            Ok(Outcome { result: Ok(_), .. }) => Answer::Taken,
            _ => Answer::Later,
        }
    }
}

/// Returns the URL of a webhook delivery's certificate, with scheme and host in lower case, as the connector reads it.
fn certificate(delivery: &Delivery) -> Option<Uri> {
    if delivery.channel != Channel::Webhook {
        return None;
    }
    let (_, url) = delivery.headers.iter().find(|(name, _)| name == "paypal-cert-url")?;
    let (scheme, rest) = url.trim_matches([' ', '\t']).split_once("://")?;
    let (host, path) = rest.split_once('/')?;
    format!("{}://{}/{path}", scheme.to_ascii_lowercase(), host.to_ascii_lowercase()).parse().ok()
}

/// Returns the action that receives a delivery, and its input.
fn call(delivery: &Delivery, subscription: Option<&Subscription>, receivers: &[String]) -> (&'static str, Value) {
    let body = BASE64_STANDARD.encode(&delivery.body);
    if let (Channel::Webhook, Some(subscription)) = (delivery.channel, subscription) {
        let header = |(name, value): &(String, String)| json!({"name": name, "value": value});
        let headers: Vec<_> = delivery.headers.iter().map(header).collect();
        let mut input = json!({"headers": headers, "body": body, "webhook_id": subscription.webhook_id});
        if let Some(seconds) = subscription.max_age {
            input["max_age_seconds"] = seconds.into();
        }
        if let Some(accept) = subscription.accept_simulated {
            input["accept_simulated"] = accept.into();
        }
        return ("events.receive", input);
    }
    let mut input = json!({"body": body});
    if let Some(media_type) = &delivery.content_type {
        input["content_type"] = media_type.as_str().into();
    }
    if !receivers.is_empty() {
        input["receivers"] = receivers.into();
    }
    ("ipn.receive", input)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivery(channel: Channel) -> Delivery {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        Delivery {
            channel,
            headers: vec![pair("paypal-auth-algo", "SHA256withRSA"), pair("paypal-auth-algo", "x")],
            content_type: Some("application/json".to_owned()),
            fields: http::HeaderMap::new(),
            body: bytes::Bytes::from_static(b"\xff{}"),
        }
    }

    #[test]
    fn what_was_not_asked_for_is_left_to_the_component() {
        let mut subscription =
            Subscription { webhook_id: "5GP028458E2496506".to_owned(), max_age: None, accept_simulated: None };
        let mut expected = json!({
            "headers": [
                {"name": "paypal-auth-algo", "value": "SHA256withRSA"},
                {"name": "paypal-auth-algo", "value": "x"},
            ],
            "body": "/3t9",
            "webhook_id": "5GP028458E2496506",
        });
        let webhook = delivery(Channel::Webhook);
        assert_eq!(call(&webhook, Some(&subscription), &[]), ("events.receive", expected.clone()));
        subscription.max_age = Some(300);
        subscription.accept_simulated = Some(false);
        expected["max_age_seconds"] = 300.into();
        expected["accept_simulated"] = false.into();
        assert_eq!(call(&webhook, Some(&subscription), &["a@b".to_owned()]), ("events.receive", expected));
    }

    #[test]
    fn a_message_goes_with_its_media_type_and_the_receivers() {
        let mut message = delivery(Channel::Ipn);
        let expected = json!({"body": "/3t9", "content_type": "application/json", "receivers": ["a@b"]});
        assert_eq!(call(&message, None, &["a@b".to_owned()]), ("ipn.receive", expected));
        message.content_type = None;
        assert_eq!(call(&message, None, &[]), ("ipn.receive", json!({"body": "/3t9"})));
    }
}
