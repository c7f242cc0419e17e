//! The service's description of itself.

use std::{collections::BTreeSet, fs};

use serde_json::{Value, json};

use crate::service::Service;

const SOURCES: [&str; 2] = ["src/serve/api.rs", "src/serve/api/openapi.json"];

fn source(at: usize) -> String {
    fs::read_to_string(format!("{}/{}", env!("CARGO_MANIFEST_DIR"), SOURCES[at])).unwrap()
}

/// The methods and paths of the document.
fn operations(document: &Value) -> BTreeSet<(String, String)> {
    let paths = document["paths"].as_object().unwrap();
    let methods = |(path, item): (&String, &Value)| {
        let methods: Vec<_> = item.as_object().unwrap().keys().map(|it| (it.to_uppercase(), path.clone())).collect();
        methods
    };
    paths.iter().flat_map(methods).collect()
}

#[test]
fn its_paths_are_the_routes_and_say_who_may_call() {
    let service = Service::start();
    let document: Value = serde_json::from_str(&source(1)).unwrap();
    assert_eq!(service.call("GET", "/openapi.json", &Value::Null).json(), document);
    // Each route of the source is described.
    let source = source(0);
    let routes = source.split(".route(\"").skip(1).map(|it| it.split('"').next().unwrap().replace("{*path}", "{path}"));
    let described: BTreeSet<String> = document["paths"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(routes.collect::<BTreeSet<_>>(), described);
    for (method, path) in operations(&document) {
        let operation = &document["paths"][&path][method.to_lowercase()];
        let target = path.replace("{name}", "none").replace("{id}", "none").replace("{path}", "v1/none");
        let target = target.replace("{call}", "none").replace("{key}", "none");
        // Without a key, as the document says.
        let answer = service.call_by("", &method, &target, &[], &Value::Null);
        let is_open = operation["security"] == json!([]);
        let expected = if is_open { answer.status != 401 } else { [401, 429].contains(&answer.status) };
        assert!(expected && answer.status != 405, "{method} {path}: {}", answer.status);
    }
}

#[test]
fn each_action_has_an_operation_with_its_schemas() {
    let service = Service::start();
    let full = service.call("GET", "/v1/openapi.json", &Value::Null).json();
    let actions = service.call("GET", "/v1/actions", &Value::Null).json();
    for action in actions.as_array().unwrap() {
        let path = format!("/v1/connections/{{name}}/actions/{}", action["id"].as_str().unwrap());
        let operation = &full["paths"][&path]["post"];
        assert_eq!(operation["operationId"], action["id"]);
        assert!(operation["requestBody"]["content"]["application/json"]["schema"].is_object(), "{path}");
    }
    // Left for the lint of .ci/run.
    let file = format!("{}/serve-openapi.json", env!("CARGO_TARGET_TMPDIR"));
    fs::write(file, full.to_string()).unwrap();
}
