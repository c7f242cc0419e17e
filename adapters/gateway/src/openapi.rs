//! The gateway's description of itself, an OpenAPI 3.1 document: `openapi.json`, which does not depend on the connector, and the
//! same with an operation for each action.

use http::Response;
use serde_json::{Value, json};

use crate::{
    bindings::actions::ActionInfo,
    host::Host,
    outcome,
    problem::{Kind, Problem},
    schema::Catalogue,
};

/// The document without the actions.
pub(crate) const OWN: &str = include_str!("../openapi.json");

/// The route of any action.
const RUN: &str = "/v1/connections/{name}/actions/{id}";

/// Returns the document with an operation for each action.
pub(crate) fn full(host: &impl Host) -> Result<Response<Vec<u8>>, Problem> {
    let manifest = host.manifest();
    let described = document(&manifest.openapi, &host.actions());
    let described =
        described.ok_or_else(|| Problem::new(Kind::UNDESCRIBED, "the connector's catalogue cannot be read"))?;
    Ok(outcome::document(described.to_string()))
}

fn document(catalogue: &str, actions: &[ActionInfo]) -> Option<Value> {
    let catalogue = Catalogue::parse(catalogue).ok()?;
    let mut document: Value = serde_json::from_str(OWN).ok()?;
    for action in actions {
        let mut schema = |pointer: &str| -> Option<Value> {
            let mut schema = catalogue.json_schema(pointer).ok()?;
            let members = schema.as_object_mut()?;
            members.shift_remove("$schema");
            let definitions = members.shift_remove("$defs");
            // The same name is the same schema, whichever action refers to it.
            for (name, mut definition) in definitions.as_ref().and_then(Value::as_object).cloned().unwrap_or_default() {
                refer_to_components(&mut definition);
                let shared = &mut document["components"]["schemas"][component(&name)];
                if shared.is_null() {
                    *shared = definition;
                }
            }
            refer_to_components(&mut schema);
            Some(schema)
        };
        let input = schema(&action.input_schema)?;
        let output = action.output_schema.as_deref().map_or(Some(Value::Null), &mut schema)?;
        let path = RUN.replace("{id}", &action.id);
        document["paths"][path] = json!({ "post": operation(&document["paths"][RUN]["post"], action, input, output) });
    }
    Some(document)
}

/// Returns the operation of an action, from that of any action.
fn operation(any: &Value, action: &ActionInfo, input: Value, output: Value) -> Value {
    let mut operation = any.clone();
    operation["operationId"] = action.id.as_str().into();
    operation["summary"] = action.summary.as_str().into();
    operation["tags"] = json!([action.group]);
    if let Some(parameters) = operation["parameters"].as_array_mut() {
        let others = ["#/components/parameters/Action", "#/components/parameters/IdempotencyKey"];
        let without = if action.idempotency.is_some() { &others[..1] } else { &others };
        parameters.retain(|it| it["$ref"].as_str().is_none_or(|it| !without.contains(&it)));
    }
    operation["requestBody"]["required"] = input["required"].as_array().is_some_and(|it| !it.is_empty()).into();
    operation["requestBody"]["content"]["application/json"]["schema"] = input;
    if !output.is_null() {
        let reply = json!({"allOf": [{"$ref": "#/components/schemas/Reply"}], "properties": {"body": output}});
        operation["responses"]["200"]["content"]["application/json"]["schema"] =
            json!({"type": "object", "required": ["reply"], "properties": {"reply": reply}});
    }
    operation
}

/// Returns the name of a connector's schema among the components, where the gateway's own are too.
fn component(name: &str) -> String {
    format!("connector.{name}")
}

/// Makes references to `$defs` references to components.
fn refer_to_components(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(refer_to_components),
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get_mut("$ref")
                && let Some(name) = reference.strip_prefix("#/$defs/")
            {
                *reference = format!("#/components/schemas/{}", component(name));
            }
            members.values_mut().for_each(refer_to_components);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{json as form, outcome::KINDS, route::Route};

    #[test]
    fn its_paths_are_the_routes() {
        let document: Value = serde_json::from_str(OWN).unwrap();
        for (path, item) in document["paths"].as_object().unwrap() {
            let route = Route::parse(&path.replace(['{', '}'], "")).unwrap();
            let methods: Vec<_> = item.as_object().unwrap().keys().map(|it| it.to_ascii_uppercase()).collect();
            assert!(methods.len() == 1 && route.methods().starts_with(&methods[0]), "{path}");
            for operation in item.as_object().unwrap().values() {
                assert_eq!(operation["security"].as_array().unwrap().is_empty(), !route.is_keyed(), "{path}");
            }
        }
        assert_eq!(document["paths"].as_object().unwrap().len(), 13);
    }

    #[test]
    fn its_kinds_are_those_of_failures() {
        let document: Value = serde_json::from_str(OWN).unwrap();
        let kinds = &document["components"]["schemas"]["Failure"]["properties"]["kind"]["enum"];
        assert_eq!(*kinds, Value::from(KINDS.map(form::kind).to_vec()));
    }
}
