//! What the catalogue says about the values of an input.

use connector_host::schema::Catalogue;
use serde_json::{Map, Value};

/// The most references that are followed for one value: schemas can refer to themselves.
const DEEPEST: usize = 16;

/// A value's schema, with all that it refers to and is composed of. Of alternatives, each counts.
#[derive(Clone)]
pub(super) struct Schema<'a> {
    catalogue: &'a Catalogue,
    /// None of them is a reference.
    parts: Vec<&'a Map<String, Value>>,
}

/// What kind of value a schema asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    List,
    Number,
    Integer,
    Boolean,
    Object,
    /// The schema does not say.
    Any,
}

impl<'a> Schema<'a> {
    pub(super) fn new(catalogue: &'a Catalogue, schema: &'a Value) -> Self {
        let mut parts = Vec::new();
        collect(catalogue, schema, 0, &mut parts);
        Self { catalogue, parts }
    }

    /// Returns the schema of a member; `None` if an object has no such member.
    pub(super) fn member(&self, name: &str) -> Option<Self> {
        let found: Vec<_> = self.parts.iter().filter_map(|part| part.get("properties")?.get(name)).collect();
        if found.is_empty() {
            return self
                .is_open()
                .then(|| self.of(self.parts.iter().filter_map(|part| part.get("additionalProperties"))));
        }
        Some(self.of(found))
    }

    /// Returns the schema of an item; `None` if it is no list.
    pub(super) fn item(&self) -> Option<Self> {
        let is_list = matches!(self.kind(), Kind::List | Kind::Any);
        is_list.then(|| self.of(self.parts.iter().filter_map(|part| part.get("items"))))
    }

    pub(super) fn kind(&self) -> Kind {
        let has = |name: &str| self.parts.iter().any(|part| part.get("type").is_some_and(|kind| kind == name));
        // What can be a text is one: its value is then what was typed.
        let kinds = [
            ("string", Kind::Text),
            ("array", Kind::List),
            ("number", Kind::Number),
            ("integer", Kind::Integer),
            ("boolean", Kind::Boolean),
            ("object", Kind::Object),
        ];
        let kind = kinds.into_iter().find(|(name, _)| has(name)).map(|(_, kind)| kind);
        kind.unwrap_or(if self.members().next().is_some() { Kind::Object } else { Kind::Any })
    }

    /// Returns the names of the members.
    pub(super) fn members(&self) -> impl Iterator<Item = &'a str> {
        let properties = self.parts.iter().filter_map(|part| part.get("properties")?.as_object());
        properties.flat_map(|properties| properties.keys().map(String::as_str))
    }

    /// Returns the names of the members that are required.
    pub(super) fn required(&self) -> Vec<&'a str> {
        let required = self.parts.iter().filter_map(|part| part.get("required")?.as_array());
        required.flatten().filter_map(Value::as_str).collect()
    }

    /// Whether members that it does not name are known to be allowed: it describes them, or names none.
    fn is_open(&self) -> bool {
        let described = |part: &&Map<String, Value>| part.get("additionalProperties").is_some_and(|it| *it != false);
        let is_object = matches!(self.kind(), Kind::Object | Kind::Any);
        self.parts.iter().any(described) || (is_object && self.members().next().is_none())
    }

    fn of(&self, schemas: impl IntoIterator<Item = &'a Value>) -> Self {
        let mut parts = Vec::new();
        schemas.into_iter().for_each(|schema| collect(self.catalogue, schema, 0, &mut parts));
        Self { catalogue: self.catalogue, parts }
    }
}

fn collect<'a>(catalogue: &'a Catalogue, schema: &'a Value, depth: usize, parts: &mut Vec<&'a Map<String, Value>>) {
    let Some(members) = schema.as_object().filter(|_| depth < DEEPEST) else { return };
    if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
        return collect(catalogue, catalogue.at(reference.trim_start_matches('#')), depth + 1, parts);
    }
    parts.push(members);
    for keyword in ["allOf", "anyOf", "oneOf"] {
        let schemas = members.get(keyword).and_then(Value::as_array);
        schemas.into_iter().flatten().for_each(|schema| collect(catalogue, schema, depth + 1, parts));
    }
}
