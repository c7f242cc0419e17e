//! A REST app's client id and secret.

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
