//! Checks that the parts of the catalogue fit each other: references, scopes, and the headers of idempotency keys.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use serde_json::Value;

use crate::references::resolve;

/// Checks that every reference has a target, that every scope is declared, and that exactly the operations with
/// `x-idempotency` have the header parameter that it names.
///
/// # Errors
/// Lists each problem, one per line, with a JSON Pointer or the id of the operation.
pub(crate) fn check(openapi: &Value) -> Result<()> {
    let mut problems = Vec::new();
    references(openapi, openapi, "", &mut problems);
    let operations = || members(&openapi["paths"]).flat_map(|(_, item)| members(item));
    let keys: BTreeSet<&str> = operations().filter_map(|(_, it)| it["x-idempotency"]["header"].as_str()).collect();
    for (_, operation) in operations() {
        // An operation without an id is refused later.
        let Some(id) = operation["operationId"].as_str() else { continue };
        let found = undeclared_scopes(openapi, operation).into_iter().chain(idempotency(openapi, operation, &keys));
        problems.extend(found.map(|problem| format!("{id}: {problem}")));
    }
    if problems.is_empty() { Ok(()) } else { bail!(problems.join("\n")) }
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn references(openapi: &Value, value: &Value, place: &str, problems: &mut Vec<String>) {
    if let Err(error) = resolve(openapi, value) {
        problems.push(format!("{place}: {error}"));
    }
    for (name, member) in members(value) {
        references(openapi, member, &format!("{place}/{}", name.replace('~', "~0").replace('/', "~1")), problems);
    }
    items(value).enumerate().for_each(|(index, it)| references(openapi, it, &format!("{place}/{index}"), problems));
}

fn undeclared_scopes(openapi: &Value, operation: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    for (scheme, scopes) in items(&operation["security"]).flat_map(members) {
        let flows = &openapi["components"]["securitySchemes"][scheme]["flows"];
        let is_declared = |scope: &str| members(flows).any(|(_, flow)| !flow["scopes"][scope].is_null());
        for scope in items(scopes).filter_map(Value::as_str).filter(|scope| !is_declared(scope)) {
            problems.push(format!(
                "`security` names the scope `{scope}`, which `components.securitySchemes.{scheme}` does not declare"
            ));
        }
    }
    problems
}

/// The problem with an operation's header parameter for the key, if any. `keys` are all headers for keys in the
/// catalogue.
fn idempotency(openapi: &Value, operation: &Value, keys: &BTreeSet<&str>) -> Option<String> {
    // A reference without a target, which is reported separately, may be the header.
    let parameters: Result<Vec<&Value>> = items(&operation["parameters"]).map(|it| resolve(openapi, it)).collect();
    let headers: Vec<&Value> = parameters.ok()?.into_iter().filter(|parameter| parameter["in"] == "header").collect();
    let names = || headers.iter().filter_map(|parameter| parameter["name"].as_str());
    let declared = &operation["x-idempotency"];
    if declared.is_null() {
        let header = names().find(|name| keys.iter().any(|key| key.eq_ignore_ascii_case(name)))?;
        return Some(format!("it has the header parameter `{header}`, and no `x-idempotency`"));
    }
    // The key of a composed action is sent with its requests.
    if operation["x-composed"] == true {
        return None;
    }
    let header = declared["header"].as_str()?;
    let Some(parameter) = headers.iter().find(|parameter| parameter["name"] == header) else {
        let others: Vec<String> = names().map(|name| format!("`{name}`")).collect();
        let others = if others.is_empty() { "none".to_owned() } else { others.join(", ") };
        return Some(format!(
            "`x-idempotency` needs the header parameter `{header}`; the headers in `parameters`: {others}"
        ));
    };
    let (key, most) = (declared["max-length"].as_u64()?, parameter["schema"]["maxLength"].as_u64()?);
    (key > most).then(|| {
        format!("`x-idempotency` has keys of {key} characters, and the header parameter `{header}` takes {most}")
    })
}
