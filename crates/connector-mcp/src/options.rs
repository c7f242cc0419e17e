//! The options of a call, of which a tool offers those that a model has a use for.

use serde_json::{Map, Value};

use crate::{offer::Offered, tool::OPTIONS};

/// Checks that a call has no option which its tool does not offer: a platform's own ones, such as for whom it acts, are not a
/// model's to set. What are no options at all is left to the action's check.
///
/// # Errors
/// If there are others. The message names them.
pub(crate) fn check(offered: &Offered, arguments: &Map<String, Value>) -> Result<(), String> {
    let Some(Value::Object(given)) = arguments.get(OPTIONS) else { return Ok(()) };
    let known = offered.tool.input_schema.get("properties").and_then(|it| it[OPTIONS]["properties"].as_object());
    let is_known = |name: &str| known.is_some_and(|known| known.contains_key(name));
    let strange: Vec<String> = given.keys().filter(|name| !is_known(name)).map(|name| shown(name)).collect();
    if strange.is_empty() {
        return Ok(());
    }
    let known: Vec<&str> = known.into_iter().flat_map(Map::keys).map(String::as_str).collect();
    let known = if known.is_empty() { "it has none".to_owned() } else { format!("it has {}", known.join(", ")) };
    Err(format!("Nothing was sent: {} has no option {}; {known}.", offered.tool.name, strange.join(", ")))
}

/// A name as it can be shown: a model may send any text.
fn shown(name: &str) -> String {
    let plain = |it: char| if it.is_ascii_graphic() { it } else { '?' };
    format!("`{}`", name.chars().take(40).map(plain).collect::<String>())
}
