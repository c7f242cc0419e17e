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

/// There is no webhook to listen for.
#[derive(Debug)]
pub enum NotSubscribed {
    /// PayPal refused or could not be reached, or the arguments are wrong.
    Failed(Failure),
    /// The component did not finish the call.
    Component(CallError),
    /// The reply names no webhook.
    Nameless,
}

impl fmt::Display for NotSubscribed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(failure) => f.write_str(&failure.message),
            Self::Component(error) => error.fmt(f),
            Self::Nameless => f.write_str("the reply of triggers.subscribe names no webhook"),
        }
    }
}

impl std::error::Error for NotSubscribed {}

/// Subscribes an address to types of events, by the action `triggers.subscribe`. Returns the webhook's id.
///
/// # Errors
/// If there is no webhook afterwards, or its id is not known.
pub async fn subscribe(
    connector: &Connector,
    tenant: &Tenant,
    url: &str,
    event_types: &[String],
) -> Result<String, NotSubscribed> {
    let input = json!({"url": url, "event_types": event_types}).to_string();
    let outcome = connector.invoke(tenant, "triggers.subscribe", &input).await.map_err(NotSubscribed::Component)?;
    let body = outcome.result.map_err(NotSubscribed::Failed)?.body.unwrap_or_default();
    let body: Value = serde_json::from_str(&body).unwrap_or_default();
    body["webhook_id"].as_str().map(str::to_owned).ok_or(NotSubscribed::Nameless)
}
