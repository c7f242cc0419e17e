//! Access tokens, and the client id and secret that they are granted for.

use std::{collections::BTreeMap, time::Duration};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use crate::base::{clock::Moment, ids::Ids, uri::read_form};

/// How long a token is valid, as at PayPal.
const LIFETIME: Duration = Duration::from_secs(32_400);

/// The token of [`Simulator::token`](crate::Simulator::token).
pub(crate) const FIXED: &str = "A21AA-sandbox-token";

/// Whether `Authorization` has the tests' token, or one of its numbered forms.
pub(crate) fn is_fixed(authorization: &[u8]) -> bool {
    authorization.strip_prefix(b"Bearer ").is_some_and(|token| token.starts_with(FIXED.as_bytes()))
}

/// The valid tokens, and the app that they are granted to.
pub(crate) struct Tokens {
    client_id: String,
    secret: String,
    granted: BTreeMap<String, Moment>,
    /// The highest number that a fixed token has been seen with, and the highest of those that have expired.
    seen: u64,
    expired: u64,
}

impl Tokens {
    pub(crate) fn new(ids: &mut Ids) -> Self {
        let (client_id, secret) = (format!("A{}", ids.text(79)), format!("E{}", ids.text(79)));
        Self { client_id, secret, granted: BTreeMap::new(), seen: 0, expired: 0 }
    }

    pub(crate) fn client_id(&self) -> &str {
        &self.client_id
    }

    pub(crate) fn secret(&self) -> &str {
        &self.secret
    }

    /// Whether `Authorization` has the app's id and secret.
    pub(crate) fn is_client(&self, authorization: Option<&str>) -> bool {
        let basic = BASE64_STANDARD.encode(format!("{}:{}", self.client_id, self.secret));
        authorization.and_then(|it| it.strip_prefix("Basic ")) == Some(&*basic)
    }

    /// Answers `POST /v1/oauth2/token` with a status and a document.
    pub(crate) fn grant(&mut self, body: &[u8], now: Moment, ids: &mut Ids) -> (u16, Value) {
        let form = read_form(&String::from_utf8_lossy(body));
        match form.get("grant_type").map(String::as_str) {
            Some("client_credentials") => {}
            Some(_) => {
                let description = "Grant Type is not supported here";
                return (400, json!({"error": "unsupported_grant_type", "error_description": description}));
            }
            None => {
                let description = "grant_type is required";
                return (400, json!({"error": "invalid_request", "error_description": description}));
            }
        }
        let token = format!("A21AA{}", ids.text(92));
        self.granted.insert(token.clone(), now.after(LIFETIME));
        let answer = json!({
            "scope": "https://uri.paypal.com/services/payments/payment/authcapture https://uri.paypal.com/services/payments/realtimepayment https://uri.paypal.com/services/payments/refund https://api.paypal.com/v1/payments/.* https://uri.paypal.com/services/invoicing https://uri.paypal.com/services/subscriptions https://uri.paypal.com/services/shipping/trackers/readwrite https://uri.paypal.com/services/applications/webhooks openid",
            "access_token": token,
            "token_type": "Bearer",
            "app_id": "APP-80W284485P519543T",
            "expires_in": LIFETIME.as_secs(),
            "nonce": format!("{}{}", now.rfc3339(), ids.text(43)),
        });
        (200, answer)
    }

    /// Returns the error document for a bearer token, or `None` if it is valid.
    pub(crate) fn refusal(&mut self, authorization: Option<&str>, now: Moment) -> Option<Value> {
        let refuse = |why: &str| Some(json!({"error": "invalid_token", "error_description": why}));
        let Some(token) = authorization.and_then(|it| it.strip_prefix("Bearer ")) else {
            return refuse("The token passed in was not found in the system");
        };
        if let Some(rest) = token.strip_prefix(FIXED) {
            let number = rest.strip_prefix('-').and_then(|number| number.parse::<u64>().ok());
            return match number {
                _ if rest.is_empty() => None,
                Some(number) if number > self.expired => {
                    self.seen = self.seen.max(number);
                    None
                }
                _ => refuse("Access Token not found in cache"),
            };
        }
        match self.granted.get(token) {
            Some(until) if now < *until => None,
            Some(_) => refuse("Access Token not found in cache"),
            None => refuse("Token signature verification failed"),
        }
    }

    /// Expires all tokens that have been granted or used so far, except the fixed one without a number.
    pub(crate) fn expire(&mut self, now: Moment) {
        self.granted.values_mut().for_each(|until| *until = now);
        self.expired = self.seen;
    }
}
