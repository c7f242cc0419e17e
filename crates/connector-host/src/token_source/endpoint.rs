//! PayPal's token endpoint.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::{HeaderValue, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Limited};
use serde::Deserialize;

use super::{AccessToken, TokenError};
use crate::{
    connection::route::Route,
    secret::Secret,
    transport::{PoolKey, Timeouts, Transport, retry_after},
};

/// The most that is read of an answer, in bytes; a token's has about 2,000.
const MAX_ANSWER: usize = 256 * 1024;

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

/// A client of PayPal's, as its app's credentials name it.
#[derive(Clone, Debug)]
pub(super) struct Client {
    pub(super) id: String,
    pub(super) secret: Secret,
}

/// The credentials of a client as `Authorization: Basic` has them (RFC 7617).
pub(super) fn basic(Client { id, secret }: &Client) -> Secret {
    Secret::new(BASE64_STANDARD.encode(format!("{id}:{}", secret.expose())))
}

/// PayPal's token endpoint, `POST /v1/oauth2/token`, as a connection reaches it.
#[derive(Clone)]
pub struct TokenEndpoint {
    route: Route,
    transport: Arc<dyn Transport>,
    pool: PoolKey,
}

impl TokenEndpoint {
    pub(crate) fn new(route: Route, transport: Arc<dyn Transport>, pool: PoolKey) -> Self {
        Self { route, transport, pool }
    }

    /// Obtains a token by a grant. What PayPal says of a refusal comes along as it is: it may repeat what was sent.
    pub(super) async fn grant(&self, client: &Client, form: String) -> Result<AccessToken, TokenError> {
        let unusable = || TokenError::NotConfigured("the client id or secret cannot be sent".to_owned());
        let mut authorization =
            HeaderValue::try_from(format!("Basic {}", basic(client).expose())).map_err(|_| unusable())?;
        authorization.set_sensitive(true);
        let request = Request::post(format!("{}/v1/oauth2/token", self.route.destination()))
            .extension(self.pool)
            .header(header::AUTHORIZATION, authorization)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Bytes::from(form))
            .map_err(|_| unusable())?;
        let response = self.transport.send(request, Timeouts::default()).await;
        let response = response.map_err(|error| unreachable(&format!("cannot be reached: {error}")))?;
        let (status, retry_after) = (response.status(), retry_after::read(response.headers(), SystemTime::now()));
        let body = Limited::new(response.into_body(), MAX_ANSWER).collect().await;
        let body = body.map_err(|_| unreachable("broke off its answer"))?.to_bytes();
        if status.is_success() { granted(&body) } else { Err(refusal(status, retry_after, &body)) }
    }
}

fn granted(body: &[u8]) -> Result<AccessToken, TokenError> {
    let answer: Answer = serde_json::from_slice(body).map_err(|_| unreachable("granted no token"))?;
    // What no header can carry is no token.
    if HeaderValue::try_from(&answer.access_token).is_err() || answer.access_token.is_empty() {
        return Err(unreachable("granted no token"));
    }
    Ok(AccessToken {
        token: Secret::new(answer.access_token),
        expires_in: answer.expires_in.map(Duration::from_secs),
        scopes: answer.scope.map(|scopes| scopes.split_whitespace().map(str::to_owned).collect()),
    })
}

fn refusal(status: StatusCode, retry_after: Option<Duration>, body: &[u8]) -> TokenError {
    match serde_json::from_slice::<Refusal>(body) {
        Ok(Refusal { error, error_description })
            if status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS =>
        {
            TokenError::Refused(format!("{error}: {}", error_description.unwrap_or_default()))
        }
        // A bad client id or secret at times has no body at all.
        Err(_) if status == StatusCode::UNAUTHORIZED => TokenError::Refused("401 without a body".to_owned()),
        _ => TokenError::Unreachable { reason: format!("PayPal's token endpoint answered {status}"), retry_after },
    }
}

/// A reason that may pass; `what` the endpoint does.
pub(super) fn unreachable(what: &str) -> TokenError {
    TokenError::unreachable(format!("PayPal's token endpoint {what}"))
}
