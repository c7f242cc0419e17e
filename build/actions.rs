//! Generates the `static` items of the catalogue's operations.

use std::fmt::Write as _;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value};

use crate::{
    answers,
    extensions::{EFFECTS, KINDS, PAGING, variant},
    limits,
    operations::{Operation, array},
    relations,
    schemas::Schemas,
};

/// The header that says on whose behalf a request is made.
const ASSERTION: &str = "PayPal-Auth-Assertion";

/// The source of `ACTIONS`, and of one module per group with a constant for each action.
pub(crate) fn generate<'a>(
    openapi: &Value,
    operations: &[Operation<'a>],
    groups: &[&str],
    schemas: &mut Schemas<'a>,
) -> Result<String> {
    let mut source = String::from("/// Every action, grouped.\npub(crate) static ACTIONS: &[Action] = &[\n");
    for operation in operations {
        source += &action(openapi, operation, operations, schemas).with_context(|| operation.id.to_owned())?;
    }
    source += "];\n";
    for group in groups {
        writeln!(source, "/// The actions of `{group}`.")?;
        source += "#[allow(dead_code, reason = \"only composed actions use them; tests use them all\")]\n";
        writeln!(source, "pub(crate) mod {} {{", snake(group))?;
        for (index, operation) in operations.iter().enumerate().filter(|(_, it)| it.group == *group) {
            let name = snake(operation.verb).to_uppercase();
            writeln!(source, "/// `{}`", operation.id)?;
            writeln!(source, "pub(crate) static {name}: &super::Action = &super::ACTIONS[{index}];")?;
        }
        source += "}\n";
    }
    Ok(source)
}

fn action<'a>(
    openapi: &Value,
    operation: &Operation<'a>,
    operations: &[Operation],
    schemas: &mut Schemas<'a>,
) -> Result<String> {
    let definition = operation.definition;
    let text = |key: &str| definition.get(key).and_then(Value::as_str).with_context(|| format!("no `{key}`"));
    let flag = |key: &str| definition.get(key).and_then(Value::as_bool).unwrap_or(false);
    let mut source = String::from("Action {\n");
    writeln!(source, "id: {:?}, group: {:?}, summary: {:?},", operation.id, operation.group, text("summary")?)?;
    writeln!(source, "description: {:?}, confirm: {:?},", text("description")?, confirm(definition)?)?;
    writeln!(source, "deprecated: {},", flag("deprecated"))?;
    sample(definition)?;
    writeln!(source, "method: Method::{}, path: {:?},", operation.method.1, operation.path)?;
    writeln!(source, "parameters: &[{}],", parameters(operation, schemas)?)?;
    writeln!(source, "rules: &[{}],", rules(operation)?)?;
    writeln!(source, "body: {},", body(operation, schemas)?)?;
    writeln!(source, "limits: {},", limits::generate(definition)?)?;
    writeln!(source, "files: {},", files(operation))?;
    writeln!(source, "raw_member: {:?},", definition.get("x-raw-member").and_then(Value::as_str))?;
    writeln!(source, "answer: {},", answer(openapi, operation)?)?;
    writeln!(source, "successes: &[{}],", answers::successes(openapi, operation)?)?;
    writeln!(source, "answer_members: &{:?},", answers::members(openapi, operation)?)?;
    writeln!(source, "answer_id: {},", answers::id(operation)?)?;
    writeln!(source, "effects: &[{}],", effects(definition)?)?;
    writeln!(source, "scopes: &{:?},", scopes(definition)?)?;
    writeln!(source, "on_behalf: {},", operation.headers.contains(&ASSERTION))?;
    writeln!(source, "idempotency: {},", idempotency(definition)?)?;
    writeln!(source, "lookup: {:?},", lookup(definition, operations)?)?;
    writeln!(source, "trace: {},", trace(operation)?)?;
    writeln!(source, "paging: {},", paging(definition)?)?;
    writeln!(source, "sandbox_only: {},", flag("x-sandbox-only"))?;
    writeln!(source, "composed: {},", flag("x-composed"))?;
    writeln!(source, "provider_operation_id: {:?},", text("x-paypal-operation-id")?)?;
    writeln!(source, "definition: {:?}, output_schema: {:?},", operation.pointer, operation.output_schema)?;
    Ok(source + "},\n")
}

fn parameters<'a>(operation: &Operation<'a>, schemas: &mut Schemas<'a>) -> Result<String> {
    let mut source = String::new();
    for parameter in &operation.parameters {
        let (name, location, required) = (parameter.name, parameter.location, parameter.required);
        let schema = schemas.of_parameter(parameter.schema, location).with_context(|| name.to_owned())?;
        write!(source, "Parameter {{ name: {name:?}, location: Location::{location}, required: {required}, ")?;
        write!(source, "schema: {schema} }}, ")?;
    }
    Ok(source)
}

/// The rules between the parameters.
fn rules(operation: &Operation) -> Result<String> {
    let is_parameter = |name: &str| operation.parameters.iter().any(|parameter| parameter.name == name);
    let rules = operation.definition.get("x-rules").map(|rules| relations::generate(rules, is_parameter));
    Ok(rules.transpose()?.unwrap_or_default())
}

fn body<'a>(operation: &Operation<'a>, schemas: &mut Schemas<'a>) -> Result<String> {
    let Some(body) = &operation.body else { return Ok("None".into()) };
    let schema = schemas.of_body(body.schema)?;
    Ok(format!("Some(Body {{ required: {}, schema: {schema} }})", body.required))
}

fn files(operation: &Operation) -> String {
    let Some(files) = &operation.files else { return "None".into() };
    format!(
        "Some(&Files {{ part: {:?}, max_count: {}, max_bytes: {}, media_types: &{:?}, or_json: {}, or_body: {} }})",
        files.part, files.max_count, files.max_bytes, files.media_types, files.or_json, files.or_body
    )
}

fn answer(openapi: &Value, operation: &Operation) -> Result<String> {
    Ok(match operation.answer {
        None if answers::is_list(openapi, operation)? => "Answer::List".into(),
        None => "Answer::Document".into(),
        Some((part, media_type)) => format!("Answer::File {{ part: {part:?}, media_type: {media_type:?} }}"),
    })
}

/// The source of `COMPOSED`. A composed action is a function of the connector with the action's name: without it the
/// code does not compile.
pub(crate) fn composed(operations: &[Operation]) -> Result<String> {
    let mut source =
        String::from("/// The composed actions by their ids.\nstatic COMPOSED: &[(&str, Composed)] = &[\n");
    let is_composed = |it: &&Operation| it.definition.get("x-composed") == Some(&Value::Bool(true));
    for operation in operations.iter().filter(is_composed) {
        writeln!(source, "({:?}, super::{}::{}),", operation.id, snake(operation.group), snake(operation.verb))?;
    }
    Ok(source + "];\n")
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
        let name = variant("x-effects", &EFFECTS, effect)?;
        write!(source, "Effect::{name}, ")?;
    }
    Ok(source)
}

/// What a person is asked before an action that moves money or cannot be undone. Exactly these have it.
fn confirm(definition: &Map<String, Value>) -> Result<Option<&str>> {
    let confirm =
        definition.get("x-confirm").map(|text| text.as_str().context("`x-confirm` is not a text")).transpose()?;
    let effects = || definition.get("x-effects").into_iter().flat_map(array);
    let needed = effects().any(|effect| effect == "moves-money" || effect == "irreversible");
    ensure!(
        needed == confirm.is_some(),
        "`x-confirm` is for actions that move money or are irreversible, and for all of them"
    );
    ensure!(confirm.is_none_or(|text| text.contains("? ")), "`x-confirm` is a question, and what follows of a yes");
    Ok(confirm)
}

/// Checks that there is a sample. `scripts/samples` takes it out of a fixture.
fn sample(definition: &Map<String, Value>) -> Result<()> {
    let sample = definition.get("x-sample").context("no `x-sample`")?;
    ensure!(sample["input"].is_object() && sample["reply"]["status"].is_u64(), "`x-sample` has no input or no reply");
    Ok(())
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
        "Some(&Idempotency {{ header: {:?}, max_length: {}, retention_seconds: {}, required_when: {:?} }})",
        idempotency["header"].as_str().context("`x-idempotency` has no `header`")?,
        number("max-length")?,
        number("retention-seconds")?,
        idempotency["required-when"].as_str(),
    ))
}

/// The action that shows the outcome of a write: a read, or one that may be repeated, which says so by naming itself. Each write
/// has one, unless PayPal recognises its repeats.
fn lookup<'a>(definition: &'a Map<String, Value>, operations: &[Operation]) -> Result<Option<&'a str>> {
    let lookup = definition.get("x-lookup").and_then(Value::as_str);
    let reads = |definition: &Map<String, Value>| definition.get("x-effects") == Some(&serde_json::json!(["read"]));
    if let Some(id) = lookup {
        let found = operations.iter().find(|operation| operation.id == id);
        let repeats = |it: &Operation| it.definition.get("x-lookup").and_then(Value::as_str) == Some(it.id);
        ensure!(
            found.is_some_and(|it| reads(it.definition) || repeats(it)),
            "`x-lookup`: `{id}` neither reads nor may be repeated"
        );
    }
    let needed = !reads(definition) && !definition.contains_key("x-idempotency");
    ensure!(
        needed == lookup.is_some(),
        "`x-lookup` is for actions that write and have no idempotency, and for all of them"
    );
    Ok(lookup)
}

/// What an action writes to the platform's journal: the kind of its subject, the parameter with the subject's id, and
/// the kind of the resource in the response.
fn trace(operation: &Operation) -> Result<String> {
    let Some(journal) = operation.definition.get("x-journal") else { return Ok("None".into()) };
    let subject = journal["subject"].as_str().context("`x-journal` has no `subject`")?;
    let id = journal["id"].as_str();
    let is_parameter = |name: &str| operation.parameters.iter().any(|parameter| parameter.name == name);
    ensure!(id.is_none_or(is_parameter), "`x-journal`: `id` is no parameter");
    let kind = |name| variant("x-journal", &KINDS, name);
    let (answer, subject) = (kind(journal["answer"].as_str().unwrap_or(subject))?, kind(subject)?);
    Ok(format!("Some(&Trace {{ subject: Kind::{subject}, id: {id:?}, answer: Kind::{answer} }})"))
}

/// How to get the next page, if the responses are paged.
fn paging(definition: &Map<String, Value>) -> Result<String> {
    let Some(paging) = definition.get("x-paging") else { return Ok("None".into()) };
    let paging = paging.as_str().context("`x-paging` is not a string")?;
    Ok(format!("Some(Paging::{})", variant("x-paging", &PAGING, paging)?))
}

fn snake(kebab: &str) -> String {
    kebab.replace('-', "_")
}
