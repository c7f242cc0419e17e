use super::*;
use serde_json::{Value, json};

/// A catalogue with the shapes that PayPal's has.
fn catalogue() -> Catalogue {
    let document = json!({
        "input": {
            "type": "object",
            "required": ["id", "body"],
            "additionalProperties": false,
            "properties": {
                "id": {"type": "string"},
                "page_size": {"type": "integer"},
                "share": {"type": "number"},
                "total_required": {"description": "...", "allOf": [{"$ref": "#/components/schemas/flag"}]},
                "event_types": {"type": "array", "items": {"type": "string"}},
                "pages": {"type": "array", "items": {"type": "integer"}},
                "body": {"$ref": "#/components/schemas/order"},
                "options": {"type": "object", "additionalProperties": false, "properties": {
                    "idempotency_key": {"type": "string"},
                    "deadline_ms": {"type": "integer"},
                    "mock_response": {"anyOf": [{"type": "object"}, {"type": "string"}]},
                }},
            },
        },
        "bodiless": {"type": "object", "properties": {"id": {"type": "string"}}},
        "flat": {"type": "object", "properties": {"body": {"type": "string", "format": "byte"}}},
        "components": {"schemas": {
            "flag": {"type": "boolean"},
            "order": {
                "type": "object",
                "properties": {
                    "intent": {"type": "string", "enum": ["CAPTURE", "AUTHORIZE"]},
                    "quantity": {"type": "string"},
                    "final_capture": {"type": "boolean"},
                    "purchase_units": {"type": "array", "items": {"$ref": "#/components/schemas/unit"}},
                    "metadata": {"type": "object"},
                    "extra": {},
                    "labels": {"type": "object", "additionalProperties": {"type": "integer"}},
                    "next": {"$ref": "#/components/schemas/order"},
                },
            },
            "unit": {"allOf": [
                {"type": "object", "properties": {"reference_id": {"type": "string"}}},
                {"properties": {"amount": {"properties": {"value": {"type": "string"}}}}},
            ]},
        }},
    });
    Catalogue::parse(&document.to_string()).unwrap()
}

fn try_input(pointer: &str, arguments: &[&str], body: Option<&str>) -> Result<String, String> {
    let catalogue = catalogue();
    let schema = Schema::new(&catalogue, catalogue.at(pointer));
    let assignments = arguments.iter().enumerate().map(|(index, text)| Assignment::parse(text, index + 1));
    let body = body.map(|body| serde_json::from_str(body).unwrap());
    assemble(&schema, "orders.create", assignments.collect::<Result<_, _>>()?, body)
}

/// Returns the input that the arguments make.
fn input(arguments: &[&str]) -> Value {
    let text = try_input("/input", arguments, None).unwrap_or_else(|error| panic!("{arguments:?}: {error}"));
    serde_json::from_str(&text).unwrap()
}

fn refusal(arguments: &[&str]) -> String {
    try_input("/input", arguments, None).expect_err(&format!("{arguments:?} is refused"))
}

#[test]
fn values_are_what_the_schema_asks_for() {
    for (argument, expected) in [
        ("id=5O190127TN364715T", json!({"id": "5O190127TN364715T"})),
        ("id=", json!({"id": ""})),
        ("id=1", json!({"id": "1"})),
        ("id=a=b:=c", json!({"id": "a=b:=c"})),
        ("page_size=20", json!({"page_size": 20})),
        ("page-size=-20", json!({"page_size": -20})),
        ("share=0.5", json!({"share": 0.5})),
        ("total_required=true", json!({"total_required": true})),
        ("event_types=A,B", json!({"event_types": ["A", "B"]})),
        ("event-types=", json!({"event_types": []})),
        ("event_types[0]=A,B", json!({"event_types": ["A,B"]})),
        ("pages=1,2", json!({"pages": [1, 2]})),
        ("options.idempotency-key=shop-1", json!({"options": {"idempotency_key": "shop-1"}})),
        ("options.deadline_ms=3000", json!({"options": {"deadline_ms": 3000}})),
        ("options.mock_response={}", json!({"options": {"mock_response": "{}"}})),
        ("body.intent=CAPTURE", json!({"body": {"intent": "CAPTURE"}})),
        ("body.quantity=1", json!({"body": {"quantity": "1"}})),
        ("body.final_capture=false", json!({"body": {"final_capture": false}})),
        (
            "body.purchase_units[0].amount.value=10.00",
            json!({"body": {"purchase_units": [{"amount": {"value": "10.00"}}]}}),
        ),
        ("body.metadata.anything.at_all=1", json!({"body": {"metadata": {"anything": {"at_all": "1"}}}})),
        ("body.extra[0]=1", json!({"body": {"extra": ["1"]}})),
        ("body.labels.x=1", json!({"body": {"labels": {"x": 1}}})),
        ("body.next.next.intent=CAPTURE", json!({"body": {"next": {"next": {"intent": "CAPTURE"}}}})),
        ("body.unknown:=true", json!({"body": {"unknown": true}})),
        ("body.unknown.deep[0].x:=[1]", json!({"body": {"unknown": {"deep": [{"x": [1]}]}}})),
        ("body:={\"intent\": 7}", json!({"body": {"intent": 7}})),
        ("id:=null", json!({"id": null})),
    ] {
        assert_eq!(input(&[argument]), expected, "{argument}");
    }
}

#[test]
fn arguments_make_one_input_in_their_order() {
    let arguments = [
        "id=5O19",
        "body.purchase_units[1].reference_id=b",
        "body.purchase_units[0].reference_id=a",
        "event_types=A",
        "body.intent=CAPTURE",
        "event_types=B,C",
    ];
    let text = try_input("/input", &arguments, None).unwrap();
    let expected = r#"{"id":"5O19","body":{"purchase_units":[{"reference_id":"a"},{"reference_id":"b"}],"intent":"CAPTURE"},"event_types":["A","B","C"]}"#;
    assert_eq!(text, expected);
    // What is given as JSON stays as it is written.
    let text = try_input("/input", &["id=5O19"], Some("{ \"total\": 1.00,\n \"é\": \"\\u00e9\" }")).unwrap();
    assert_eq!(text, "{\"body\":{ \"total\": 1.00,\n \"é\": \"\\u00e9\" },\"id\":\"5O19\"}");
    assert_eq!(try_input("/input", &["body.extra:=1.50"], None).unwrap(), r#"{"body":{"extra":1.50}}"#);
}

#[test]
fn what_is_no_assignment_is_refused_without_repeating_it() {
    let error = refusal(&["id=1", "4111111111111111"]);
    assert!(error.contains("argument 2") && error.contains("name=value") && !error.contains("4111"), "{error}");
    for (argument, what) in [
        ("=x", "empty"),
        (":=1", "empty"),
        ("id:=4111x", "`id`: the value after `:=` is not JSON"),
        ("id:=", "`id`: the value after `:=` is not JSON"),
        ("body.purchase_units[999999999].reference_id=4111x", "`body.purchase_units[0]` is missing"),
        ("body.purchase_units[18446744073709551615].reference_id=4111x", "`body.purchase_units[0]` is missing"),
        ("page_size=4111x", "`page_size` is a whole number"),
        ("page_size=", "`page_size` is a whole number"),
        ("page_size=04111", "`page_size` is a whole number"),
        ("share=4111x", "`share` is a number"),
        ("total_required=4111x", "`total_required` is a boolean"),
        ("pages=1,4111x", "`pages` is a whole number"),
        ("body=4111x", "`body` is an object"),
        ("body.purchase_units=4111x", "`body.purchase_units` is an object"),
        ("body.intent.deep=4111x", "`body.intent.deep` cannot be set: `body.intent` is a single value"),
        ("body.intent[0]=4111x", "`body.intent[0]` cannot be set: `body.intent` is a single value"),
        (
            "body.purchase_units.amount=4111x",
            "`body.purchase_units.amount` cannot be set: `body.purchase_units` is a list",
        ),
        ("body[0].intent=4111x", "`body[0]` cannot be set: `body` is an object"),
        ("id.x=4111x", "`id.x` cannot be set: `id` is a single value"),
        ("id.x:=4111", "`id.x` cannot be set: `id` is a single value"),
    ] {
        let error = refusal(&[argument]);
        assert!(error.contains(what) && !error.contains("4111"), "{argument}: {error}");
    }
}

#[test]
fn an_unknown_name_gets_the_nearest() {
    for (argument, what) in [
        ("ids=1", "`orders.create` has no `ids`; did you mean `id`?"),
        ("pagesize:=1", "`orders.create` has no `pagesize`; did you mean `page_size`?"),
        ("zzz=1", "`orders.create` has no `zzz`; there are: id, page_size, share"),
        (
            "options.idempotencykey=1",
            "`orders.create` has no `options.idempotencykey`; did you mean `options.idempotency_key`?",
        ),
        ("body.intnet=1", "PayPal's schema has no `body.intnet`, which only `:=` sends; did you mean `body.intent`?"),
        ("body.purchase_units[0].amount.valeu=1", "did you mean `body.purchase_units[0].amount.value`?"),
        ("body.purchase-units[0].reference_id=1", "did you mean `body.purchase_units`?"),
    ] {
        let error = refusal(&[argument]);
        assert!(error.contains(what), "{argument}: {error}");
    }
    let long = refusal(&[&format!("{}=1", "x".repeat(100_000))]);
    assert!(long.len() < 1000, "{} bytes", long.len());
}

#[test]
fn nothing_is_given_twice() {
    for arguments in [
        &["id=1", "id=2"][..],
        &["id=1", "id:=2"],
        &["page_size=1", "page-size=2"],
        &["body.intent=A", "body.intent=B"],
        &["body.extra:={}", "body.extra=x"],
        &["event_types:=[]", "event_types=A"],
        &["event_types=A", "event_types:=[]"],
        &["event_types=A", "event_types[0]=B"],
    ] {
        assert!(refusal(arguments).contains("is given twice"), "{arguments:?}");
    }
    for arguments in [
        &["body.extra=x", "body.extra.y=1"][..],
        &["body.extra:={\"y\": 1}", "body.extra.z=1"],
        &["body.extra[0]=1", "body.extra.y=1"],
        &["body:={}", "body.intent=CAPTURE"],
    ] {
        assert!(refusal(arguments).contains("is given as something else"), "{arguments:?}");
    }
    let error = try_input("/input", &["body.intent=CAPTURE"], Some("{}")).unwrap_err();
    assert!(error.contains("`body.intent` cannot be set: `body` is given as something else"), "{error}");
}

#[test]
fn an_action_without_such_a_body_takes_none() {
    let error = try_input("/bodiless", &[], Some("{}")).unwrap_err();
    assert_eq!(error, "--body: `orders.create` takes no body");
    let error = try_input("/flat", &[], Some("{}")).unwrap_err();
    assert!(error.contains("is a text"), "{error}");
    assert_eq!(try_input("/flat", &["body=e30="], None).unwrap(), r#"{"body":"e30="}"#);
}

fn try_choices(arguments: &[&str]) -> Result<String, String> {
    let catalogue = catalogue();
    let schema = Schema::new(&catalogue, catalogue.at("/input"));
    let texts: Vec<String> = arguments.iter().map(|text| (*text).to_owned()).collect();
    gather(&schema, "orders.create", &texts)
}

#[test]
fn what_is_filled_in_for_choices_is_typed_and_may_have_more_than_the_action() {
    let given = ["id=7", "page-size=3", "body.intent=CAPTURE", "body:=1", "order_id=5O19", "filter:={\"a\":1}"];
    let input = |given: &[&str]| try_choices(given).map(|text| serde_json::from_str::<Value>(&text).unwrap());
    assert!(input(&given).unwrap_err().contains("`body`"), "the body is there twice");
    let expected = json!({"id": "7", "page_size": 3, "body": {"intent": "CAPTURE", "final_capture": true},
        "order_id": "5O19", "filter": {"a": 1}});
    let given =
        ["id=7", "page-size=3", "body.intent=CAPTURE", "body.final_capture=true", "order_id=5O19", "filter:={\"a\":1}"];
    assert_eq!(input(&given), Ok(expected));
    for (wrong, said) in
        [("page_size=x", "`page_size` is a whole number"), ("7", "argument 1"), ("order_id:=x", "is not JSON")]
    {
        assert!(input(&[wrong]).unwrap_err().contains(said), "{wrong}");
    }
}
