//! Compares the lists in the documentation that are kept by hand with their sources.

use std::{collections::BTreeSet, process::Command};

use serde_json::Value;

use crate::{openapi, page::Page, read};

/// Fails with the entries that only one of the two has.
pub(crate) fn compare(page: &str, listed: impl IntoIterator<Item = String>, known: impl IntoIterator<Item = String>) {
    let all: Vec<String> = listed.into_iter().collect();
    let listed: BTreeSet<String> = all.iter().cloned().collect();
    let known: BTreeSet<String> = known.into_iter().collect();
    assert!(!known.is_empty(), "what {page} lists has been read");
    assert_eq!(all.len(), listed.len(), "{page} lists something twice: {all:?}");
    let missing: Vec<_> = known.difference(&listed).collect();
    let surplus: Vec<_> = listed.difference(&known).collect();
    assert!(missing.is_empty() && surplus.is_empty(), "{page} lacks {missing:?}, and should not have {surplus:?}");
}

#[test]
fn the_page_of_inputs_lists_the_options() {
    let options: Value = serde_json::from_str(&read("build/call_options.json")).unwrap();
    let page = Page::read("docs/inputs.md");
    compare(&page.file, page.first_cells(Some("Options")), options["properties"].as_object().unwrap().keys().cloned());
}

#[test]
fn the_page_of_outcomes_lists_the_kinds_of_failure() {
    let wit = read("wit/deps/kosha-connector/types.wit");
    let (_, kinds) = wit.split_once("enum failure-kind {").unwrap();
    let (kinds, _) = kinds.split_once('}').unwrap();
    let kinds = kinds.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    let page = Page::read("docs/outcomes.md");
    compare(
        &page.file,
        page.first_cells(Some("Failures")),
        kinds.map(|line| line.trim_end_matches(',').to_owned()).collect::<Vec<_>>(),
    );
}

#[test]
fn the_page_of_the_command_line_lists_the_verbs() {
    let help = Command::new(env!("CARGO_BIN_EXE_host-test")).arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let (_, verbs) = help.split_once("Commands:\n").unwrap();
    // A verb is indented by two spaces, the rest of its description by more.
    let verb = |line: &str| line.strip_prefix("  ").filter(|it| !it.starts_with(' ')).map(str::to_owned);
    let verbs = verbs.lines().take_while(|line| !line.is_empty()).filter_map(verb);
    let verbs = verbs.map(|line| line.split(' ').next().unwrap().to_owned()).filter(|verb| verb != "help");
    let page = Page::read("docs/command-line.md");
    let verbs: Vec<_> = verbs.collect();
    compare(&page.file, page.rows(Some("The command line")).into_iter().map(|row| row[0][0].clone()), verbs);
}

#[test]
fn the_page_of_other_integrations_names_actions_that_exist() {
    let openapi = openapi();
    let resources: BTreeSet<&str> =
        openapi["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    let operations = openapi["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap().values());
    let actions: BTreeSet<&str> = operations.filter_map(|operation| operation["operationId"].as_str()).collect();
    let page = Page::read("docs/peers.md");
    let named = page.rows(None).into_iter().flatten().flatten();
    // What is planned is not written as code.
    let named = named.filter(|name| name.split_once('.').is_some_and(|(resource, _)| resources.contains(resource)));
    let (known, unknown): (Vec<_>, Vec<_>) = named.partition(|name| actions.contains(&**name));
    assert!(known.len() > 200, "the tables of {} have been read: {known:?}", page.file);
    assert!(unknown.is_empty(), "{} names {unknown:?}, which are not actions", page.file);
}
