//! What a caller may say of deliveries only as the connection has it: otherwise a key of one connection could have its journal
//! note what was meant for another account.

use crate::serve::{
    connections::Live,
    forms::{
        input, outcome,
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
    let malformed = |detail| Problem::new(Kind::MALFORMED, detail);
    let read = |name| input::member(&given, name).map_err(malformed);
    match (action, &live.settings.webhook_id, &live.ipn_receivers) {
        ("events.receive" | "events.acknowledge", Some(own), _) => match read("webhook_id")? {
            Some(named) if serde_json::from_str::<String>(named).is_ok_and(|it| it != *own) => Err(refused(
                "webhook_id",
                "it is not the connection's webhook: leave it as GET shows it, or change the connection",
            )),
            _ => Ok(given),
        },
        ("ipn.receive", _, Some(own)) => match read("receivers")? {
            None => input::with_member(&given, "receivers", own).map_err(malformed),
            Some(named) => match serde_json::from_str::<Vec<String>>(named) {
                Ok(named) if named.iter().any(|it| !own.contains(it)) => {
                    Err(refused("receivers", "expected those of the connection's `ipn_receivers`, or none"))
                }
                // What is no list of texts the connector refuses.
                _ => Ok(given),
            },
        },
        _ => Ok(given),
    }
}

fn refused(field: &'static str, expected: &str) -> Problem {
    outcome::problem_of(&Violation::failure(&[Violation::invalid(field, expected)]))
}
