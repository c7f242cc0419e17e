//! What a platform needs to show the connector, and has from `list` and `describe` alone: a form for each action, with labels,
//! help texts, examples and an order; a sample that succeeds; a question before money moves.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test panics to fail")]

mod composed;
mod field;
mod form;
mod ids;
#[path = "../operations/mod.rs"]
#[allow(dead_code, reason = "another test uses the rest")]
mod operations;
mod prepared;
#[path = "../simulated/mod.rs"]
mod simulated;
mod trial;

use std::collections::BTreeSet;

use connector_host::{
    actions::{ActionInfo, Effect},
    schema::Catalogue,
};
use field::Field;
use serde_json::{Value, json};

/// The connector as it describes itself.
pub(crate) struct Described {
    pub(crate) actions: Vec<ActionInfo>,
    catalogue: Catalogue,
}

impl Described {
    pub(crate) async fn load() -> Self {
        let connector = simulated::connector();
        let catalogue = Catalogue::parse(&connector.describe().await.unwrap().openapi).unwrap();
        Self { actions: connector.actions().await.unwrap(), catalogue }
    }

    /// Draws the form of an action.
    pub(crate) fn form(&self, action: &ActionInfo) -> Field {
        let schema = self.catalogue.json_schema(&action.input_schema).unwrap();
        form::draw(&schema).unwrap_or_else(|problems| panic!("{}:\n{}", action.id, problems.join("\n")))
    }

    /// Returns the sample of an action.
    pub(crate) fn sample(&self, action: &ActionInfo) -> &Value {
        self.catalogue.at(&action.sample)
    }
}

#[tokio::test]
async fn every_form_has_labels_help_examples_and_an_order() {
    let described = Described::load().await;
    assert!(described.actions.len() > 100);
    for action in &described.actions {
        assert!(!action.summary.is_empty() && action.description.ends_with('.'), "{}", action.id);
        let form = described.form(action);
        assert_eq!(
            form::repeated_places(&described.catalogue.json_schema(&action.input_schema).unwrap()),
            [""; 0],
            "{}",
            action.id
        );
        let text = form.to_string();
        assert!(text.contains("options"), "{}: {text}", action.id);
    }
}

#[tokio::test]
async fn an_example_and_a_sample_are_what_their_schemas_say() {
    let described = Described::load().await;
    let (mut problems, mut seen) = (BTreeSet::new(), BTreeSet::new());
    for action in &described.actions {
        let sample = described.sample(action);
        let mut check = |what: &str, pointer: &str, value: &Value| {
            let schema = described.catalogue.json_schema(pointer).unwrap();
            let validator = jsonschema::draft202012::new(&schema).unwrap();
            let lines =
                validator.iter_errors(value).map(|it| format!("{}: {what} {}: {it}", action.id, it.instance_path()));
            problems.extend(lines);
        };
        check("input", &action.input_schema, &sample["input"]);
        match (&action.output_schema, sample["reply"].get("body")) {
            (Some(schema), Some(body)) => check("reply", schema, body),
            (None, Some(_)) => _ = problems.insert(format!("{}: a reply without a schema", action.id)),
            (_, None) => {}
        }
        let status = sample["reply"]["status"].as_u64().unwrap();
        assert!((200..300).contains(&status), "{}", action.id);
        let schema = described.catalogue.json_schema(&action.input_schema).unwrap();
        problems.extend(form::wrong_examples(&schema, &mut seen));
    }
    assert!(problems.is_empty(), "{}", problems.into_iter().collect::<Vec<_>>().join("\n"));
}

#[tokio::test]
async fn exactly_what_moves_money_or_is_final_asks_first() {
    let described = Described::load().await;
    let mut asking = 0;
    for action in &described.actions {
        let is_grave = action.effects.iter().any(|effect| matches!(effect, Effect::MovesMoney | Effect::Irreversible));
        assert_eq!(action.confirm.is_some(), is_grave, "{}", action.id);
        asking += usize::from(is_grave);
        let operation = described.catalogue.at(&action.definition);
        assert_eq!(operation["x-confirm"].as_str(), action.confirm.as_deref(), "{}", action.id);
        assert_eq!(operation["deprecated"] == true, action.deprecated, "{}", action.id);
        assert_eq!(operation["description"].as_str(), Some(&*action.description), "{}", action.id);
    }
    assert!(asking > 20, "{asking} actions ask");
}

#[test]
fn a_form_says_what_it_lacks() {
    let lacking = |property: Value| form::draw(&json!({"type": "object", "properties": {"it": property}})).unwrap_err();
    let whole = json!({"title": "It", "description": "That.", "examples": ["a"], "type": "string", "x-order": 0});
    for lost in ["title", "description", "examples", "x-order"] {
        let mut property = whole.clone();
        property.as_object_mut().unwrap().remove(lost);
        assert_eq!(lacking(property), [format!("/it has no {lost}")]);
    }
    let place = |place: u64| {
        let mut property = whole.clone();
        property["x-order"] = place.into();
        property
    };
    assert_eq!(
        form::repeated_places(&json!({"allOf": [
            {"properties": {"a": place(0), "b": place(1)}},
            {"properties": {"c": place(1), "d": place(2)}},
        ]})),
        ["/c is number 1, and so is another"]
    );
    let schema = |first: u64, second: u64| json!({"type": "object", "required": ["b"], "properties": {"b": place(first), "a": place(second)}});
    assert!(form::draw(&schema(0, 1)).is_ok());
    assert_eq!(form::draw(&schema(1, 0)).unwrap_err(), ["/a is number 0 and stands at 1"]);
    let mut late = schema(0, 1);
    late["required"] = json!(["a"]);
    assert_eq!(form::draw(&late).unwrap_err(), ["/a is required and stands after one that is not"]);
}
