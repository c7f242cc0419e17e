//! From an HTTP response to a reply or a failure: no input or output.

mod provider_error;

use std::time::SystemTime;

use serde_json::value::RawValue;

use crate::{
    catalogue::Action,
    document::NotJson,
    failure::{Failure, Kind},
    response::{Cause, Lost, Response},
};

/// A call that succeeded; see `kosha:connector/types.reply`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// PayPal's document as it came.
    pub body: Option<String>,
    /// PayPal's id of the exchange.
    pub debug_id: Option<String>,
    /// The idempotency key that was sent.
    pub idempotency_key: Option<String>,
    /// How many times the request was sent.
    pub attempts: u32,
    /// The input of the next page.
    pub next: Option<String>,
}

/// The exchange as far as its outcome depends on it.
#[derive(Clone, Copy)]
pub struct Exchange<'a> {
    /// What was asked for.
    pub action: &'static Action,
    /// The key it was asked under.
    pub idempotency_key: Option<&'a str>,
    /// How many times it has been sent by now.
    pub attempts: u32,
}

impl Exchange<'_> {
    /// What a response means.
    ///
    /// # Errors
    /// Every status but 2xx, and a 2xx whose body is not what PayPal documents.
    pub fn outcome(&self, response: Response) -> Result<Reply, Failure> {
        if !(200..300).contains(&response.status) {
            return Err(self.refused(response));
        }
        let debug_id = debug_id(&response);
        let answered = |failure: Failure| Failure {
            status: Some(response.status),
            debug_id: debug_id.clone(),
            ..self.sent(failure)
        };
        let status = response.status;
        let unclear = |cause, what: &str| answered(self.unanswered(cause, &format!("PayPal answered {status} {what}")));
        let bytes = response.body.map_err(|cause| match cause {
            Cause::TooLarge => unclear(cause, "with more than the limit allows"),
            Cause::Broken | Cause::TimedOut | Cause::Denied | Cause::Unreachable => unclear(cause, "and broke off"),
        })?;
        let body = text(bytes).map_err(|what| unclear(Cause::Broken, &what))?;
        if body.is_none() && self.action.is_read() {
            return Err(unclear(Cause::Broken, "without what was asked for"));
        }
        Ok(Reply {
            status: response.status,
            body,
            debug_id,
            idempotency_key: self.idempotency_key.map(str::to_owned),
            attempts: self.attempts,
            next: None,
        })
    }

    /// What it means that no response came.
    #[must_use]
    pub fn lost(&self, lost: Lost) -> Failure {
        let Lost { cause, sent, reason } = lost;
        // An earlier attempt may have been answered with a refusal, but then it was refused.
        let unsent = |kind, what: &str| Failure {
            retryable: matches!(kind, Kind::Unreachable | Kind::TimedOut),
            idempotency_key: self.idempotency_key.map(str::to_owned),
            attempts: self.attempts,
            ..Failure::unsent(kind, format!("{what} ({reason}); it has not acted"))
        };
        match (sent, cause) {
            (false, Cause::Denied) => unsent(Kind::Denied, "the platform does not allow this request"),
            (false, Cause::TooLarge) => unsent(Kind::TooLarge, "the request is over a size limit"),
            (false, Cause::TimedOut) => unsent(Kind::TimedOut, "PayPal could not be reached in time"),
            (false, Cause::Unreachable | Cause::Broken) => unsent(Kind::Unreachable, "PayPal could not be reached"),
            (true, _) => self.sent(self.unanswered(cause, &format!("no answer came from PayPal ({reason})"))),
        }
    }

    /// An error status: the status decides, PayPal's document says more.
    fn refused(&self, response: Response) -> Failure {
        let kind = match response.status {
            400 => Kind::InvalidInput,
            401 => Kind::Unauthorized,
            403 => Kind::Forbidden,
            404 => Kind::NotFound,
            408 => Kind::TimedOut,
            409 => Kind::Conflict,
            413 => Kind::TooLarge,
            429 => Kind::RateLimited,
            402 | 422 => Kind::Unprocessable,
            _ => Kind::ProviderError,
        };
        let passing = matches!(response.status, 408 | 429 | 500..600);
        let mut failure = self.sent(Failure::unsent(kind, ""));
        failure.status = Some(response.status);
        failure.retry_after_ms = response.header("retry-after").and_then(|value| retry_after_ms(value, SystemTime::now()));
        failure.debug_id = debug_id(&response);
        provider_error::read(response, &mut failure);
        let in_progress = failure.details.iter().any(|it| it.issue.as_deref() == Some("PREVIOUS_REQUEST_IN_PROGRESS"));
        failure.retryable = match kind {
            // Refused before PayPal looked at it.
            Kind::RateLimited => true,
            _ => (passing || in_progress) && self.repeatable(),
        };
        failure
    }

    /// No answer, or not all of it: on a read nothing is lost, on a write nobody knows what happened.
    fn unanswered(&self, cause: Cause, what: &str) -> Failure {
        let kind = match cause {
            _ if !self.action.is_read() => Kind::OutcomeUnknown,
            Cause::TimedOut => Kind::TimedOut,
            Cause::TooLarge => Kind::TooLarge,
            Cause::Denied | Cause::Unreachable => Kind::Unreachable,
            Cause::Broken => Kind::MalformedReply,
        };
        Failure { retryable: self.repeatable(), ..Failure::unsent(kind, what.to_owned() + self.perhaps_done()) }
    }

    fn perhaps_done(&self) -> &'static str {
        match (self.action.is_read(), &self.action.idempotency) {
            (true, _) => "",
            (false, Some(_)) => "; it may have acted: repeat the call with the same idempotency key to find out",
            (false, None) => "; it may have acted: look before you repeat the call",
        }
    }

    /// Whether the same request can be sent again without the risk of a second effect.
    fn repeatable(&self) -> bool {
        self.action.is_read() || self.action.idempotency.is_some()
    }

    fn sent(&self, failure: Failure) -> Failure {
        Failure {
            request_sent: true,
            idempotency_key: self.idempotency_key.map(str::to_owned),
            attempts: self.attempts,
            ..failure
        }
    }
}

fn debug_id(response: &Response) -> Option<String> {
    response.header("paypal-debug-id").filter(|id| !id.is_empty()).map(str::to_owned)
}

/// The JSON text of a body, none for an empty one; otherwise how it is not JSON.
fn text(bytes: Vec<u8>) -> Result<Option<String>, String> {
    if bytes.is_empty() {
        return Ok(None);
    }
    let text = String::from_utf8(bytes).map_err(|_| "with something that is not text (compressed?)")?;
    match serde_json::from_str::<&RawValue>(&text) {
        Ok(_) => Ok(Some(text)),
        Err(error) => Err(format!("with something that {}", NotJson::from(error))),
    }
}

/// How long to wait, in milliseconds: `Retry-After` is a number of seconds or a date (RFC 9110 section 10.2.3).
fn retry_after_ms(value: &str, now: SystemTime) -> Option<u64> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return seconds.checked_mul(1000);
    }
    let wait = httpdate::parse_http_date(value).ok()?.duration_since(now).unwrap_or_default();
    u64::try_from(wait.as_millis()).ok()
}
