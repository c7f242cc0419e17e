//! Asks PayPal whether it has sent a message, until it answers or the time is up.

use std::time::Instant;

use crate::{
    call::unauthenticated::{self, Rejected},
    ipn::postback::{Verdict, postback, verdict},
    platform::{
        interface::Platform,
        response::{self, Response, SendError},
    },
};

/// Whether a message is PayPal's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// PayPal has sent it.
    Verified,
    /// PayPal has not sent it, or has sent it to another connection.
    Invalid,
    /// PayPal could not be asked, or has not answered.
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

/// The outcome and its reason.
pub(super) struct Verification {
    pub(super) outcome: Outcome,
    /// Why it is not verified, as a code for programs.
    pub(super) reason: Option<&'static str>,
    /// The same for a person.
    pub(super) sentence: String,
    /// PayPal's id of the exchange.
    pub(super) debug_id: Option<String>,
    /// How many times PayPal was asked.
    pub(super) attempts: u32,
}

impl Verification {
    /// For a message that PayPal is not asked about.
    pub(super) fn refused(reason: &'static str, sentence: &str) -> Self {
        let outcome = Outcome::Invalid;
        Self { outcome, reason: Some(reason), sentence: sentence.to_owned(), debug_id: None, attempts: 0 }
    }

    /// For a message of PayPal's that is for another account. One that PayPal has not confirmed stays unknown.
    pub(super) fn for_another(self) -> Self {
        if self.outcome != Outcome::Verified {
            return self;
        }
        let sentence = "PayPal has sent the message, but it is for none of the `receivers`".to_owned();
        Self { outcome: Outcome::Invalid, reason: Some("another-receiver"), sentence, ..self }
    }
}

/// Posts the message back. This has no effect at PayPal, so it may be repeated.
pub(super) fn verify(
    platform: &dyn Platform,
    message: &[u8],
    content_type: Option<&str>,
    deadline: Option<Instant>,
) -> Verification {
    let request = postback(platform.environment(), message, content_type);
    let mut attempts = 0;
    let verification =
        unauthenticated::send(platform, &request, deadline, &mut attempts, |answer| match decided(answer) {
            Some(verification) => Ok(verification),
            None => Err(unanswered(answer)),
        });
    Verification { attempts, ..verification.unwrap_or_else(|unknown| unknown) }
}

/// PayPal's verdict, if it has given one.
fn decided(answer: &Result<Response, SendError>) -> Option<Verification> {
    let (outcome, reason, sentence) = match verdict(answer.as_ref().ok()?)? {
        Verdict::Verified => (Outcome::Verified, None, "PayPal has sent the message"),
        Verdict::Invalid => (Outcome::Invalid, Some("not-from-paypal"), "PayPal says that it has not sent the message"),
    };
    Some(Verification { outcome, reason, sentence: sentence.to_owned(), debug_id: debug_id(answer), attempts: 0 })
}

/// Why there is no verdict. PayPal's response is not quoted.
fn unanswered(answer: &Result<Response, SendError>) -> Rejected<Verification> {
    const ADVICE: &str = "do not act on the message; PayPal sends it again unless it is answered with 200";
    let (reason, sentence, is_transient) = match answer {
        Ok(response) => {
            let what = format!("PayPal answered {} with neither VERIFIED nor INVALID; {ADVICE}", response.status);
            // An error page may have status 200.
            ("unexpected-answer", what, response.status == 200 || response::is_transient(response.status))
        }
        Err(error) => {
            let what = format!("no answer came from PayPal ({}); {ADVICE}", error.reason);
            ("no-answer", what, unauthenticated::is_transient(error.cause))
        }
    };
    let (outcome, debug_id) = (Outcome::Unknown, debug_id(answer));
    Rejected { reason: Verification { outcome, reason: Some(reason), sentence, debug_id, attempts: 0 }, is_transient }
}

/// PayPal's id of the exchange.
fn debug_id(answer: &Result<Response, SendError>) -> Option<String> {
    answer.as_ref().ok().and_then(|response| response.header("paypal-debug-id")).map(str::to_owned)
}
