//! Every operation of the catalogue succeeds and fails at least once at the simulator, called by the component; each answer is
//! held against PayPal's schema.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test panics to fail")]

#[allow(dead_code, reason = "another test uses the rest")]
mod operations;
mod simulated;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
};

use operations::{Played, RESOURCES};
use serde_json::Value;
use tokio::runtime::Runtime;

/// The operations that PayPal has, by the connector's ids.
fn operations() -> BTreeSet<String> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi.json");
    let catalogue: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let paths = catalogue["paths"].as_object().unwrap();
    let own = paths.iter().filter(|(path, _)| !path.starts_with("/connector/"));
    let methods = own.flat_map(|(_, methods)| methods.as_object().unwrap().values());
    methods.map(|operation| operation["operationId"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_operation_succeeds_and_fails() {
    let mut seen = BTreeMap::<String, (u32, u32)>::new();
    let mut missing = Vec::new();
    for (name, play) in RESOURCES {
        let played = Played::new();
        // What others do is told as well.
        let run = || Runtime::new().unwrap().block_on(play(&played));
        if catch_unwind(AssertUnwindSafe(run)).is_err() {
            missing.push(format!("{name} are not played to the end"));
        }
        for (action, went_well) in played.seen() {
            let (successes, failures) = seen.entry(action).or_default();
            *if went_well { successes } else { failures } += 1;
        }
    }
    let operations = operations();
    assert!(operations.len() > 100, "the catalogue has {} operations", operations.len());
    for action in operations {
        match seen.get(&action).copied().unwrap_or_default() {
            (0, 0) => missing.push(format!("{action} is not called")),
            (0, _) => missing.push(format!("{action} never succeeds")),
            (_, 0) => missing.push(format!("{action} never fails")),
            _ => {}
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}
