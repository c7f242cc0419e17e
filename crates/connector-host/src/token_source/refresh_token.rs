//! A refresh token.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{
    AccessToken, TokenError, TokenRequest, TokenSource,
    endpoint::{Client, basic},
};
use crate::{secret::Secret, transport::BoxFuture};

/// A refresh token, for the grant of RFC 6749 section 6: tokens of a merchant who has authorised the app (Log in with
/// PayPal, partner onboarding). PayPal does not rotate refresh tokens, so that nothing has to be stored after a grant.
#[derive(Clone, Debug)]
pub struct RefreshToken {
    client: Client,
    token: Secret,
}

impl RefreshToken {
    /// Takes the app's client id and client secret, and the refresh token.
    #[must_use]
    pub fn new(id: impl Into<String>, secret: Secret, token: Secret) -> Self {
        Self { client: Client { id: id.into(), secret }, token }
    }
}

impl TokenSource for RefreshToken {
    fn obtain(&self, request: TokenRequest) -> BoxFuture<Result<AccessToken, TokenError>> {
        let Self { client, token } = self.clone();
        Box::pin(async move {
            let token = utf8_percent_encode(token.expose(), NON_ALPHANUMERIC);
            request.endpoint.grant(&client, format!("grant_type=refresh_token&refresh_token={token}")).await
        })
    }

    fn secrets(&self) -> Vec<Secret> {
        vec![basic(&self.client), self.client.secret.clone(), self.token.clone()]
    }
}
