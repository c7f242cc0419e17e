//! The argument that asks for several pages.

use serde_json::{Map, Value, json};

/// Its name. No action has an input of that name.
pub(crate) const ARGUMENT: &str = "max_items";

/// The most items to ask for.
const MOST: u64 = 10_000;

/// Its schema.
pub(crate) fn schema() -> Value {
    json!({
        "type": "integer",
        "minimum": 1,
        "maximum": MOST,
        "description": "Read on, page after page, until there are this many items. Without it: one page.",
    })
}

/// Takes it out of the arguments of a paged action.
///
/// # Errors
/// If it is not a number of items.
pub(crate) fn take(arguments: &mut Map<String, Value>) -> Result<Option<usize>, String> {
    let Some(value) = arguments.shift_remove(ARGUMENT).filter(|value| !value.is_null()) else { return Ok(None) };
    let number = value.as_u64().filter(|number| (1..=MOST).contains(number)).and_then(|it| usize::try_from(it).ok());
    number.map(Some).ok_or_else(|| format!("`{ARGUMENT}` must be a whole number from 1 to {MOST}; nothing was sent"))
}
