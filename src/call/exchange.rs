//! Turns the result of a request into a reply or a failure, without input or output.

mod answer;
mod expected;
mod provider_error;

use std::time::SystemTime;

use crate::{
    call::retry,
    catalogue::Action,
    platform::{
        failure::{Failure, Kind},
        reply::Reply,
        response::{self, Cause, Response, SendError},
    },
};

use answer::Answered;
pub(crate) use expected::Expected;

/// The name of failures caused by the platform's policy.
const POLICY: &str = "POLICY";

/// The parts of an exchange that decide its outcome.
#[derive(Clone, Copy)]
pub(crate) struct Exchange<'a> {
    /// The action.
    pub action: &'static Action,
    /// Which resource the response must be about.
    pub expected: Expected<'a>,
    /// The idempotency key.
    pub idempotency_key: Option<&'a str>,
    /// How many times it has been sent so far.
    pub attempts: u32,
    /// Whether an earlier attempt may have reached PayPal.
    pub sent: bool,
}

impl Exchange<'_> {
    /// Turns a response into a reply or a failure.
    ///
    /// # Errors
    /// If the status does not mean success for the action, or the body is not as PayPal documents: then it is unknown
    /// what a write has done.
    pub(crate) fn outcome(&self, response: Response) -> Result<Reply, Failure> {
        if !(200..300).contains(&response.status) {
            return Err(self.refused(response));
        }
        let (status, debug_id) = (response.status, response.debug_id());
        let answered =
            |failure: Failure| Failure { status: Some(status), debug_id: debug_id.clone(), ..self.sent(failure) };
        let unclear = |kind, what: &str| answered(self.unclear(kind, &format!("PayPal answered {status} {what}")));
        let content_type = response.header("content-type").map(str::to_owned);
        let bytes = response.body.map_err(|cause| match cause {
            Cause::TooLarge => unclear(Kind::TooLarge, "with more than the limit allows"),
            Cause::TimedOut => unclear(Kind::TimedOut, "and did not end in time"),
            Cause::Broken | Cause::Denied | Cause::Limited | Cause::Unreachable => {
                unclear(Kind::MalformedReply, "and broke off")
            }
        })?;
        let Answered { body, file } = answer::read(self.action, self.expected, status, content_type.as_deref(), bytes)
            .map_err(|unexpected| {
                let mut failure = unclear(Kind::MalformedReply, &unexpected.what);
                provider_error::fill_in(unexpected.body, &mut failure);
                failure
            })?;
        Ok(Reply {
            status,
            body,
            debug_id,
            idempotency_key: self.idempotency_key.map(str::to_owned),
            attempts: self.attempts,
            next: None,
            file,
        })
    }

    /// The failure of a request without a response.
    #[must_use]
    pub(crate) fn unanswered(&self, error: SendError) -> Failure {
        let SendError { cause, sent, reason } = error;
        let unsent = |kind, what: &str| Failure {
            request_sent: self.sent,
            retryable: matches!(kind, Kind::Unreachable | Kind::TimedOut | Kind::RateLimited),
            idempotency_key: self.idempotency_key.map(str::to_owned),
            attempts: self.attempts,
            ..Failure::unsent(kind, format!("{what} ({reason}); it has not acted"))
        };
        match (sent, cause) {
            (false, Cause::Denied) => Failure {
                name: Some(POLICY.to_owned()),
                ..unsent(Kind::Denied, "the platform does not allow this request")
            },
            (false, Cause::Limited) => {
                unsent(Kind::RateLimited, "PayPal was not asked: a limit of the platform is reached")
            }
            (false, Cause::TooLarge) => unsent(Kind::TooLarge, "the request is over a size limit"),
            (false, Cause::TimedOut) => unsent(Kind::TimedOut, "PayPal could not be reached in time"),
            (false, Cause::Unreachable | Cause::Broken) => unsent(Kind::Unreachable, "PayPal could not be reached"),
            (true, cause) => {
                let on_read = match cause {
                    Cause::TimedOut => Kind::TimedOut,
                    Cause::TooLarge => Kind::TooLarge,
                    Cause::Broken | Cause::Denied | Cause::Limited | Cause::Unreachable => Kind::Unreachable,
                };
                self.sent(self.unclear(on_read, &format!("no answer came from PayPal ({reason})")))
            }
        }
    }

    /// The failure of an error status. The status decides the kind, PayPal's document adds details.
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
        let mut failure = self.sent(Failure::unsent(kind, ""));
        failure.status = Some(response.status);
        failure.retry_after_ms = response.retry_after_ms(SystemTime::now());
        failure.debug_id = response.debug_id();
        let status = response.status;
        provider_error::read(response, &mut failure);
        let in_progress = retry::is_in_progress(&failure);
        if !self.action.is_read() && (!response::is_refusal(status) || in_progress) {
            failure.kind = Kind::OutcomeUnknown;
            failure.message += &self.perhaps_done();
        }
        failure.retryable = match failure.kind {
            // Refused before PayPal looked at it.
            Kind::RateLimited => true,
            // A repeat shows its outcome.
            Kind::OutcomeUnknown => self.repeatable(),
            _ => response::is_transient(status) && self.repeatable(),
        };
        failure
    }

    /// No response, or one that cannot be understood. For a read the kind is `on_read`, for a write the outcome is
    /// unknown.
    fn unclear(&self, on_read: Kind, what: &str) -> Failure {
        let kind = if self.action.is_read() { on_read } else { Kind::OutcomeUnknown };
        // A response that is too large will be so again.
        let retryable = self.repeatable() && kind != Kind::TooLarge;
        Failure { retryable, ..Failure::unsent(kind, what.to_owned() + &self.perhaps_done()) }
    }

    /// What to do about a write that PayPal may have carried out.
    fn perhaps_done(&self) -> String {
        match (self.action.is_read(), &self.action.idempotency, self.action.lookup) {
            (true, ..) => String::new(),
            (false, Some(idempotency), _) => format!(
                "; it may have acted: repeat the call with the same idempotency key within {} to find out",
                duration(idempotency.retention_seconds)
            ),
            (false, None, Some(lookup)) => {
                format!("; it may have acted: check with `{lookup}` before you repeat the call")
            }
            (false, None, None) => "; it may have acted: check before you repeat the call".to_owned(),
        }
    }

    /// The failure of a call if an earlier attempt may have been carried out and `failure` is about a later one.
    #[must_use]
    pub(crate) fn in_doubt(&self, failure: Failure) -> Failure {
        let message = format!(
            "an earlier attempt may have been carried out; the last one: {}{}",
            failure.message,
            self.perhaps_done()
        );
        Failure { kind: Kind::OutcomeUnknown, message, request_sent: true, retryable: self.repeatable(), ..failure }
    }

    /// Whether the same request can be sent again without the risk of a second effect.
    #[must_use]
    pub(crate) fn repeatable(&self) -> bool {
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

/// A number of seconds in the largest unit that divides it.
fn duration(seconds: u32) -> String {
    let (count, unit) = match seconds {
        _ if seconds.is_multiple_of(86_400) => (seconds / 86_400, "day"),
        _ if seconds.is_multiple_of(3_600) => (seconds / 3_600, "hour"),
        _ => (seconds, "second"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

#[cfg(test)]
mod tests;
