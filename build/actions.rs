//! The operations of the catalogue as the source of `static` items.

use std::fmt::Write as _;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value};

use crate::schemas::Schemas;

const METHODS: [(&str, &str); 5] =
    [("get", "Get"), ("post", "Post"), ("put", "Put"), ("patch", "Patch"), ("delete", "Delete")];

/// The source of `ACTIONS`, and of one module per group with a constant per action, by which the typed functions name
/// theirs: a function without an operation does not compile.
pub(crate) fn generate<'a>(openapi: &'a Value, schemas: &mut Schemas<'a>) -> Result<String> {
    let mut operations = operations(openapi)?;
    let groups: Vec<&str> = array(&openapi["tags"]).filter_map(|tag| tag["name"].as_str()).collect();
    let rank = |operation: &Operation| groups.iter().position(|group| *group == operation.group);
    for operation in &operations {
        ensure!(rank(operation).is_some(), "{}: its tag is not declared in `tags`", operation.id);
    }
    // The sort is stable: within a group the catalogue's own order stays.
    operations.sort_by_key(|operation| rank(operation));

    let mut source = String::from("/// Every action, grouped.\npub static ACTIONS: &[Action] = &[\n");
    for operation in &operations {
        source += &action(openapi, operation, schemas).with_context(|| operation.id.to_owned())?;
    }
    source += "];\n";
    for group in groups {
        writeln!(source, "/// The actions of `{group}`.\npub mod {} {{", group.replace('-', "_"))?;
        for (index, operation) in operations.iter().enumerate().filter(|(_, it)| it.group == group) {
            let name = operation.verb.replace('-', "_").to_uppercase();
            writeln!(source, "/// `{}`", operation.id)?;
            writeln!(source, "pub static {name}: &super::Action = &super::ACTIONS[{index}];")?;
        }
        source += "}\n";
    }
    Ok(source)
}

struct Operation<'a> {
    id: &'a str,
    group: &'a str,
    verb: &'a str,
    path: &'a str,
    method: (&'static str, &'static str),
    definition: &'a Map<String, Value>,
}

fn operations(openapi: &Value) -> Result<Vec<Operation<'_>>> {
    let mut operations: Vec<Operation> = Vec::new();
    for (path, item) in openapi["paths"].as_object().context("`paths` is missing")? {
        for (name, definition) in item.as_object().with_context(|| format!("{path} is no object"))? {
            let Some(method) = METHODS.into_iter().find(|(method, _)| method == name) else { continue };
            let definition = definition.as_object().with_context(|| format!("{name} {path} is no object"))?;
            let id = definition.get("operationId").and_then(Value::as_str).context("no operationId")?;
            let (group, verb) = id.split_once('.').with_context(|| format!("`{id}` is not `resource.verb`"))?;
            let tags = definition.get("tags").context("no tags")?;
            ensure!(array(tags).next().and_then(Value::as_str) == Some(group), "{id}: its tag is not `{group}`");
            ensure!(operations.iter().all(|other| other.id != id), "`{id}` is there twice");
            operations.push(Operation { id, group, verb, path, method, definition });
        }
    }
    Ok(operations)
}

fn action<'a>(openapi: &'a Value, operation: &Operation<'a>, schemas: &mut Schemas<'a>) -> Result<String> {
    let definition = operation.definition;
    let text = |key: &str| definition.get(key).and_then(Value::as_str).with_context(|| format!("no `{key}`"));
    let mut source = String::from("Action {\n");
    writeln!(source, "id: {:?}, group: {:?}, summary: {:?},", operation.id, operation.group, text("summary")?)?;
    writeln!(source, "method: Method::{}, path: {:?},", operation.method.1, operation.path)?;
    writeln!(source, "parameters: &[{}],", parameters(openapi, operation, schemas)?)?;
    writeln!(source, "body: {},", body(openapi, definition, schemas)?)?;
    writeln!(source, "effects: &[{}],", effects(definition)?)?;
    writeln!(source, "scopes: &{:?},", scopes(definition)?)?;
    writeln!(source, "idempotency: {},", idempotency(definition)?)?;
    writeln!(source, "paged: {},", paged(definition)?)?;
    let sandbox_only = definition.get("x-sandbox-only").and_then(Value::as_bool).unwrap_or(false);
    writeln!(source, "sandbox_only: {sandbox_only},")?;
    writeln!(source, "paypal_operation_id: {:?},", text("x-paypal-operation-id")?)?;
    let pointer = operation.path.replace('~', "~0").replace('/', "~1");
    let definition = format!("/paths/{pointer}/{}", operation.method.0);
    writeln!(source, "output_schema: {:?},", crate::inputs::output(openapi, &definition)?)?;
    writeln!(source, "definition: {definition:?},")?;
    Ok(source + "},\n")
}

/// Path and query parameters. Headers are not the caller's to name: they come from the call options.
fn parameters<'a>(openapi: &'a Value, operation: &Operation<'a>, schemas: &mut Schemas<'a>) -> Result<String> {
    let mut source = String::new();
    let mut in_path = 0;
    for parameter in operation.definition.get("parameters").into_iter().flat_map(array) {
        let parameter = resolve(openapi, parameter)?;
        let name = parameter["name"].as_str().context("a parameter without a name")?;
        let location = match parameter["in"].as_str() {
            Some("header") => continue,
            Some("path") => {
                ensure!(operation.path.contains(&format!("{{{name}}}")), "the path has no {{{name}}}");
                in_path += 1;
                "Path"
            }
            Some("query") => "Query",
            other => bail!("parameter `{name}` is in {other:?}"),
        };
        let required = parameter["required"].as_bool().unwrap_or(false);
        let schema = schemas.of_parameter(&parameter["schema"])?;
        write!(source, "Parameter {{ name: {name:?}, location: Location::{location}, required: {required}, ")?;
        write!(source, "schema: &{schema} }}, ")?;
    }
    ensure!(operation.path.matches('{').count() == in_path, "the path has other parameters than `parameters`");
    Ok(source)
}

fn body<'a>(openapi: &'a Value, definition: &'a Map<String, Value>, schemas: &mut Schemas<'a>) -> Result<String> {
    let Some(body) = definition.get("requestBody") else { return Ok("None".into()) };
    let body = resolve(openapi, body)?;
    let schema = schemas.of_body(&body["content"]["application/json"]["schema"])?;
    let required = body["required"].as_bool().unwrap_or(false);
    Ok(format!("Some(Body {{ required: {required}, schema: &{schema} }})"))
}

fn effects(definition: &Map<String, Value>) -> Result<String> {
    let effects: Vec<&str> = match definition.get("x-effects") {
        Some(effects) => array(effects).filter_map(Value::as_str).collect(),
        None => bail!("no `x-effects`"),
    };
    ensure!(!effects.is_empty(), "`x-effects` is empty");
    ensure!(!effects.contains(&"read") || effects.len() == 1, "`read` is a pure read and stands alone");
    let mut source = String::new();
    for effect in effects {
        let name = match effect {
            "read" => "Read",
            "write" => "Write",
            "moves-money" => "MovesMoney",
            "irreversible" => "Irreversible",
            "notifies-customer" => "NotifiesCustomer",
            other => bail!("`x-effects` has an unknown effect `{other}`"),
        };
        write!(source, "Effect::{name}, ")?;
    }
    Ok(source)
}

fn scopes(definition: &Map<String, Value>) -> Result<Vec<&str>> {
    let requirement = array(definition.get("security").context("no `security`")?).next();
    let scopes = requirement.and_then(|it| it.get("oauth2")).context("`security` does not name `oauth2`")?;
    Ok(array(scopes).filter_map(Value::as_str).collect())
}

fn idempotency(definition: &Map<String, Value>) -> Result<String> {
    let Some(idempotency) = definition.get("x-idempotency") else { return Ok("None".into()) };
    let number =
        |key: &str| idempotency[key].as_u64().with_context(|| format!("`x-idempotency` has no number `{key}`"));
    Ok(format!(
        "Some(Idempotency {{ header: {:?}, max_length: {}, retention_seconds: {}, required_when: {:?} }})",
        idempotency["header"].as_str().context("`x-idempotency` has no `header`")?,
        number("max-length")?,
        number("retention-seconds")?,
        idempotency["required-when"].as_str(),
    ))
}

/// Whether the answers come in pages. There is one way of paging so far: a link to the next page.
fn paged(definition: &Map<String, Value>) -> Result<bool> {
    match definition.get("x-paging") {
        None => Ok(false),
        Some(paging) if paging == "next-link" => Ok(true),
        Some(other) => bail!("unknown `x-paging`: {other}"),
    }
}

/// The items of a JSON array; none where it is not an array.
fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// What a reference within the document stands for, or the value itself.
fn resolve<'a>(openapi: &'a Value, value: &'a Value) -> Result<&'a Value> {
    let Some(reference) = value["$ref"].as_str() else { return Ok(value) };
    let pointer = reference.strip_prefix('#').with_context(|| format!("`{reference}` leaves the document"))?;
    openapi.pointer(pointer).with_context(|| format!("`{reference}` points nowhere"))
}
