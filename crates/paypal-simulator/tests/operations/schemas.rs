//! Holds answers against PayPal's schemas, which are in the repository's catalogue.

// The crate that this is from has wasmtime.
#[path = "../../../connector-host/src/schema.rs"]
#[allow(dead_code, unreachable_pub, reason = "only a part of it is needed")]
mod schema;

use std::{
    collections::HashMap,
    fs,
    sync::{Arc, LazyLock, Mutex},
};

use jsonschema::Validator;
use schema::Catalogue;
use serde_json::Value;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi.json");

static SCHEMAS: LazyLock<Schemas> = LazyLock::new(Schemas::load);

struct Schemas {
    catalogue: Catalogue,
    /// Method and path of each operation, and a pointer to it.
    operations: Vec<(String, Vec<String>, String)>,
    compiled: Mutex<HashMap<String, Arc<Validator>>>,
}

fn segments(path: &str) -> Vec<String> {
    path.split('/').skip(1).map(str::to_owned).collect()
}

/// Read-only members are required of answers like any others.
fn remove_read_only(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(remove_read_only),
        Value::Object(members) => {
            members.retain(|name, value| name != "readOnly" || !value.is_boolean());
            members.values_mut().for_each(remove_read_only);
        }
        _ => {}
    }
}

impl Schemas {
    fn load() -> Self {
        let mut openapi: Value = serde_json::from_str(&fs::read_to_string(FILE).unwrap()).unwrap();
        remove_read_only(&mut openapi);
        let mut operations = Vec::new();
        for (path, methods) in openapi["paths"].as_object().unwrap() {
            for method in methods.as_object().unwrap().keys() {
                let pointer = format!("/paths/{}/{method}", path.replace('~', "~0").replace('/', "~1"));
                operations.push((method.to_uppercase(), segments(path), pointer));
            }
        }
        Self { catalogue: Catalogue::parse(&openapi.to_string()).unwrap(), operations, compiled: Mutex::default() }
    }

    fn validator(&self, pointer: &str) -> Arc<Validator> {
        if let Some(validator) = self.compiled.lock().unwrap().get(pointer) {
            return validator.clone();
        }
        let schema = self.catalogue.json_schema(pointer).unwrap();
        let validator = Arc::new(jsonschema::draft202012::new(&schema).unwrap());
        self.compiled.lock().unwrap().insert(pointer.to_owned(), validator.clone());
        validator
    }
}

/// Fails if the answer of an operation has another shape than PayPal's. Paths that are not in the catalogue are not checked.
pub(crate) fn check(method: &str, path: &str, status: u16, document: &Value) {
    let given = segments(path.split('?').next().unwrap_or_default());
    let fits = |template: &[String]| {
        let pairs = || template.iter().zip(&given);
        template.len() == given.len() && pairs().all(|(it, segment)| it.starts_with('{') || it == segment)
    };
    // A path without variables goes before one with them.
    let mut found: Vec<_> = SCHEMAS.operations.iter().filter(|(it, path, _)| it == method && fits(path)).collect();
    found.sort_by_key(|(_, path, _)| path.iter().filter(|segment| segment.starts_with('{')).count());
    let Some((.., definition)) = found.first() else { return };
    let pointer = SCHEMAS.catalogue.answer(definition, status);
    let pointer = pointer.unwrap_or_else(|| panic!("{method} {path} answers {status} with a body: {document}"));
    let validator = SCHEMAS.validator(&pointer);
    let complaint = |error: jsonschema::ValidationError| format!("{} {error}", error.instance_path());
    let complaints: Vec<_> = validator.iter_errors(document).map(complaint).collect();
    assert!(complaints.is_empty(), "{method} {path} {status}: {}\n{document:#}", complaints.join("\n"));
}
