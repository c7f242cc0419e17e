//! What the component requires of a platform.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

use host_test::COMPONENT;
use wasmtime::{Engine, component::Component};

/// The packages it may import: no files, no sockets, nothing of WASI preview 1.
const PACKAGES: [&str; 6] = ["kosha:connector", "wasi:cli", "wasi:clocks", "wasi:http", "wasi:io", "wasi:random"];

#[test]
fn it_imports_only_what_it_documents() {
    let engine = Engine::default();
    let component = Component::from_file(&engine, COMPONENT).unwrap();
    let imports: Vec<String> = component.component_type().imports(&engine).map(|(name, _)| name.to_owned()).collect();
    assert!(imports.iter().any(|name| name.starts_with("wasi:http/outgoing-handler@")), "{imports:?}");
    for import in imports {
        // A platform provides nothing for it: it contains only types.
        if import.starts_with("kosha:paypal/types@") {
            continue;
        }
        let package = import.split('/').next().unwrap();
        assert!(PACKAGES.contains(&package), "the component imports {import}");
    }
}

#[test]
fn it_contains_no_path_of_the_machine_it_was_built_on() {
    let bytes = std::fs::read(COMPONENT).unwrap();
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/").trim_end_matches("host-test/").as_bytes();
    assert!(!bytes.windows(root.len()).any(|window| window == root));
}

#[test]
fn it_contains_no_names_for_debuggers() {
    let bytes = std::fs::read(COMPONENT).unwrap();
    for section in ["component-name", ".debug_info"] {
        assert!(!bytes.windows(section.len()).any(|window| window == section.as_bytes()), "{section}");
    }
}
