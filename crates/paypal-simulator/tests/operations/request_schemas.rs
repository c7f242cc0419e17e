//! `src/request/schemas.json` is what the catalogue says of requests. `UPDATE_SCHEMAS=1` writes it anew.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
};

use serde_json::{Map, Value, json};

const CATALOGUE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi.json");
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/request/schemas.json");
const NAMED: &str = "#/components/schemas/";

/// The keywords that the simulator checks.
const KEYWORDS: [&str; 9] =
    ["type", "enum", "minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "required"];

/// Values that PayPal takes beside those of its file: the schema, its member, all of its values.
const WIDER: [(&str, &str, &[&str]); 2] = [
    ("token", "type", &["BILLING_AGREEMENT", "PAYMENT_METHOD_TOKEN", "SETUP_TOKEN"]),
    // The file's own example has the latter.
    ("token_id_request", "type", &["SETUP_TOKEN", "BILLING_AGREEMENT"]),
];

#[derive(Default)]
struct Reduced {
    referred: Vec<String>,
    seen: BTreeSet<String>,
}

impl Reduced {
    fn schema(&mut self, schema: &Value) -> Value {
        if let Some(name) = schema["$ref"].as_str().and_then(|it| it.strip_prefix(NAMED)) {
            if self.seen.insert(name.to_owned()) {
                self.referred.push(name.to_owned());
            }
            return json!({"$ref": name});
        }
        let mut reduced = Map::new();
        for (keyword, value) in schema.as_object().into_iter().flatten() {
            let value = match &**keyword {
                "properties" => {
                    let members = value.as_object().unwrap().iter();
                    members.map(|(name, member)| (name.clone(), self.schema(member))).collect()
                }
                "allOf" | "anyOf" => value.as_array().unwrap().iter().map(|part| self.schema(part)).collect(),
                "items" => self.schema(value),
                "required" => {
                    let read_only = |name: &Value| schema["properties"][name.as_str().unwrap()]["readOnly"] == true;
                    value.as_array().unwrap().iter().filter(|name| !read_only(name)).cloned().collect()
                }
                keyword if KEYWORDS.contains(&keyword) => value.clone(),
                _ => continue,
            };
            if value.as_array().is_none_or(|list| !list.is_empty()) {
                reduced.insert(keyword.clone(), value);
            }
        }
        reduced.into()
    }
}

fn reduce(openapi: &Value) -> String {
    let (mut reduced, mut operations) = (Reduced::default(), BTreeMap::new());
    for (path, methods) in openapi["paths"].as_object().unwrap() {
        if path.starts_with("/connector/") {
            continue;
        }
        for operation in methods.as_object().unwrap().values() {
            let named = |parameter: &Value| match parameter["$ref"].as_str() {
                Some(reference) => openapi.pointer(&reference[1..]).unwrap().clone(),
                None => parameter.clone(),
            };
            let parameters = operation["parameters"].as_array().into_iter().flatten().map(named);
            let queries: Vec<_> = parameters.filter(|parameter| parameter["in"] == "query").collect();
            let required = queries.iter().filter(|it| it["required"] == true).map(|it| it["name"].clone());
            let mut query = json!({"type": "object", "properties": {}, "required": required.collect::<Vec<_>>()});
            for parameter in &queries {
                query["properties"][parameter["name"].as_str().unwrap()] = reduced.schema(&parameter["schema"]);
            }
            let mut entry = Map::new();
            if !queries.is_empty() {
                entry.insert("query".to_owned(), query);
            }
            let body = &operation["requestBody"];
            // The JSON of a form with files is its part `input`.
            let form = &body["content"]["multipart/form-data"]["schema"];
            let json = body["content"].get("application/json").map(|content| (&content["schema"], &body["required"]));
            let input = form["properties"].get("input").map(|schema| (schema, &form["required"][0]));
            if let Some((schema, required)) = json.or(input) {
                entry.insert("body".to_owned(), reduced.schema(schema));
                entry.insert("body_required".to_owned(), (*required == true || *required == "input").into());
            }
            let issues = operation["x-issues"].as_array();
            let has = |name: &str| issues.is_some_and(|issues| issues.iter().any(|issue| issue == name));
            let own = [
                ("integer_codes", has("INVALID_INTEGER_MIN_VALUE")),
                ("length_codes", has("INVALID_STRING_MAX_LENGTH") && !has("INVALID_STRING_LENGTH")),
            ];
            entry.extend(own.into_iter().filter(|(_, has)| *has).map(|(name, _)| (name.to_owned(), true.into())));
            if !entry.is_empty() {
                operations.insert(operation["operationId"].as_str().unwrap(), Value::from(entry));
            }
        }
    }
    let mut schemas = BTreeMap::new();
    while let Some(name) = reduced.referred.pop() {
        let mut schema = reduced.schema(&openapi["components"]["schemas"][&name]);
        if let Some((_, member, values)) = WIDER.iter().find(|(it, ..)| *it == name) {
            assert!(schema["properties"][member]["enum"].is_array(), "{name} has no values to widen");
            schema["properties"][member]["enum"] = json!(values);
        }
        schemas.insert(name, schema);
    }
    // One per line, so that a difference can be read.
    let lines = |entries: Vec<(String, &Value)>| {
        entries.iter().map(|(name, value)| format!("{}:{value}", json!(name))).collect::<Vec<_>>().join(",\n")
    };
    let operations = lines(operations.iter().map(|(name, value)| ((*name).to_owned(), value)).collect());
    let schemas = lines(schemas.iter().map(|(name, value)| (name.clone(), value)).collect());
    format!("{{\"operations\":{{\n{operations}\n}},\"schemas\":{{\n{schemas}\n}}}}\n")
}

#[test]
fn the_schemas_of_requests_are_the_catalogue_s() {
    let openapi = serde_json::from_str(&fs::read_to_string(CATALOGUE).unwrap()).unwrap();
    let expected = reduce(&openapi);
    if env::var_os("UPDATE_SCHEMAS").is_some() {
        fs::write(FILE, &expected).unwrap();
    }
    let file = fs::read_to_string(FILE).unwrap_or_default();
    assert!(
        file == expected,
        "UPDATE_SCHEMAS=1 cargo test -p paypal-simulator --test operations writes schemas.json anew"
    );
}
