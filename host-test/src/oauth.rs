//! PayPal's token endpoint.

use std::time::{Duration, SystemTime};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::{HeaderValue, Request, header};
use http_body_util::BodyExt as _;
use serde::Deserialize;

use crate::{
    bindings::connection::ConnectionError,
    outbound::{PoolKey, Route, Timeouts, Transport, retry_after},
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

/// That no token was granted.
pub(crate) struct Refused {
    pub(crate) error: ConnectionError,
    /// How long PayPal asks to wait, where it does.
    pub(crate) retry_after: Option<Duration>,
}

impl Refused {
    /// For a reason that may pass; `what` the endpoint does.
    pub(crate) fn unreachable(what: &str) -> Self {
        ConnectionError::Unreachable(format!("PayPal's token endpoint {what}")).into()
    }
}

impl From<ConnectionError> for Refused {
    fn from(error: ConnectionError) -> Self {
        Self { error, retry_after: None }
    }
}

/// The credentials of a client as `Authorization: Basic` has them (RFC 7617).
pub(crate) fn basic(id: &str, secret: &Secret) -> Secret {
    Secret::new(BASE64_STANDARD.encode(format!("{id}:{}", secret.expose())))
}

/// Obtains a token by the client-credentials grant (RFC 6749 section 4.4), `POST /v1/oauth2/token`. What PayPal says of a
/// refusal comes along as it is: it may repeat what was sent.
pub(crate) async fn client_credentials(
    transport: &dyn Transport,
    route: &Route,
    pool: PoolKey,
    id: &str,
    secret: &Secret,
) -> Result<Granted, Refused> {
    let mut authorization = HeaderValue::try_from(format!("Basic {}", basic(id, secret).expose()))
        .map_err(|_| ConnectionError::NotConfigured("the client id or secret cannot be sent".to_owned()))?;
    authorization.set_sensitive(true);
    let request = Request::post(format!("{}/v1/oauth2/token", route.destination()))
        .extension(pool)
        .header(header::AUTHORIZATION, authorization)
        .header(header::ACCEPT, "application/json")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Bytes::from_static(b"grant_type=client_credentials"))
        .map_err(|_| ConnectionError::NotConfigured("the client id or secret cannot be sent".to_owned()))?;

    let response = transport
        .send(request, Timeouts::default())
        .await
        .map_err(|error| Refused::unreachable(&format!("cannot be reached: {error}")))?;
    let (status, retry_after) = (response.status(), retry_after::read(response.headers(), SystemTime::now()));
    let body = http_body_util::Limited::new(response.into_body(), MAX_ANSWER)
        .collect()
        .await
        .map_err(|_| Refused::unreachable("broke off its answer"))?
        .to_bytes();

    if status.is_success() {
        let answer: Answer = serde_json::from_slice(&body).map_err(|_| Refused::unreachable("granted no token"))?;
        // What no header can carry is no token.
        if HeaderValue::try_from(&answer.access_token).is_err() || answer.access_token.is_empty() {
            return Err(Refused::unreachable("granted no token"));
        }
        let lifetime = answer.expires_in.map(Duration::from_secs);
        let scopes = answer.scope.map(|scopes| scopes.split_whitespace().map(str::to_owned).collect());
        return Ok(Granted { token: Secret::new(answer.access_token), lifetime, scopes });
    }
    match serde_json::from_slice::<Refusal>(&body) {
        Ok(Refusal { error, error_description }) if status.is_client_error() && status != 429 => {
            let said = format!("{error}: {}", error_description.unwrap_or_default());
            Err(ConnectionError::Refused(said).into())
        }
        // A bad client id or secret at times has no body at all.
        Err(_) if status == 401 => Err(ConnectionError::Refused("401 without a word".to_owned()).into()),
        _ => Err(Refused { retry_after, ..Refused::unreachable(&format!("answered {status}")) }),
    }
}
