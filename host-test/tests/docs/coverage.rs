//! Compares `docs/coverage.md` with the catalogue, and with PayPal's files where they are.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use serde_json::Value;

use crate::{lists::compare, openapi, page::Page, specifications};

const PAGE: &str = "docs/coverage.md";

/// An operation: its method and path, as the page writes them.
fn operations(document: &Value) -> BTreeMap<String, Value> {
    let paths = document["paths"].as_object().unwrap().iter();
    let methods = ["get", "post", "put", "patch", "delete"];
    let of = |(path, item): (&String, &Value)| {
        let path = path.clone();
        let item = item.as_object().unwrap().clone();
        item.into_iter()
            .filter(move |(method, _)| methods.contains(&&**method))
            .map(move |(method, operation)| (format!("{} {path}", method.to_uppercase()), operation))
            .collect::<Vec<_>>()
    };
    paths.flat_map(of).collect()
}

/// Returns the operations of the catalogue that PayPal has, each with its resource.
fn covered() -> BTreeMap<String, String> {
    let own = operations(&openapi()).into_iter().filter(|(operation, _)| !operation.contains(" /connector/"));
    own.map(|(operation, it)| (operation, it["tags"][0].as_str().unwrap().to_owned())).collect()
}

fn exceptions() -> BTreeSet<String> {
    let rows = Page::read(PAGE).rows(Some("Not covered"));
    rows.into_iter().flat_map(|row| row[0].clone()).collect()
}

/// The names of path parameters are PayPal's or ours.
fn nameless(operation: &str) -> String {
    let parts = operation.split('{').map(|part| part.split_once('}').map_or(part, |(_, rest)| rest));
    parts.collect::<Vec<_>>().join("{}")
}

#[test]
fn each_row_counts_the_operations_of_the_catalogue_and_names_their_resources() {
    let covered = covered();
    let page = Page::read(PAGE);
    let mut seen = BTreeSet::new();
    for line in page.text.lines().filter(|line| line.starts_with("| ") && line.contains("| `/")) {
        let cells: Vec<_> = line.split(" | ").map(|cell| cell.trim_matches(['|', ' '])).collect();
        let [_, path, count, resources] = cells[..] else { panic!("{line}") };
        let path = path.trim_matches('`');
        let below: Vec<_> =
            covered.iter().filter(|(operation, _)| operation.split_once(' ').unwrap().1.starts_with(path)).collect();
        assert_eq!(below.len().to_string(), count, "operations below {path}");
        let resources = resources.split(", ").map(|name| name.trim_matches('`').to_owned());
        compare(path, resources, below.iter().map(|(_, resource)| (*resource).clone()));
        for (operation, _) in below {
            assert!(seen.insert(operation.clone()), "{operation} is counted twice");
        }
    }
    compare(PAGE, seen, covered.into_keys());
}

#[test]
fn what_is_not_covered_is_not_in_the_catalogue() {
    let covered: BTreeSet<_> = covered().keys().map(|operation| nameless(operation)).collect();
    let exceptions = exceptions();
    assert!(exceptions.len() > 5, "{exceptions:?}");
    let both: Vec<_> = exceptions.iter().filter(|operation| covered.contains(&nameless(operation))).collect();
    assert!(both.is_empty(), "{PAGE} says that these are not covered, and they are: {both:?}");
}

#[test]
fn every_operation_in_paypal_s_files_is_covered_or_named() {
    let directory = match specifications::directory() {
        Ok(directory) => directory,
        Err(why) => return skip(&why),
    };
    let known: BTreeSet<_> = covered().into_keys().chain(exceptions()).map(|operation| nameless(&operation)).collect();
    let (mut count, mut missing) = (0, Vec::new());
    for file in fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()) {
        if file.extension().is_some_and(|extension| extension == "json") {
            let document: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
            for operation in operations(&document).into_keys() {
                count += 1;
                if !known.contains(&nameless(&operation)) {
                    missing.push(operation);
                }
            }
        }
    }
    assert!(count > 100, "{count} operations");
    assert!(missing.is_empty(), "neither in the catalogue nor in {PAGE}: {missing:?}");
}

#[allow(clippy::print_stderr, reason = "prints that a test is skipped")]
fn skip(why: &impl std::fmt::Display) {
    eprintln!("skipped: {why}");
}
