//! A repository in a registry: <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md>

use base64::{Engine as _, prelude::BASE64_STANDARD};
use http::{HeaderValue, StatusCode, Uri, uri::Authority};
use serde::Deserialize;

use super::{
    challenge::Challenge,
    digest::Digest,
    error::OciError,
    fetch::{Answer, Fetch},
    login::RegistryLogin,
    manifest::MANIFEST,
};
use crate::{connection::route::is_loopback, transport::Transport};

/// The largest answer of a token service, in bytes.
const MAX_TOKEN: u64 = 256 * 1024;

pub(super) struct Registry<'a> {
    fetch: Fetch<'a>,
    repository: &'a str,
    login: Option<&'a RegistryLogin>,
    /// What the registry has asked for, once it has.
    authorization: Option<HeaderValue>,
}

/// The two names that token services have for the same.
#[derive(Deserialize)]
struct Token {
    token: Option<String>,
    access_token: Option<String>,
}

impl<'a> Registry<'a> {
    pub(super) fn new(
        transport: &'a dyn Transport,
        authority: &'a Authority,
        repository: &'a str,
        login: Option<&'a RegistryLogin>,
    ) -> Self {
        Self { fetch: Fetch { transport, registry: authority }, repository, login, authorization: None }
    }

    /// Gets a manifest of at most `most` bytes.
    pub(super) async fn manifest(&mut self, digest: &Digest, most: u64) -> Result<Vec<u8>, OciError> {
        let body = self.document("manifests", digest, MANIFEST, most).await?;
        checked(digest, body)
    }

    /// Gets a blob of `size` bytes.
    pub(super) async fn blob(&mut self, digest: &Digest, size: u64) -> Result<Vec<u8>, OciError> {
        let body = self.document("blobs", digest, "application/octet-stream, */*", size).await?;
        if body.len() as u64 != size {
            let reason = format!("has {} bytes; the manifest says {size}", body.len());
            return Err(OciError::Refused { what: digest.to_string(), reason });
        }
        checked(digest, body)
    }

    async fn document(
        &mut self,
        kind: &str,
        digest: &Digest,
        accept: &'static str,
        most: u64,
    ) -> Result<Vec<u8>, OciError> {
        let uri = self.uri(&format!("/v2/{}/{kind}/{digest}", self.repository))?;
        let mut answer = self.fetch.get(uri.clone(), accept, self.authorization.as_ref(), most).await?;
        if answer.status == StatusCode::UNAUTHORIZED && self.authorization.is_none() {
            self.authorization = Some(self.authorize(&answer).await?);
            answer = self.fetch.get(uri, accept, self.authorization.as_ref(), most).await?;
        }
        match answer.status {
            StatusCode::OK => Ok(answer.body),
            StatusCode::NOT_FOUND => Err(self.fetch.error(format!("has no {digest} in {}", self.repository))),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                let login = if self.login.is_some() { "with the login" } else { "without a login (docker login)" };
                Err(self.fetch.error(format!("does not give {}, {login}: {}", self.repository, answer.status)))
            }
            status => Err(self.fetch.error(format!("answers {status}"))),
        }
    }

    /// Returns the authorisation that a 401 asks for.
    async fn authorize(&self, answer: &Answer) -> Result<HeaderValue, OciError> {
        let basic = self.login.map(basic);
        match Challenge::of(&answer.headers, self.repository) {
            None => Err(self.fetch.error("asks for a login in a way that is not supported")),
            Some(Challenge::Basic) => {
                header(basic.ok_or_else(|| self.fetch.error("asks for a login, and there is none (docker login)"))?)
                    .ok_or_else(|| self.fetch.error("gets no login that can be sent"))
            }
            Some(Challenge::Bearer(realm)) => {
                let realm = realm.parse().map_err(|_| self.fetch.error("names a token service that is none"))?;
                let realm = self.fetch.safe(realm)?;
                let basic = basic.and_then(header);
                let answer = self.fetch.get(realm, "application/json", basic.as_ref(), MAX_TOKEN).await?;
                if answer.status != StatusCode::OK {
                    return Err(self.fetch.error(format!("gives no token for {}: {}", self.repository, answer.status)));
                }
                let token = serde_json::from_slice::<Token>(&answer.body).ok();
                let token = token.and_then(|it| it.token.or(it.access_token)).filter(|token| !token.is_empty());
                token
                    .and_then(|token| header(format!("Bearer {token}")))
                    .ok_or_else(|| self.fetch.error("gives a token that cannot be sent"))
            }
        }
    }

    fn uri(&self, path: &str) -> Result<Uri, OciError> {
        let registry = self.fetch.registry;
        let scheme = if is_loopback(registry.host()) { "http" } else { "https" };
        let built = Uri::builder().scheme(scheme).authority(registry.clone()).path_and_query(path).build();
        built.map_err(|_| self.fetch.error("has an address that is none"))
    }
}

fn basic(login: &RegistryLogin) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{}:{}", login.user, login.password.expose())))
}

fn header(value: String) -> Option<HeaderValue> {
    let mut value = HeaderValue::try_from(value).ok()?;
    value.set_sensitive(true);
    Some(value)
}

fn checked(digest: &Digest, bytes: Vec<u8>) -> Result<Vec<u8>, OciError> {
    match digest.refusal(&bytes) {
        Some(reason) => Err(OciError::Refused { what: digest.to_string(), reason }),
        None => Ok(bytes),
    }
}
