//! Asking PayPal whether it has sent a message, until it says so or time is up.

use std::time::Instant;

use crate::{
    call::open::{self, Unread},
    ipn::postback::{Verdict, postback, verdict},
    platform::{
        interface::Platform,
        response::{self, Lost, Response},
    },
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
    deadline: Option<Instant>,
) -> Verification {
    let request = postback(platform.environment(), message, content_type);
    let mut attempts = 0;
    let verification = open::ask(platform, &request, deadline, &mut attempts, |answer| match decided(answer) {
        Some(verification) => Ok(verification),
        None => Err(unanswered(answer)),
    });
    Verification { attempts, ..verification.unwrap_or_else(|unknown| unknown) }
}

/// What PayPal says, where it says it.
fn decided(answer: &Result<Response, Lost>) -> Option<Verification> {
    let (outcome, reason, sentence) = match verdict(answer.as_ref().ok()?)? {
        Verdict::Verified => (Outcome::Verified, None, "PayPal has sent the message"),
        Verdict::Invalid => (Outcome::Invalid, Some("not-from-paypal"), "PayPal says that it has not sent the message"),
    };
    Some(Verification { outcome, reason, sentence: sentence.to_owned(), debug_id: debug_id(answer), attempts: 0 })
}

/// Why there is no verdict. What PayPal has answered with is not quoted.
fn unanswered(answer: &Result<Response, Lost>) -> Unread<Verification> {
    const ADVICE: &str = "do not act on the message; PayPal sends it again unless it is answered by 200";
    let (reason, sentence, passes) = match answer {
        Ok(response) => {
            let what = format!("PayPal answered {} with neither VERIFIED nor INVALID; {ADVICE}", response.status);
            // A page of an error may come with 200.
            ("unexpected-answer", what, response.status == 200 || response::passes(response.status))
        }
        Err(lost) => {
            let what = format!("no answer came from PayPal ({}); {ADVICE}", lost.reason);
            ("no-answer", what, open::passes(lost.cause))
        }
    };
    let (outcome, debug_id) = (Outcome::Unknown, debug_id(answer));
    Unread { why: Verification { outcome, reason: Some(reason), sentence, debug_id, attempts: 0 }, passes }
}

/// PayPal's id of the exchange.
fn debug_id(answer: &Result<Response, Lost>) -> Option<String> {
    answer.as_ref().ok().and_then(|response| response.header("paypal-debug-id")).map(str::to_owned)
}
