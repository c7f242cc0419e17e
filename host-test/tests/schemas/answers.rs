//! The output schemas accept whatever PayPal answers.

use std::collections::{BTreeMap, BTreeSet};

use jsonschema::Validator;
use proptest::{
    prelude::{Strategy as _, any},
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};

use crate::{Answers, Schemas, compile, edit::Edit, strict};

/// The keywords that a schema of PayPal's answers may have. `examples` lists the known values.
const KEYWORDS: [&str; 13] = [
    "$defs",
    "$ref",
    "$schema",
    "additionalProperties",
    "allOf",
    "anyOf",
    "deprecated",
    "description",
    "examples",
    "items",
    "properties",
    "title",
    "type",
];

/// Returns answers as PayPal gives them, which break the schemas that it publishes.
fn seen() -> Vec<(&'static str, u16, Value)> {
    let link = |rel: &str| json!({"href": "https://api-m.sandbox.paypal.com/v1/shipping/trackers/1-2", "rel": rel});
    let capture = |reference: Value| json!({"id": "1A2", "network_transaction_reference": reference});
    let order = |member: &str, value: Value| json!({"id": "5O1", member: value});
    vec![
        // Members that a request requires are missing.
        ("invoices.get", 200, json!({"invoicer": {"phones": [{"national_number": "2015550123"}]}})),
        ("orders.get", 200, order("payer", json!({"address": {}}))),
        ("payments.get-capture", 200, capture(json!({"network": "STAR"}))),
        ("payouts.get", 200, json!({"items": [{"payout_item_id": "P1", "errors": {"name": "X", "details": []}}]})),
        // Lists that are empty, or longer than a request's may be.
        ("invoices.list", 200, json!({"items": []})),
        ("disputes.get", 200, json!({"dispute_id": "PP-D-1", "messages": []})),
        ("orders.get", 200, order("links", json!([]))),
        (
            "trackers.get",
            200,
            json!({"transaction_id": "8MC", "links": [link("self"), link("replace"), link("create")]}),
        ),
        // New values.
        ("orders.get", 200, order("status", json!("PENDING_APPROVAL"))),
        ("trackers.get", 200, json!({"transaction_id": "8MC", "carrier": "NEW_POST", "status": "AT_THE_DOOR"})),
        // Ids and times in a form that a request may not have.
        ("plans.get", 200, json!({"id": "P-1", "product_id": "1234567890"})),
        ("transactions.list", 200, json!({"last_refreshed_datetime": "2026-02-20T23:59:59+0000", "start_date": ""})),
        // Null, which no file mentions.
        (
            "orders.get",
            200,
            order("purchase_units", json!([{"reference_id": null, "payments": null, "items": [null]}])),
        ),
        (
            "transactions.list",
            403,
            json!({"details": [{"field": null, "value": null, "location": null}], "links": null}),
        ),
        // Numbers as text, and the other way round.
        ("products.list", 200, json!({"total_items": "20", "total_pages": "2", "products": []})),
        ("invoices.get", 200, json!({"items": [{"name": "Mat", "quantity": 1.0}]})),
        // A document of another kind.
        ("invoices.create", 201, json!({"href": "", "method": "TRACE"})),
        ("invoices.create", 201, json!({"id": "INV2", "status": "NEW", "items": [{}]})),
    ]
}

#[tokio::test]
async fn what_paypal_answers_fits() {
    let schemas = Schemas::load().await;
    let strict = strict::catalogue();
    let (mut handed_out, mut published) = (Answers::of(&schemas.catalogue), Answers::of(&strict));
    let mut outside = 0;
    for (action, status, answer) in seen() {
        let pointer = schemas.answer(action, status).unwrap();
        outside += usize::from(!published.validator(&pointer).is_valid(&answer));
        let complaints: Vec<_> = handed_out.validator(&pointer).iter_errors(&answer).map(|it| it.to_string()).collect();
        assert!(complaints.is_empty(), "{action} {answer}: {complaints:?}");
        if status < 300 {
            let output = compile(action, &schemas.output(action).unwrap());
            assert!(output.is_valid(&answer), "{action} {answer}");
        }
    }
    assert!(outside > 15, "only {outside} of them are outside the schemas of openapi.json");
}

/// Collects the keywords in a schema and all below it.
fn keywords<'a>(schema: &'a Value, found: &mut BTreeSet<&'a str>) {
    for (keyword, value) in schema.as_object().into_iter().flatten() {
        found.insert(keyword);
        match (&**keyword, value) {
            ("properties" | "$defs", Value::Object(named)) => named.values().for_each(|it| keywords(it, found)),
            (_, Value::Array(parts)) if keyword.ends_with("Of") => parts.iter().for_each(|it| keywords(it, found)),
            ("items", value) => keywords(value, found),
            ("additionalProperties", value) => {
                assert!(value.is_object(), "{schema}");
                keywords(value, found);
            }
            _ => {}
        }
    }
}

/// Returns the schemas of all answers of an action, with their statuses.
fn answers(schemas: &Schemas, action: &str) -> Vec<(u16, Value)> {
    let responses = schemas.catalogue.at(&schemas.actions[action].definition)["responses"].as_object().unwrap();
    // A status that is not listed selects the default.
    let statuses = responses.keys().map(|status| status.parse().unwrap_or(599));
    let pointers = statuses.filter_map(|status| Some((status, schemas.answer(action, status)?)));
    pointers.map(|(status, pointer)| (status, schemas.catalogue.json_schema(&pointer).unwrap())).collect()
}

#[tokio::test]
async fn a_schema_of_answers_refuses_nothing_but_a_wrong_type() {
    let schemas = Schemas::load().await;
    let mut looked_at = 0;
    for action in schemas.actions.keys() {
        for (status, schema) in answers(&schemas, action) {
            let mut found = BTreeSet::new();
            keywords(&schema, &mut found);
            // The connector's own documents may have required members.
            found.retain(|it| {
                !(KEYWORDS.contains(it) || *it == "required" && schemas.is_composed(action) && status < 300)
            });
            assert!(found.is_empty(), "{action} {status}: {found:?}");
            looked_at += 1;
        }
    }
    assert!(looked_at > 200, "{looked_at} schemas");
}

#[tokio::test]
async fn known_values_are_told() {
    let schemas = Schemas::load().await;
    let order = schemas.output("orders.get").unwrap();
    let of = |name: &str| {
        let schema = &order["$defs"][name];
        let values = schema["examples"].as_array().or(schema["properties"]["status"]["examples"].as_array());
        values.unwrap().clone()
    };
    assert!(of("capture_status").contains(&"PENDING".into()) && of("order_status").contains(&"COMPLETED".into()));
    assert!(compile("orders.get", &order).is_valid(&json!({"status": "OTHER"})));
}

/// Returns PayPal's answers in the fixtures, each with the schema that it must conform to.
async fn recorded(schemas: &Schemas) -> Vec<(String, Validator, Value)> {
    let mut compiled = BTreeMap::new();
    let mut found = Vec::new();
    for case in Schemas::cases() {
        if schemas.is_composed(&case.action) {
            continue;
        }
        for (status, body) in schemas.answers(&case) {
            let pointer = schemas.answer(&case.action, status).unwrap();
            let schema = || compile(&pointer, &schemas.catalogue.json_schema(&pointer).unwrap());
            let validator = compiled.entry(pointer.clone()).or_insert_with(schema).clone();
            found.push((case.name.clone(), validator, serde_json::from_str(body).unwrap()));
        }
    }
    found
}

#[tokio::test]
async fn answers_with_missing_or_additional_members_still_conform() {
    let schemas = Schemas::load().await;
    let recorded = recorded(&schemas).await;
    assert!(recorded.len() > 200, "{} answers", recorded.len());
    let edits = proptest::collection::vec(Edit::any(), 1..20);
    let strategy = (any::<usize>().prop_map(|it| it % recorded.len()), edits);
    let mut runner = TestRunner::new(Config { cases: 3000, failure_persistence: None, ..Config::default() });
    let run = runner.run(&strategy, |(index, edits)| {
        let (case, validator, document) = &recorded[index];
        let mut document = document.clone();
        edits.iter().for_each(|edit| edit.apply(&mut document));
        let complaints: Vec<_> = validator.iter_errors(&document).map(|it| it.to_string()).collect();
        proptest::prop_assert!(complaints.is_empty(), "{case}: {complaints:?}\n{document}");
        Ok(())
    });
    run.unwrap();
}

#[tokio::test]
async fn a_wrong_type_does_not_fit() {
    let schemas = Schemas::load().await;
    for action in schemas.actions.keys() {
        for (status, schema) in answers(&schemas, action) {
            let validator = compile(action, &schema);
            // One action answers with a list, if it succeeds.
            let other = if action == "web-profiles.list" && status < 300 { json!({}) } else { json!([]) };
            for wrong in [other, json!("text"), json!(7), json!(true)] {
                assert!(!validator.is_valid(&wrong), "{action} {status}: {wrong}");
            }
        }
    }
    let order = compile("orders.get", &schemas.output("orders.get").unwrap());
    for wrong in [
        json!({"id": 7}),
        json!({"status": ["COMPLETED"]}),
        json!({"payer": []}),
        json!({"purchase_units": {}}),
        json!({"purchase_units": [[]]}),
        json!({"purchase_units": [{"amount": "10.00"}]}),
        json!({"purchase_units": [{"payments": {"captures": [{"final_capture": "true"}]}}]}),
    ] {
        assert!(!order.is_valid(&wrong), "{wrong}");
    }
    let products = compile("products.list", &schemas.output("products.list").unwrap());
    for (wrong, total) in [(false, json!(20)), (false, json!("20")), (true, json!([20])), (true, json!(true))] {
        assert_eq!(products.is_valid(&json!({"total_items": total})), !wrong, "{total}");
    }
}

#[tokio::test]
async fn the_connector_s_own_members_are_required_and_paypal_s_in_them_are_not() {
    let schemas = Schemas::load().await;
    for action in schemas.actions.keys().filter(|action| schemas.is_composed(action)) {
        let output = compile(action, &schemas.output(action).unwrap());
        assert!(!output.is_valid(&json!({})), "{action}");
    }
    let callback = compile("callback", &schemas.output("orders.handle-update-callback").unwrap());
    let unit = |option: Value| json!({"status": 200, "body": {"purchase_units": [{"amount": {}, "shipping_options": [option]}]}});
    assert!(callback.is_valid(&unit(json!({"id": null, "type": "BY_DRONE"}))));
    assert!(!callback.is_valid(&unit(json!([]))) && !callback.is_valid(&json!({"status": 200})));
}
