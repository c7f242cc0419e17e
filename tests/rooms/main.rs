//! Imports are acyclic: no file imports itself, directly or through others; and a room of the component or the
//! simulator uses only those below it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test panics to fail")]

mod imports;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use imports::Module;

/// The rooms of the component, the lowest first.
const COMPONENT: &[&[&str]] = &[
    &["base"],
    &["platform"],
    &["paypal"],
    &["catalogue"],
    &["journal"],
    &["events", "ipn"],
    &["call"],
    &["actions"],
    &["component", "fuzz"],
];

/// The rooms of the simulator, the lowest first.
const SIMULATOR: &[&[&str]] = &[
    &["base"],
    &["request", "store", "triggers"],
    &["world"],
    &["operations"],
    &["control"],
    &["pages"],
    &["simulator"],
    &["server", "faults"],
    &["cli", "fuzz"],
];

/// The crates without import cycles between files.
const CRATES: [&str; 6] = [
    "src",
    "crates/bounded-server/src",
    "crates/connector-host/src",
    "crates/connector-mcp/src",
    "crates/paypal-simulator/src",
    "host-test/src",
];

fn read(folder: &str) -> BTreeMap<Module, BTreeSet<Module>> {
    imports::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))
}

#[test]
fn a_room_uses_only_those_below_it() {
    for (folder, list) in [("src", COMPONENT), ("crates/paypal-simulator/src", SIMULATOR)] {
        let floor = |module: &Module| list.iter().position(|rooms| rooms.contains(&&*module[0]));
        let mut wrong = Vec::new();
        for (from, used) in read(folder) {
            // The crate's root declares the rooms.
            let Some(room) = from.first() else { continue };
            let Some(own) = floor(&from) else { panic!("{folder}: `{room}` is no room of the list in this test") };
            let above = used.iter().filter(|it| it[0] != *room && floor(it).is_none_or(|floor| floor >= own));
            wrong.extend(above.map(|it| format!("{} uses {}", from.join("::"), it.join("::"))));
        }
        assert_eq!(wrong, [""; 0], "{folder}");
    }
}

#[test]
fn no_file_imports_one_that_imports_it() {
    for folder in CRATES {
        let imports = read(folder);
        assert!(imports.values().any(|used| !used.is_empty()), "{folder}: nothing was read");
        assert_eq!(circles(&imports), [""; 0], "{folder}");
    }
}

/// The files in import cycles, each with the imports on the cycle.
fn circles(imports: &BTreeMap<Module, BTreeSet<Module>>) -> Vec<String> {
    let reaches = |from: &Module, to: &Module| {
        let mut seen = BTreeSet::from([from]);
        let mut open = vec![from];
        while let Some(next) = open.pop() {
            if next == to {
                return true;
            }
            open.extend(imports.get(next).into_iter().flatten().filter(|it| seen.insert(it)));
        }
        false
    };
    let edges = imports.iter().flat_map(|(from, used)| used.iter().map(move |to| (from, to)));
    let back = edges.filter(|(from, to)| reaches(to, from));
    back.map(|(from, to)| format!("{} uses {}", from.join("::"), to.join("::"))).collect()
}

#[test]
fn a_circle_is_found() {
    let module = |name: &str| vec![name.to_owned()];
    let edge = |from: &str, to: &[&str]| (module(from), to.iter().map(|it| module(it)).collect());
    let imports = BTreeMap::from([edge("a", &["b"]), edge("b", &["c", "d"]), edge("c", &["a"]), edge("d", &[])]);
    assert_eq!(circles(&imports), ["a uses b", "b uses c", "c uses a"]);
}

#[test]
fn a_path_that_begins_with_a_child_counts() {
    let module = |path: &str| path.split("::").map(str::to_owned).collect::<Vec<_>>();
    // `use source::Hosts;` in `server.rs`.
    let imports = read("crates/paypal-simulator/src");
    assert!(imports[&module("server")].contains(&module("server::source")), "{:?}", imports[&module("server")]);
}
