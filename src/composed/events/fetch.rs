//! The certificate of a delivery, fetched from where PayPal says that it lies.

use std::{borrow::Cow, time::Instant};

use crate::{
    call::{Platform, random},
    catalogue::Method,
    events::{certificate::CertificateUrl, chain::MAX_PEM, verdict::Reason},
    failure::{Failure, Kind},
    request::{Request, USER_AGENT},
    response::{Cause, Lost, Response},
    retry::{self, Attempt, Next},
};

/// Fetches a certificate, as often as the platform allows where a failure is one that passes, and until the deadline at the
/// latest. Each request is counted. PayPal serves certificates to anybody: no token goes there.
///
/// # Errors
/// Why there is none to be had.
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
    let mut number = 0;
    loop {
        if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
            return Err(Reason::CertificateTimedOut);
        }
        number += 1;
        *requests += 1;
        let (reason, sent, passing) = match platform.send(&request, None, deadline) {
            Ok(response) => match served(response) {
                Ok(pem) => return Ok(pem),
                Err((reason, passing)) => (reason, true, passing),
            },
            Err(Lost { cause, sent, .. }) => {
                let (reason, passing) = meaning(cause);
                (reason, sent, passing)
            }
        };
        let failure = Failure { retryable: passing, ..Failure::unsent(Kind::Unreachable, "") };
        let next = retry::decide(&Attempt {
            number,
            most: platform.max_attempts(),
            failure: &failure,
            sent,
            repeatable: true,
            refreshed: true,
            left: deadline.map(|deadline| deadline.saturating_duration_since(Instant::now())),
            // Few events come at once, and PayPal waits for the answer: there is nothing to spread.
            random: random(),
        });
        match next {
            Next::Again(wait) => platform.sleep(wait),
            Next::GiveUp | Next::Refresh => return Err(reason),
        }
    }
}

/// The body of a 200; otherwise why there is none, and whether that may pass.
fn served(response: Response) -> Result<Vec<u8>, (Reason, bool)> {
    match response {
        Response { status: 200, body: Ok(pem), .. } if pem.len() > MAX_PEM => Err((Reason::CertificateTooLarge, false)),
        Response { status: 200, body, .. } => body.map_err(meaning),
        Response { status: 300..400, .. } => Err((Reason::CertificateRedirected, false)),
        Response { status, .. } => Err((Reason::CertificateNotServed, retry::passes(status))),
    }
}

/// What the end of an exchange means, and whether it may pass.
fn meaning(cause: Cause) -> (Reason, bool) {
    match cause {
        Cause::Denied => (Reason::CertificateDenied, false),
        Cause::TooLarge => (Reason::CertificateTooLarge, false),
        Cause::TimedOut => (Reason::CertificateTimedOut, true),
        // The platform has waited for as long as it does.
        Cause::Limited => (Reason::CertificateUnreachable, false),
        Cause::Unreachable | Cause::Broken => (Reason::CertificateUnreachable, true),
    }
}
