//! How an operation's success is recognised: the statuses of success, which of them have a document, and where that has
//! its id.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::{operations::Operation, references::resolve};

/// The source of the list of statuses of success.
pub(crate) fn successes(openapi: &Value, operation: &Operation) -> Result<String> {
    let responses = operation.definition.get("responses").and_then(Value::as_object).context("no `responses`")?;
    let mut source = String::new();
    for (status, response) in responses.iter().filter(|(status, _)| status.starts_with('2')) {
        let status: u16 = status.parse().with_context(|| format!("`{status}` is no status"))?;
        let document = !resolve(openapi, response)?["content"].is_null();
        source += &format!("Success {{ status: {status}, document: {document} }}, ");
    }
    Ok(source)
}

/// Whether the document of a success is a list, rather than an object.
pub(crate) fn is_list(openapi: &Value, operation: &Operation) -> Result<bool> {
    let responses = operation.definition.get("responses").and_then(Value::as_object).context("no `responses`")?;
    for (_, response) in responses.iter().filter(|(status, _)| status.starts_with('2')) {
        let schema = &resolve(openapi, response)?["content"]["application/json"]["schema"];
        if resolve(openapi, schema)?["type"] == "array" {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Where the response has its id, and which parameter has the same.
pub(crate) fn id(operation: &Operation) -> Result<String> {
    let Some(id) = operation.definition.get("x-answer-id") else { return Ok("None".into()) };
    let member = id["member"].as_str().and_then(|member| member.strip_prefix('/'));
    let path: Vec<_> = member.context("`x-answer-id` has no pointer `member`")?.split('/').collect();
    let parameter = id["parameter"].as_str();
    let is_parameter = |name: &str| operation.parameters.iter().any(|parameter| parameter.name == name);
    ensure!(parameter.is_none_or(is_parameter), "`x-answer-id`: `parameter` is none");
    ensure!(operation.output_schema.is_some(), "`x-answer-id` is for an answer with a document");
    Ok(format!("Some(AnswerId {{ path: &{path:?}, parameter: {parameter:?} }})"))
}

/// The members of the outermost object of successful responses, if their schemas name any.
pub(crate) fn members<'a>(openapi: &'a Value, operation: &Operation<'a>) -> Result<Vec<&'a str>> {
    let responses = operation.definition.get("responses").and_then(Value::as_object).context("no `responses`")?;
    let mut found = BTreeSet::new();
    for (_, response) in responses.iter().filter(|(status, _)| status.starts_with('2')) {
        let content = resolve(openapi, response)?["content"].as_object().into_iter().flatten();
        for (_, media) in content {
            collect(openapi, &media["schema"], &mut found, 0)?;
        }
    }
    Ok(found.into_iter().collect())
}

/// How deep schemas may refer to schemas.
const DEEPEST: usize = 16;

fn collect<'a>(openapi: &'a Value, schema: &'a Value, found: &mut BTreeSet<&'a str>, depth: usize) -> Result<()> {
    ensure!(depth < DEEPEST, "a schema of an answer refers to itself");
    let schema = resolve(openapi, schema)?;
    found.extend(schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()));
    for parts in ["allOf", "oneOf", "anyOf"] {
        for part in schema[parts].as_array().into_iter().flatten() {
            collect(openapi, part, found, depth + 1)?;
        }
    }
    Ok(())
}
