//! Checks `triggers.json`, the definitions of the triggers, and that the catalogue has their ids. Whether PayPal has their event
//! types, a test says.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::operations::{array, groups};

/// Where the catalogue has what can be polled for.
const CHOICES: &str = "/components/parameters/trigger_id/schema/enum";

/// The members of a definition, of which the last one is optional.
const MEMBERS: [&str; 7] = ["id", "group", "label", "description", "event_types", "sample", "requires"];

/// # Errors
/// Lists each problem, one per line, with the id of the trigger.
pub(crate) fn check(document: &Value, openapi: &Value) -> Result<()> {
    let groups = groups(openapi);
    let triggers = document["triggers"].as_array().context("`triggers` is no list")?;
    let mut ids = BTreeSet::new();
    let mut problems = Vec::new();
    for trigger in triggers {
        let id = trigger["id"].as_str().unwrap_or_default();
        let checked = definition(trigger, &groups);
        problems.extend(checked.err().map(|problem| format!("`{id}`: {problem}")));
        if !ids.insert(id) {
            problems.push(format!("`{id}` is there twice"));
        }
    }
    let choices = openapi.pointer(CHOICES).map(|choices| array(choices).filter_map(Value::as_str).collect::<Vec<_>>());
    let all: Vec<_> = triggers.iter().filter_map(|trigger| trigger["id"].as_str()).collect();
    if choices.as_ref() != Some(&all) {
        problems.push(format!("the catalogue's parameter `trigger_id` must have this `enum`: {}", all.join(", ")));
    }
    if problems.is_empty() { Ok(()) } else { bail!(problems.join("\n")) }
}

fn definition(trigger: &Value, groups: &[&str]) -> Result<()> {
    for (member, _) in trigger.as_object().context("it is no object")? {
        ensure!(MEMBERS.contains(&&**member), "it has the unknown member `{member}`");
    }
    for member in &MEMBERS[..4] {
        ensure!(trigger[member].as_str().is_some_and(|text| !text.trim().is_empty()), "it has no `{member}`");
    }
    let id = trigger["id"].as_str().unwrap_or_default();
    ensure!(id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "its id is not in kebab-case");
    let group = trigger["group"].as_str().unwrap_or_default();
    ensure!(groups.contains(&group), "`tags` of the catalogue does not declare its group `{group}`");
    let types = trigger["event_types"].as_array().context("`event_types` is no list")?;
    let names: BTreeSet<&str> = types.iter().filter_map(Value::as_str).collect();
    ensure!(!names.is_empty() && names.len() == types.len(), "`event_types` is empty, or has something twice");
    let sample = trigger["sample"]["event_type"].as_str().context("its `sample` is no event")?;
    ensure!(names.contains(sample), "its sample has the type `{sample}`");
    for pointer in trigger["requires"].as_array().into_iter().flatten() {
        ensure!(pointer.as_str().is_some_and(|it| it.starts_with('/')), "`requires` has {pointer}, no JSON Pointer");
    }
    Ok(())
}
