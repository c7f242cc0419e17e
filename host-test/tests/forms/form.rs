//! Draws a form from a JSON Schema. It knows nothing of PayPal.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::field::{Field, Kind};

/// How deep a form goes. What is deeper, such as a schema in itself, is entered as a document.
const DEEPEST: usize = 20;

/// Draws the form of an object.
///
/// # Errors
/// Lists what is missing of which field.
pub(crate) fn draw(schema: &Value) -> Result<Field, Vec<String>> {
    let mut drawing = Drawing { root: schema, problems: Vec::new() };
    let field = drawing.field(schema, "", true, 0);
    if drawing.problems.is_empty() { Ok(field) } else { Err(drawing.problems) }
}

/// Lists the examples that violate their own schemas. Shared schemas that have been `seen` are passed over.
pub(crate) fn wrong_examples(schema: &Value, seen: &mut BTreeSet<String>) -> Vec<String> {
    let mut wrong = Vec::new();
    visit(schema, &json!({"properties": schema["properties"]}), "", &mut wrong);
    for (name, shared) in schema["$defs"].as_object().into_iter().flatten() {
        if seen.insert(name.clone()) {
            visit(schema, &json!({"properties": {name: shared}}), "", &mut wrong);
        }
    }
    wrong
}

/// Lists the fields of objects whose place another field of the same object has. Alternatives are not looked at.
pub(crate) fn repeated_places(schema: &Value) -> Vec<String> {
    let mut repeated = Vec::new();
    for node in [schema].into_iter().chain(schema["$defs"].as_object().into_iter().flat_map(Map::values)) {
        objects(schema, node, &mut repeated);
    }
    repeated
}

fn objects(root: &Value, node: &Value, repeated: &mut Vec<String>) {
    let (mut places, mut seen) = (BTreeMap::new(), BTreeSet::new());
    let mut parts = vec![node];
    let mut next = 0;
    while let Some(part) = parts.get(next).copied() {
        next += 1;
        let reference = part["$ref"].as_str().and_then(|it| it.strip_prefix('#'));
        parts.extend(reference.filter(|it| seen.insert(*it)).and_then(|it| root.pointer(it)));
        parts.extend(part["allOf"].as_array().into_iter().flatten());
        for (name, property) in part["properties"].as_object().into_iter().flatten() {
            let place = property["x-order"].as_u64();
            if place.and_then(|place| places.insert(place, name)).is_some_and(|other| other != name) {
                repeated.push(format!("/{name} is number {}, and so is another", place.unwrap_or_default()));
            }
        }
    }
    for keyword in ["properties", "items", "anyOf", "oneOf", "allOf"] {
        match &node[keyword] {
            Value::Object(members) if keyword == "properties" => {
                members.values().for_each(|member| objects(root, member, repeated));
            }
            Value::Array(parts) => parts.iter().for_each(|part| objects(root, part, repeated)),
            inner @ Value::Object(_) => objects(root, inner, repeated),
            _ => {}
        }
    }
}

fn visit(root: &Value, node: &Value, place: &str, wrong: &mut Vec<String>) {
    for (name, property) in node["properties"].as_object().into_iter().flatten() {
        // Known values follow the example.
        if let Some(example) = property["examples"].get(0) {
            let mut alone = property.clone();
            // Most refer to nothing.
            if property.to_string().contains("$ref") {
                alone["$defs"] = root["$defs"].clone();
            }
            let validator = jsonschema::draft202012::new(&alone).unwrap();
            wrong.extend(validator.iter_errors(example).map(|error| format!("{place}.{name}: {error}")));
        }
    }
    match node {
        Value::Array(items) => items.iter().for_each(|item| visit(root, item, place, wrong)),
        Value::Object(members) => members.iter().for_each(|(name, member)| {
            let inner = if name == "properties" { place.to_owned() } else { format!("{place}.{name}") };
            // An example is data.
            if name != "examples" {
                visit(root, member, &inner, wrong);
            }
        }),
        _ => {}
    }
}

struct Drawing<'a> {
    root: &'a Value,
    problems: Vec<String>,
}

impl<'a> Drawing<'a> {
    fn field(&mut self, schema: &'a Value, place: &str, required: bool, depth: usize) -> Field {
        let parts = self.parts(schema);
        let text = |keyword: &str| parts.iter().find_map(|it| it[keyword].as_str()).unwrap_or_default().to_owned();
        let example = parts.iter().find_map(|it| it["examples"].get(0)).cloned();
        let (label, help) = (text("title"), text("description"));
        let kind = self.kind(&parts, place, depth);
        Field { label, help, example, required, kind }
    }

    /// Returns a schema, and those that it refers to and consists of.
    fn parts(&self, schema: &'a Value) -> Vec<&'a Value> {
        let mut parts = vec![schema];
        let mut next = 0;
        while let Some(part) = parts.get(next).copied() {
            next += 1;
            if let Some(reference) = part["$ref"].as_str() {
                parts.push(self.root.pointer(&reference[1..]).unwrap());
            }
            for keyword in ["allOf", "anyOf", "oneOf"] {
                parts.extend(part[keyword].as_array().into_iter().flatten());
            }
            assert!(parts.len() < 200, "a schema that consists of itself");
        }
        parts
    }

    fn kind(&mut self, parts: &[&'a Value], place: &str, depth: usize) -> Kind {
        if depth > DEEPEST {
            return Kind::Document;
        }
        if parts.iter().any(|part| part["properties"].is_object()) {
            return Kind::Group(self.group(parts, place, depth));
        }
        let kinds: BTreeMap<&str, ()> = parts.iter().flat_map(|part| types(part)).map(|kind| (kind, ())).collect();
        match kinds.keys().copied().filter(|kind| *kind != "null").collect::<Vec<_>>()[..] {
            ["string"] => Kind::Text,
            ["integer" | "number"] => Kind::Number,
            ["boolean"] => Kind::Flag,
            ["array"] => match parts.iter().find_map(|part| part.get("items")) {
                Some(items) => Kind::List(Box::new(self.field(items, &format!("{place}/-"), true, depth + 1))),
                None => Kind::Document,
            },
            _ => Kind::Document,
        }
    }

    /// Draws the fields of all parts of an object, each once.
    fn group(&mut self, parts: &[&'a Value], place: &str, depth: usize) -> Vec<(String, Field)> {
        let required: Vec<&str> =
            parts.iter().flat_map(|part| part["required"].as_array()).flatten().filter_map(Value::as_str).collect();
        let mut fields: Vec<(String, Field)> = Vec::new();
        for part in parts {
            let Some(properties) = part["properties"].as_object() else { continue };
            self.check_order(part, properties, place);
            for (name, property) in properties {
                // Another part may only say more of it.
                if property["readOnly"] == true || fields.iter().any(|(known, _)| known == name) {
                    continue;
                }
                let place = format!("{place}/{name}");
                let field = self.field(property, &place, required.contains(&&**name), depth + 1);
                for (lost, is_lost) in [
                    ("title", field.label.is_empty()),
                    ("description", field.help.is_empty()),
                    ("examples", field.example.is_none() && !has_fields(&field.kind)),
                    ("x-order", property["x-order"].is_null()),
                ] {
                    if is_lost {
                        self.problems.push(format!("{place} has no {lost}"));
                    }
                }
                fields.push((name.clone(), field));
            }
        }
        fields
    }

    /// Checks that the numbers are the order in the document, and that required properties are first and deprecated ones last.
    fn check_order(&mut self, part: &Value, properties: &Map<String, Value>, place: &str) {
        let is_required = |name: &str| part["required"].as_array().is_some_and(|names| names.contains(&json!(name)));
        let (mut optional, mut deprecated) = (false, false);
        // A part counts on from the parts before it.
        let mut first = None;
        for (index, (name, property)) in properties.iter().enumerate().filter(|(_, (_, it))| it["readOnly"] != true) {
            match property["x-order"].as_u64() {
                Some(number) if number != *first.get_or_insert(number.saturating_sub(index as u64)) + index as u64 => {
                    self.problems.push(format!("{place}/{name} is number {number} and stands at {index}"));
                }
                _ => {}
            }
            if is_required(name) && optional {
                self.problems.push(format!("{place}/{name} is required and stands after one that is not"));
            }
            if property["deprecated"] != true && deprecated {
                self.problems.push(format!("{place}/{name} stands after one that is deprecated"));
            }
            optional |= !is_required(name);
            deprecated |= property["deprecated"] == true;
        }
    }
}

fn types(part: &Value) -> Vec<&str> {
    match &part["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Whether examples are those of the fields inside.
fn has_fields(kind: &Kind) -> bool {
    match kind {
        Kind::Group(_) => true,
        Kind::List(item) => has_fields(&item.kind),
        _ => false,
    }
}
