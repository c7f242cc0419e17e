//! A call's requests for certificates, answered from the cache or by one fetch for all that wait.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri, header, request};
use http_body_util::BodyExt as _;
use tokio::time::sleep;
use wasmtime_wasi_http::RequestOptions;

use super::{CertificateError, MOST, answer::Answer};
use crate::{
    outbound::{
        Outbound,
        budget::Permit,
        left_until, length,
        open::Open,
        response::{self, Limits},
    },
    transport::{Error, Timeouts, WasiBody, whole},
};

/// The pause before a certificate is requested for a second time.
const AGAIN: Duration = Duration::from_millis(500);

impl Outbound {
    /// Returns a certificate from the cache, from the fetch in flight, or by a new fetch. Waiting for another call's
    /// fetch takes no permit for an open request.
    pub(in crate::outbound) async fn certificate(
        &self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
    ) -> Result<Response<WasiBody>, Error> {
        let (parts, body) = request.into_parts();
        let body = self.budget.hold(body, length(&parts.headers)?).await?;
        if !Open::Certificate.allows_body(&body.body) {
            return Err(Error::HttpRequestDenied);
        }
        let timeouts = self.timeouts.at_most(options);
        let left = left_until(self.deadline);
        let end = sleep(timeouts.first_byte.min(left));
        tokio::pin!(end);
        if let Some(answer) = self.known_certificate(&parts.uri) {
            return answer.response();
        }
        let (flight, asked) = (self.certificates.flight(&parts.uri), Instant::now());
        let mut flight = tokio::select! {
            flight = flight.lock_owned() => flight,
            () = &mut end => return Err(Error::ConnectionReadTimeout),
        };
        if let Some((_, answer)) = flight.take_if(|(fetched, _)| *fetched >= asked) {
            *flight = Some((Instant::now(), answer.clone()));
            return answer.response();
        }
        if let Some(answer) = self.known_certificate(&parts.uri) {
            return answer.response();
        }
        // An error of this request says nothing about the certificate.
        let permit = self.budget.permit(&self.connection)?;
        if !self.certificates.is_familiar(&parts.uri) && !self.connection.certificates().take(Instant::now()) {
            return Err(Error::ConnectionLimitReached);
        }
        self.has_fetched.store(true, Ordering::Relaxed);
        let uri = parts.uri.clone();
        // Read the whole body here, as no guest watches the time: a slow response must not outlast the call.
        let fetched = tokio::select! {
            fetched = self.fetch_certificate(parts, timeouts, permit) => fetched,
            () = &mut end => {
                // That this call has little time left says nothing about the certificate.
                if left < timeouts.first_byte {
                    return Err(Error::ConnectionReadTimeout);
                }
                Err(Error::ConnectionReadTimeout)
            }
        };
        let (answer, now) = (Answer::of(&fetched), Instant::now());
        match &fetched {
            Ok((_, headers, pem)) if answer.is_certificate() => self.certificates.keep(&uri, headers, pem, now),
            _ => self.certificates.miss(&uri, answer.clone(), now),
        }
        *flight = Some((now, answer));
        let (status, headers, body) = fetched?;
        let mut response = Response::new(whole(body));
        (*response.status_mut(), *response.headers_mut()) = (status, headers);
        Ok(response)
    }

    /// See [`Connector::has_certificate`](crate::Connector::has_certificate).
    pub(crate) fn has_certificate(&self, uri: &Uri) -> bool {
        let route = self.connection.route();
        match Open::of(&Method::GET, uri, route).and_then(|_| route.open(uri)) {
            Some(uri) => self.certificates.get(&uri, Instant::now()).is_some(),
            None => true,
        }
    }

    /// See [`Connector::read_certificate`](crate::Connector::read_certificate).
    ///
    /// # Errors
    /// If the certificate cannot be fetched now.
    pub(crate) async fn read_certificate(&self, uri: &Uri) -> Result<(), CertificateError> {
        let mut again = true;
        loop {
            let mut request = Request::new(whole(Bytes::new()));
            *request.uri_mut() = uri.clone();
            let accept = HeaderValue::from_static("application/x-pem-file, */*");
            request.headers_mut().insert(header::ACCEPT, accept);
            let (reason, passes) = match self.send(request, None).await {
                Ok(response) if response.status() == StatusCode::OK => return Ok(()),
                Ok(response) => {
                    let answer = Answer::Served(response.status(), Bytes::new());
                    (CertificateError::Status(response.status().as_u16()), answer.passes())
                }
                Err(Error::ConnectionLimitReached) => (CertificateError::TooMany, false),
                Err(Error::HttpResponseBodySize(_)) => (CertificateError::TooLarge, false),
                Err(error) => (CertificateError::Unreadable(error), true),
            };
            // If another call's fetch has failed, leave the next one to another call too.
            if !(passes && again && self.has_fetched.load(Ordering::Relaxed)) {
                return Err(reason);
            }
            again = false;
            sleep(AGAIN).await;
        }
    }

    /// Returns what the cache knows of a certificate. After a temporary error the same call may try again.
    fn known_certificate(&self, uri: &Uri) -> Option<Answer> {
        let now = Instant::now();
        let kept = self.certificates.get(uri, now).map(|pem| Answer::Served(StatusCode::OK, pem));
        let has_fetched = self.has_fetched.load(Ordering::Relaxed);
        kept.or_else(|| self.certificates.missing(uri, now).filter(|answer| !(has_fetched && answer.passes())))
    }

    async fn fetch_certificate(
        &self,
        parts: request::Parts,
        timeouts: Timeouts,
        permit: Permit,
    ) -> Result<(StatusCode, HeaderMap, Bytes), Error> {
        let response = self.transmit(Request::from_parts(parts, Bytes::new()), timeouts).await?;
        let limits = Limits { cap: MOST, pause: timeouts.between_bytes, until: self.deadline };
        let response = response::for_guest(response, self.connection.tokens().redactor(), limits, permit);
        let (parts, body) = response.into_parts();
        Ok((parts.status, parts.headers, body.collect().await?.to_bytes()))
    }
}
