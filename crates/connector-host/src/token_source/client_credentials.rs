//! A REST app's client id and secret.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::json;

use super::{
    AccessToken, TokenError, TokenRequest, TokenSource,
    endpoint::{Client, basic},
};
use crate::{secret::Secret, transport::BoxFuture};

/// A REST app's client id and secret, for the client-credentials grant (RFC 6749 section 4.4): tokens of the merchant
/// who owns the app.
#[derive(Clone, Debug)]
pub struct ClientCredentials(Client);

impl ClientCredentials {
    /// Takes the client id and the client secret.
    #[must_use]
    pub fn new(id: impl Into<String>, secret: Secret) -> Self {
        Self(Client { id: id.into(), secret })
    }

    /// Returns the assertion with which a partner's app acts for a merchant, given by account id: the value of the call option
    /// `auth_assertion`, which becomes PayPal's header `PayPal-Auth-Assertion`. It is a JWT without a signature, as PayPal
    /// recommends (<https://developer.paypal.com/api/rest/requests/#paypal-auth-assertion>), and no secret.
    #[must_use]
    pub fn auth_assertion(&self, merchant_id: &str) -> String {
        let part = |document: serde_json::Value| BASE64_URL_SAFE_NO_PAD.encode(document.to_string());
        let claims = json!({"iss": self.0.id, "payer_id": merchant_id});
        format!("{}.{}.", part(json!({"alg": "none"})), part(claims))
    }
}

impl TokenSource for ClientCredentials {
    fn obtain(&self, request: TokenRequest) -> BoxFuture<Result<AccessToken, TokenError>> {
        let client = self.0.clone();
        Box::pin(async move { request.endpoint.grant(&client, "grant_type=client_credentials".to_owned()).await })
    }

    fn secrets(&self) -> Vec<Secret> {
        vec![basic(&self.0), self.0.secret.clone()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assertion_names_the_app_and_the_merchant_and_has_no_signature() {
        let app = ClientCredentials::new("fixture-client-id", Secret::new("hidden".to_owned()));
        // The header is `{"alg":"none"}`, the claims are `{"iss":"fixture-client-id","payer_id":"K7BNP2D5XWR9S"}`.
        let expected = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJmaXh0dXJlLWNsaWVudC1pZCIsInBheWVyX2lkIjoiSzdCTlAyRDVYV1I5UyJ9.";
        assert_eq!(app.auth_assertion("K7BNP2D5XWR9S"), expected);
    }
}
