//! Generates the schema of each action's input: `invoke` takes one JSON object, which the operation describes in parts
//! (parameters, request body). It is added to the copy of the catalogue that the component exports, so that a platform
//! can draw a form from a single schema.

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value, json};

use crate::references::resolve;

/// The member of an operation that holds the schema.
const MEMBER: &str = "x-input-schema";
/// The member with the sample of an action's input and reply.
const SAMPLE: &str = "x-sample";
/// Marks an operation whose body's members are members of the input, instead of a single member `body`.
pub(crate) const FLAT: &str = "x-flat-body";
/// The name, under `components.schemas`, of the schema of the call options.
const OPTIONS: &str = "call_options";

/// Adds `x-input-schema` to each operation, and the schema of the call options to the components.
pub(crate) fn add(openapi: &mut Value) -> Result<()> {
    let source = openapi.clone();
    for (path, item) in openapi["paths"].as_object_mut().context("`paths` is missing")? {
        for operation in item.as_object_mut().into_iter().flat_map(Map::values_mut) {
            let Some(id) = operation["operationId"].as_str() else { continue };
            let schema = input(&source, operation).with_context(|| format!("{id} ({path})"))?;
            operation[MEMBER] = schema;
        }
    }
    let schemas = openapi["components"]["schemas"].as_object_mut().context("`components.schemas` is missing")?;
    ensure!(
        schemas.insert(OPTIONS.to_owned(), call_options()?).is_none(),
        "the schema `{OPTIONS}` is the connector's own"
    );
    Ok(())
}

/// The schema of the call options.
pub(crate) fn call_options() -> Result<Value> {
    serde_json::from_str(include_str!("call_options.json")).context("call_options.json")
}

/// JSON Pointer from an operation to the schema of its response: that of the first status of success that has one.
pub(crate) fn output(openapi: &Value, pointer: &str) -> Result<Option<String>> {
    let responses = openapi.pointer(pointer).and_then(|it| it["responses"].as_object()).context("no `responses`")?;
    let mut successes: Vec<_> = responses.iter().filter(|(status, _)| status.starts_with('2')).collect();
    successes.sort_by_key(|(status, _)| *status);
    for (status, response) in successes {
        let place = match response["$ref"].as_str() {
            Some(reference) => reference.trim_start_matches('#').to_owned(),
            None => format!("{pointer}/responses/{status}"),
        };
        let schema = format!("{place}/content/application~1json/schema");
        if openapi.pointer(&schema).is_some() {
            return Ok(Some(schema));
        }
    }
    Ok(None)
}

/// The schema of an operation's input.
fn input(openapi: &Value, operation: &Value) -> Result<Value> {
    let mut input = Input::default();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let parameter = resolve(openapi, parameter)?;
        if parameter["in"] == "header" {
            continue;
        }
        let name = parameter["name"].as_str().context("a parameter without a name")?;
        let mut schema = described(&parameter["schema"], &parameter["description"]);
        if !parameter["example"].is_null() {
            schema = with(&schema, "example", &parameter["example"]);
        }
        input.add(name, schema, parameter["required"] == true)?;
    }
    if !operation["requestBody"].is_null() {
        let body = resolve(openapi, &operation["requestBody"])?;
        let required = body["required"] == true;
        let content = body["content"].as_object().context("a request body without `content`")?;
        let json = content.get("application/json").map(|it| &it["schema"]);
        if let Some(schema) = json.filter(|_| operation[FLAT] == true) {
            input.fields(resolve(openapi, schema)?)?;
        } else if let Some(schema) = json {
            input.add("body", described(schema, &body["description"]), required)?;
        }
        if let Some(form) = content.get("application/x-www-form-urlencoded") {
            input.fields(resolve(openapi, &form["schema"])?)?;
        }
        if let Some(form) = content.get("multipart/form-data") {
            input.parts(form, resolve(openapi, &form["schema"])?, json.is_some())?;
        }
    }
    // A value that has been seen to go with the others is the best example.
    for (name, value) in operation[SAMPLE]["input"].as_object().into_iter().flatten() {
        if let Some(schema) = input.properties.get_mut(name) {
            *schema = with(schema, "example", value);
        }
    }
    input.add("options", json!({"$ref": format!("#/components/schemas/{OPTIONS}")}), false)?;
    Ok(input.schema())
}

/// An input under construction.
#[derive(Default)]
struct Input {
    properties: Map<String, Value>,
    required: Vec<String>,
}

impl Input {
    fn add(&mut self, name: &str, schema: Value, required: bool) -> Result<()> {
        ensure!(self.properties.insert(name.to_owned(), schema).is_none(), "two members of the input are `{name}`");
        if required {
            self.required.push(name.to_owned());
        }
        Ok(())
    }

    /// Each field of a form or a flat body is a member.
    fn fields(&mut self, form: &Value) -> Result<()> {
        for (name, field) in form["properties"].as_object().context("a form without `properties`")? {
            self.add(name, field.clone(), requires(form, name))?;
        }
        Ok(())
    }

    /// In a form with files, the part `input` is the body, and the other one has the files.
    fn parts(&mut self, content: &Value, form: &Value, has_body: bool) -> Result<()> {
        for (name, part) in form["properties"].as_object().context("a form without `properties`")? {
            if name != "input" {
                self.add("files", files(part, &content["encoding"][name]), requires(form, name))?;
            } else if !has_body {
                self.add("body", part.clone(), requires(form, name))?;
            }
        }
        Ok(())
    }

    fn schema(self) -> Value {
        let mut schema = json!({"type": "object", "properties": self.properties});
        // OpenAPI 3.0 does not allow an empty `required`.
        if !self.required.is_empty() {
            schema["required"] = self.required.into();
        }
        schema["additionalProperties"] = false.into();
        schema
    }
}

/// The schema of the files in an input: a list of names, media types and contents in base64.
fn files(part: &Value, encoding: &Value) -> Value {
    let mut media_type =
        json!({"description": "What kind of file it is.", "type": "string", "example": "application/pdf"});
    if let Some(types) = encoding["contentType"].as_str() {
        media_type["enum"] = types.split(',').map(str::trim).collect();
    }
    let mut data =
        json!({"description": "What is in it, in base64.", "type": "string", "format": "byte", "example": "JVBERi0x"});
    if let Some(most) = part.pointer("/items/x-max-bytes").and_then(Value::as_u64) {
        data["maxLength"] = (most.div_ceil(3) * 4).into();
    }
    let mut files = json!({
        "description": "The files to send along.",
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "name": {
                    "description": "The file's name.",
                    "example": "receipt.pdf",
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 255,
                    "pattern": r#"^[^\u0000-\u001f\u007f"]+$"#,
                },
                "media_type": media_type,
                "data": data,
            },
            "required": ["name", "media_type", "data"],
            "additionalProperties": false,
        },
    });
    for keyword in ["description", "minItems", "maxItems"] {
        if !part[keyword].is_null() {
            files[keyword] = part[keyword].clone();
        }
    }
    files
}

/// A schema with the description of its use.
fn described(schema: &Value, description: &Value) -> Value {
    if description.is_null() { schema.clone() } else { with(schema, "description", description) }
}

/// A schema with another keyword. A `$ref` is wrapped in an `allOf`, since its siblings are ignored.
fn with(schema: &Value, keyword: &str, value: &Value) -> Value {
    let mut changed = json!({keyword: value});
    match schema.as_object() {
        Some(members) if !members.contains_key("$ref") => {
            members.iter().for_each(|(name, value)| changed[name] = value.clone());
            changed[keyword] = value.clone();
        }
        _ => changed["allOf"] = json!([schema]),
    }
    changed
}

fn requires(schema: &Value, name: &str) -> bool {
    schema["required"].as_array().is_some_and(|required| required.iter().any(|it| it == name))
}
