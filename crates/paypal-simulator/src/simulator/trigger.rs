//! Brings about an event by all that leads to it: `POST /simulator/trigger`. The requests and controls that it takes are in
//! `triggers.json`.

use std::{
    collections::{BTreeMap, HashMap},
    sync::LazyLock,
};

use bytes::Bytes;
use http::{Method, Request};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    base::uri::encode,
    request::{
        answer::{Answer, Body},
        refusal::Refusal,
    },
    world::World,
};

/// How an event is brought about.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Recipe {
    /// The event whose steps come before.
    after: Option<String>,
    steps: Vec<Step>,
}

/// A request to the API, or a control.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    /// Method and path, in which `{name}` stands for what an earlier step has kept.
    send: String,
    #[serde(default)]
    body: Value,
    /// What later steps need of the answer: names, and pointers into it. Of a link it is the last segment.
    #[serde(default)]
    keep: BTreeMap<String, String>,
}

static RECIPES: LazyLock<BTreeMap<String, Recipe>> =
    LazyLock::new(|| serde_json::from_str(include_str!("triggers.json")).unwrap_or_default());

/// Answers the requests of one step.
pub(super) type Send = fn(&mut World, &Request<Bytes>) -> Result<Answer, Refusal>;

/// Lists the types of events that can be brought about, each with its steps.
pub(super) fn list() -> Value {
    let steps = |recipe: &Recipe| steps(recipe).into_iter().map(|step| step.send.clone()).collect::<Vec<_>>();
    RECIPES.iter().map(|(name, recipe)| json!({"event_type": name, "steps": steps(recipe)})).collect()
}

/// Returns the steps of a recipe, with those that come before.
fn steps(recipe: &Recipe) -> Vec<&Step> {
    let before = recipe.after.as_ref().and_then(|name| RECIPES.get(name));
    let mut all = before.map(steps).unwrap_or_default();
    all.extend(&recipe.steps);
    all
}

/// Brings about the event of a body such as `{"event_type": "PAYMENT.CAPTURE.COMPLETED", "set":
/// {"purchase_units[0].amount.value": "12.00"}}`. `set` changes the body of the first step. Answers with the events that have
/// happened, and the ids of what was made.
pub(super) fn run(world: &mut World, body: &Bytes, send: Send) -> Result<Answer, Refusal> {
    let body: Value = serde_json::from_slice(body).map_err(|_| Refusal::malformed())?;
    let name = body["event_type"].as_str().ok_or_else(|| Refusal::missing("/event_type"))?;
    let recipe = RECIPES.get(name).ok_or_else(|| {
        let description = "It cannot be brought about; GET /simulator/triggers lists those that can.";
        Refusal::invalid("/event_type", name, "INVALID_PARAMETER_VALUE", description)
    })?;
    let none = Map::new();
    let set = match &body["set"] {
        Value::Null => &none,
        Value::Object(set) => set,
        other => {
            return Err(Refusal::invalid("/set", other.clone(), "INVALID_PARAMETER_SYNTAX", "It must be an object."));
        }
    };
    let steps = steps(recipe);
    let mut first = steps.first().map(|step| step.body.clone()).unwrap_or_default();
    for (path, value) in set {
        *member(&mut first, path).ok_or_else(|| {
            let description = "The body of the first request has nothing there.";
            Refusal::invalid(&format!("/set/{path}"), value.clone(), "INVALID_PARAMETER_VALUE", description)
        })? = value.clone();
    }
    let (before, mut kept) = (world.books.events.len(), HashMap::new());
    for (index, step) in steps.into_iter().enumerate() {
        let body = if index == 0 { first.clone() } else { step.body.clone() };
        take(world, step, body, &mut kept, send)?;
    }
    let events = world.books.events.get(before..).unwrap_or_default();
    let events: Vec<_> = events.iter().map(|event| json!({"id": event.id, "event_type": event.name})).collect();
    let kept: Map<_, _> = kept.into_iter().map(|(name, id)| (name, id.into())).collect();
    Ok(Answer::ok(json!({"event_type": name, "events": events, "resources": kept})))
}

/// Takes a step, and keeps what later ones need.
fn take(
    world: &mut World,
    step: &Step,
    mut body: Value,
    kept: &mut HashMap<String, String>,
    send: Send,
) -> Result<(), Refusal> {
    let (method, path) = step.send.split_once(' ').unwrap_or(("POST", &step.send));
    let path = fill(path, kept, true);
    fill_all(&mut body, kept);
    let request = Request::builder()
        .method(Method::from_bytes(method.as_bytes()).unwrap_or(Method::POST))
        .uri(path)
        .header("content-type", "application/json")
        .header("prefer", "return=representation")
        .header("paypal-request-id", world.ids.transmission())
        .body(if body.is_null() { Bytes::new() } else { Bytes::from(body.to_string()) })
        .map_err(|_| Refusal::internal())?;
    let answer = send(world, &request)?;
    let document = if let Body::Json(document) = &answer.body { document } else { &Value::Null };
    for (name, pointer) in &step.keep {
        let text = document.pointer(pointer).and_then(Value::as_str).ok_or_else(Refusal::internal)?;
        kept.insert(name.clone(), text.rsplit(['/', '=', '#']).next().unwrap_or(text).to_owned());
    }
    Ok(())
}

/// Puts what was kept in place of its names.
fn fill(text: &str, kept: &HashMap<String, String>, escaped: bool) -> String {
    let value = |value: &str| if escaped { encode(value) } else { value.to_owned() };
    kept.iter().fold(text.to_owned(), |text, (name, id)| text.replace(&format!("{{{name}}}"), &value(id)))
}

fn fill_all(body: &mut Value, kept: &HashMap<String, String>) {
    match body {
        Value::String(text) => *text = fill(text, kept, false),
        Value::Array(items) => items.iter_mut().for_each(|item| fill_all(item, kept)),
        Value::Object(members) => members.values_mut().for_each(|member| fill_all(member, kept)),
        _ => {}
    }
}

/// Returns the place of a path such as `purchase_units[0].amount.value`. Its last member may be new.
fn member<'a>(document: &'a mut Value, path: &str) -> Option<&'a mut Value> {
    let mut at = document;
    let mut names =
        path.split(['.', '[']).map(|name| name.trim_end_matches(']')).filter(|name| !name.is_empty()).peekable();
    names.peek()?;
    while let Some(name) = names.next() {
        at = match at {
            Value::Array(items) => items.get_mut(name.parse::<usize>().ok()?)?,
            Value::Object(members) => match names.peek() {
                None => members.entry(name).or_insert(Value::Null),
                Some(_) => members.get_mut(name)?,
            },
            _ => return None,
        };
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Simulator, base::event_types};

    fn post(simulator: &Simulator, body: &Value) -> (u16, Value) {
        let request = Request::post("/simulator/trigger").body(Bytes::from(body.to_string())).unwrap();
        let answer = simulator.handle(request);
        (answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap())
    }

    #[test]
    fn every_recipe_brings_about_its_event() {
        assert!(!RECIPES.is_empty(), "triggers.json cannot be read");
        let mut failed = Vec::new();
        for name in RECIPES.keys() {
            assert!(event_types::exists(name), "there is no event {name}");
            let (status, answer) = post(&Simulator::new(7), &json!({"event_type": name}));
            let happened = answer["events"].as_array().is_some_and(|it| it.iter().any(|it| it["event_type"] == **name));
            if status != 200 || !happened {
                failed.push(format!("{name}: {status} {answer}"));
            }
        }
        assert!(failed.is_empty(), "{}", failed.join("\n"));
    }

    #[test]
    fn the_first_body_can_be_changed() {
        let simulator = Simulator::new(7);
        let set = |path: &str, value: &str| {
            post(&simulator, &json!({"event_type": "PAYMENT.CAPTURE.COMPLETED", "set": {path: value}}))
        };
        let (status, answer) = set("purchase_units[0].amount.value", "12.34");
        assert_eq!(status, 200, "{answer}");
        assert_eq!(simulator.effects().captured_of(answer["resources"]["order"].as_str().unwrap()), 1234);
        assert_eq!(set("purchase_units[0].custom_id", "C-1").0, 200);
        let (status, refusal) = set("purchase_units[3].amount", "1");
        assert_eq!((status, &refusal["details"][0]["field"]), (400, &json!("/set/purchase_units[3].amount")));
        let (status, refusal) = post(&simulator, &json!({"event_type": "PAYMENT.CAPTURE.LOST"}));
        assert_eq!((status, &refusal["details"][0]["field"]), (400, &json!("/event_type")));
    }
}
