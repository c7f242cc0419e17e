//! What a connection gives to the inputs of its calls.

use crate::serve::{actions::Actions, connections::Live, forms::input};

/// Adds the BN code of the connection, where the action takes one and the caller does not give it.
///
/// # Errors
/// If the input is no object, or its options are none.
pub(crate) fn with_defaults(
    actions: &Actions,
    connection: &Live,
    action: &str,
    given: &str,
) -> Result<String, &'static str> {
    let code = connection.settings.partner_attribution_id.as_deref();
    match (code, actions.get(action)) {
        (Some(code), Some(action)) if actions.sends(action, "PayPal-Partner-Attribution-Id") => {
            input::with_default(given, "partner_attribution_id", code)
        }
        _ => Ok(given.to_owned()),
    }
}
