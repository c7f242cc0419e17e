//! The input schemas that the build makes of an operation's parameters and request body.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

#[path = "../../build/forms.rs"]
mod forms;
#[path = "../../build/inputs.rs"]
mod inputs;
#[path = "../../build/reach.rs"]
mod reach;
#[path = "../../build/references.rs"]
mod references;
#[path = "../../build/titles.rs"]
mod titles;

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
fn a_parameter_has_the_value_of_the_sample_as_its_example() {
    let parameter = |name: &str, example: Value| json!({"name": name, "in": "query", "example": example, "schema": {"type": "string"}});
    let schema = input(json!({
        "parameters": [parameter("state", json!("open")), parameter("page", json!("1"))],
        "requestBody": {"$ref": "#/components/requestBodies/thing"},
        "x-sample": {"input": {"page": "7", "body": {"name": "Lamp"}}},
    }));
    let properties = &schema.unwrap()["properties"];
    assert_eq!((&properties["state"]["example"], &properties["page"]["example"]), (&json!("open"), &json!("7")));
    assert_eq!(properties["body"], json!({"type": "object", "example": {"name": "Lamp"}}));
}

/// Returns the properties of a named schema that an action takes, ready for a form.
fn form(schema: Value) -> Result<Value, String> {
    form_of(schema).map(|mut schema| schema["properties"].take())
}

fn form_of(schema: Value) -> Result<Value, String> {
    let taken = json!({"$ref": "#/components/schemas/thing"});
    let mut openapi = json!({
        "paths": {"/v1/things": {"post": {"operationId": "things.do", "x-input-schema": taken}}},
        "components": {"schemas": {
            "thing": schema,
            "name": {"description": "A name.", "type": "string", "example": "Lamp"},
            "part": {"description": "A part.", "type": "object", "properties": {"size": {
                "description": "Its size.", "type": "integer", "example": 3}}},
            "other": {"properties": {"it": {}}},
        }},
    });
    forms::add(&mut openapi).map_err(|error| format!("{error:#}"))?;
    assert_eq!(openapi["components"]["schemas"]["other"], json!({"properties": {"it": {}}}), "no action takes it");
    Ok(openapi["components"]["schemas"]["thing"].take())
}

#[test]
fn a_field_has_a_title_an_example_and_its_place() {
    let named = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let properties = form(json!({"type": "object", "required": ["brand_name"], "properties": {
        "old_id": {"description": "Out of use.", "type": "string", "example": "1", "deprecated": true},
        "state": {"description": "Which.", "type": "string", "enum": ["OPEN", "SHUT"], "title": "How it stands"},
        "made_at": {"description": "When.", "type": "string", "readOnly": true},
        "brand_name": named("name"),
        "parts": {"description": "All.", "type": "array", "items": named("part")},
        "names": {"description": "More.", "type": "array", "items": named("name")},
        "is_new": {"description": "Whether.", "type": "boolean"},
    }}));
    let expected = json!({
        "brand_name": {"title": "Brand name", "allOf": [named("name")], "x-order": 0},
        "state": {"description": "Which.", "type": "string", "enum": ["OPEN", "SHUT"], "title": "How it stands",
            "example": "OPEN", "x-order": 1},
        "made_at": {"description": "When.", "type": "string", "readOnly": true},
        "parts": {"title": "Parts", "description": "All.", "type": "array", "items": named("part"), "x-order": 3},
        "names": {"title": "Names", "description": "More.", "type": "array", "items": named("name"), "example": ["Lamp"],
            "x-order": 4},
        "is_new": {"title": "Is new", "description": "Whether.", "type": "boolean", "example": true, "x-order": 5},
        "old_id": {"title": "Old ID", "description": "Out of use.", "type": "string", "example": "1", "deprecated": true,
            "x-order": 6},
    });
    let properties = properties.unwrap();
    assert_eq!(properties, expected);
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&properties), names(&expected), "in the document they are in order too");
}

#[test]
fn a_field_without_help_or_example_stops_the_build() {
    let problems = form(json!({"type": "object", "properties": {
        "a": {"type": "string", "example": "1"},
        "b": {"description": "That.", "type": "string"},
        "c": {"description": "Those.", "type": "array", "items": {"type": "object", "properties": {"d": {"type": "string"}}}},
    }}));
    let problems = problems.unwrap_err();
    assert_eq!(
        problems.lines().collect::<Vec<_>>(),
        ["thing.a has no `description`", "thing.b has no `example`", "thing.c.d has no `description`"]
    );
}

#[test]
fn parts_of_an_object_count_on_from_one_another() {
    let size =
        |name: &str| json!({"properties": {name: {"description": "Its size.", "type": "integer", "example": 3}}});
    let part = json!({"$ref": "#/components/schemas/part"});
    let places = |schema: Value| {
        let whole = form_of(schema).unwrap();
        let own = |part: &Value, name: &str| part["properties"][name]["x-order"].as_u64();
        (own(&whole["allOf"][1], "a"), own(&whole["allOf"][2], "b"), own(&whole, "c"))
    };
    let mut schema = json!({"type": "object", "allOf": [part, size("a"), size("b")]});
    schema["properties"] = size("c")["properties"].clone();
    assert_eq!(places(schema), (Some(1), Some(2), Some(3)));
    let problem = form(json!({"allOf": [size("a"), part]})).unwrap_err();
    assert_eq!(problem, "thing: of the parts in `allOf`, one with a `$ref` to properties must be the first");
}

#[test]
fn an_object_without_members_is_its_own_example() {
    let properties = form(json!({"properties": {"it": {"description": "That.", "type": "object", "properties": {}}}}));
    assert_eq!(properties.unwrap()["it"]["example"], json!({}));
}

#[test]
fn a_title_is_the_name_in_words() {
    for (name, title) in [
        ("purchase_units", "Purchase units"),
        ("webhook_id", "Webhook ID"),
        ("plan_ids", "Plan IDs"),
        ("home_url", "Home page URL"),
        ("ideal", "iDEAL"),
        ("eps", "eps"),
        ("qr_image", "QR image"),
        ("api_integration_preference", "API integration preference"),
        ("three_d_secure", "3-D Secure"),
        ("avs_code", "AVS code"),
        ("identity", "Identity"),
        ("", ""),
    ] {
        assert_eq!(titles::title(name), title);
    }
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
