//! PayPal's token endpoint.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::{HeaderValue, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Limited};

use super::{AccessToken, TokenError, answer::Members};
use crate::{
    connection::route::Route,
    secret::Secret,
    transport::{PoolKey, Timeouts, Transport, retry_after},
};

/// The limit of a response, in bytes. A token's has about 2,000.
const MAX_ANSWER: usize = 256 * 1024;

/// The credentials of a REST app.
#[derive(Clone, Debug)]
pub(super) struct Client {
    pub(super) id: String,
    pub(super) secret: Secret,
}

/// Returns the credentials in the form of `Authorization: Basic` (RFC 7617).
pub(super) fn basic(Client { id, secret }: &Client) -> Secret {
    Secret::new(BASE64_STANDARD.encode(format!("{id}:{}", secret.expose())))
}

/// PayPal's token endpoint, `POST /v1/oauth2/token`, by a connection's route.
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

    /// Obtains a token by a grant. PayPal's message about a refusal is returned unchanged: it may repeat the request.
    pub(super) async fn grant(&self, client: &Client, form: String) -> Result<AccessToken, TokenError> {
        let unusable = || TokenError::NotConfigured("the client id or secret cannot be sent".to_owned());
        let mut authorization =
            HeaderValue::try_from(format!("Basic {}", basic(client).expose())).map_err(|_| unusable())?;
        authorization.set_sensitive(true);
        let request = Request::post(format!("{}/v1/oauth2/token", self.route.destination()))
            .extension(self.pool.clone())
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
    let answer = Members::read(body).ok_or_else(|| unreachable("granted no token"))?;
    // A token must fit into a header field.
    let is_usable = |token: &String| HeaderValue::try_from(token).is_ok() && !token.is_empty();
    let token = answer.text("access_token").filter(is_usable).ok_or_else(|| unreachable("granted no token"))?;
    // The other members may be anything: an invalid one counts as unknown.
    Ok(AccessToken {
        token: Secret::new(token),
        expires_in: answer.seconds("expires_in"),
        app_id: answer.text("app_id"),
        scopes: answer.text("scope").map(|scopes| scopes.split_whitespace().map(str::to_owned).collect()),
    })
}

fn refusal(status: StatusCode, retry_after: Option<Duration>, body: &[u8]) -> TokenError {
    let answer = Members::read(body);
    let words = |name: &str| answer.as_ref().and_then(|answer| answer.words(name));
    match words("error") {
        Some(error) if status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS => {
            TokenError::Refused(format!("{error}: {}", words("error_description").unwrap_or_default()))
        }
        // PayPal sometimes answers a wrong client id or secret without a body.
        None if status == StatusCode::UNAUTHORIZED => TokenError::Refused("401 without a body".to_owned()),
        _ => TokenError::Unreachable { reason: format!("PayPal's token endpoint answered {status}"), retry_after },
    }
}

/// Returns a temporary error; `what` is what the endpoint did.
pub(super) fn unreachable(what: &str) -> TokenError {
    TokenError::unreachable(format!("PayPal's token endpoint {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_not_lost_for_what_is_beside_it() {
        for (beside, seconds, scopes) in [
            (r#""expires_in": 32400, "scope": "a b""#, Some(32400), Some(vec!["a", "b"])),
            (r#""expires_in": "32400", "scope": "a\ud83d""#, Some(32400), None),
            (r#""expires_in": -1, "scope": ["a"]"#, None, None),
            (r#""expires_in": 1, "expires_in": 32400.0, "scope": "a", "scope": "b""#, Some(32400), Some(vec!["b"])),
            (r#""expires_in": 99999999999999999999, "x": "\ud83d""#, Some(u64::MAX), None),
            (r#""expires_in": 1e999, "\ud83d": 1e999"#, Some(u64::MAX), None),
            (r#""expires_in": null, "scope": null, "app_id": 1"#, None, None),
            (r#""access_token": "A21AA-later""#, None, None),
        ] {
            let body = format!(r#"{{"access_token": "A21AA", {beside}}}"#);
            let granted = granted(body.as_bytes()).unwrap_or_else(|error| panic!("{body}: {error}"));
            assert!(granted.token.expose().starts_with("A21AA"), "{body}");
            assert_eq!(granted.token.expose().len() > 5, beside.contains("later"), "{body}");
            assert_eq!(granted.expires_in.map(|it| it.as_secs()), seconds, "{body}");
            let expected = scopes.map(|scopes| scopes.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(granted.scopes, expected, "{body}");
        }
        for body in [r#"{"access_token": "\ud83d"}"#, r#"{"access_token": ""}"#, r#"{"access_token": 1}"#, "[]", ""] {
            assert!(granted(body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn what_paypal_says_of_a_refusal_is_kept() {
        for (body, said) in [
            (r#"{"error": "x", "error": "invalid_client", "error_description": "bad"}"#, "invalid_client: bad"),
            (
                r#"{"error": "invalid_client", "error_description": "b\ud83d"}"#,
                "invalid_client: b\u{fffd}\u{fffd}\u{fffd}",
            ),
            (r#"{"error": "invalid_client", "error_description": 1, "\ud83d": 1e999}"#, "invalid_client: "),
        ] {
            assert_eq!(refusal(StatusCode::BAD_REQUEST, None, body.as_bytes()), TokenError::Refused(said.to_owned()));
        }
    }
}
