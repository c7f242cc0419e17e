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

use jsonschema::{ValidationError, Validator, error::ValidationErrorKind};
use schema::Catalogue;
use serde_json::Value;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi.json");

static SCHEMAS: LazyLock<Schemas> = LazyLock::new(Schemas::load);

/// An operation of the catalogue that PayPal has.
pub(crate) struct Operation {
    /// The connector's action id.
    pub(crate) action: String,
    pub(crate) method: String,
    pub(crate) path: String,
    /// The parameters of the query, with their schemas.
    pub(crate) query: Vec<(String, Value)>,
    /// Whether its body may be a form with files.
    pub(crate) takes_files: bool,
    /// A pointer to it.
    definition: String,
}

struct Schemas {
    catalogue: Catalogue,
    operations: Vec<Operation>,
    compiled: Mutex<HashMap<String, Arc<Validator>>>,
}

fn segments(path: &str) -> Vec<String> {
    path.split('/').skip(1).map(str::to_owned).collect()
}

fn query(openapi: &Value, operation: &Value) -> Vec<(String, Value)> {
    let named = |parameter: &Value| match parameter["$ref"].as_str() {
        Some(reference) => openapi.pointer(&reference[1..]).unwrap().clone(),
        None => parameter.clone(),
    };
    let parameters = operation["parameters"].as_array().into_iter().flatten().map(named);
    let queries = parameters.filter(|parameter| parameter["in"] == "query");
    queries.map(|parameter| (parameter["name"].as_str().unwrap().to_owned(), parameter["schema"].clone())).collect()
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
                let definition = format!("/paths/{}/{method}", path.replace('~', "~0").replace('/', "~1"));
                let at = openapi.pointer(&definition).unwrap();
                operations.push(Operation {
                    action: at["operationId"].as_str().unwrap().to_owned(),
                    method: method.to_uppercase(),
                    path: path.clone(),
                    query: query(&openapi, at),
                    takes_files: !at["requestBody"]["content"]["multipart/form-data"].is_null(),
                    definition,
                });
            }
        }
        // A path without variables goes before one with them.
        operations.sort_by_key(|operation| operation.path.matches('{').count());
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

/// Returns the operations that PayPal has, and not the connector alone.
pub(crate) fn operations() -> Vec<&'static Operation> {
    SCHEMAS.operations.iter().filter(|operation| !operation.path.starts_with("/connector/")).collect()
}

fn find(method: &str, path: &str) -> Option<&'static Operation> {
    let given = segments(path.split('?').next().unwrap_or_default());
    let fits = |template: &str| {
        let template = segments(template);
        let mut pairs = template.iter().zip(&given);
        template.len() == given.len() && pairs.all(|(it, segment)| it.starts_with('{') || it == segment)
    };
    SCHEMAS.operations.iter().find(|it| it.method == method && fits(&it.path))
}

/// Returns the action of a request, if it is one of the catalogue's. A template of a path is a path too.
pub(crate) fn action(method: &str, path: &str) -> Option<&'static str> {
    find(method, path).map(|operation| operation.action.as_str())
}

/// Says why the answer of an operation has another shape than PayPal's. Paths that are not in the catalogue are not checked, and
/// patterns only if `strict`.
pub(crate) fn complaint(method: &str, path: &str, status: u16, document: &Value, strict: bool) -> Option<String> {
    let operation = find(method, path)?;
    let Some(pointer) = SCHEMAS.catalogue.answer(&operation.definition, status) else {
        return Some(format!("{method} {path} answers {status} with a body"));
    };
    let validator = SCHEMAS.validator(&pointer);
    let complaint = |error: ValidationError| format!("{} {error}", error.instance_path());
    let complaints: Vec<_> =
        validator.iter_errors(document).filter(|error| counts(error, strict)).map(complaint).collect();
    (!complaints.is_empty()).then(|| format!("{method} {path} {status}: {}", complaints.join("; ")))
}

/// Whether an error is one. Of several schemas, of which one must fit, each must have one.
fn counts(error: &ValidationError<'_>, strict: bool) -> bool {
    match error.kind() {
        ValidationErrorKind::Pattern { .. } => strict,
        ValidationErrorKind::AnyOf { context } => {
            context.iter().all(|errors| errors.iter().any(|error| counts(error, strict)))
        }
        _ => true,
    }
}
