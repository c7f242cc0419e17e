//! Checks `x-options`, which says from where the choices for an id come: that the action that lists them exists and only
//! reads, and that what the extension points to exists in its input and its answer.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value};

use crate::references::resolve;

const EXTENSION: &str = "x-options";
/// The token of a pointer to items that stands for every item of a list.
const EACH: &str = "-";

/// Checks each `x-options` that the input of an action reaches. `openapi` has the schemas of inputs and answers already.
///
/// # Errors
/// Lists each problem, one per line, with the id of the action and the JSON Pointer of the member in its input.
pub(crate) fn check(openapi: &Value) -> Result<()> {
    let mut problems = Vec::new();
    for operation in members(&openapi["paths"]).flat_map(|(_, item)| members(item)).map(|(_, operation)| operation) {
        let (Some(id), input) = (operation["operationId"].as_str(), &operation["x-input-schema"]) else { continue };
        let mut found = Vec::new();
        visit(openapi, input, "", &mut BTreeSet::new(), &mut found)?;
        for (place, options) in found {
            let checked = source(openapi, input, options);
            problems.extend(checked.err().map(|problem| format!("{id}: {place}: `{EXTENSION}`: {problem:#}")));
        }
    }
    if problems.is_empty() { Ok(()) } else { bail!(problems.join("\n")) }
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// Collects each extension below a schema with the place of its member. A schema that refers to itself is entered once.
fn visit<'a>(
    openapi: &'a Value,
    schema: &'a Value,
    place: &str,
    entered: &mut BTreeSet<&'a str>,
    found: &mut Vec<(String, &'a Value)>,
) -> Result<()> {
    if let Some(reference) = schema["$ref"].as_str() {
        if entered.insert(reference) {
            visit(openapi, resolve(openapi, schema)?, place, entered, found)?;
            entered.remove(reference);
        }
        return Ok(());
    }
    if !schema[EXTENSION].is_null() {
        found.push((place.to_owned(), &schema[EXTENSION]));
    }
    for (name, member) in members(&schema["properties"]) {
        visit(openapi, member, &format!("{place}/{name}"), entered, found)?;
    }
    for part in ["allOf", "anyOf", "oneOf"].iter().filter_map(|keyword| schema[*keyword].as_array()).flatten() {
        visit(openapi, part, place, entered, found)?;
    }
    schema.get("items").map_or(Ok(()), |items| visit(openapi, items, &format!("{place}/{EACH}"), entered, found))
}

/// Checks one extension of an action with this schema of its input.
fn source(openapi: &Value, input: &Value, options: &Value) -> Result<()> {
    if !options["found"].is_null() {
        ensure!(options["found"].as_str().is_some_and(|it| !it.is_empty()), "`found` is no text");
    }
    if options["action"].is_null() {
        ensure!(members(options).all(|(name, _)| name == "found"), "without `action` it has `found` and nothing else");
        options["found"].as_str().context("it has neither `action` nor `found`")?;
        return Ok(());
    }
    let id = options["action"].as_str().context("`action` is no text")?;
    let mut operations = members(&openapi["paths"]).flat_map(|(_, item)| members(item)).map(|(_, it)| it);
    let operation = operations.find(|it| it["operationId"] == id).with_context(|| format!("no action `{id}`"))?;
    ensure!(operation["x-effects"] == serde_json::json!(["read"]), "`{id}` does not only read");
    let listing = &operation["x-input-schema"];

    let given = options["input"].as_object().cloned().unwrap_or_default();
    let fixed = options["fixed"].as_object().cloned().unwrap_or_default();
    for name in given.keys().chain(fixed.keys()) {
        ensure!(!listing["properties"][name].is_null(), "`{id}` has no parameter `{name}`");
        ensure!(!(given.contains_key(name) && fixed.contains_key(name)), "`{name}` is in `input` and in `fixed`");
    }
    let required = listing["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    for name in required {
        ensure!(given.contains_key(name) || fixed.contains_key(name), "`{id}` needs `{name}`");
    }
    for (name, pointer) in &given {
        let pointer = pointer.as_str().with_context(|| format!("`input` has no pointer for `{name}`"))?;
        // A single name that is no member of the action's input is one that only the choices need.
        let (first, rest) = split(pointer).with_context(|| format!("`{pointer}` is no JSON Pointer"))?;
        let is_own = !input["properties"][first].is_null();
        ensure!(is_own || rest.is_empty(), "`{pointer}` is not in the input");
        ensure!(!is_own || at(openapi, input, pointer)?.is_some(), "`{pointer}` is not in the input");
    }

    let pointer =
        crate::inputs::output(openapi, &place(openapi, id)?)?.with_context(|| format!("`{id}` has no answer"))?;
    let answer = openapi.pointer(&pointer).context("the schema of the answer")?;
    let items = options["items"].as_str().context("`items` is no text")?;
    let list = at(openapi, answer, items)?.with_context(|| format!("the answer of `{id}` has no `{items}`"))?;
    let item = items_of(openapi, list)?.with_context(|| format!("`{items}` is no list in the answer of `{id}`"))?;
    let labels = options["label"].as_array().filter(|labels| !labels.is_empty()).context("`label` is no list")?;
    for pointer in labels.iter().chain([&options["value"]]) {
        let pointer = pointer.as_str().context("`value` or a `label` is no text")?;
        let is_there = at(openapi, item, pointer)?.is_some();
        ensure!(is_there, "the items of `{id}` have no `{pointer}`");
    }
    Ok(())
}

/// The first name of a pointer, and what follows it.
fn split(pointer: &str) -> Option<(&str, &str)> {
    let rest = pointer.strip_prefix('/')?;
    Some(rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash)))
}

/// JSON Pointer to the operation of an action.
fn place(openapi: &Value, id: &str) -> Result<String> {
    for (path, item) in members(&openapi["paths"]) {
        if let Some((method, _)) = members(item).find(|(_, operation)| operation["operationId"] == id) {
            return Ok(format!("/paths/{}/{method}", path.replace('~', "~0").replace('/', "~1")));
        }
    }
    bail!("no action `{id}`")
}

/// The schema of what a pointer names in a document of this schema. A number or `-` names an item.
fn at<'a>(openapi: &'a Value, schema: &'a Value, pointer: &str) -> Result<Option<&'a Value>> {
    let Some((name, rest)) = split(pointer) else {
        ensure!(pointer.is_empty(), "`{pointer}` is no JSON Pointer");
        return Ok(Some(schema));
    };
    let is_index = name == EACH || name.bytes().all(|byte| byte.is_ascii_digit());
    let next = if is_index { items_of(openapi, schema)? } else { member(openapi, schema, name)? };
    next.map_or(Ok(None), |next| at(openapi, next, rest))
}

fn member<'a>(openapi: &'a Value, schema: &'a Value, name: &str) -> Result<Option<&'a Value>> {
    keyword(openapi, schema, &|schema| {
        schema["properties"].as_object().and_then(|members: &Map<_, _>| members.get(name))
    })
}

fn items_of<'a>(openapi: &'a Value, schema: &'a Value) -> Result<Option<&'a Value>> {
    keyword(openapi, schema, &|schema| schema.get("items"))
}

/// What a schema, or a part of it, has.
fn keyword<'a>(
    openapi: &'a Value,
    schema: &'a Value,
    find: &dyn Fn(&'a Value) -> Option<&'a Value>,
) -> Result<Option<&'a Value>> {
    let schema = resolve(openapi, schema)?;
    if let Some(found) = find(schema) {
        return Ok(Some(found));
    }
    for part in ["allOf", "anyOf", "oneOf"].iter().filter_map(|keyword| schema[*keyword].as_array()).flatten() {
        if let Some(found) = keyword(openapi, part, find)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}
