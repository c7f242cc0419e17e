//! JSON documents.

use serde_json::Value;

/// Returns the members of an object with these names, in their order. Those that it lacks are left out.
pub(crate) fn pick(document: &Value, names: &[&str]) -> Value {
    names.iter().filter_map(|name| Some(((*name).to_owned(), document.get(*name)?.clone()))).collect()
}
