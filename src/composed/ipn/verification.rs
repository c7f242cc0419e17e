//! Asking PayPal whether it has sent a message, until it says so or time is up.

use std::time::{Duration, Instant};

use crate::{
    call::{Platform, random},
    failure::{Failure, Kind},
    ipn::{Verdict, postback, verdict},
    response::{Cause, Lost, Response},
    retry::{self, Attempt, Next},
};

/// What is known of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// PayPal has sent it.
    Verified,
    /// PayPal has not sent it, or not to this connection.
    Invalid,
    /// PayPal could not be asked, or has not said.
    Unknown,
}

impl Outcome {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Invalid => "invalid",
            Self::Unknown => "unknown",
        }
    }
}

/// The outcome, and how it came about.
pub(super) struct Verification {
    pub(super) outcome: Outcome,
    /// Why it is not verified, as a word for programs.
    pub(super) reason: Option<&'static str>,
    /// The same for a person.
    pub(super) sentence: String,
    /// PayPal's id of the exchange.
    pub(super) debug_id: Option<String>,
    /// How many times PayPal was asked.
    pub(super) attempts: u32,
}

impl Verification {
    /// Of a message that PayPal is not even asked about.
    pub(super) fn refused(reason: &'static str, sentence: &str) -> Self {
        let outcome = Outcome::Invalid;
        Self { outcome, reason: Some(reason), sentence: sentence.to_owned(), debug_id: None, attempts: 0 }
    }
}

/// Posts the message back. PayPal keeps nothing of it, so that it may be asked again.
pub(super) fn verify(
    platform: &dyn Platform,
    message: &[u8],
    content_type: Option<&str>,
    deadline_ms: Option<u32>,
) -> Verification {
    let deadline = deadline_ms.map(|ms| Instant::now() + Duration::from_millis(ms.into()));
    let request = postback(platform.environment(), message, content_type);
    let mut attempts = 0;
    loop {
        let answer = match deadline {
            Some(deadline) if deadline <= Instant::now() => {
                let reason = "the call's deadline has passed".to_owned();
                Err(Lost { cause: Cause::TimedOut, sent: false, reason })
            }
            _ => {
                attempts += 1;
                platform.send(&request, None, deadline)
            }
        };
        let debug_id = answer.as_ref().ok().and_then(|it| it.header("paypal-debug-id")).map(str::to_owned);
        let decided = answer.as_ref().ok().and_then(verdict).map(|verdict| match verdict {
            Verdict::Verified => (Outcome::Verified, None, "PayPal has sent the message"),
            Verdict::Invalid => {
                (Outcome::Invalid, Some("not-from-paypal"), "PayPal says that it has not sent the message")
            }
        });
        if let Some((outcome, reason, sentence)) = decided {
            return Verification { outcome, reason, sentence: sentence.to_owned(), debug_id, attempts };
        }
        let (reason, sentence) = unanswered(&answer);
        let next = retry::decide(&Attempt {
            number: attempts,
            most: platform.max_attempts(),
            failure: &failure(&answer),
            sent: answer.as_ref().map_or_else(|lost| lost.sent, |_| true),
            repeatable: true,
            // There is no token to replace.
            refreshed: true,
            left: deadline.map(|deadline| deadline.saturating_duration_since(Instant::now())),
            random: random(),
        });
        match next {
            Next::Again(wait) => platform.sleep(wait),
            Next::GiveUp | Next::Refresh => {
                return Verification { outcome: Outcome::Unknown, reason: Some(reason), sentence, debug_id, attempts };
            }
        }
    }
}

/// Why there is no verdict. What PayPal has answered with is not quoted.
fn unanswered(answer: &Result<Response, Lost>) -> (&'static str, String) {
    const ADVICE: &str = "do not act on the message; PayPal sends it again unless it is answered by 200";
    match answer {
        Ok(response) => {
            let what = format!("PayPal answered {} with neither VERIFIED nor INVALID; {ADVICE}", response.status);
            ("unexpected-answer", what)
        }
        Err(lost) => ("no-answer", format!("no answer came from PayPal ({}); {ADVICE}", lost.reason)),
    }
}

/// The answer in the terms of [`retry::decide`].
fn failure(answer: &Result<Response, Lost>) -> Failure {
    match answer {
        Ok(response) => {
            let seconds = response.header("retry-after").and_then(|value| value.trim().parse::<u64>().ok());
            Failure {
                status: Some(response.status),
                // A page of an error may come with 200.
                retryable: response.status == 200 || retry::passes(response.status),
                retry_after_ms: seconds.and_then(|seconds| seconds.checked_mul(1000)),
                ..Failure::unsent(Kind::ProviderError, "")
            }
        }
        Err(lost) => {
            let (kind, retryable) = match lost.cause {
                Cause::Denied => (Kind::Denied, false),
                Cause::Limited => (Kind::RateLimited, true),
                Cause::TimedOut => (Kind::TimedOut, true),
                Cause::Unreachable | Cause::Broken => (Kind::Unreachable, true),
                Cause::TooLarge => (Kind::TooLarge, lost.sent),
            };
            Failure { retryable, ..Failure::unsent(kind, "") }
        }
    }
}
