//! The service: the gateway with the connector behind it. Connections and journal stay imports, which the test provides.

use std::path::Path;

use wac_graph::{
    CompositionGraph, EncodeOptions, PackageId,
    types::{Package, are_semver_compatible},
};

/// What the gateway calls.
const CALLED: [&str; 2] = ["kosha:connector/actions@0.2.0", "kosha:connector/triggers@0.2.0"];

/// Returns the component.
pub(crate) fn service(gateway: &Path, connector: &Path) -> Vec<u8> {
    let mut graph = CompositionGraph::new();
    let mut register = |name: &str, file: &Path| -> PackageId {
        let package = Package::from_file(name, None, file, graph.types_mut()).unwrap();
        graph.register_package(package).unwrap()
    };
    let (gateway, connector) = (register("gateway", gateway), register("connector", connector));
    let (gateway, connector) = (graph.instantiate(gateway), graph.instantiate(connector));
    for name in CALLED {
        let interface = graph.alias_instance_export(connector, name).unwrap();
        graph.set_instantiation_argument(gateway, name, interface).unwrap();
    }
    let handler = graph.types()[graph[gateway].package().map(|it| graph[it].ty()).unwrap()].exports.keys().cloned();
    let handler = handler.into_iter().find(|it| are_semver_compatible(it, "wasi:http/incoming-handler@0.2.0")).unwrap();
    let export = graph.alias_instance_export(gateway, &handler).unwrap();
    graph.export(export, &handler).unwrap();
    graph.encode(EncodeOptions::default()).unwrap()
}
