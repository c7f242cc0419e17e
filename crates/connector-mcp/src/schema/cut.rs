//! Cuts a schema to a size: the definitions that matter least become stubs.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::slim::stub;

/// The start of a reference to a definition.
const LOCAL: &str = "#/$defs/";

/// How many bytes a stub must save.
const WORTH: usize = 80;

/// How much farther an optional member is than a required one.
const OPTIONAL: usize = 3;

/// A definition, as far as cutting needs to know it.
struct Definition {
    size: usize,
    /// The definitions that it refers to, and how far each is.
    refers_to: BTreeMap<String, usize>,
}

impl Definition {
    fn of(schema: &Value) -> Self {
        let mut refers_to = BTreeMap::new();
        references(schema, 1, &mut refers_to);
        Self { size: schema.to_string().len(), refers_to }
    }
}

/// Leaves out definitions that nothing refers to, and replaces others by stubs until the schema has at most `most` bytes as
/// JSON, if it can: those first that are farthest from the top, where optional members are farther than required ones, and of
/// these the largest. `hint` says in a stub where the rest is. Returns whether one was replaced.
pub(crate) fn cut(schema: &mut Map<String, Value>, most: usize, hint: &str) -> bool {
    let Some(Value::Object(mut definitions)) = schema.shift_remove("$defs") else { return false };
    let top = Definition::of(&Value::Object(schema.clone()));
    let mut known: BTreeMap<String, Definition> =
        definitions.iter().map(|(name, schema)| (name.clone(), Definition::of(schema))).collect();
    let mut stubs = BTreeSet::new();
    let reached = loop {
        let distances = distances(&top, &known);
        let size = |name: &String| known.get(name).map_or(0, |it| it.size);
        let total = top.size + distances.keys().map(|name| name.len() + 4 + size(name)).sum::<usize>();
        if total <= most {
            break distances;
        }
        let stubbed = |name: &String| stub(name, definitions.get(name).unwrap_or(&Value::Null), hint);
        let is_worth_it = |name: &&String| {
            !stubs.contains(*name) && size(name) > WORTH && size(name) > stubbed(name).to_string().len() + WORTH
        };
        let farthest = distances.keys().filter(is_worth_it).max_by_key(|name| (distances.get(*name), size(name)));
        let Some(name) = farthest.cloned() else { break distances };
        let stub = stubbed(&name);
        known.insert(name.clone(), Definition::of(&stub));
        definitions.insert(name.clone(), stub);
        stubs.insert(name);
    };
    definitions.retain(|name, _| reached.contains_key(name));
    let cut = stubs.iter().any(|name| definitions.contains_key(name));
    if !definitions.is_empty() {
        schema.insert("$defs".to_owned(), definitions.into());
    }
    cut
}

/// Returns the definitions that are reached from the top, and how far each is.
fn distances(top: &Definition, known: &BTreeMap<String, Definition>) -> BTreeMap<String, usize> {
    let mut distances: BTreeMap<String, usize> = BTreeMap::new();
    let mut open: Vec<(&Definition, usize)> = vec![(top, 0)];
    while let Some((from, distance)) = open.pop() {
        for (name, step) in &from.refers_to {
            let Some(definition) = known.get(name) else { continue };
            let farther = distance + step;
            if distances.get(name).is_none_or(|known| farther < *known) {
                distances.insert(name.clone(), farther);
                open.push((definition, farther));
            }
        }
    }
    distances
}

/// Collects the names of the definitions that a schema refers to, and how far each is from it.
fn references(schema: &Value, distance: usize, found: &mut BTreeMap<String, usize>) {
    let Some(members) = schema.as_object() else { return };
    for (keyword, value) in members {
        match (keyword.as_str(), value) {
            ("$ref", Value::String(reference)) => {
                if let Some(name) = reference.strip_prefix(LOCAL) {
                    let nearest = found.entry(name.to_owned()).or_insert(distance);
                    *nearest = distance.min(*nearest);
                }
            }
            ("properties", Value::Object(properties)) => {
                let required = schema["required"].as_array();
                for (name, property) in properties {
                    let is_required = required.is_some_and(|names| names.iter().any(|it| it == name));
                    references(property, if is_required { distance } else { distance + OPTIONAL }, found);
                }
            }
            (_, Value::Array(parts)) => parts.iter().for_each(|part| references(part, distance, found)),
            (_, value) => references(value, distance, found),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn schema() -> Map<String, Value> {
        let long = "x".repeat(400);
        let Value::Object(schema) = json!({
            "type": "object",
            "properties": {"near": {"$ref": "#/$defs/near"}},
            "$defs": {
                "lost": {"type": "object", "properties": {"a": {"description": long}, "far": {"$ref": "#/$defs/far"}}},
                "loop": {"$ref": "#/$defs/loop"},
                "near": {
                    "type": "object",
                    "properties": {"far": {"$ref": "#/$defs/far"}, "must": {"items": {"$ref": "#/$defs/must"}}, "it": {"$ref": "#/$defs/near"}},
                    "required": ["must"],
                },
                "far": {"type": "object", "description": "Far.", "properties": {"a": {"description": long}}},
                "must": {"type": "object", "description": "Must be.", "properties": {"a": {"description": long}, "b": {"description": long}}},
            },
        }) else {
            panic!()
        };
        schema
    }

    #[test]
    fn what_is_not_reached_goes_and_what_fits_stays() {
        let mut whole = schema();
        assert!(!cut(&mut whole, 10_000, "see"));
        let names: Vec<&String> = whole["$defs"].as_object().unwrap().keys().collect();
        assert_eq!(names, ["near", "far", "must"]);
        assert_eq!(whole["$defs"]["far"], schema()["$defs"]["far"]);
    }

    #[test]
    fn what_is_optional_becomes_a_stub_before_what_is_required() {
        let mut small = schema();
        assert!(cut(&mut small, 1300, "see"));
        let stub = json!({"type": "object", "description": "Far. (see, definition `far`)"});
        assert_eq!(small["$defs"]["far"], stub);
        assert_eq!(
            (&small["$defs"]["near"], &small["$defs"]["must"]),
            (&schema()["$defs"]["near"], &schema()["$defs"]["must"])
        );
        assert!(Value::Object(small).to_string().len() <= 1300);
        let mut smaller = schema();
        assert!(cut(&mut smaller, 600, "see"));
        assert_eq!(smaller["$defs"]["must"]["description"], "Must be. (see, definition `must`)");
    }
}
