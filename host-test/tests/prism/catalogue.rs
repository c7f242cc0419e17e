//! The catalogue's operations, with PayPal's own.

use std::{fs, path::Path};

use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};

use super::made_up;

const CATALOGUE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi.json");
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// The catalogue and PayPal's files.
pub(crate) struct Catalogue {
    own: Value,
    paypal: Vec<Value>,
}

/// An action.
pub(crate) struct Operation<'a> {
    pub(crate) action: String,
    method: &'a str,
    path: &'a str,
    /// Whether PayPal calls for a body. One is not possible without either.
    pub(crate) body_required: bool,
    /// Whether it takes a `Prefer` header.
    pub(crate) prefers: bool,
    /// Whether it changes nothing.
    pub(crate) reads: bool,
    /// The part of its form that takes files, and whether it can go without a form.
    pub(crate) files: Option<(&'a str, bool)>,
    /// What identifies the resource of an answer, if anything must: a JSON Pointer into the answer, and the parameter with the
    /// same id.
    answer_id: Option<(&'a str, Option<&'a str>)>,
    /// The operation in PayPal's files.
    pub(crate) paypal: Option<PayPal<'a>>,
}

/// The resource that an answer is about.
pub(crate) enum Whose<'a> {
    /// Any: nothing identifies it.
    Any,
    /// The resource with this id, and the name of the parameter that asks for it, if there is one.
    Of(&'a str, Option<&'a str>),
    /// The answer should identify it, and does not.
    Nobodys,
}

/// An operation in one of PayPal's files.
pub(crate) struct PayPal<'a> {
    document: &'a Value,
    operation: &'a Value,
}

impl Catalogue {
    /// `directory` has PayPal's files.
    pub(crate) fn read(directory: &Path) -> Self {
        let parse = |path: &Path| serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        let files = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
        let specifications = files.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
        Self { own: parse(Path::new(CATALOGUE)), paypal: specifications.map(|path| parse(&path)).collect() }
    }

    pub(crate) fn operations(&self) -> Vec<Operation<'_>> {
        let operation = |(path, method, operation)| self.operation(path, method, operation);
        // Composed actions have no path at a server.
        let sent = operations(&self.own).filter(|(_, _, it)| it["x-composed"] != true);
        sent.map(operation).collect()
    }

    fn operation<'a>(&'a self, path: &'a str, method: &'a str, operation: &'a Value) -> Operation<'a> {
        let id = operation["x-paypal-operation-id"].as_str().expect("PayPal's operation id");
        let mut parameters = operation["parameters"].as_array().into_iter().flatten();
        Operation {
            action: operation["operationId"].as_str().expect("an operation id").to_owned(),
            method,
            path,
            body_required: operation["requestBody"]["required"] == true,
            prefers: parameters.any(|parameter| resolve(&self.own, parameter)["name"] == "Prefer"),
            reads: operation["x-effects"] == json!(["read"]),
            files: files(&operation["requestBody"]["content"]),
            answer_id: operation["x-answer-id"]["member"]
                .as_str()
                .map(|member| (member, operation["x-answer-id"]["parameter"].as_str())),
            paypal: self.paypal.iter().find_map(|document| {
                let (_, _, operation) = operations(document).find(|(_, _, it)| it["operationId"] == id)?;
                Some(PayPal { document, operation })
            }),
        }
    }
}

/// Returns the part of a form that takes files, and whether plain JSON is accepted instead of the form.
fn files(content: &Value) -> Option<(&str, bool)> {
    let parts = content["multipart/form-data"]["schema"]["properties"].as_object()?;
    let part = parts.keys().find(|name| *name != "input")?;
    Some((part, content.get("application/json").is_some()))
}

impl Operation<'_> {
    /// Returns the resource of Prism's answer: it gives the example of PayPal's file, whichever id is asked for.
    pub(crate) fn whose<'b>(&'b self, answer: &'b Value) -> Whose<'b> {
        match self.answer_id {
            _ if answer.is_null() => Whose::Any,
            None => Whose::Any,
            Some((member, parameter)) => match answer.pointer(member).and_then(Value::as_str) {
                Some(id) if made_up::is_id(&self.action, id) => Whose::Of(id, parameter),
                _ => Whose::Nobodys,
            },
        }
    }

    /// Returns the HTTP method.
    pub(crate) fn method(&self) -> String {
        self.method.to_uppercase()
    }

    /// Returns the path, with its variables replaced by ids, and the query.
    pub(crate) fn target(&self) -> String {
        let fill = |path: String, name| path.replace(&format!("{{{name}}}"), made_up::id(&self.action));
        let path = self.path_parameter_names().fold(self.path.to_owned(), fill);
        let query: Vec<_> =
            made_up::query(&self.action).iter().map(|(name, value)| format!("{name}={value}")).collect();
        if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
    }

    /// Returns the same parameters as an input of the action.
    pub(crate) fn parameters(&self) -> Value {
        let in_path = self.path_parameter_names().map(|name| (name.to_owned(), json!(made_up::id(&self.action))));
        let in_query = made_up::query(&self.action).iter().map(|(name, value)| ((*name).to_owned(), json!(value)));
        in_path.chain(in_query).collect::<Map<_, _>>().into()
    }

    fn path_parameter_names(&self) -> impl Iterator<Item = &str> {
        self.path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
    }
}

impl PayPal<'_> {
    /// Returns PayPal's examples of the request body, by name.
    pub(crate) fn examples(&self) -> Vec<(&str, Value)> {
        let media_type = self.media_type();
        let named = media_type["examples"].as_object().into_iter().flatten();
        let named = named.filter_map(|(name, example)| Some((name.as_str(), self.resolve(example).get("value")?)));
        let one = media_type.get("example").map(|example| ("example", example));
        named.chain(one).map(|(name, body)| (name, body.clone())).collect()
    }

    /// Returns the schema of the request body; null if there is none.
    pub(crate) fn schema(&self) -> &Value {
        &self.media_type()["schema"]
    }

    /// Resolves a reference to a schema or an example. Anything else is returned.
    pub(crate) fn resolve<'a>(&'a self, node: &'a Value) -> &'a Value {
        resolve(self.document, node)
    }

    /// Returns a validator of request bodies.
    pub(crate) fn validator(&self) -> Validator {
        // An operation without a body has no schema: anything is valid.
        let own = Some(self.schema()).filter(|schema| schema.is_object()).cloned().unwrap_or(json!({}));
        let mut schema = json!({"allOf": [own], "components": self.document["components"]});
        drop_broken_patterns(&mut schema);
        // This draft is closest to OpenAPI 3.0: siblings of `$ref` are ignored.
        jsonschema::options().with_draft(Draft::Draft4).build(&schema).unwrap()
    }

    fn media_type(&self) -> &Value {
        &self.resolve(&self.operation["requestBody"])["content"]["application/json"]
    }
}

fn operations(document: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let paths = document["paths"].as_object().expect("paths");
    paths.iter().flat_map(|(path, item)| {
        METHODS.into_iter().filter_map(move |method| Some((path.as_str(), method, item.get(method)?)))
    })
}

fn resolve<'a>(document: &'a Value, mut node: &'a Value) -> &'a Value {
    while let Some(reference) = node["$ref"].as_str() {
        let pointer = reference.strip_prefix('#').expect("a reference into the same file");
        node = document.pointer(pointer).unwrap_or_else(|| panic!("{reference} leads nowhere"));
    }
    node
}

/// Removes patterns that are not valid regular expressions, of which PayPal has some; Prism does not get them either.
fn drop_broken_patterns(node: &mut Value) {
    if node["pattern"].is_string() && jsonschema::draft4::new(&json!({"pattern": node["pattern"]})).is_err() {
        node.as_object_mut().unwrap().remove("pattern");
    }
    match node {
        Value::Array(items) => items.iter_mut().for_each(drop_broken_patterns),
        Value::Object(members) => members.values_mut().for_each(drop_broken_patterns),
        _ => {}
    }
}
