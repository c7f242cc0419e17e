//! The named schemas that parts of the catalogue refer to, also through each other.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::references::resolve;

/// The references reachable from some places, following those that `enters` accepts.
pub(crate) fn reach<'a>(
    openapi: &'a Value,
    mut places: Vec<&'a Value>,
    enters: impl Fn(&Value) -> bool,
) -> Result<BTreeSet<&'a str>> {
    let mut reached = BTreeSet::new();
    while let Some(place) = places.pop() {
        if let Some(reference) = place["$ref"].as_str() {
            let target = resolve(openapi, place).context("a reference of an operation")?;
            if enters(target) && reached.insert(reference) {
                places.push(target);
            }
        }
        match place {
            Value::Array(items) => places.extend(items),
            Value::Object(members) => places.extend(members.values()),
            _ => {}
        }
    }
    Ok(reached)
}
