//! What a connection gives to the inputs of its calls.

use super::own::with_own;
use crate::serve::{
    actions::Actions,
    connections::Live,
    forms::{
        input,
        problem::{Kind, Problem},
    },
};

/// Adds the BN code of the connection, where the action takes one and the caller does not give it, and what it says of its
/// deliveries.
///
/// # Errors
/// If the input is no object, its options are none, or it says something else of the connection's deliveries.
pub(crate) fn with_defaults(
    actions: &Actions,
    connection: &Live,
    action: &str,
    given: &str,
) -> Result<String, Problem> {
    let code = connection.settings.partner_attribution_id.as_deref();
    match (code, actions.get(action)) {
        (Some(code), Some(info)) if actions.sends(info, "PayPal-Partner-Attribution-Id") => {
            let with = input::with_default(given, "partner_attribution_id", code);
            with.map_err(|detail| Problem::new(Kind::MALFORMED, detail))
        }
        _ => with_own(connection, action, given.to_owned()),
    }
}
