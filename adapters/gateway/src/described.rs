//! A description of a service, an OpenAPI 3.1 document, with an operation for each action. `host-test` has this file as a module too.

use serde_json::{Value, json};

use super::{bindings::actions::ActionInfo, schema::Catalogue};

/// The route of any action.
const RUN: &str = "/v1/connections/{name}/actions/{id}";

/// Returns a description with an operation for each action. `own` has that of any action. `None` if it has not, or if the
/// catalogue lacks a schema.
pub(crate) fn document(own: &str, catalogue: &Catalogue, actions: &[ActionInfo]) -> Option<Value> {
    let mut document: Value = serde_json::from_str(own).ok()?;
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
