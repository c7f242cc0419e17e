//! What a caller may say of deliveries only as the connection has it.

use crate::serve::{
    connections::Live,
    forms::{
        outcome,
        own::{self, Wrong},
        problem::{Kind, Problem},
    },
    violation::Violation,
};

/// Returns the input of an action of deliveries with what the connection says of itself: for `ipn.receive` its receivers, if the
/// caller gives none. The input of any other action stays as it is.
///
/// # Errors
/// If the caller names another webhook than the connection's, or receivers that are not the connection's.
pub(super) fn with_own(live: &Live, action: &str, given: String) -> Result<String, Problem> {
    let receivers = live.ipn_receivers.as_deref().unwrap_or_default();
    own::with_own(action, given, live.settings.webhook_id.as_slice(), receivers).map_err(|wrong| match wrong {
        Wrong::Unreadable(detail) => Problem::new(Kind::MALFORMED, detail),
        Wrong::Another(field) => {
            let expected = match field {
                "receivers" => "expected those of the connection's `ipn_receivers`, or none",
                _ => "it is not the connection's webhook: leave it as GET shows it, or change the connection",
            };
            outcome::problem_of(&Violation::failure(&[Violation::invalid(field, expected)]))
        }
    })
}
