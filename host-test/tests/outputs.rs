//! The output schemas that the build makes of the schemas of answers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

#[path = "../../build/outputs.rs"]
mod outputs;
#[path = "../../build/reach.rs"]
mod reach;
#[path = "../../build/references.rs"]
mod references;

use serde_json::{Value, json};

fn named(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn content(schema: &Value) -> Value {
    json!({"content": {"application/json": {"schema": schema}}})
}

/// Returns the relaxed schemas of a catalogue of operations, with some named schemas.
fn relaxed(operations: Value, schemas: Value) -> Result<Value, String> {
    let mut openapi = json!({
        "paths": {"/v1/things": operations},
        "components": {"responses": {"error": content(&named("error"))}, "schemas": schemas},
    });
    openapi["components"]["schemas"]["error"] = json!({"type": "object", "required": ["name"]});
    outputs::relax(&mut openapi).map_err(|error| format!("{error:#}"))?;
    assert_eq!(
        openapi["components"]["schemas"].as_object_mut().unwrap().remove("error"),
        Some(json!({"type": "object", "nullable": true}))
    );
    Ok(openapi)
}

/// Returns an operation with these schemas of request and answer.
fn operation(request: &Value, answer: &Value) -> Value {
    json!({"requestBody": content(request), "responses": {
        "200": content(answer), "default": {"$ref": "#/components/responses/error"}}})
}

/// Returns an answer whose schema is in the operation itself.
fn answer(schema: Value) -> Value {
    let mut openapi = relaxed(json!({"get": {"responses": {"200": content(&schema)}}}), json!({})).unwrap();
    openapi["paths"]["/v1/things"]["get"]["responses"]["200"]["content"]["application/json"]["schema"].take()
}

#[test]
fn an_answer_has_types_descriptions_and_known_values() {
    let schema = json!({
        "type": "object",
        "description": "A thing.",
        "required": ["id"],
        "additionalProperties": false,
        "minProperties": 1,
        "properties": {
            "id": {"type": "string", "description": "Its id.", "minLength": 1, "pattern": "^A", "readOnly": true},
            "status": {"type": "string", "enum": ["NEW", null], "default": "NEW", "deprecated": true},
            "at": {"type": "string", "format": "date-time", "nullable": false},
            "sizes": {"type": "array", "minItems": 1, "maxItems": 2, "uniqueItems": true, "items": {"maximum": 9}},
            "by_name": {"type": "object", "additionalProperties": {"type": "string", "maxLength": 1}},
            "required": {"description": "Anything.", "not": {"type": "string"}, "x-rule": "money"},
        },
    });
    let text = |description: &str| json!({"type": "string", "description": description, "nullable": true});
    assert_eq!(
        answer(schema),
        json!({
            "type": "object",
            "description": "A thing.",
            "nullable": true,
            "properties": {
                "id": text("Its id."),
                "status": {"type": "string", "x-extensible-enum": ["NEW"], "deprecated": true, "nullable": true},
                "at": {"type": "string", "nullable": true},
                "sizes": {"type": "array", "items": {}, "nullable": true},
                "by_name": {
                    "type": "object",
                    "nullable": true,
                },
                "required": {"description": "Anything."},
            },
        })
    );
}

#[test]
fn alternatives_may_both_fit_and_parts_without_meaning_go() {
    let parts = json!([{"required": ["a"]}, {"properties": {}}, {"properties": {"a": {"maxLength": 1}}}]);
    assert_eq!(
        answer(json!({"allOf": parts})),
        json!({"allOf": [{"type": "object", "properties": {"a": {}}, "nullable": true}]})
    );
    assert_eq!(answer(json!({"allOf": [{"required": ["a"]}]})), json!({}));
    assert_eq!(
        answer(json!({"oneOf": [{"type": "string"}, {"required": ["a"]}]})),
        json!({"anyOf": [{"type": "string", "nullable": true}, {}]})
    );
}

#[test]
fn a_number_can_be_text_and_such_a_text_a_number() {
    let number = |kind: &str| json!([{"type": kind, "nullable": true}, {"type": "string"}]);
    let text = json!({"type": "string", "nullable": true});
    let things = json!({"type": "object", "properties": {
        "quantity": {"type": "string", "description": "How many."}, "name": {"type": "string"},
        "total": {"type": "integer", "minimum": 0}}});
    let parcel = json!({"type": "object", "properties": {"quantity": {"type": "number"}}});
    let own = json!({"x-own": true, "type": "object", "properties": {"name": {"type": "integer"}}});
    let openapi = relaxed(
        json!({"get": operation(&named("parcel"), &named("things")), "put": operation(&named("own"), &json!({}))}),
        json!({"things": things, "parcel": parcel, "own": own}),
    );
    assert_eq!(
        openapi.unwrap()["components"]["schemas"]["things"]["properties"],
        json!({"quantity": {"description": "How many.", "anyOf": number("number")}, "name": text,
            "total": {"anyOf": number("integer")}})
    );
}

#[test]
fn a_schema_that_requests_share_is_there_twice() {
    let strict = json!({"type": "string", "maxLength": 3});
    let loose = json!({"type": "string", "nullable": true});
    let tree = |to: &str, more: Value| {
        let mut tree = json!({"type": "object", "properties": {"left": named(to)}});
        tree.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        tree
    };
    let schemas = json!({"asked": strict, "tree": tree("tree", json!({"required": ["left"]})), "given": strict});
    let operations = json!({
        "post": operation(&json!({"allOf": [named("asked"), named("tree")]}), &named("tree")),
        "get": {"parameters": [{"name": "of", "in": "query", "schema": strict}],
            "responses": {"200": content(&json!({"type": "array", "items": named("given")}))}},
    });
    let openapi = relaxed(operations.clone(), schemas.clone()).unwrap();
    let relaxed = openapi["components"]["schemas"].as_object().unwrap();
    // Each follows the one for requests.
    assert_eq!(relaxed.keys().collect::<Vec<_>>(), ["asked", "tree", "tree.answer", "given"]);
    assert_eq!((&relaxed["asked"], &relaxed["tree"]), (&strict, &schemas["tree"]));
    assert_eq!(relaxed["tree.answer"], tree("tree.answer", json!({"nullable": true})));
    assert_eq!(relaxed["given"], loose);
    let item = &openapi["paths"]["/v1/things"];
    assert_eq!(item["post"]["requestBody"], operations["post"]["requestBody"]);
    assert_eq!(item["get"]["parameters"], operations["get"]["parameters"]);
    assert_eq!(item["post"]["responses"]["200"], content(&named("tree.answer")));
}

#[test]
fn the_connector_s_own_documents_keep_their_required_members() {
    let own =
        |property: Value| json!({"x-own": true, "type": "object", "required": ["it"], "properties": {"it": property}});
    let report = own(json!({"type": "string", "nullable": true, "enum": ["A"], "maxLength": 9}));
    let schemas = json!({
        "report": own(json!({"type": "array", "items": named("line")})),
        "line": report,
        "shared": report,
        "order": {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}},
    });
    let composed = json!({"allOf": [named("report"), named("shared"), named("order")], "required": ["count"],
        "properties": {"count": {"type": "integer", "minimum": 0}}});
    let mut operations = json!({
        "post": operation(&json!({}), &composed),
        "get": {"responses": {"200": content(&named("shared"))}},
    });
    operations["post"]["x-composed"] = true.into();
    let openapi = relaxed(operations, schemas).unwrap();
    let schemas = &openapi["components"]["schemas"];
    let made = |property: Value| json!({"type": "object", "required": ["it"], "properties": {"it": property}});
    assert_eq!(schemas["report"], made(json!({"type": "array", "items": named("line")})));
    let line = json!({"type": "string", "nullable": true, "x-extensible-enum": ["A"]});
    assert_eq!(schemas["line"], made(line.clone()));
    // A schema that PayPal's answers use as well does not keep them.
    assert_eq!(schemas["shared"], json!({"type": "object", "nullable": true, "properties": {"it": line}}));
    assert_eq!(schemas["order"].get("required"), None);
    let post = &openapi["paths"]["/v1/things"]["post"]["responses"]["200"]["content"]["application/json"]["schema"];
    assert_eq!((&post["required"], &post["type"]), (&json!(["count"]), &json!("object")));
    assert_eq!(post["properties"]["count"], json!({"type": "integer"}));
}

#[test]
fn two_schemas_of_one_name_stop_the_build() {
    let schemas = json!({"it": {}, "it.answer": {}});
    let operations =
        json!({"post": operation(&named("it"), &named("it")), "get": operation(&json!({}), &named("it.answer"))});
    assert!(relaxed(operations, schemas).unwrap_err().contains("two schemas would be `it.answer`"));
    let lost = json!({"get": {"responses": {"200": content(&named("lost"))}}});
    assert!(relaxed(lost, json!({})).unwrap_err().contains("points nowhere"));
}
