//! Input schemas for models, who read every byte of them: no titles, no samples, no members that are only returned.
//!
//! A schema for a model accepts all that the action's own does. What it leaves out, the connector checks before anything is
//! sent, and names every field that is wrong.

mod cut;
mod slim;

use serde_json::{Map, Value};

pub(crate) use cut::cut;

/// The size of a tool's input schema, in bytes, above which parts of it are left out.
pub(crate) const TOOL: usize = 8 * 1024;

/// The same for the answer of the tool that describes an action.
pub(crate) const DESCRIPTION: usize = 32 * 1024;

/// Where the rest of a schema is, as a schema says it.
pub(crate) const HINT: &str = "more: describe_action";

/// Returns a self-contained JSON Schema without what a model does not need.
pub(crate) fn slim(schema: &Value) -> Map<String, Value> {
    match slim::slim(schema) {
        Value::Object(members) => members,
        // `true` and `false` are schemas too, though of no action.
        _ => Map::new(),
    }
}
