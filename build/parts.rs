//! References to a part of a schema, such as the limits of one of its properties, by which a schema of the connector's own says
//! what it becomes at PayPal. After [`follow`] there are references to named schemas only.

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::references::resolve;

const SCHEMAS: &str = "#/components/schemas/";
/// Deeper than references to parts refer to each other.
const DEEPEST: usize = 8;

/// Puts the part in place of each reference to one.
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

/// The part of a schema that a node refers to.
fn part(source: &Value, node: &Value) -> Result<Option<Value>> {
    let is_part = |it: &str| it.strip_prefix(SCHEMAS).is_some_and(|rest| rest.contains('/'));
    if !node["$ref"].as_str().is_some_and(is_part) {
        return Ok(None);
    }
    resolve(source, node).cloned().map(Some)
}
