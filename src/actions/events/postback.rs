//! Asks PayPal whether it has sent a delivery.

use std::time::Instant;

use super::requests::Requests;
use crate::{
    base::document::{Document, quoted},
    call::{arguments::Arguments, options::CallOptions, run::call},
    catalogue::webhooks::VERIFY_SIGNATURE,
    events::{delivery::Delivery, verdict::Reason},
    platform::{
        failure::{Failure, Kind},
        interface::Platform,
    },
};

/// Asks PayPal whether it has sent a delivery, with the unchanged bytes of its body.
///
/// # Errors
/// The outer error if the connection or the webhook's id cannot be used to ask; the inner one if PayPal denies it or
/// does not answer.
pub(super) fn ask(
    platform: &dyn Platform,
    delivery: &Delivery,
    event: &str,
    webhook_id: &str,
    options: &CallOptions,
    deadline: Option<Instant>,
    requests: &mut Requests,
) -> Result<Result<(), Reason>, Failure> {
    let member = |name: &str, value: &str| ["\"", name, "\":", &quoted(value), ","].concat();
    let body = [
        "{",
        &member("auth_algo", delivery.algorithm),
        &member("cert_url", delivery.certificate_url),
        &member("transmission_id", delivery.id),
        &member("transmission_sig", delivery.signature),
        &member("transmission_time", delivery.time),
        &member("webhook_id", webhook_id),
        "\"webhook_event\":",
        event,
        "}",
    ];
    // The caller's key is for this action, which PayPal does not know.
    let Some(options) = options.until(deadline) else { return Ok(Err(Reason::PostbackFailed)) };
    let options = CallOptions { idempotency_key: None, prefer: None, ..options };
    let arguments = Arguments::new(Some(options)).body(body.concat());
    match call(platform, VERIFY_SIGNATURE, &arguments) {
        Ok(reply) => {
            requests.count += reply.attempts;
            requests.debug_id = reply.debug_id;
            let answer = reply.body.unwrap_or_default();
            let status = Document::parse(&answer).ok();
            Ok(match status.as_ref().and_then(|answer| answer.get("verification_status")).and_then(Document::as_text) {
                Some("SUCCESS") => Ok(()),
                Some("FAILURE") => Err(Reason::RefusedByPaypal),
                _ => Err(Reason::PostbackFailed),
            })
        }
        Err(failure) => {
            requests.count += failure.attempts;
            requests.debug_id.clone_from(&failure.debug_id);
            meaning(&failure).map(Err).ok_or(failure)
        }
    }
}

/// The reason that a failure gives for the delivery; `None` if it is about the connection or the caller's own argument.
fn meaning(failure: &Failure) -> Option<Reason> {
    let is_about_the_webhook = || {
        let fields = failure.details.iter().filter_map(|issue| issue.field.as_deref());
        fields.into_iter().any(|field| field.trim_start_matches('/') == "webhook_id")
    };
    match failure.kind {
        Kind::InvalidInput | Kind::Unprocessable if !is_about_the_webhook() => Some(match failure.status {
            None => Reason::MalformedHeader,
            Some(_) => Reason::RefusedByPaypal,
        }),
        Kind::RateLimited
        | Kind::ProviderError
        | Kind::Unreachable
        | Kind::TimedOut
        | Kind::OutcomeUnknown
        | Kind::MalformedReply
        | Kind::TooLarge => Some(Reason::PostbackFailed),
        _ => None,
    }
}
