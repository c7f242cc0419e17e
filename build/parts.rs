//! References to a part of a schema, such as one of its properties. With these, the connector's own schemas refer to
//! the members that they become at PayPal. After [`follow`] only references to named schemas are left.

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::references::resolve;

const SCHEMAS: &str = "#/components/schemas/";
/// More than the depth of references between parts.
const DEEPEST: usize = 8;

/// Replaces each reference to a part by the part.
pub(crate) fn follow(openapi: &mut Value) -> Result<()> {
    let source = openapi.clone();
    inline(&source, openapi, 0)
}

fn inline(source: &Value, node: &mut Value, depth: usize) -> Result<()> {
    if let Some(part) = part(source, node)? {
        ensure!(depth < DEEPEST, "a part of a schema refers to itself");
        *node = part;
        return inline(source, node, depth + 1);
    }
    match node {
        Value::Object(members) => members.values_mut().try_for_each(|member| inline(source, member, depth)),
        Value::Array(items) => items.iter_mut().try_for_each(|item| inline(source, item, depth)),
        _ => Ok(()),
    }
}

/// The part of a schema that a node refers to, if any.
fn part(source: &Value, node: &Value) -> Result<Option<Value>> {
    let is_part = |it: &str| it.strip_prefix(SCHEMAS).is_some_and(|rest| rest.contains('/'));
    if !node["$ref"].as_str().is_some_and(is_part) {
        return Ok(None);
    }
    resolve(source, node).cloned().map(Some)
}
