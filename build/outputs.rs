//! Generates the schemas of responses. PayPal's schemas are written for requests and do not hold for its responses:
//! required members can be missing, lists empty, statuses new, any member null. So in the copy of the catalogue that
//! the component exports each response has a schema with types, descriptions and known values, which refuses only a
//! wrong type. A named schema for both requests and responses appears twice, for responses with [`SUFFIX`].

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use serde_json::{Map, Value, json};

use crate::reach::reach;

/// The suffix of the name of a schema for responses, if requests have one with the same name.
const SUFFIX: &str = ".answer";
/// Where named schemas are.
const NAMED: &str = "#/components/schemas/";
/// The known values of an enumeration that can grow: rule 112 of Zalando's RESTful API Guidelines.
const KNOWN_VALUES: &str = "x-extensible-enum";

/// Replaces the schemas that responses share with requests by schemas for responses.
pub(crate) fn relax(openapi: &mut Value) -> Result<()> {
    let source = openapi.clone();
    let catalogue = Catalogue::new(&source)?;
    let schemas = catalogue.schemas()?;
    for item in members_mut(openapi, "paths").flat_map(Value::as_object_mut) {
        for operation in item.values_mut() {
            let composed = is_composed(operation);
            for (status, response) in operation["responses"].as_object_mut().into_iter().flatten() {
                catalogue.relax_response(response, composed && is_success(status));
            }
        }
    }
    let components = &mut openapi["components"];
    members_mut(components, "responses").for_each(|response| catalogue.relax_response(response, false));
    components["schemas"] = schemas.into();
    Ok(())
}

fn members_mut<'a>(value: &'a mut Value, name: &str) -> impl Iterator<Item = &'a mut Value> {
    value.get_mut(name).and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut)
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// Whether the connector builds the response.
fn is_composed(operation: &Value) -> bool {
    operation["x-composed"] == true
}

/// Whether a schema is written by hand, not taken from PayPal's files.
fn is_own(schema: &Value) -> bool {
    schema["x-own"] == true
}

fn is_success(status: &str) -> bool {
    status.starts_with('2')
}

fn is_number(schema: &Value) -> bool {
    ["integer", "number"].iter().any(|kind| schema["type"] == *kind)
}

/// The original catalogue, and the uses of its named schemas.
struct Catalogue<'a> {
    openapi: &'a Value,
    /// References to schemas of requests.
    requests: BTreeSet<&'a str>,
    /// References to schemas of responses.
    answers: BTreeSet<&'a str>,
    /// References to schemas of what the connector itself builds: the handwritten ones in responses of composed
    /// actions. These have all required members, and null only if nullable. The rest of such a response is PayPal's.
    promises: BTreeSet<&'a str>,
    /// The names of members that are numbers in any of PayPal's schemas.
    numbers: BTreeSet<&'a str>,
}

impl<'a> Catalogue<'a> {
    fn new(openapi: &'a Value) -> Result<Self> {
        let (mut requests, mut paypals, mut composed) = (Vec::new(), Vec::new(), Vec::new());
        for (_, operation) in members(&openapi["paths"]).flat_map(|(_, item)| members(item)) {
            requests.extend(members(operation).filter(|(member, _)| *member != "responses").map(|(_, value)| value));
            for (status, response) in members(&operation["responses"]) {
                let made = is_composed(operation) && is_success(status);
                if made { &mut composed } else { &mut paypals }.push(response);
            }
        }
        paypals.extend(members(&openapi["components"]["responses"]).map(|(_, response)| response));
        let paypals = reach(openapi, paypals, |_| true)?;
        let promises = reach(openapi, composed.clone(), is_own)?;
        let composed = reach(openapi, composed, |_| true)?;
        let mut numbers = BTreeSet::new();
        let schemas = members(&openapi["components"]["schemas"]).map(|(_, schema)| schema);
        schemas.filter(|schema| !is_own(schema)).for_each(|schema| find_numbers(schema, &mut numbers));
        Ok(Self {
            openapi,
            requests: reach(openapi, requests, |_| true)?,
            promises: &promises - &paypals,
            answers: &composed | &paypals,
            numbers,
        })
    }

    /// All named schemas. The one for responses follows that for requests, since nearby repetitions compress best.
    fn schemas(&self) -> Result<Map<String, Value>> {
        let mut schemas = Map::new();
        for (name, schema) in members(&self.openapi["components"]["schemas"]) {
            let reference = &*format!("{NAMED}{name}");
            let is_of_answers = self.answers.contains(reference);
            if self.requests.contains(reference) || !is_of_answers {
                schemas.insert(name.clone(), schema.clone());
            }
            if is_of_answers {
                let name = self.of_answers(reference)[NAMED.len()..].to_owned();
                let relaxed = self.relaxed(schema, self.promises.contains(reference));
                ensure!(schemas.insert(name.clone(), relaxed).is_none(), "two schemas would be `{name}`");
            }
        }
        Ok(schemas)
    }

    fn relax_response(&self, response: &mut Value, promised: bool) {
        for content in members_mut(response, "content") {
            if let Some(schema) = content.get_mut("schema") {
                *schema = self.relaxed(schema, promised);
            }
        }
    }

    /// The reference to the schema for responses.
    fn of_answers(&self, reference: &str) -> String {
        let suffix = if self.requests.contains(reference) { SUFFIX } else { "" };
        format!("{reference}{suffix}")
    }

    /// The schema for responses. Keywords not listed here would refuse something, or are useless in a response.
    fn relaxed(&self, schema: &Value, promised: bool) -> Value {
        if let Some(reference) = schema["$ref"].as_str() {
            return json!({"$ref": self.of_answers(reference)});
        }
        let each = |parts: &Value| -> Vec<Value> {
            parts.as_array().into_iter().flatten().map(|part| self.relaxed(part, promised)).collect()
        };
        let mut relaxed = Map::new();
        let mut say = |keyword: &str, value: Value| _ = relaxed.insert(keyword.to_owned(), value);
        for (keyword, value) in members(schema) {
            match &**keyword {
                "description" | "title" | "deprecated" | KNOWN_VALUES => say(keyword, value.clone()),
                "required" | "nullable" if promised => say(keyword, value.clone()),
                // PayPal's reference also has counts as text.
                "type" if is_number(schema) && !promised => say("anyOf", text_or(value)),
                "type" => say("type", value.clone()),
                "properties" if *value != json!({}) => {
                    let member =
                        |(name, it): (&String, &Value)| (name.clone(), self.relaxed_member(name, it, promised));
                    say("properties", members(value).map(member).collect());
                }
                "items" => say("items", self.relaxed(value, promised)),
                // Values that PayPal adds may have another type.
                "additionalProperties" if value.is_object() && promised => say(keyword, self.relaxed(value, promised)),
                // Some parts only require members.
                "allOf" => {
                    let parts: Vec<Value> = each(value).into_iter().filter(|part| *part != json!({})).collect();
                    if !parts.is_empty() {
                        say("allOf", parts.into());
                    }
                }
                // Several of them may fit now.
                "anyOf" | "oneOf" => say("anyOf", each(value).into()),
                "enum" => {
                    let values = value.as_array().into_iter().flatten().filter(|value| !value.is_null());
                    say(KNOWN_VALUES, values.cloned().collect());
                }
                _ => {}
            }
        }
        // Some of PayPal's files do not give the type of an object.
        if relaxed.contains_key("properties") && !relaxed.contains_key("type") {
            relaxed.insert("type".to_owned(), "object".into());
        }
        // PayPal returns null in members that are not nullable in its files.
        if relaxed.contains_key("type") && !promised {
            relaxed.insert("nullable".to_owned(), true.into());
        }
        relaxed.into()
    }

    /// A text that is a number in another of PayPal's schemas, such as `quantity`, can also be one here.
    fn relaxed_member(&self, name: &str, schema: &Value, promised: bool) -> Value {
        let mut relaxed = self.relaxed(schema, promised);
        if !promised
            && schema["type"] == "string"
            && self.numbers.contains(name)
            && let Some(keywords) = relaxed.as_object_mut()
        {
            keywords.retain(|keyword, _| keyword != "type" && keyword != "nullable");
            keywords.insert("anyOf".to_owned(), text_or(&"number".into()));
        }
        relaxed
    }
}

/// A text, a number or null.
fn text_or(number: &Value) -> Value {
    json!([{"type": number, "nullable": true}, {"type": "string"}])
}

fn find_numbers<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    let properties = members(&value["properties"]);
    found.extend(properties.filter(|(_, member)| is_number(member)).map(|(name, _)| &**name));
    match value {
        Value::Array(items) => items.iter().for_each(|item| find_numbers(item, found)),
        Value::Object(members) => members.values().for_each(|member| find_numbers(member, found)),
        _ => {}
    }
}
