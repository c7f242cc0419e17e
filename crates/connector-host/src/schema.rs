//! The catalogue's schemas as self-contained JSON Schemas, for forms and validation. `adapters/gateway` has this file as a module
//! too.

use std::fmt;

use serde_json::{Map, Value, json};

/// The dialect of the result.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";
/// Where the catalogue keeps its named schemas.
const NAMED: &str = "#/components/schemas/";

/// The catalogue of a connector: its OpenAPI 3.0 document.
pub struct Catalogue(Value);

/// A pointer or a reference does not lead to a schema.
#[derive(Debug, PartialEq, Eq)]
pub struct NoSchema(String);

impl fmt::Display for NoSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the catalogue has no schema at `{}`", self.0)
    }
}

impl std::error::Error for NoSchema {}

impl Catalogue {
    /// Reads the `openapi` of a manifest.
    ///
    /// # Errors
    /// If it is not JSON.
    pub fn parse(openapi: &str) -> serde_json::Result<Self> {
        serde_json::from_str(openapi).map(Self)
    }

    /// Returns the value at a JSON Pointer, such as an action's `definition`; null if there is none.
    #[must_use]
    pub fn at(&self, pointer: &str) -> &Value {
        self.0.pointer(pointer).unwrap_or(&Value::Null)
    }

    /// Returns a JSON Pointer to the schema of an operation's response with this status, or else of its default
    /// response. `None` if that has no JSON document. `definition` is the pointer to the operation.
    #[must_use]
    pub fn answer(&self, definition: &str, status: u16) -> Option<String> {
        let responses = &self.at(definition)["responses"];
        let status = Some(status.to_string()).filter(|it| responses.get(it).is_some()).unwrap_or("default".to_owned());
        let response = match responses[&status]["$ref"].as_str() {
            Some(reference) => reference.trim_start_matches('#').to_owned(),
            None => format!("{definition}/responses/{status}"),
        };
        Some(format!("{response}/content/application~1json/schema")).filter(|it| !self.at(it).is_null())
    }

    /// Returns the schema at a JSON Pointer, such as an action's `input_schema`, as JSON Schema (draft 2020-12). It is
    /// self-contained: the schemas that it refers to, even recursively, are in its `$defs`. Properties that are
    /// `readOnly` are not required: actions do not take them.
    ///
    /// # Errors
    /// If the pointer, or a reference below it, does not lead to a schema.
    pub fn json_schema(&self, pointer: &str) -> Result<Value, NoSchema> {
        let mut conversion = Conversion::default();
        let schema = self.0.pointer(pointer).filter(|it| it.is_object()).ok_or_else(|| NoSchema(pointer.to_owned()))?;
        let schema = conversion.schema(schema);

        let mut definitions = Map::new();
        // Converting one may add more references.
        while let Some(reference) = conversion.referred.pop() {
            let Some(name) = reference.strip_prefix(NAMED) else { return Err(NoSchema(reference)) };
            if !definitions.contains_key(name) {
                let named = self.0.pointer(&reference[1..]).ok_or_else(|| NoSchema(reference.clone()))?;
                definitions.insert(name.to_owned(), conversion.schema(named));
            }
        }
        definitions.sort_keys();
        let mut document = json!({"$schema": DIALECT});
        for (keyword, value) in schema.as_object().into_iter().flatten() {
            document[keyword] = value.clone();
        }
        if !definitions.is_empty() {
            document["$defs"] = definitions.into();
        }
        Ok(document)
    }
}

/// Converts OpenAPI 3.0's dialect to JSON Schema.
#[derive(Default)]
struct Conversion {
    /// The references found, unchanged from the catalogue.
    referred: Vec<String>,
}

impl Conversion {
    fn schema(&mut self, schema: &Value) -> Value {
        let Some(members) = schema.as_object() else { return schema.clone() };
        if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
            self.referred.push(reference.to_owned());
            // OpenAPI 3.0 ignores the siblings of a reference.
            return json!({"$ref": reference.replacen(NAMED, "#/$defs/", 1)});
        }
        let mut converted = Map::new();
        for (keyword, value) in members {
            let value = match (keyword.as_str(), value) {
                // Not keywords of JSON Schema.
                ("nullable" | "discriminator" | "xml" | "externalDocs", _) => continue,
                // The known values are examples, because others are valid too. The one that stands for all is the first.
                ("example" | "x-extensible-enum", _) => {
                    converted.insert("examples".to_owned(), examples(schema));
                    continue;
                }
                ("x-order", order) => order.clone(),
                (extension, _) if extension.starts_with("x-") => continue,
                ("properties", Value::Object(properties)) => {
                    properties.iter().map(|(name, property)| (name.clone(), self.schema(property))).collect()
                }
                ("allOf" | "anyOf" | "oneOf", Value::Array(parts)) => {
                    parts.iter().map(|part| self.schema(part)).collect()
                }
                ("items" | "not" | "additionalProperties", value) => self.schema(value),
                ("required", Value::Array(names)) => {
                    let is_taken = |name: &&Value| {
                        name.as_str().is_some_and(|name| schema["properties"][name]["readOnly"] != true)
                    };
                    names.iter().filter(is_taken).cloned().collect()
                }
                ("format", format) if format == "byte" => {
                    converted.insert("contentEncoding".to_owned(), "base64".into());
                    continue;
                }
                (_, value) => value.clone(),
            };
            converted.insert(keyword.clone(), value);
        }
        if schema["nullable"] == true { or_null(converted) } else { converted.into() }
    }
}

/// The example of a schema, followed by its known values.
fn examples(schema: &Value) -> Value {
    let example = schema.get("example");
    let known = schema["x-extensible-enum"].as_array().into_iter().flatten().filter(|value| Some(*value) != example);
    example.into_iter().chain(known).cloned().collect()
}

/// Makes a schema accept null as well.
fn or_null(mut schema: Map<String, Value>) -> Value {
    let Some(kind) = schema.get("type").cloned() else {
        return json!({"anyOf": [schema, {"type": "null"}]});
    };
    schema.insert("type".to_owned(), json!([kind, "null"]));
    if let Some(Value::Array(values)) = schema.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
    schema.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converted(schema: Value) -> Value {
        let named = json!({
            "tree": {"type": "object", "properties": {"left": {"$ref": "#/components/schemas/tree"}, "leaf": {
                "$ref": "#/components/schemas/leaf.1"}}},
            "leaf.1": {"type": "string", "x-rule": "money"},
            "lost": {"$ref": "#/components/schemas/none"},
        });
        let document = json!({"it": schema, "components": {"schemas": named}});
        let mut schema = Catalogue(document).json_schema("/it").unwrap();
        assert_eq!(schema.as_object_mut().unwrap().remove("$schema"), Some(json!(DIALECT)));
        schema
    }

    #[test]
    fn references_become_local_and_a_recursive_one_stays() {
        let schema = converted(json!({"type": "array", "items": {"$ref": "#/components/schemas/tree"}}));
        assert_eq!(
            schema,
            json!({
                "type": "array",
                "items": {"$ref": "#/$defs/tree"},
                "$defs": {
                    "leaf.1": {"type": "string"},
                    "tree": {"type": "object", "properties": {
                        "left": {"$ref": "#/$defs/tree"}, "leaf": {"$ref": "#/$defs/leaf.1"}}},
                },
            })
        );
    }

    #[test]
    fn a_reference_that_leads_nowhere_is_an_error() {
        let catalogue = Catalogue(json!({"it": {"$ref": "#/components/schemas/none"}, "components": {"schemas": {}}}));
        let error = catalogue.json_schema("/it").unwrap_err();
        assert_eq!(error, NoSchema("#/components/schemas/none".to_owned()));
        assert_eq!(catalogue.json_schema("/other"), Err(NoSchema("/other".to_owned())));
    }

    #[test]
    fn nullable_becomes_a_type() {
        for (schema, expected) in [
            (json!({"type": "string", "nullable": true}), json!({"type": ["string", "null"]})),
            (
                json!({"type": "string", "nullable": true, "enum": ["A"]}),
                json!({"type": ["string", "null"], "enum": ["A", null]}),
            ),
            (
                json!({"allOf": [{"minimum": 1}], "nullable": true}),
                json!({"anyOf": [{"allOf": [{"minimum": 1}]}, {"type": "null"}]}),
            ),
            (json!({"type": "string", "nullable": false}), json!({"type": "string"})),
        ] {
            assert_eq!(converted(schema), expected);
        }
    }

    #[test]
    fn keywords_are_told_from_the_names_of_properties() {
        let names =
            json!({"type": "object", "properties": {"nullable": {"type": "string"}, "x-id": {"x-rule": "money"}}});
        let expected = json!({"type": "object", "properties": {"nullable": {"type": "string"}, "x-id": {}}});
        assert_eq!(converted(names), expected);
        assert_eq!(
            converted(json!({"type": "string", "format": "byte"})),
            json!({"type": "string", "contentEncoding": "base64"})
        );
    }

    #[test]
    fn what_is_read_only_is_not_required() {
        let schema = json!({
            "properties": {"id": {"readOnly": true}, "name": {}},
            "required": ["id", "name", "other"],
        });
        assert_eq!(converted(schema)["required"], json!(["name", "other"]));
    }

    #[test]
    fn values_that_are_known_are_examples() {
        let schema = json!({"type": "string", "nullable": true, "x-extensible-enum": ["A", "B"]});
        assert_eq!(converted(schema), json!({"type": ["string", "null"], "examples": ["A", "B"]}));
    }

    #[test]
    fn an_example_is_the_first_of_them_and_the_order_stays() {
        let schema =
            json!({"type": "string", "title": "It", "example": "B", "x-order": 2, "x-extensible-enum": ["A", "B"]});
        let expected = json!({"type": "string", "title": "It", "examples": ["B", "A"], "x-order": 2});
        assert_eq!(converted(schema), expected);
        assert_eq!(converted(json!({"example": null})), json!({"examples": [null]}));
    }
}
