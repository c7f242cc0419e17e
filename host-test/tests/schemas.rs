//! The bodies in the fixtures follow the catalogue's schemas: those that are sent, and those that come back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

use std::{collections::BTreeMap, fs, path::Path};

use host_test::fixture::{self, Case};
use jsonschema::Validator;
use serde_json::{Map, Value, json};

/// OpenAPI 3.0's dialect as JSON Schema: `nullable` becomes a type, and what JSON Schema does not know is left out.
fn json_schema(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(json_schema).collect(),
        Value::Object(members) => {
            let known = |(name, _): &(&String, &Value)| !name.starts_with("x-") && *name != "nullable";
            let mut schema: Map<String, Value> =
                members.iter().filter(known).map(|(name, value)| (name.clone(), json_schema(value))).collect();
            if members.get("nullable") == Some(&json!(true))
                && let Some(kind) = schema.remove("type")
            {
                schema.insert("type".to_owned(), json!([kind, "null"]));
            }
            Value::Object(schema)
        }
        other => other.clone(),
    }
}

struct Catalogue {
    components: Value,
    operations: BTreeMap<String, Value>,
}

impl Catalogue {
    fn load() -> Self {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi.json");
        let openapi: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
        let paths = openapi["paths"].as_object().unwrap().values();
        let operations = paths.flat_map(|path| path.as_object().unwrap().values());
        let operations =
            operations.map(|operation| (operation["operationId"].as_str().unwrap().to_owned(), operation.clone()));
        Self { components: json_schema(&openapi["components"]), operations: operations.collect() }
    }

    fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            Some(reference) => self.components.pointer(reference.strip_prefix("#/components").unwrap()).unwrap(),
            None => value,
        }
    }

    /// A validator of the JSON content of a request body or a response.
    fn validator(&self, content: &Value) -> Option<Validator> {
        let schema = json_schema(self.resolve(content).pointer("/content/application~1json/schema")?);
        let document = json!({"allOf": [schema], "components": self.components});
        Some(jsonschema::options().with_draft(jsonschema::Draft::Draft4).build(&document).unwrap())
    }

    fn request(&self, case: &Case) -> Option<Validator> {
        self.validator(&self.operations[&case.action]["requestBody"])
    }

    fn response(&self, case: &Case, status: u16) -> Option<Validator> {
        let responses = &self.operations[&case.action]["responses"];
        self.validator(responses.get(status.to_string()).unwrap_or(&responses["default"]))
    }
}

fn complaints(case: &Case, what: &str, validator: &Validator, body: &str) -> Vec<String> {
    let body: Value = serde_json::from_str(body).unwrap();
    let complaint =
        |error: jsonschema::ValidationError| format!("{}: {what}: {} {error}", case.name, error.instance_path());
    validator.iter_errors(&body).map(complaint).collect()
}

#[test]
fn bodies_follow_the_catalogue() {
    let catalogue = Catalogue::load();
    let mut problems = Vec::new();
    let (mut requests, mut responses) = (0, 0);
    for case in fixture::load(Path::new(fixture::DIRECTORY)).unwrap() {
        let input: Value = serde_json::from_str(case.input()).unwrap();
        // What is refused before sending is wrong on purpose, and so is what PayPal itself finds wrong.
        if case.succeeds()
            && let (Some(validator), Some(body)) = (catalogue.request(&case), input.get("body"))
        {
            problems.extend(complaints(&case, "input", &validator, &body.to_string()));
            requests += 1;
        }
        for (status, body) in case.response_bodies().chain(case.reply_body()) {
            let validator =
                catalogue.response(&case, status).unwrap_or_else(|| panic!("{}: no schema for {status}", case.name));
            problems.extend(complaints(&case, &status.to_string(), &validator, body));
            responses += 1;
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(requests > 10 && responses > 50, "{requests} requests and {responses} responses were looked at");
}
