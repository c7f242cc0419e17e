//! The input schemas that the build makes of an operation's parameters and request body.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

#[path = "../../build/inputs.rs"]
mod inputs;
#[path = "../../build/references.rs"]
mod references;

use serde_json::{Value, json};

/// Returns the input schema of an operation, in a catalogue with some named components.
fn input(operation: Value) -> Result<Value, String> {
    let mut operation = operation;
    operation["operationId"] = json!("things.do");
    let mut openapi = json!({
        "paths": {"/v1/things/{id}": {"parameters": [], "post": operation}},
        "components": {
            "parameters": {
                "id": {"name": "id", "in": "path", "required": true, "description": "Which.", "schema": {"type": "string"}},
                "prefer": {"name": "Prefer", "in": "header", "schema": {"type": "string"}},
            },
            "requestBodies": {
                "thing": {"required": true, "content": {"application/json": {"schema": {"type": "object"}}}},
            },
            "schemas": {"thing": {"type": "object"}},
        },
    });
    inputs::add(&mut openapi).map_err(|error| format!("{error:#}"))?;
    assert_eq!(openapi["components"]["schemas"]["call_options"]["additionalProperties"], false);
    let mut schema = openapi["paths"]["/v1/things/{id}"]["post"]["x-input-schema"].take();
    assert_eq!(schema["type"], "object");
    assert_eq!(schema["additionalProperties"].take(), false);
    let options = schema["properties"].as_object_mut().unwrap().remove("options");
    assert_eq!(options, Some(json!({"$ref": "#/components/schemas/call_options"})));
    Ok(schema)
}

/// Returns a part of a form that takes files.
fn evidence() -> Value {
    json!({"type": "array", "maxItems": 5, "items": {"type": "string", "format": "binary", "x-max-bytes": 10}})
}

#[test]
fn parameters_are_members_by_name_and_headers_are_not() {
    let schema = input(json!({"parameters": [
        {"$ref": "#/components/parameters/id"},
        {"$ref": "#/components/parameters/prefer"},
        {"name": "page", "in": "query", "description": "Which page.", "schema": {"type": "integer", "description": "Any."}},
        {"name": "of", "in": "query", "description": "Whose.", "schema": {"$ref": "#/components/schemas/thing"}},
    ]}));
    let schema = schema.unwrap();
    assert_eq!(schema["required"], json!(["id"]));
    assert_eq!(
        schema["properties"],
        json!({
            "id": {"description": "Which.", "type": "string"},
            "page": {"description": "Which page.", "type": "integer"},
            "of": {"description": "Whose.", "allOf": [{"$ref": "#/components/schemas/thing"}]},
        })
    );
}

#[test]
fn a_body_is_required_where_the_operation_says_so() {
    let required = input(json!({"requestBody": {"$ref": "#/components/requestBodies/thing"}})).unwrap();
    assert_eq!(
        (&required["required"], &required["properties"]["body"]),
        (&json!(["body"]), &json!({"type": "object"}))
    );
    let body = json!({"content": {"application/json": {"schema": {"$ref": "#/components/schemas/thing"}}}});
    let optional = input(json!({"requestBody": body})).unwrap();
    assert_eq!(optional.get("required"), None);
    assert_eq!(optional["properties"], json!({"body": {"$ref": "#/components/schemas/thing"}}));
}

#[test]
fn the_fields_of_a_form_are_parameters() {
    let form = json!({"type": "object", "required": ["grant"], "properties": {
        "grant": {"type": "string"}, "scope": {"type": "string", "maxLength": 9}}});
    let body = json!({"required": true, "content": {"application/x-www-form-urlencoded": {"schema": form}}});
    let schema = input(json!({"requestBody": body})).unwrap();
    assert_eq!(schema["required"], json!(["grant"]));
    assert_eq!(schema["properties"], form["properties"]);
}

#[test]
fn the_members_of_a_flat_body_are_parameters() {
    let delivery = json!({"type": "object", "required": ["body"], "properties": {
        "headers": {"type": "array", "items": {"type": "object"}}, "body": {"type": "string", "format": "byte"}}});
    let body = json!({"required": true, "content": {"application/json": {"schema": delivery}}});
    let schema = input(json!({"x-flat-body": true, "requestBody": body})).unwrap();
    assert_eq!(schema["required"], json!(["body"]));
    assert_eq!(schema["properties"], delivery["properties"]);
}

#[test]
fn files_are_a_list_beside_the_body() {
    let form = json!({"type": "object", "properties": {"input": {"type": "object"}, "evidence": evidence()}});
    let multipart = json!({"schema": form, "encoding": {"evidence": {"contentType": "application/pdf, image/png"}}});
    let only = json!({"required": true, "content": {"multipart/form-data": multipart}});
    let schema = input(json!({"requestBody": only})).unwrap();
    assert_eq!(schema.get("required"), None);
    assert_eq!(schema["properties"]["body"], json!({"type": "object"}));
    let files = &schema["properties"]["files"];
    assert_eq!((&files["type"], &files["maxItems"]), (&json!("array"), &json!(5)));
    assert_eq!(files["items"]["required"], json!(["name", "media_type", "data"]));
    assert_eq!(files["items"]["properties"]["media_type"]["enum"], json!(["application/pdf", "image/png"]));
    let name = &files["items"]["properties"]["name"];
    assert_eq!(name["maxLength"], 255);
    let named = |text: &str| jsonschema::is_valid(name, &json!(text));
    assert!(named("receipt.pdf") && !named("a\"b") && !named("a\r\nb") && !named(""));
    let data = &files["items"]["properties"]["data"];
    // 10 bytes are 4 groups of 3, each of 4 characters.
    assert_eq!((&data["format"], &data["maxLength"]), (&json!("byte"), &json!(16)));

    let either = json!({"required": true, "content": {
        "application/json": {"schema": {"$ref": "#/components/schemas/thing"}}, "multipart/form-data": multipart}});
    let schema = input(json!({"requestBody": either})).unwrap();
    assert_eq!(schema["required"], json!(["body"]));
    assert_eq!(schema["properties"]["body"], json!({"$ref": "#/components/schemas/thing"}));
    assert!(schema["properties"]["files"].is_object());
}

#[test]
fn two_members_of_one_name_stop_the_build() {
    let body = json!({"name": "body", "in": "query", "schema": {"type": "string"}});
    let operation = json!({"parameters": [body], "requestBody": {"$ref": "#/components/requestBodies/thing"}});
    assert!(input(operation).unwrap_err().contains("two members of the input are `body`"));
}

#[test]
fn the_output_is_the_first_success_that_has_a_schema() {
    let schema = json!({"application/json": {"schema": {"type": "object"}}});
    let openapi = json!({
        "it": {"responses": {"default": {"content": schema}, "202": {}, "201": {"content": schema}}},
        "shared": {"responses": {"200": {"$ref": "#/components/responses/thing"}}},
        "none": {"responses": {"204": {}, "default": {"content": schema}}},
        "components": {"responses": {"thing": {"content": schema}}},
    });
    let output = |pointer| inputs::output(&openapi, pointer).unwrap();
    assert_eq!(output("/it").as_deref(), Some("/it/responses/201/content/application~1json/schema"));
    assert_eq!(output("/shared").as_deref(), Some("/components/responses/thing/content/application~1json/schema"));
    assert_eq!(output("/none"), None);
}
