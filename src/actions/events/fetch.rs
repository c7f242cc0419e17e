//! Fetches the certificate of a delivery.

use std::{borrow::Cow, time::Instant};

use crate::{
    call::unauthenticated::{self, Rejected},
    events::{certificate::CertificateUrl, chain::MAX_PEM, verdict::Reason},
    platform::{
        interface::Platform,
        request::{Method, Request, USER_AGENT},
        response::{self, Cause, Response, SendError},
    },
};

/// Fetches a certificate. Repeats after transient failures, as often as the platform allows and until the deadline.
/// Each request is counted. PayPal serves certificates publicly: no token is sent.
///
/// # Errors
/// If it cannot be fetched, with the reason.
pub(super) fn fetch(
    platform: &dyn Platform,
    url: &CertificateUrl,
    deadline: Option<Instant>,
    requests: &mut u32,
) -> Result<Vec<u8>, Reason> {
    let text = |text: &'static str| Cow::Borrowed(text);
    let request = Request {
        method: Method::Get,
        authority: url.authority,
        path_and_query: url.path.to_owned(),
        headers: vec![("accept", text("application/x-pem-file, */*")), ("user-agent", text(USER_AGENT))],
        body: Vec::new(),
        max_answer: MAX_PEM,
    };
    unauthenticated::send(platform, &request, deadline, requests, served)
}

/// The body of a 200, or why there is none.
fn served(answer: &Result<Response, SendError>) -> Result<Vec<u8>, Rejected<Reason>> {
    let (reason, is_transient) = match answer {
        Ok(Response { status: 200, body: Ok(pem), .. }) if pem.len() > MAX_PEM => (Reason::CertificateTooLarge, false),
        Ok(Response { status: 200, body: Ok(pem), .. }) => return Ok(pem.clone()),
        Ok(Response { status: 200, body: Err(cause), .. }) | Err(SendError { cause, .. }) => {
            (meaning(*cause), unauthenticated::is_transient(*cause))
        }
        Ok(Response { status: 300..400, .. }) => (Reason::CertificateRedirected, false),
        Ok(Response { status, .. }) => (Reason::CertificateNotServed, response::is_transient(*status)),
    };
    Err(Rejected { reason, is_transient })
}

/// The reason for a failed exchange.
fn meaning(cause: Cause) -> Reason {
    match cause {
        Cause::Denied => Reason::CertificateDenied,
        Cause::TooLarge => Reason::CertificateTooLarge,
        Cause::TimedOut => Reason::CertificateTimedOut,
        Cause::Limited | Cause::Unreachable | Cause::Broken => Reason::CertificateUnreachable,
    }
}
