//! Resolves references within the catalogue.

use anyhow::{Context, Result};
use serde_json::Value;

/// The target of a reference within the document, or the value itself if it is not one.
pub(crate) fn resolve<'a>(openapi: &'a Value, value: &'a Value) -> Result<&'a Value> {
    let Some(reference) = value["$ref"].as_str() else { return Ok(value) };
    let pointer = reference.strip_prefix('#').with_context(|| format!("`{reference}` leaves the document"))?;
    openapi.pointer(pointer).with_context(|| format!("`{reference}` points nowhere"))
}
