//! The catalogue, the WIT exports, the dispatch and the fixtures have the same actions. Each missing one is reported in a line.
//! `tests/docs` makes the page of actions from the catalogue.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

#[path = "../../build/changes.rs"]
mod changes;
#[path = "../../build/forms.rs"]
mod forms;
#[allow(dead_code, reason = "the build uses the rest")]
#[path = "../../build/inputs.rs"]
mod inputs;
#[path = "../../build/outputs.rs"]
mod outputs;
#[path = "../../build/parts.rs"]
mod parts;
#[path = "../../build/reach.rs"]
mod reach;
#[path = "../../build/references.rs"]
mod references;
#[path = "../../build/titles.rs"]
mod titles;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use connector_host::{Connector, Engine};
use host_test::{COMPONENT, fixture};
use serde_json::Value;

type Ids = BTreeSet<String>;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

fn root(file: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn catalogue() -> Ids {
    let openapi: Value = serde_json::from_str(&root("openapi.json")).unwrap();
    let paths = openapi["paths"].as_object().unwrap();
    let operations = paths.values().flat_map(|path| path.as_object().unwrap().values());
    operations.filter_map(|operation| operation["operationId"].as_str()).map(str::to_owned).collect()
}

fn difference(what: &str, ids: &Ids, catalogue: &Ids) -> Vec<String> {
    let missing = catalogue.difference(ids).map(|id| format!("{id} is in the catalogue and not in {what}"));
    let surplus = ids.difference(catalogue).map(|id| format!("{id} is in {what} and not in the catalogue"));
    missing.chain(surplus).collect()
}

#[tokio::test]
async fn catalogue_exports_dispatch_and_fixtures_have_the_same_actions() {
    let connector = Connector::load(&Engine::new().unwrap(), Path::new(COMPONENT)).unwrap();
    let catalogue = catalogue();
    assert!(catalogue.contains("orders.create"), "the catalogue has been read");

    let typed: Ids = connector.typed_actions().into_iter().collect();
    let dispatch: Ids = connector.actions().await.unwrap().into_iter().map(|action| action.id).collect();
    let cases = fixture::load(Path::new(fixture::DIRECTORY)).unwrap();
    let of = |succeeds| {
        cases.iter().filter(move |case| case.succeeds() == succeeds).map(|case| case.action.clone()).collect()
    };
    let (successes, failures): (Ids, Ids) = (of(true), of(false));

    let problems: Vec<String> = [
        ("the WIT exports", &typed),
        ("the dispatch", &dispatch),
        ("the fixtures of success", &successes),
        ("the fixtures of failure", &failures),
    ]
    .into_iter()
    .flat_map(|(what, ids)| difference(what, ids, &catalogue))
    .collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Returns the types of events in a source file, without its tests.
fn event_types(file: &str) -> Ids {
    let source = root(file);
    let quoted = source.split("mod tests").next().unwrap().split('"').skip(1).step_by(2);
    let is_type = |text: &&str| {
        let is_in = |byte: u8| byte.is_ascii_uppercase() || b".-_".contains(&byte);
        text.contains('.') && text.bytes().all(is_in)
    };
    quoted.filter(is_type).map(str::to_owned).collect()
}

/// The sources are compared, because neither list is exported.
#[test]
fn the_simulator_and_the_component_know_the_same_types_of_events() {
    let component = event_types("src/events/types.rs");
    let simulator = event_types("crates/paypal-simulator/src/base/event_types.rs");
    assert_eq!(component.len(), 157, "as many as PayPal lists and documents");
    let of_either: Vec<_> = component.symmetric_difference(&simulator).collect();
    assert!(of_either.is_empty(), "only one of the two knows {of_either:?}");
}

#[tokio::test]
async fn the_manifest_is_the_catalogue_and_the_form() {
    let connector = Connector::load(&Engine::new().unwrap(), Path::new(COMPONENT)).unwrap();
    let manifest = connector.describe().await.unwrap();
    let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let mut openapi = parse(&manifest.openapi);
    assert_eq!(parse(&manifest.connection_form), parse(&root("connector_spec.json")));
    assert_eq!((&*manifest.name, &*manifest.version), ("paypal", env!("CARGO_PKG_VERSION")));
    for action in connector.actions().await.unwrap() {
        assert_eq!(action.input_schema, format!("{}/x-input-schema", action.definition));
        let definition = openapi.pointer_mut(&action.definition).unwrap();
        assert_eq!(definition["operationId"], action.id);
        assert_eq!(definition["x-paypal-operation-id"], action.provider_operation_id);
        assert_eq!(action.sample, format!("{}/x-sample", action.definition));
        assert!(definition["x-input-schema"].is_object() && definition["x-sample"].is_object(), "{}", action.id);
    }
    let mut catalogue = parse(&root("openapi.json"));
    parts::follow(&mut catalogue).unwrap();
    outputs::relax(&mut catalogue).unwrap();
    inputs::add(&mut catalogue).unwrap();
    forms::add(&mut catalogue).unwrap();
    assert!(openapi == catalogue, "it is the catalogue, changed by the build for inputs, forms and answers");
}

#[tokio::test]
async fn the_manifest_has_what_a_list_of_connectors_shows() {
    let connector = Connector::load(&Engine::new().unwrap(), Path::new(COMPONENT)).unwrap();
    let manifest = connector.describe().await.unwrap();
    assert_eq!((&*manifest.label, &*manifest.icon), ("PayPal", &*root("icon.svg")));
    assert_eq!(manifest.categories[0], "payments");
    assert!(manifest.documentation.starts_with("https://"), "{}", manifest.documentation);
    assert!(manifest.terms.contains("trademark"), "{}", manifest.terms);
    // Each item of the newest version's list is a line.
    let changelog = root("CHANGELOG.md");
    let (_, section) = changelog.split_once("\n### The contract\n").unwrap();
    let items = section.split("\n### ").next().unwrap().matches("\n- ").count();
    assert!(items > 0);
    assert_eq!(manifest.changes.lines().filter(|line| line.starts_with("- ")).count(), items, "{}", manifest.changes);
}

#[test]
fn the_changes_are_those_of_the_newest_version() {
    let of = |newest: &str| {
        let changelog = format!("# Changelog\n\n## [2.0.0]\n\n{newest}\n\n## [1.0.0]\n\n### The contract\n\n- Old.\n");
        changes::of_the_contract(&changelog).map_err(|error| error.to_string())
    };
    let list = "### The contract\n\n- One thing,\n  in two lines.\n- Another.\n\n### Added\n\n- More.";
    assert_eq!(of(list).unwrap(), "- One thing, in two lines.\n- Another.");
    assert_eq!(of("### Added\n\n- More.").unwrap(), "- The contract is that of the version before.");
    assert!(of("### The contract\n\nA sentence.").unwrap_err().contains("is no list"));
    assert!(changes::of_the_contract("# Changelog\n").unwrap_err().to_string().contains("no version"));
}

#[test]
fn the_library_has_a_copy_of_the_contract() {
    let files = |folder: &str| -> BTreeMap<String, String> {
        let entries = fs::read_dir(Path::new(ROOT).join(folder)).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.map(|name| (name.clone(), root(&format!("{folder}/{name}")))).collect()
    };
    // A package contains the contract that it is built from.
    let (contract, copy) = (files("wit/deps/kosha-connector"), files("crates/connector-host/wit"));
    assert!(contract.len() >= 5 && contract == copy, "copy wit/deps/kosha-connector to crates/connector-host/wit");
}
