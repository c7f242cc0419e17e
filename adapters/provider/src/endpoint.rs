//! PayPal's token endpoint, `POST /v1/oauth2/token`: what is sent, and what its answers mean.

use std::time::{Duration, SystemTime};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use egress_policy::Origin;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{
    answer::Members,
    configuration::Environment,
    secret::Secret,
    token::{Granted, Token, TokenError},
};

/// The path.
pub(crate) const PATH: &str = "/v1/oauth2/token";

/// The limit of an answer, in bytes. A token's has about 2,000.
pub(crate) const MAX_ANSWER: usize = 256 * 1024;

/// The most that is passed on of PayPal's messages, in characters.
const MAX_WORDS: usize = 1000;

/// The credentials of a REST app.
#[derive(Clone, Copy)]
pub(crate) struct App<'a> {
    pub(crate) id: &'a str,
    pub(crate) secret: &'a Secret,
    pub(crate) refresh_token: Option<&'a Secret>,
}

impl App<'_> {
    /// Returns the value of `Authorization` (RFC 7617).
    pub(crate) fn authorization(&self) -> Secret {
        Secret::new(format!("Basic {}", BASE64_STANDARD.encode(format!("{}:{}", self.id, self.secret.expose()))))
    }

    /// Returns the body: the grant of RFC 6749 section 4.4 or, with a refresh token, of section 6. PayPal does not rotate
    /// refresh tokens.
    pub(crate) fn form(&self) -> Secret {
        Secret::new(match self.refresh_token {
            None => "grant_type=client_credentials".to_owned(),
            Some(token) => {
                let token = utf8_percent_encode(token.expose(), NON_ALPHANUMERIC);
                format!("grant_type=refresh_token&refresh_token={token}")
            }
        })
    }

    /// Returns a text without what is secret of the request, and not too long.
    fn redacted(&self, text: &str) -> String {
        let basic = self.authorization();
        let own = [basic.expose(), basic.expose().trim_start_matches("Basic "), self.secret.expose()];
        let mut text = text.to_owned();
        for secret in own.into_iter().chain(self.refresh_token.map(Secret::expose)) {
            text = text.replace(secret, "[redacted]");
        }
        text.chars().take(MAX_WORDS).collect()
    }
}

/// Returns the origin to which requests for tokens go.
pub(crate) fn origin(environment: Environment, simulator: Option<&Origin>) -> Origin {
    simulator.cloned().unwrap_or_else(|| {
        let host = match environment {
            Environment::Sandbox => "api-m.sandbox.paypal.com",
            Environment::Live => "api-m.paypal.com",
        };
        Origin { https: true, authority: host.to_owned() }
    })
}

/// Returns what an answer means: its status, the value of its `Retry-After`, and its body.
pub(crate) fn outcome(app: &App, status: u16, retry_after: Option<&str>, body: &[u8]) -> Result<Granted, TokenError> {
    let answer = Members::read(body);
    if (200..300).contains(&status) {
        return answer.and_then(|answer| granted(app, &answer)).ok_or_else(|| unreachable("granted no token"));
    }
    let words = |name: &str| answer.as_ref().and_then(|answer| answer.words(name));
    match words("error") {
        Some(error) if (400..500).contains(&status) && status != 429 => {
            let description = words("error_description").unwrap_or_default();
            Err(TokenError::Refused(app.redacted(&format!("{error}: {description}"))))
        }
        // PayPal sometimes answers a wrong client id or secret without a body.
        None if status == 401 => Err(TokenError::Refused("401 without a body".to_owned())),
        _ => Err(TokenError::Unreachable {
            reason: format!("PayPal's token endpoint answered {status}"),
            retry_after: retry_after.and_then(|value| wait(value, SystemTime::now())),
        }),
    }
}

/// Returns a temporary error; `what` is what the endpoint did.
pub(crate) fn unreachable(what: &str) -> TokenError {
    TokenError::unreachable(format!("PayPal's token endpoint {what}"))
}

fn granted(app: &App, answer: &Members) -> Option<Granted> {
    // A token must fit into a header field.
    let is_usable = |token: &String| !token.is_empty() && token.bytes().all(|it| it.is_ascii_graphic());
    let value = Secret::new(answer.text("access_token").filter(is_usable)?);
    // They may repeat the request or the token.
    let shown = |scope: &str| app.redacted(scope).replace(value.expose(), "[redacted]");
    let scopes = answer.text("scope").map(|scopes| scopes.split_whitespace().map(shown).collect());
    Some(Granted { token: Token { value, scopes }, lifetime: answer.seconds("expires_in") })
}

/// Returns how long a `Retry-After` (RFC 9110 section 10.2.3) asks to wait.
fn wait(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|it| it.is_ascii_digit()) {
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let moment = httpdate::parse_http_date(value).ok()?;
    Some(moment.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests;
