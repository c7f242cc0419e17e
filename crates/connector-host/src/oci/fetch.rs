//! One exchange with a registry: its limits, and its redirections.

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Request, Response, StatusCode, Uri, header,
    uri::{Authority, Scheme},
};
use http_body_util::BodyExt as _;
use tokio::time::timeout;

use super::error::OciError;
use crate::{
    connection::route::is_loopback,
    transport::{Timeouts, Transport, WasiBody},
};

/// How often an answer may lead elsewhere.
const MAX_REDIRECTIONS: usize = 5;

/// The head of an answer, and its body, which is empty unless the status is 200.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// Sends GET requests on behalf of one registry.
pub(super) struct Fetch<'a> {
    pub(super) transport: &'a dyn Transport,
    pub(super) registry: &'a Authority,
}

impl Fetch<'_> {
    /// Gets a document of at most `most` bytes. Only the first host gets the authorisation.
    pub(super) async fn get(
        &self,
        uri: Uri,
        accept: &'static str,
        authorization: Option<&HeaderValue>,
        most: u64,
    ) -> Result<Answer, OciError> {
        let mut at = uri.clone();
        for _ in 0..=MAX_REDIRECTIONS {
            let same = (at.scheme(), at.authority()) == (uri.scheme(), uri.authority());
            let response = self.send(&at, accept, authorization.filter(|_| same)).await?;
            if !response.status().is_redirection() {
                return self.answer(response, most).await;
            }
            at = self.target(&at, response.headers())?;
        }
        Err(self.error(format!("redirects more than {MAX_REDIRECTIONS} times")))
    }

    async fn send(
        &self,
        uri: &Uri,
        accept: &'static str,
        authorization: Option<&HeaderValue>,
    ) -> Result<Response<WasiBody>, OciError> {
        let mut request = Request::get(uri).header(header::ACCEPT, accept);
        if let Some(authorization) = authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        let request = request.body(Bytes::new()).map_err(|_| self.error("names an address that is none"))?;
        let sent = self.transport.send(request, Timeouts::default()).await;
        sent.map_err(|error| self.error(format!("cannot be reached: {error}")))
    }

    async fn answer(&self, response: Response<WasiBody>, most: u64) -> Result<Answer, OciError> {
        let (head, mut rest) = response.into_parts();
        let mut body = Vec::new();
        if head.status == StatusCode::OK {
            let pause = Timeouts::default().between_bytes;
            while let Some(frame) = timeout(pause, rest.frame()).await.map_err(|_| self.error("sends nothing more"))? {
                let frame = frame.map_err(|error| self.error(format!("breaks off its answer: {error}")))?;
                let Ok(data) = frame.into_data() else { continue };
                if body.len() as u64 + data.len() as u64 > most {
                    return Err(self.error(format!("sends more than {most} bytes")));
                }
                body.extend_from_slice(&data);
            }
        }
        Ok(Answer { status: head.status, headers: head.headers, body })
    }

    /// Returns where a redirection leads.
    fn target(&self, from: &Uri, headers: &HeaderMap) -> Result<Uri, OciError> {
        let location = headers.get(header::LOCATION).and_then(|value| value.to_str().ok());
        let location = location.ok_or_else(|| self.error("redirects, and does not say where to"))?;
        // `//` would be another host, which `Uri` takes for a path.
        let target = location.parse::<Uri>().ok().filter(|_| !location.starts_with("//")).and_then(|target| {
            let (mut from, target) = (from.clone().into_parts(), target.into_parts());
            if target.scheme.is_some() {
                return Uri::from_parts(target).ok();
            }
            // A path from the root, which is all that registries use besides.
            target.authority.is_none().then_some(())?;
            from.path_and_query = target.path_and_query;
            Uri::from_parts(from).ok()
        });
        self.safe(target.ok_or_else(|| self.error("redirects to an address that is none"))?)
    }

    /// Returns an address that the registry has named, if it is `https` or on this machine.
    pub(super) fn safe(&self, target: Uri) -> Result<Uri, OciError> {
        let userinfo = target.authority().is_some_and(|authority| authority.as_str().contains('@'));
        let of_this_machine = is_loopback(self.registry.host()) && target.host().is_some_and(is_loopback);
        match target.scheme() {
            Some(scheme) if !userinfo && (*scheme == Scheme::HTTPS || (*scheme == Scheme::HTTP && of_this_machine)) => {
                Ok(target)
            }
            _ => Err(self.error("names an address that is not https")),
        }
    }

    pub(super) fn error(&self, reason: impl Into<String>) -> OciError {
        OciError::registry(self.registry.as_str(), reason)
    }
}
