//! Reads the catalogue's operations and checks its conventions.

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value};

use crate::{
    inputs::{self, FLAT},
    references::resolve,
};

const METHODS: [(&str, &str); 5] =
    [("get", "Get"), ("post", "Post"), ("put", "Put"), ("patch", "Patch"), ("delete", "Delete")];

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";

/// The part of a multipart body that holds the JSON document.
const INPUT: &str = "input";

/// The member of a flat body that is itself a document or bytes.
const BODY: &str = "body";

/// One operation of the catalogue.
pub(crate) struct Operation<'a> {
    pub(crate) id: &'a str,
    pub(crate) group: &'a str,
    pub(crate) verb: &'a str,
    pub(crate) path: &'a str,
    /// Its method in the document, and in the component's `Method`.
    pub(crate) method: (&'static str, &'static str),
    pub(crate) definition: &'a Map<String, Value>,
    pub(crate) parameters: Vec<Parameter<'a>>,
    /// The names of its header parameters.
    pub(crate) headers: Vec<&'a str>,
    pub(crate) body: Option<Body<'a>>,
    pub(crate) files: Option<Files<'a>>,
    /// The part and the media type of the file in the response, in place of a document.
    pub(crate) answer: Option<(&'a str, &'a str)>,
    /// JSON Pointer to it in the document.
    pub(crate) pointer: String,
    /// JSON Pointer to the schema of the response's document.
    pub(crate) output_schema: Option<String>,
}

/// A parameter in path, query, form or flat body.
pub(crate) struct Parameter<'a> {
    pub(crate) name: &'a str,
    pub(crate) location: &'static str,
    pub(crate) required: bool,
    pub(crate) schema: &'a Value,
}

/// A JSON document in the request.
pub(crate) struct Body<'a> {
    pub(crate) required: bool,
    pub(crate) schema: &'a Value,
    /// The names of its members, if its schema lists them.
    pub(crate) members: Vec<&'a str>,
}

impl Body<'_> {
    /// Whether it is bytes, in base64 in JSON.
    pub(crate) fn is_bytes(&self) -> bool {
        self.schema["format"] == "byte"
    }
}

/// Files in the request.
pub(crate) struct Files<'a> {
    pub(crate) part: &'a str,
    pub(crate) max_count: u64,
    pub(crate) max_bytes: u64,
    pub(crate) media_types: Vec<&'a str>,
    /// Whether a request without files is sent as plain JSON.
    pub(crate) or_json: bool,
    /// Whether a request needs at least a file or a document.
    pub(crate) or_body: bool,
}

/// The operations in the order of the list: by group, in the order of `tags`, then as in the document.
pub(crate) fn read(openapi: &Value) -> Result<Vec<Operation<'_>>> {
    let mut operations: Vec<Operation> = Vec::new();
    for (path, item) in openapi["paths"].as_object().context("`paths` is missing")? {
        for (name, definition) in item.as_object().with_context(|| format!("{path} is no object"))? {
            let Some(method) = METHODS.into_iter().find(|(method, _)| method == name) else { continue };
            let definition = definition.as_object().with_context(|| format!("{name} {path} is no object"))?;
            let id = definition.get("operationId").and_then(Value::as_str);
            let id = id.with_context(|| format!("{name} {path} has no `operationId`"))?;
            ensure!(operations.iter().all(|other| other.id != id), "`{id}` is there twice");
            let operation = Operation::read(openapi, id, path, method, definition);
            operations.push(operation.with_context(|| id.to_owned())?);
        }
    }
    let groups = groups(openapi);
    let rank = |operation: &Operation| groups.iter().position(|group| *group == operation.group);
    for operation in &operations {
        ensure!(rank(operation).is_some(), "{}: its tag is not declared in `tags`", operation.id);
    }
    operations.sort_by_key(|operation| rank(operation));
    Ok(operations)
}

/// The groups in order.
pub(crate) fn groups(openapi: &Value) -> Vec<&str> {
    array(&openapi["tags"]).filter_map(|tag| tag["name"].as_str()).collect()
}

impl<'a> Operation<'a> {
    fn read(
        openapi: &'a Value,
        id: &'a str,
        path: &'a str,
        method: (&'static str, &'static str),
        definition: &'a Map<String, Value>,
    ) -> Result<Self> {
        let (group, verb) = id.split_once('.').context("the id is not `resource.verb`")?;
        let tags = definition.get("tags").context("no tags")?;
        ensure!(array(tags).next().and_then(Value::as_str) == Some(group), "its tag is not `{group}`");
        let pointer = format!("/paths/{}/{}", path.replace('~', "~0").replace('/', "~1"), method.0);
        let mut operation = Self {
            output_schema: inputs::output(openapi, &pointer)?,
            pointer,
            id,
            group,
            verb,
            path,
            method,
            definition,
            parameters: parameters(openapi, path, definition)?,
            headers: headers(openapi, definition)?,
            body: None,
            files: None,
            answer: answer(openapi, definition)?,
        };
        if let Some(request) = definition.get("requestBody") {
            operation.read_body(openapi, resolve(openapi, request)?)?;
        }
        Ok(operation)
    }

    fn read_body(&mut self, openapi: &'a Value, request: &'a Value) -> Result<()> {
        let content = request["content"].as_object().context("a body without `content`")?;
        let required = request["required"].as_bool().unwrap_or(false);
        let body = |required, schema| -> Result<Option<Body<'a>>> {
            let members = resolve(openapi, schema)?["properties"].as_object();
            let members = members.into_iter().flat_map(Map::keys).map(String::as_str).collect();
            Ok(Some(Body { required, schema, members }))
        };
        if let Some(form) = content.get(FORM) {
            ensure!(content.len() == 1, "a form beside other forms of body");
            let (properties, required) = object(&form["schema"])?;
            for (name, schema) in properties {
                self.parameters.push(Parameter {
                    name,
                    location: "Form",
                    required: required.contains(&&**name),
                    schema,
                });
            }
        } else if let Some(multipart) = content.get(MULTIPART) {
            let required_at_all = required;
            let (properties, required) = object(&multipart["schema"])?;
            for (name, schema) in properties {
                if name == INPUT {
                    self.body = body(required.contains(&INPUT), schema)?;
                } else {
                    ensure!(self.files.is_none(), "two parts with files");
                    let or_json = content.contains_key(JSON);
                    let files = files(name, schema, &multipart["encoding"]).context("files")?;
                    self.files = Some(Files { or_json, or_body: required_at_all, ..files });
                }
            }
            ensure!(self.files.is_some(), "a multipart body without a part for files");
        } else {
            let schema = content.get(JSON).context("a body in an unknown form")?.get("schema");
            let schema = schema.context("a body without a schema")?;
            if self.definition.get(FLAT).is_none() {
                self.body = body(required, schema)?;
                return Ok(());
            }
            let (properties, required) = object(resolve(openapi, schema)?)?;
            for (name, schema) in properties {
                let required = required.contains(&&**name);
                match &**name {
                    BODY => self.body = body(required, schema)?,
                    name => self.parameters.push(Parameter { name, location: "Body", required, schema }),
                }
            }
        }
        Ok(())
    }
}

/// Path and query parameters. Headers are not parameters: they come from the call options.
fn parameters<'a>(openapi: &'a Value, path: &str, definition: &'a Map<String, Value>) -> Result<Vec<Parameter<'a>>> {
    let mut parameters = Vec::new();
    for parameter in definition.get("parameters").into_iter().flat_map(array) {
        let parameter = resolve(openapi, parameter)?;
        let name = parameter["name"].as_str().context("a parameter without a name")?;
        let location = match parameter["in"].as_str() {
            Some("header") => continue,
            Some("path") => {
                ensure!(path.contains(&format!("{{{name}}}")), "the path has no {{{name}}}");
                "Path"
            }
            Some("query") => "Query",
            other => bail!("parameter `{name}` is in {other:?}"),
        };
        let required = parameter["required"].as_bool().unwrap_or(false);
        parameters.push(Parameter { name, location, required, schema: &parameter["schema"] });
    }
    let in_path = parameters.iter().filter(|parameter| parameter.location == "Path").count();
    ensure!(path.matches('{').count() == in_path, "the path has other parameters than `parameters`");
    Ok(parameters)
}

/// The names of the header parameters.
fn headers<'a>(openapi: &'a Value, definition: &'a Map<String, Value>) -> Result<Vec<&'a str>> {
    let parameters = definition.get("parameters").into_iter().flat_map(array).map(|it| resolve(openapi, it));
    let parameters: Vec<&Value> = parameters.collect::<Result<_>>()?;
    let headers = parameters.into_iter().filter(|parameter| parameter["in"] == "header");
    Ok(headers.filter_map(|parameter| parameter["name"].as_str()).collect())
}

fn files<'a>(part: &'a str, schema: &'a Value, encoding: &'a Value) -> Result<Files<'a>> {
    ensure!(schema["type"] == "array" && schema["items"]["format"] == "binary", "`{part}` is no array of binaries");
    let media_types = encoding[part]["contentType"].as_str().context("no `encoding` says which media types")?;
    Ok(Files {
        part,
        max_count: schema["maxItems"].as_u64().unwrap_or(u32::MAX.into()),
        max_bytes: schema["items"]["x-max-bytes"].as_u64().context("no `x-max-bytes`")?,
        media_types: media_types.split(',').map(str::trim).collect(),
        or_json: false,
        or_body: false,
    })
}

/// The part with a file, if the first success has a multipart body.
fn answer<'a>(openapi: &'a Value, definition: &'a Map<String, Value>) -> Result<Option<(&'a str, &'a str)>> {
    let responses = definition.get("responses").and_then(Value::as_object).context("no `responses`")?;
    let Some((_, success)) = responses.iter().find(|(status, _)| status.starts_with('2')) else {
        bail!("no response is a success");
    };
    let Some(multipart) = resolve(openapi, success)?["content"].get(MULTIPART) else { return Ok(None) };
    let (properties, _) = object(&multipart["schema"])?;
    let part = properties.keys().next().context("the answer has no part")?;
    let media_type = multipart["encoding"][part]["contentType"].as_str();
    Ok(Some((part, media_type.context("no `encoding` says of which type the answer's part is")?)))
}

/// The properties of an object's schema, and the names of the required ones.
fn object(schema: &Value) -> Result<(&Map<String, Value>, Vec<&str>)> {
    let properties = schema["properties"].as_object().context("no `properties`")?;
    Ok((properties, array(&schema["required"]).filter_map(Value::as_str).collect()))
}

/// The items of a JSON array. Empty for any other value.
pub(crate) fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
