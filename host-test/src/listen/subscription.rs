//! The webhook whose events are received.

use std::fmt;

use serde_json::{Value, json};

use connector_host::{CallError, Connector, Failure, Tenant};

/// A webhook, and which of its events are accepted.
#[derive(Clone, Debug)]
pub struct Subscription {
    /// The webhook's id, for which its events are signed.
    pub webhook_id: String,
    /// The maximum age of a transmission, in seconds, from 1 to 31 536 000; `None` for any age.
    pub max_age: Option<u32>,
    /// Whether to accept events of PayPal's webhook simulator. In the sandbox they are accepted unless this is false; in live
    /// they never are, and true is refused.
    pub accept_simulated: Option<bool>,
}

/// Why there is no webhook to listen for.
#[derive(Debug)]
pub enum SubscribeError {
    /// PayPal refused or could not be reached, or the arguments are wrong.
    Failed(Failure),
    /// The component did not finish the call.
    Component(CallError),
    /// The reply has no webhook id.
    MissingId,
}

impl fmt::Display for SubscribeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(failure) => f.write_str(&failure.message),
            Self::Component(error) => error.fmt(f),
            Self::MissingId => f.write_str("the reply of triggers.subscribe has no webhook id"),
        }
    }
}

impl std::error::Error for SubscribeError {}

/// Subscribes an address to types of events, by the action `triggers.subscribe`. Returns the webhook's id.
///
/// # Errors
/// If there is no webhook afterwards, or its id is not known.
pub async fn subscribe(
    connector: &Connector,
    tenant: &Tenant,
    url: &str,
    event_types: &[String],
) -> Result<String, SubscribeError> {
    let input = json!({"url": url, "event_types": event_types}).to_string();
    let outcome = connector.invoke(tenant, "triggers.subscribe", &input).await.map_err(SubscribeError::Component)?;
    let body = outcome.result.map_err(SubscribeError::Failed)?.body.unwrap_or_default();
    let body: Value = serde_json::from_str(&body).unwrap_or_default();
    body["webhook_id"].as_str().map(str::to_owned).ok_or(SubscribeError::MissingId)
}
