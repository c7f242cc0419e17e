//! What a gateway gets of the components below it.
#![allow(clippy::unwrap_used, reason = "a test panics to fail")]

use std::{fs, path::Path};

use compose::Parts;
use tempfile::TempDir;
use wac_graph::{CompositionGraph, types::Package};

/// An instance type, or an instance, with one function.
const TYPE: &str = r#"(instance (export "handle" (func)))"#;

const CONNECTOR: [&[&str]; 2] =
    [&["kosha:connector/connection@0.2.0", "wasi:http/outgoing-handler@0.2.4"], &["kosha:connector/actions@0.2.0"]];

/// It imports nothing, so that what a composition imports is the connector's or the gateway's.
const PROVIDER: [&[&str]; 2] =
    [&[], &["kosha:connector/connection@0.2.0", "kosha:service/connections@0.1.0", "wasi:http/outgoing-handler@0.2.4"]];

/// Its request handler has an older version, so that it is not taken for the connector's.
const GATEWAY: [&[&str]; 2] = [
    &["kosha:connector/actions@0.2.0", "kosha:service/connections@0.1.0", "wasi:http/outgoing-handler@0.2.0"],
    &["wasi:http/incoming-handler@0.2.0"],
];

/// Returns a component with imports and exports.
fn component([imports, exports]: [&[&str]; 2]) -> Vec<u8> {
    let imports: String = imports.iter().map(|name| format!(r#"(import "{name}" {TYPE})"#)).collect();
    let exports: String = exports.iter().map(|name| format!(r#"(export "{name}" (instance $own))"#)).collect();
    let own = r#"(core module $code (func (export "handle")))
        (core instance $core (instantiate $code))
        (func $handle (canon lift (core func $core "handle")))
        (instance $own (export "handle" (func $handle)))"#;
    wat::parse_str(format!("(component {imports} {own} {exports})")).unwrap()
}

/// Returns the imports and the exports of a composition with a provider, and with a gateway or without one.
fn composed(has_gateway: bool) -> (Vec<String>, Vec<String>) {
    let directory = TempDir::new().unwrap();
    let write = |name: &str, parts| {
        let file = Path::new(directory.path()).join(name);
        fs::write(&file, component(parts)).unwrap();
        file
    };
    let parts = Parts {
        connector: write("connector.wasm", CONNECTOR),
        provider: Some(write("provider.wasm", PROVIDER)),
        egress: None,
        gateway: has_gateway.then(|| write("gateway.wasm", GATEWAY)),
    };
    let mut graph = CompositionGraph::new();
    let package = Package::from_bytes("composed", None, parts.compose().unwrap(), graph.types_mut()).unwrap();
    let world = &graph.types()[package.ty()];
    (world.imports.keys().cloned().collect(), world.exports.keys().cloned().collect())
}

#[test]
fn its_own_requests_do_not_pass_the_provider_s_policy() {
    let connector_only = (Vec::new(), vec!["kosha:connector/actions@0.2.0".to_owned()]);
    assert_eq!(composed(false), connector_only, "the connector's requests pass it");
    let expected =
        ["wasi:http/outgoing-handler@0.2.0", "wasi:http/incoming-handler@0.2.0"].map(|it| vec![it.to_owned()]);
    let [imports, exports] = expected;
    assert_eq!(composed(true), (imports, exports), "the gateway's go to the host, and only they");
}
