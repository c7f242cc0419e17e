//! Access tokens.

use std::{collections::BTreeMap, time::Duration};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use crate::{
    base::{clock::Moment, ids::Ids, uri::read_form},
    world::accounts::Merchant,
};

/// How long a token is valid, as at PayPal.
const LIFETIME: Duration = Duration::from_secs(32_400);

/// The token of [`Simulator::token`](crate::Simulator::token).
pub(crate) const FIXED: &str = "A21AA-sandbox-token";

/// Whether `Authorization` has the tests' token, or one of its numbered forms.
pub(crate) fn is_fixed(authorization: &[u8]) -> bool {
    authorization.strip_prefix(b"Bearer ").is_some_and(|token| token.starts_with(FIXED.as_bytes()))
}

/// A token that was granted.
struct Granted {
    until: Moment,
    /// The merchant whose app it was granted to, as an index.
    merchant: usize,
}

#[derive(Default)]
pub(crate) struct Tokens {
    granted: BTreeMap<String, Granted>,
    /// The highest number that a fixed token has been seen with, and the highest of those that have expired.
    seen: u64,
    expired: u64,
}

/// Returns the merchant, as an index, whose app's id and secret `Authorization` has.
pub(crate) fn client(merchants: &[Merchant], authorization: Option<&str>) -> Option<usize> {
    let given = authorization?.strip_prefix("Basic ")?;
    let basic = |it: &Merchant| BASE64_STANDARD.encode(format!("{}:{}", it.client_id, it.secret));
    merchants.iter().position(|merchant| basic(merchant) == given)
}

impl Tokens {
    /// Answers `POST /v1/oauth2/token` with a status and a document.
    pub(crate) fn grant(&mut self, merchant: usize, body: &[u8], now: Moment, ids: &mut Ids) -> (u16, Value) {
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
        self.granted.insert(token.clone(), Granted { until: now.after(LIFETIME), merchant });
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

    /// Returns the merchant, as an index, to whose app a bearer token was granted.
    ///
    /// # Errors
    /// The error document, if the token is not valid.
    pub(crate) fn check(&mut self, authorization: Option<&str>, now: Moment) -> Result<usize, Value> {
        let refuse = |why: &str| Err(json!({"error": "invalid_token", "error_description": why}));
        let Some(token) = authorization.and_then(|it| it.strip_prefix("Bearer ")) else {
            return refuse("The token passed in was not found in the system");
        };
        if let Some(rest) = token.strip_prefix(FIXED) {
            let number = rest.strip_prefix('-').and_then(|number| number.parse::<u64>().ok());
            return match number {
                _ if rest.is_empty() => Ok(0),
                Some(number) if number > self.expired => {
                    self.seen = self.seen.max(number);
                    Ok(0)
                }
                _ => refuse("Access Token not found in cache"),
            };
        }
        match self.granted.get(token) {
            Some(granted) if now < granted.until => Ok(granted.merchant),
            Some(_) => refuse("Access Token not found in cache"),
            None => refuse("Token signature verification failed"),
        }
    }

    /// Expires all tokens that have been granted or used so far, except the fixed one without a number.
    pub(crate) fn expire(&mut self, now: Moment) {
        self.granted.values_mut().for_each(|granted| granted.until = now);
        self.expired = self.seen;
    }
}
