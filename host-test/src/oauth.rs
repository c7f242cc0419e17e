//! PayPal's token endpoint.

use std::time::Duration;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::{Request, header};
use http_body_util::BodyExt as _;
use serde::Deserialize;

use crate::{
    bindings::connection::ConnectionError,
    outbound::{Route, Timeouts, Transport},
    secret::Secret,
};

/// The most that is read of an answer, in bytes; a token's has about 2,000.
const MAX_ANSWER: usize = 256 * 1024;

/// A token that was granted.
pub(crate) struct Granted {
    pub(crate) token: Secret,
    /// How long it is good; without an end where PayPal does not say.
    pub(crate) lifetime: Option<Duration>,
    /// Its scopes, where PayPal says them.
    pub(crate) scopes: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Answer {
    access_token: String,
    expires_in: Option<u64>,
    /// Separated by spaces.
    scope: Option<String>,
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
    error_description: Option<String>,
}

/// Obtains a token by the client-credentials grant (RFC 6749 section 4.4), `POST /v1/oauth2/token`.
pub(crate) async fn client_credentials(
    transport: &dyn Transport,
    route: &Route,
    id: &str,
    secret: &Secret,
) -> Result<Granted, ConnectionError> {
    let unreachable = |what: &str| ConnectionError::Unreachable(format!("PayPal's token endpoint {what}"));
    let basic = BASE64_STANDARD.encode(format!("{id}:{}", secret.expose()));
    let request = Request::post(format!("{}/v1/oauth2/token", route.destination()))
        .header(header::AUTHORIZATION, format!("Basic {basic}"))
        .header(header::ACCEPT, "application/json")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Bytes::from_static(b"grant_type=client_credentials"))
        .map_err(|_| ConnectionError::NotConfigured("the client id or secret cannot be sent".to_owned()))?;

    let response = transport
        .send(request, Timeouts::default())
        .await
        .map_err(|error| unreachable(&format!("cannot be reached: {error}")))?;
    let status = response.status();
    let body = http_body_util::Limited::new(response.into_body(), MAX_ANSWER)
        .collect()
        .await
        .map_err(|_| unreachable("broke off its answer"))?
        .to_bytes();

    if status.is_success() {
        let answer: Answer = serde_json::from_slice(&body).map_err(|_| unreachable("granted no token"))?;
        let lifetime = answer.expires_in.map(Duration::from_secs);
        let scopes = answer.scope.map(|scopes| scopes.split_whitespace().map(str::to_owned).collect());
        return Ok(Granted { token: Secret::new(answer.access_token), lifetime, scopes });
    }
    match serde_json::from_slice::<Refusal>(&body) {
        Ok(Refusal { error, error_description }) if status.is_client_error() && status != 429 => {
            Err(ConnectionError::Refused(format!("{error}: {}", error_description.unwrap_or_default())))
        }
        // A bad client id or secret at times has no body at all.
        Err(_) if status == 401 => Err(ConnectionError::Refused("401 without a word".to_owned())),
        _ => Err(unreachable(&format!("answered {status}"))),
    }
}
