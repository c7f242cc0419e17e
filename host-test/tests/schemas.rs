//! The schemas that the component hands out: each is self-contained, the documents in the fixtures conform to them, and the
//! component accepts exactly the call options that they describe.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

#[path = "schemas/answers.rs"]
mod answers;
#[path = "schemas/edit.rs"]
mod edit;
mod strict;

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
};

use connector_host::{
    Client, Connection, Connector, Engine, Environment, FailureKind, Route, Tenant, Unconfigured, actions,
    schema::Catalogue,
};
use host_test::{
    COMPONENT,
    fixture::{self, Case},
};
use jsonschema::Validator;
use serde_json::{Value, json};

struct Schemas {
    connector: Connector,
    catalogue: Catalogue,
    actions: BTreeMap<String, actions::ActionInfo>,
}

impl Schemas {
    async fn load() -> Self {
        let connector = Connector::load(&Engine::new().unwrap(), Path::new(COMPONENT)).unwrap();
        let catalogue = Catalogue::parse(&connector.describe().await.unwrap().openapi).unwrap();
        let actions = connector.actions().await.unwrap().into_iter().map(|action| (action.id.clone(), action));
        Self { actions: actions.collect(), catalogue, connector }
    }

    fn cases() -> Vec<Case> {
        fixture::load(Path::new(fixture::DIRECTORY)).unwrap()
    }

    fn input(&self, action: &str) -> Value {
        self.catalogue.json_schema(&self.actions[action].input_schema).unwrap()
    }

    /// Returns the schema of an action's successful answer.
    fn output(&self, action: &str) -> Option<Value> {
        let output = self.actions[action].output_schema.as_ref();
        output.map(|pointer| self.catalogue.json_schema(pointer).unwrap())
    }

    /// Returns the path of the schema of an action's answer with this status.
    fn answer(&self, action: &str, status: u16) -> Option<String> {
        self.catalogue.answer(&self.actions[action].definition, status)
    }

    fn is_composed(&self, action: &str) -> bool {
        self.catalogue.at(&self.actions[action].definition)["x-composed"] == true
    }

    /// Returns the documents of a case that are answers of its action, each with its status. For a composed action that is the
    /// reply: PayPal's documents in between are answers of other actions.
    fn answers<'a>(&self, case: &'a Case) -> Vec<(u16, &'a str)> {
        match self.is_composed(&case.action) {
            true => case.reply_body().into_iter().collect(),
            false => case.response_bodies().collect(),
        }
    }
}

/// The schemas of a catalogue's answers, compiled once each.
struct Answers<'a> {
    catalogue: &'a Catalogue,
    compiled: HashMap<String, Validator>,
}

impl<'a> Answers<'a> {
    fn of(catalogue: &'a Catalogue) -> Self {
        Self { catalogue, compiled: HashMap::new() }
    }

    fn validator(&mut self, pointer: &str) -> &Validator {
        let compiled = |pointer: &String| compile(pointer, &self.catalogue.json_schema(pointer).unwrap());
        self.compiled.entry(pointer.to_owned()).or_insert_with_key(compiled)
    }
}

fn compile(what: &str, schema: &Value) -> Validator {
    jsonschema::draft202012::meta::validate(schema).unwrap_or_else(|error| panic!("{what}: {error}"));
    jsonschema::draft202012::new(schema).unwrap_or_else(|error| panic!("{what}: {error}"))
}

fn complaints(case: &Case, what: &str, validator: &Validator, document: &str) -> Vec<String> {
    let document: Value = serde_json::from_str(document).unwrap();
    let complaint =
        |error: jsonschema::ValidationError| format!("{}: {what}: {} {error}", case.name, error.instance_path());
    validator.iter_errors(&document).map(complaint).collect()
}

/// Collects every reference in a schema.
fn references<'a>(node: &'a Value, found: &mut Vec<&'a str>) {
    match node {
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Object(members) => {
            found.extend(members.get("$ref").and_then(Value::as_str));
            members.values().for_each(|value| references(value, found));
        }
        _ => {}
    }
}

#[tokio::test]
async fn every_schema_stands_by_itself() {
    let schemas = Schemas::load().await;
    for (id, action) in &schemas.actions {
        let input = schemas.input(id);
        let output = schemas.output(id);
        for schema in [Some(&input), output.as_ref()].into_iter().flatten() {
            compile(id, schema);
            let mut found = Vec::new();
            references(schema, &mut found);
            assert!(found.iter().all(|it| it.starts_with("#/$defs/")), "{id}: {found:?}");
        }
        assert_eq!(input["additionalProperties"], false, "{id}");
        assert_eq!(input["properties"]["options"]["allOf"], json!([{"$ref": "#/$defs/call_options"}]), "{id}");
        // Looks for a status of success with a schema.
        let answered = (200..300).any(|status| {
            let responses = &schemas.catalogue.at(&action.definition)["responses"];
            responses.get(status.to_string()).is_some() && schemas.answer(id, status).is_some()
        });
        assert_eq!(output.is_some(), answered, "{id}");
    }
}

#[tokio::test]
async fn an_input_has_its_parameters_its_body_and_its_options() {
    let schemas = Schemas::load().await;
    let names = |schema: &Value| schema["properties"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let capture = schemas.input("orders.capture");
    assert_eq!(names(&capture), ["id", "body", "options"]);
    assert_eq!(capture["required"], json!(["id"]));
    let list = schemas.input("vault.list-payment-tokens");
    assert_eq!(names(&list), ["customer_id", "page_size", "page", "total_required", "options"]);
    assert_eq!(list["required"], json!(["customer_id"]));
    assert_eq!(
        (&list["properties"]["page"]["type"], &list["properties"]["page"]["maximum"]),
        (&json!("integer"), &json!(10))
    );
    assert_eq!(schemas.input("orders.create")["required"], json!(["body"]));
    assert_eq!(schemas.input("products.list").get("required"), None);
    assert_eq!(schemas.actions["orders.update"].output_schema, None, "it answers 204");
}

#[tokio::test]
async fn documents_follow_the_schemas() {
    let schemas = Schemas::load().await;
    let strict = strict::catalogue();
    let inputs: HashMap<&String, Validator> =
        schemas.actions.keys().map(|id| (id, compile(id, &schemas.input(id)))).collect();
    let outputs: HashMap<&String, Validator> =
        schemas.actions.keys().filter_map(|id| Some((id, compile(id, &schemas.output(id)?)))).collect();
    let (mut handed_out, mut strict) = (Answers::of(&schemas.catalogue), Answers::of(&strict));
    let mut problems = Vec::new();
    let (mut sent, mut came) = (0, 0);
    for case in Schemas::cases() {
        let mut deviations = Vec::new();
        // An input that is refused before sending, or that PayPal finds malformed, is wrong on purpose.
        if case.succeeds() || case.response_statuses().all(|status| status != 400) && case.sends() {
            deviations.extend(complaints(&case, "input", &inputs[&case.action], case.input()));
            sent += 1;
        }
        for (status, body) in schemas.answers(&case) {
            let pointer =
                schemas.answer(&case.action, status).unwrap_or_else(|| panic!("{}: no schema for {status}", case.name));
            problems.extend(complaints(&case, &status.to_string(), handed_out.validator(&pointer), body));
            // There is one output schema for all statuses of success.
            if (200..300).contains(&status) {
                problems.extend(complaints(&case, "output", &outputs[&case.action], body));
            }
            deviations.extend(complaints(&case, &format!("PayPal's {status}"), strict.validator(&pointer), body));
            came += 1;
        }
        match case.is_nonconforming() {
            false => problems.append(&mut deviations),
            true if deviations.is_empty() => {
                problems.push(format!("{}: its documents are as the schemas say", case.name))
            }
            true => {}
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(sent > 100 && came > 100, "{sent} inputs and {came} answers were looked at");
}

/// Options that the schema accepts get as far as the token, which is missing; others are refused.
#[tokio::test]
async fn the_component_accepts_the_options_that_the_schema_accepts() {
    let schemas = Schemas::load().await;
    let validator = compile("options", &schemas.input("orders.get"));
    let client = Client::new();
    let route = Route::paypal(Environment::Sandbox);
    let tenant = Tenant::new(Connection::new(route, Unconfigured::default(), client.clone()), client);
    let text = |length: usize| json!("k".repeat(length));
    let mut taken = 0;
    for (option, value) in [
        ("idempotency_key", text(1)),
        ("idempotency_key", text(10_000)),
        ("idempotency_key", text(10_001)),
        ("idempotency_key", json!("")),
        ("idempotency_key", json!(" k")),
        ("idempotency_key", json!("k k")),
        ("idempotency_key", json!("k\r\nx: y")),
        ("idempotency_key", json!("\u{e9}")),
        ("idempotency_key", json!(7)),
        ("prefer", json!("minimal")),
        ("prefer", json!("representation")),
        ("prefer", json!("return=minimal")),
        ("auth_assertion", text(10_000)),
        ("auth_assertion", text(10_001)),
        ("partner_attribution_id", text(10_000)),
        ("partner_attribution_id", text(10_001)),
        ("client_metadata_id", text(10_000)),
        ("client_metadata_id", text(10_001)),
        ("mock_response", json!({"mock_application_codes": "X"})),
        ("mock_response", json!("{\n  \"mock_application_codes\": \"X\"\n}")),
        ("mock_response", json!("nonsense")),
        ("mock_response", json!([])),
        ("deadline_ms", json!(4_294_967_295_u32)),
        ("deadline_ms", json!(4_294_967_296_u64)),
        ("deadline_ms", json!(0)),
        ("deadline_ms", json!("1")),
        ("colour", json!("blue")),
    ] {
        let input = json!({"id": "5O190127TN364715T", "options": {option: value}});
        let failure = schemas.connector.invoke(&tenant, "orders.get", &input.to_string()).await.unwrap().result;
        let refused = failure.unwrap_err().kind == FailureKind::InvalidInput;
        let shown = format!("{input:.200}");
        assert_eq!(refused, !validator.is_valid(&input), "{shown}");
        taken += usize::from(!refused);
    }
    assert_eq!(taken, 11);
    let every: Vec<_> = schemas.input("orders.get")["$defs"]["call_options"]["properties"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    let input = json!({"id": "5O19", "options": {"colour": 1}});
    let failure =
        schemas.connector.invoke(&tenant, "orders.get", &input.to_string()).await.unwrap().result.unwrap_err();
    let said = failure.details[0].description.clone().unwrap();
    assert!(said.contains(&every.join(", ")), "the schema has the options that there are: {said}");
}
