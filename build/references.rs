//! References to a part of a schema, such as the limits of one of its properties, by which a schema of the connector's own
//! says what it becomes at PayPal. Everything after this knows named schemas only.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

const SCHEMAS: &str = "#/components/schemas/";
/// Deeper than references to parts refer to each other.
const DEEPEST: usize = 8;

/// Puts the part in place of each reference to one.
pub(crate) fn resolve(openapi: &mut Value) -> Result<()> {
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
    let Some(reference) = node["$ref"].as_str() else { return Ok(None) };
    if !reference.strip_prefix(SCHEMAS).is_some_and(|rest| rest.contains('/')) {
        return Ok(None);
    }
    let part = source.pointer(&reference[1..]).with_context(|| format!("`{reference}` points nowhere"))?;
    Ok(Some(part.clone()))
}
