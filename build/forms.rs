//! Makes the schemas of what actions take ready for a form: each property gets a title, an example and its place in the
//! order. It is for the copy of the catalogue that the component exports.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

use crate::{reach::reach, references::resolve, titles::title};

/// The place of a property among the others, from 0 on. The members of a JSON object have no order.
const ORDER: &str = "x-order";
/// Where named schemas are.
const NAMED: &str = "#/components/schemas/";
/// The schema of an action's whole input.
const INPUT: &str = "x-input-schema";

/// Adds them to the input schema of each operation, and to the named schemas that these refer to.
///
/// # Errors
/// Lists each property that has no description or no example, one per line.
pub(crate) fn add(openapi: &mut Value) -> Result<()> {
    let source = openapi.clone();
    let operations = source["paths"].as_object().into_iter().flat_map(Map::values).filter_map(Value::as_object);
    let inputs = operations.flat_map(Map::values).map(|operation| &operation[INPUT]).collect();
    let taken: BTreeSet<&str> = reach(&source, inputs, |_| true)?;

    let mut problems = Vec::new();
    for item in openapi["paths"].as_object_mut().into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut)
    {
        for operation in item.values_mut() {
            let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
            if let Some(schema) = operation.get_mut(INPUT) {
                complete(&source, schema, &id, 0, &mut problems).with_context(|| id.clone())?;
            }
        }
    }
    for (name, schema) in openapi["components"]["schemas"].as_object_mut().into_iter().flatten() {
        if taken.contains(&*format!("{NAMED}{name}")) {
            complete(&source, schema, name, 0, &mut problems).with_context(|| name.clone())?;
        }
    }
    if problems.is_empty() { Ok(()) } else { bail!(problems.join("\n")) }
}

/// Completes the properties of a schema and of the schemas in it. Its own count from `first` on, after those of its parts.
fn complete(openapi: &Value, schema: &mut Value, place: &str, first: usize, problems: &mut Vec<String>) -> Result<()> {
    let required = schema["required"].clone();
    let mut places = vec![first];
    for part in schema["allOf"].as_array().into_iter().flatten() {
        // A named schema counts from 0 wherever it is a part.
        if first + places.len() > 1 && part["$ref"].is_string() && count(openapi, part)? > 0 {
            problems
                .push(format!("{place}: of the parts in `allOf`, one with a `$ref` to properties must be the first"));
        }
        places.push(places.last().unwrap_or(&first) + count(openapi, part)?);
    }
    let own = places.last().copied().unwrap_or(first);
    let after = own + schema["properties"].as_object().map_or(0, Map::len);
    let Some(keywords) = schema.as_object_mut() else { return Ok(()) };
    for (keyword, value) in keywords {
        match (keyword.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                for (name, property) in properties.iter_mut() {
                    let place = format!("{place}.{name}");
                    complete(openapi, property, &place, 0, problems)?;
                    if property["readOnly"] != true {
                        *property = field(openapi, name, property)?;
                        problems.extend(missing(openapi, property)?.map(|what| format!("{place} has no `{what}`")));
                    }
                }
                arrange(openapi, properties, &required, own)?;
            }
            ("allOf", Value::Array(parts)) => {
                for (part, first) in parts.iter_mut().zip(&places) {
                    complete(openapi, part, place, *first, problems)?;
                }
            }
            // Alternatives: only one of them is filled in.
            ("anyOf" | "oneOf", Value::Array(parts)) => {
                parts.iter_mut().try_for_each(|part| complete(openapi, part, place, after, problems))?;
            }
            ("items" | "additionalProperties", part) => complete(openapi, part, place, 0, problems)?,
            _ => {}
        }
    }
    Ok(())
}

/// How many places the properties of a schema take, those of its parts included.
fn count(openapi: &Value, schema: &Value) -> Result<usize> {
    let schema = resolve(openapi, schema)?;
    let mut places = schema["properties"].as_object().map_or(0, Map::len);
    for part in schema["allOf"].as_array().into_iter().flatten() {
        places += count(openapi, part)?;
    }
    Ok(places)
}

/// What a form lacks of a property, if anything.
fn missing(openapi: &Value, property: &Value) -> Result<Option<&'static str>> {
    if said(openapi, property, &|schema| schema.get("description").cloned())?.is_none() {
        return Ok(Some("description"));
    }
    let is_without = example(openapi, property)?.is_none() && !has_members(openapi, property, &mut BTreeSet::new())?;
    Ok(is_without.then_some("example"))
}

/// Whether the values of a schema, or the items in them, have members by name.
fn has_members(openapi: &Value, schema: &Value, seen: &mut BTreeSet<String>) -> Result<bool> {
    if let Some(reference) = schema["$ref"].as_str()
        && !seen.insert(reference.to_owned())
    {
        return Ok(false);
    }
    let schema = resolve(openapi, schema)?;
    if schema["properties"].as_object().is_some_and(|properties| !properties.is_empty()) {
        return Ok(true);
    }
    let parts = ["allOf", "anyOf", "oneOf"].into_iter().filter_map(|keyword| schema[keyword].as_array()).flatten();
    for part in parts.chain([&schema["items"], &schema["additionalProperties"]]).filter(|it| it.is_object()) {
        if has_members(openapi, part, seen)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A property with a title, and an example if its values are no objects of known members: these have their own.
fn field(openapi: &Value, name: &str, property: &Value) -> Result<Value> {
    let mut field = json!({"title": title(name)});
    match property.as_object() {
        // Beside a `$ref` nothing counts.
        Some(keywords) if !keywords.contains_key("$ref") => {
            keywords.iter().for_each(|(keyword, value)| field[keyword] = value.clone());
        }
        _ => field["allOf"] = json!([property]),
    }
    if example(openapi, property)?.is_none()
        && let Some(value) = derived(openapi, property)?
    {
        field["example"] = value;
    }
    Ok(field)
}

/// The example that a schema has.
fn example(openapi: &Value, schema: &Value) -> Result<Option<Value>> {
    said(openapi, schema, &|schema| schema.get("example").cloned())
}

/// A value that follows from a schema without one.
fn derived(openapi: &Value, schema: &Value) -> Result<Option<Value>> {
    if let Some(value) = said(openapi, schema, &obvious)? {
        return Ok(Some(value));
    }
    // An object that never has members.
    let is_closed = |schema: &Value| schema["properties"].as_object().is_some_and(Map::is_empty).then_some(Value::Null);
    if said(openapi, schema, &is_closed)?.is_some() && !has_members(openapi, schema, &mut BTreeSet::new())? {
        return Ok(Some(json!({})));
    }
    let Some(items) = said(openapi, schema, &|schema| schema.get("items").cloned())? else { return Ok(None) };
    let item = example(openapi, &items)?.map_or_else(|| derived(openapi, &items), |item| Ok(Some(item)))?;
    Ok(item.map(|item| json!([item])))
}

/// A value that is certainly one of a schema's.
fn obvious(schema: &Value) -> Option<Value> {
    let first = |keyword: &str| schema[keyword].as_array()?.iter().find(|value| !value.is_null()).cloned();
    let boolean = || (schema["type"] == "boolean").then(|| true.into());
    schema.get("default").cloned().or_else(|| first("enum")).or_else(|| first("x-extensible-enum")).or_else(boolean)
}

/// What a schema says, or one that it refers to or consists of.
fn said(openapi: &Value, schema: &Value, says: &impl Fn(&Value) -> Option<Value>) -> Result<Option<Value>> {
    let schema = resolve(openapi, schema)?;
    if let Some(value) = says(schema) {
        return Ok(Some(value));
    }
    for part in ["allOf", "anyOf", "oneOf"].into_iter().filter_map(|keyword| schema[keyword].as_array()).flatten() {
        if let Some(value) = said(openapi, part, says)? {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

/// Puts properties in order: the required ones, the others, and last those that PayPal will give up. Otherwise they stay as
/// they are in the catalogue. They count from `first` on.
fn arrange(openapi: &Value, properties: &mut Map<String, Value>, required: &Value, first: usize) -> Result<()> {
    let mut ranked = Vec::new();
    for (name, property) in std::mem::take(properties) {
        let deprecated = said(openapi, &property, &|schema| (schema["deprecated"] == true).then_some(Value::Null))?;
        let is_required = required.as_array().is_some_and(|names| names.contains(&name.as_str().into()));
        ranked.push((deprecated.is_some(), !is_required, name, property));
    }
    ranked.sort_by_key(|(deprecated, optional, ..)| (*deprecated, *optional));
    for (place, (.., name, mut property)) in ranked.into_iter().enumerate() {
        if property["readOnly"] != true {
            property[ORDER] = (first + place).into();
        }
        properties.insert(name, property);
    }
    Ok(())
}
