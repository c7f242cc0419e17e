//! The schemas of the answers. PayPal's schemas are meant for requests, and do not hold for its answers: what they require
//! can be missing, a list be empty, a status be new, any member be null. So in the copy of the catalogue that the component
//! hands out each answer has a schema that tells types, descriptions and known values, and refuses nothing but a wrong
//! type. A named schema of both requests and answers is there twice, for answers with [`SUFFIX`].

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value, json};

use crate::references::resolve;

/// What the name of a schema for answers ends in, where requests have one of the same name.
const SUFFIX: &str = ".answer";
/// Where named schemas are.
const NAMED: &str = "#/components/schemas/";
/// The known values of an enumeration that can grow: rule 112 of Zalando's RESTful API Guidelines.
const KNOWN_VALUES: &str = "x-extensible-enum";

/// Puts schemas for answers in place of those that answers share with requests.
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

/// Whether the connector makes the answer.
fn is_composed(operation: &Value) -> bool {
    operation["x-composed"] == true
}

/// Whether a schema is written by hand, out of no file of PayPal's.
fn is_own(schema: &Value) -> bool {
    schema["x-own"] == true
}

fn is_success(status: &str) -> bool {
    status.starts_with('2')
}

fn is_number(schema: &Value) -> bool {
    ["integer", "number"].iter().any(|kind| schema["type"] == *kind)
}

/// The catalogue as it is written, and what its named schemas are for.
struct Catalogue<'a> {
    openapi: &'a Value,
    /// References to the schemas of requests.
    requests: BTreeSet<&'a str>,
    /// References to the schemas of answers.
    answers: BTreeSet<&'a str>,
    /// References to those that only describe what the connector makes: of the answers of composed actions what is written
    /// by hand. It has the members that are required there, and null only where that is said. What else such an answer
    /// holds is PayPal's.
    promises: BTreeSet<&'a str>,
    /// The names of members that are a number in one of PayPal's schemas.
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

    /// All named schemas. That for answers follows that for requests, as near as what they share is compressed best.
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

    /// The reference to the schema for answers.
    fn of_answers(&self, reference: &str) -> String {
        let suffix = if self.requests.contains(reference) { SUFFIX } else { "" };
        format!("{reference}{suffix}")
    }

    /// The schema for answers. What is not named here would refuse something, or is of no use in an answer.
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
                // PayPal's reference has counts as text, too.
                "type" if is_number(schema) && !promised => say("anyOf", text_or(value)),
                "type" => say("type", value.clone()),
                "properties" if *value != json!({}) => {
                    let member =
                        |(name, it): (&String, &Value)| (name.clone(), self.relaxed_member(name, it, promised));
                    say("properties", members(value).map(member).collect());
                }
                "items" => say("items", self.relaxed(value, promised)),
                // What PayPal adds may be of another type.
                "additionalProperties" if value.is_object() && promised => say(keyword, self.relaxed(value, promised)),
                // Some parts only require members.
                "allOf" => {
                    let parts: Vec<Value> = each(value).into_iter().filter(|part| *part != json!({})).collect();
                    if !parts.is_empty() {
                        say("allOf", parts.into());
                    }
                }
                // Two of them can fit now.
                "anyOf" | "oneOf" => say("anyOf", each(value).into()),
                "enum" => {
                    let values = value.as_array().into_iter().flatten().filter(|value| !value.is_null());
                    say(KNOWN_VALUES, values.cloned().collect());
                }
                _ => {}
            }
        }
        // Not every file says of an object that it is one.
        if relaxed.contains_key("properties") && !relaxed.contains_key("type") {
            relaxed.insert("type".to_owned(), "object".into());
        }
        // PayPal has null in members of which no file says so.
        if relaxed.contains_key("type") && !promised {
            relaxed.insert("nullable".to_owned(), true.into());
        }
        relaxed.into()
    }

    /// A text that is a number in another of PayPal's schemas can be one here as well, such as `quantity`.
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

/// The references by which one gets from some places to others, where `enters` lets one in.
fn reach<'a>(
    openapi: &'a Value,
    mut places: Vec<&'a Value>,
    enters: impl Fn(&Value) -> bool,
) -> Result<BTreeSet<&'a str>> {
    let mut reached = BTreeSet::new();
    while let Some(place) = places.pop() {
        if let Some(reference) = place["$ref"].as_str() {
            let target = resolve(openapi, place).context("a reference of an operation")?;
            if enters(target) && reached.insert(reference) {
                places.push(target);
            }
        }
        match place {
            Value::Array(items) => places.extend(items),
            Value::Object(members) => places.extend(members.values()),
            _ => {}
        }
    }
    Ok(reached)
}
