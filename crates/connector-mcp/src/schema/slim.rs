//! Leaves out of a schema what a model does not need.

use serde_json::{Map, Value, json};

/// The most known values that are listed for a member that may have others.
const MOST_EXAMPLES: usize = 12;

/// The formats that validators agree on. Others are PayPal's own, which strict ones refuse.
const FORMATS: [&str; 2] = ["date", "date-time"];

/// Leaves out titles, samples, patterns (a description says the same in words), and members that are only returned. So are
/// members out of use, unless the schema would then refuse them.
pub(super) fn slim(schema: &Value) -> Value {
    let Some(members) = schema.as_object() else { return schema.clone() };
    let mut slimmed = Map::new();
    for (keyword, value) in members {
        let value = match (keyword.as_str(), value) {
            ("$schema" | "title" | "pattern" | "readOnly" | "writeOnly" | "x-order", _) => continue,
            ("format", format) if !FORMATS.iter().any(|it| format == it) => continue,
            ("examples", examples) => match known_values(examples) {
                Some(values) => values,
                None => continue,
            },
            ("properties", Value::Object(properties)) => {
                let is_closed = schema["additionalProperties"] == false;
                let is_taken = |it: &Value| it["readOnly"] != true && (is_closed || it["deprecated"] != true);
                let taken = properties.iter().filter(|(_, property)| is_taken(property));
                taken.map(|(name, property)| (name.clone(), slim(property))).collect()
            }
            ("$defs", Value::Object(definitions)) => {
                definitions.iter().map(|(name, definition)| (name.clone(), slim(definition))).collect()
            }
            ("allOf" | "anyOf" | "oneOf", Value::Array(parts)) => parts.iter().map(slim).collect(),
            ("items" | "not" | "additionalProperties", value) => slim(value),
            (_, value) => value.clone(),
        };
        slimmed.insert(keyword.clone(), value);
    }
    unwrapped(slimmed).into()
}

/// Several values of a member are the known ones; a single one is an example, which a description does better.
fn known_values(examples: &Value) -> Option<Value> {
    let values = examples.as_array().filter(|values| values.len() > 1)?;
    let is_scalar = |value: &Value| !value.is_object() && !value.is_array();
    values.iter().all(is_scalar).then(|| values.iter().take(MOST_EXAMPLES).cloned().collect())
}

/// Moves an only `allOf` that is a reference next to its siblings, as draft 2020-12 allows.
fn unwrapped(mut schema: Map<String, Value>) -> Map<String, Value> {
    let reference = match schema.get("allOf").and_then(Value::as_array).map(Vec::as_slice) {
        Some([part]) if part.as_object().is_some_and(|it| it.len() == 1) => part.get("$ref").cloned(),
        _ => None,
    };
    if let Some(reference) = reference.filter(|_| !schema.contains_key("$ref")) {
        schema.shift_remove("allOf");
        schema.insert("$ref".to_owned(), reference);
    }
    schema
}

/// Returns a schema for a member whose own is left out.
pub(super) fn stub(name: &str, definition: &Value, hint: &str) -> Value {
    let said = definition["description"].as_str().unwrap_or_default();
    let description = format!("{said} ({hint}, definition `{name}`)");
    match definition.get("type") {
        Some(kind) => json!({"type": kind, "description": description.trim_start()}),
        None => json!({"description": description.trim_start()}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_model_does_not_need_is_left_out() {
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "properties": {
                "id": {"title": "ID", "type": "string", "pattern": "^[A-Z]+$", "maxLength": 20, "x-order": 0, "format": "ppaas"},
                "title": {"type": "string", "examples": ["A thing"], "description": "Its title."},
                "status": {"type": "string", "examples": ["NEW", "OLD"]},
                "time": {"readOnly": true, "type": "string"},
                "old": {"deprecated": true, "type": "string"},
                "when": {"type": "string", "format": "date-time"},
                "body": {"description": "It.", "allOf": [{"$ref": "#/$defs/body"}]},
            },
            "required": ["id"],
            "$defs": {
                "body": {"type": "array", "items": {"title": "Item", "type": "string"}},
                "closed": {"properties": {"old": {"deprecated": true}}, "additionalProperties": false},
            },
        });
        assert_eq!(
            slim(&schema),
            json!({
                "type": "object",
                "properties": {
                    "id": {"type": "string", "maxLength": 20},
                    "title": {"type": "string", "description": "Its title."},
                    "status": {"type": "string", "examples": ["NEW", "OLD"]},
                    "when": {"type": "string", "format": "date-time"},
                    "body": {"description": "It.", "$ref": "#/$defs/body"},
                },
                "required": ["id"],
                "$defs": {
                    "body": {"type": "array", "items": {"type": "string"}},
                    "closed": {"properties": {"old": {"deprecated": true}}, "additionalProperties": false},
                },
            })
        );
    }
}
