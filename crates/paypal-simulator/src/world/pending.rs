//! Captures and refunds whose money is not there yet.

use std::time::Duration;

use serde_json::Value;

use crate::request::refusal::Refusal;

const DAY: u64 = 86_400;

/// Why a capture is pending, and how many seconds it takes at most until that is settled; `None` if somebody has to act. An
/// eCheck takes 3 to 6 business days (<https://www.paypal.com/us/selfhelp/article/faq3265>); that a review takes a day is an
/// assumption.
const REASONS: [(&str, Option<u64>); 8] = [
    ("ECHECK", Some(6 * DAY)),
    ("PENDING_REVIEW", Some(DAY)),
    ("INTERNATIONAL_WITHDRAWAL", None),
    ("OTHER", None),
    ("RECEIVING_PREFERENCE_MANDATES_MANUAL_ACTION", None),
    ("TRANSACTION_APPROVED_AWAITING_FUNDING", None),
    ("UNILATERAL", None),
    ("VERIFICATION_REQUIRED", None),
];

/// How a pending capture or refund ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Completed,
    /// A capture is denied, a refund fails.
    Failed,
    /// Only a refund is.
    Cancelled,
}

/// Why something is pending, and how it ends if nothing else settles it before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pending {
    pub(crate) reason: &'static str,
    pub(crate) outcome: Outcome,
    pub(crate) after: Option<Duration>,
}

impl Outcome {
    /// Reads one of these names; the first one if there is none.
    pub(crate) fn read(value: &Value, names: &[(&str, Self)]) -> Result<Self, Refusal> {
        let found = names.iter().find(|(name, _)| value.is_null() || *value == *name);
        found.map(|(_, outcome)| *outcome).ok_or_else(|| {
            let names: Vec<_> = names.iter().map(|(name, _)| *name).collect();
            let description = format!("It must be one of these: {}.", names.join(", "));
            Refusal::invalid("/outcome", value.clone(), "INVALID_PARAMETER_VALUE", &description)
        })
    }
}

impl Pending {
    /// Reads `reason`, `outcome` and `seconds`.
    pub(crate) fn read(body: &Value, names: &[(&str, Outcome)]) -> Result<Self, Refusal> {
        let refuse = |field: &str, description: &str| {
            let value = body[field.trim_start_matches('/')].clone();
            Refusal::invalid(field, value, "INVALID_PARAMETER_VALUE", description)
        };
        let reason = &body["reason"];
        let found = REASONS.iter().find(|(name, _)| reason.is_null() || *reason == *name);
        let (reason, usual) = found.ok_or_else(|| refuse("/reason", "A payment is not pending for this reason."))?;
        let seconds = match &body["seconds"] {
            Value::Null => *usual,
            value => {
                let seconds = value.as_u64();
                Some(seconds.ok_or_else(|| refuse("/seconds", "It must be a whole number that is not negative."))?)
            }
        };
        let outcome = Outcome::read(&body["outcome"], names)?;
        Ok(Self { reason, outcome, after: seconds.map(Duration::from_secs) })
    }
}
