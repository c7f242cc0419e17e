//! From an HTTP response to a reply or a failure: no input or output.

mod provider_error;

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
        let bytes = response.body.map_err(|cause| answered(self.unreadable(response.status, cause)))?;
        let body = text(bytes).map_err(|fault| answered(self.malformed(response.status, fault)))?;
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
        let unsent = |kind, what: &str| Failure {
            retryable: matches!(kind, Kind::Unreachable | Kind::TimedOut),
            idempotency_key: self.idempotency_key.map(str::to_owned),
            attempts: self.attempts,
            ..Failure::unsent(kind, format!("{what} ({reason}); nothing was sent"))
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
        failure.retry_after_ms = response.header("retry-after").and_then(retry_after_ms);
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

    /// A success whose document was not read to its end.
    fn unreadable(&self, status: u16, cause: Cause) -> Failure {
        match cause {
            Cause::TooLarge => {
                let message = format!("PayPal answered {status} with more than the limit allows");
                Failure::unsent(Kind::TooLarge, message + self.perhaps_done())
            }
            _ => self.unanswered(cause, &format!("PayPal's answer ({status}) was cut off")),
        }
    }

    /// A success whose document is not JSON.
    fn malformed(&self, status: u16, fault: Malformed) -> Failure {
        match fault {
            Malformed::CutOff => self.unanswered(Cause::Broken, &format!("PayPal's answer ({status}) was cut off")),
            Malformed::NotText => {
                let message = format!("PayPal answered {status} with something that is not text (compressed?)");
                Failure::unsent(Kind::MalformedReply, message + self.perhaps_done())
            }
            Malformed::NotJson(fault) => {
                let message = format!("PayPal answered {status} with something that {fault}");
                Failure::unsent(Kind::MalformedReply, message + self.perhaps_done())
            }
        }
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

/// Why a body is no JSON text.
enum Malformed {
    NotText,
    CutOff,
    NotJson(NotJson),
}

/// The JSON text of a body; none for an empty one.
fn text(bytes: Vec<u8>) -> Result<Option<String>, Malformed> {
    if bytes.is_empty() {
        return Ok(None);
    }
    let text = String::from_utf8(bytes).map_err(|_| Malformed::NotText)?;
    match serde_json::from_str::<&RawValue>(&text).map_err(NotJson::from) {
        Ok(_) => Ok(Some(text)),
        Err(NotJson { cut_off: true, .. }) => Err(Malformed::CutOff),
        Err(fault) => Err(Malformed::NotJson(fault)),
    }
}

/// `Retry-After` in seconds, in milliseconds (RFC 9110 section 10.2.3).
fn retry_after_ms(value: &str) -> Option<u64> {
    value.trim().parse::<u64>().ok()?.checked_mul(1000)
}
