//! Brings about an event by all that leads to it: `POST /simulator/trigger`.

use bytes::Bytes;
use http::{Method, Request};
use serde_json::{Map, Value, json};

use crate::{
    request::{
        answer::{Answer, Body},
        refusal::Refusal,
    },
    triggers::{self, Trigger, TriggerError},
    world::World,
};

/// The path that lists, and the one that brings about.
pub(super) const LIST: &str = "/simulator/triggers";
pub(super) const RUN: &str = "/simulator/trigger";

/// Whether a request brings about an event.
pub(super) fn is_run(method: &Method, path: &[String]) -> bool {
    method == Method::POST && path.iter().eq(["simulator", "trigger"])
}

/// Returns the methods of a path; none if it is neither.
pub(super) fn methods(path: &[String]) -> &'static [&'static str] {
    let path: Vec<_> = path.iter().map(String::as_str).collect();
    match *path {
        ["simulator", "triggers"] => &["GET"],
        ["simulator", "trigger"] => &["POST"],
        _ => &[],
    }
}

/// Lists the types of events that can be brought about: by how many requests, and whether one of them moves the clock.
pub(super) fn list() -> Answer {
    let entry = |name| {
        let trigger = Trigger::new(name).ok()?;
        Some(json!({"event_type": name, "needs_time": trigger.needs_time(), "steps": trigger.steps()}))
    };
    Answer::ok(json!({"triggers": triggers::event_types().filter_map(entry).collect::<Vec<_>>()}))
}

/// Brings about the event of a body such as `{"event_type": "PAYMENT.CAPTURE.COMPLETED", "set":
/// {"purchase_units[0].amount.value": "12.00"}}`. `set` changes the body of the first request. Answers with the events that
/// have happened, and the ids of what was made. `send` answers a request of the app.
pub(super) fn run(
    world: &mut World,
    body: &Bytes,
    send: impl Fn(&mut World, &Request<Bytes>) -> Result<Answer, Refusal>,
) -> Result<Answer, Refusal> {
    let body: Value = serde_json::from_slice(body).map_err(|_| Refusal::malformed())?;
    let name = body["event_type"].as_str().ok_or_else(|| Refusal::missing("/event_type"))?;
    let mut trigger = Trigger::new(name).map_err(|_| {
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
    for (path, value) in set {
        trigger.set(path, value.clone()).map_err(|error| {
            Refusal::invalid(&format!("/set/{path}"), value.clone(), "INVALID_PARAMETER_VALUE", &error.to_string())
        })?;
    }
    let before = world.books.events.next();
    while let Some(request) = trigger.next_request() {
        let request = http_request(world, &request)?;
        let answer = send(world, &request)?;
        let document = if let Body::Json(document) = &answer.body { document } else { &Value::Null };
        trigger.answered(document).map_err(|_: TriggerError| Refusal::internal())?;
    }
    let events = world.books.events.since(before);
    let events: Vec<_> = events.map(|event| json!({"id": event.id, "event_type": event.name})).collect();
    Ok(Answer::ok(json!({"event_type": name, "events": events, "resources": trigger.resources()})))
}

fn http_request(world: &mut World, request: &triggers::Request) -> Result<Request<Bytes>, Refusal> {
    let body = if request.body.is_null() { Bytes::new() } else { Bytes::from(request.body.to_string()) };
    Request::builder()
        .method(Method::from_bytes(request.method.as_bytes()).unwrap_or(Method::POST))
        .uri(&request.path)
        .header("content-type", "application/json")
        .header("prefer", "return=representation")
        .header("paypal-request-id", world.ids.transmission())
        .body(body)
        .map_err(|_| Refusal::internal())
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, prelude::BASE64_STANDARD};

    use super::*;
    use crate::{NewMerchant, Simulator, base::event_types};

    const PATH: &str = "/simulator/trigger";

    #[test]
    fn every_recipe_brings_about_its_event() {
        assert!(triggers::event_types().count() >= 60, "triggers.json cannot be read, or has lost recipes");
        let mut failed = Vec::new();
        for name in triggers::event_types() {
            assert!(event_types::exists(name), "there is no event {name}");
            let (status, answer) = Simulator::new(7).posted(PATH, &json!({"event_type": name}));
            let happened = answer["events"].as_array().is_some_and(|it| it.iter().any(|it| it["event_type"] == name));
            if status != 200 || !happened {
                failed.push(format!("{name}: {status} {answer}"));
            }
        }
        assert!(failed.is_empty(), "{}", failed.join("\n"));
    }

    #[test]
    fn those_that_move_the_clock_are_named() {
        let request = Request::get("/simulator/triggers").body(Bytes::new()).unwrap();
        let listed: Value = serde_json::from_slice(Simulator::new(7).handle(request).body()).unwrap();
        for trigger in listed["triggers"].as_array().unwrap() {
            let simulator = Simulator::new(7);
            let before = simulator.world().now();
            assert_eq!(simulator.posted(PATH, &json!({"event_type": trigger["event_type"]})).0, 200);
            // The clock of a simulator in a process does not move by itself.
            assert_eq!(simulator.world().now() > before, trigger["needs_time"] == true, "{trigger}");
        }
        let find =
            |name: &str| listed["triggers"].as_array().unwrap().iter().find(|it| it["event_type"] == name).unwrap();
        let returned = json!({"event_type": "PAYMENT.PAYOUTS-ITEM.RETURNED", "needs_time": true, "steps": 4});
        assert_eq!(find("PAYMENT.PAYOUTS-ITEM.RETURNED"), &returned);
        let updated = json!({"event_type": "CATALOG.PRODUCT.UPDATED", "needs_time": false, "steps": 2});
        assert_eq!(find("CATALOG.PRODUCT.UPDATED"), &updated);
    }

    #[test]
    fn an_app_s_credentials_say_for_whom() {
        let simulator = Simulator::new(7);
        let shop = simulator.add_merchant(NewMerchant::default()).unwrap();
        let body = Bytes::from(json!({"event_type": "CATALOG.PRODUCT.CREATED"}).to_string());
        let status = |authorization: Option<String>| {
            let request = Request::post(PATH).header("content-type", "application/json");
            let request = authorization.into_iter().fold(request, |it, value| it.header("authorization", value));
            simulator.handle(request.body(body.clone()).unwrap()).status()
        };
        let basic = |id: &str, secret: &str| format!("Basic {}", BASE64_STANDARD.encode(format!("{id}:{secret}")));
        assert_eq!(status(None), 200);
        assert_eq!(status(Some(basic(&shop.client_id, &shop.client_secret))), 200);
        assert_eq!(status(Some(basic(&shop.client_id, &shop.client_secret))), 200);
        assert_eq!(status(Some(basic(&shop.client_id, "no secret"))), 401);
        assert_eq!(status(Some("Bearer no-token".to_owned())), 401);
        let mut world = simulator.world();
        let products = [0, 1].map(|merchant| {
            world.enter(merchant);
            world.books.products.len()
        });
        assert_eq!(products, [1, 2]);
    }

    #[test]
    fn the_first_body_can_be_changed() {
        let simulator = Simulator::new(7);
        let set = |path: &str, value: &str| {
            simulator.posted(PATH, &json!({"event_type": "PAYMENT.CAPTURE.COMPLETED", "set": {path: value}}))
        };
        let (status, answer) = set("purchase_units[0].amount.value", "12.34");
        assert_eq!(status, 200, "{answer}");
        assert_eq!(simulator.effects().captured_of(answer["resources"]["order"].as_str().unwrap()), 1234);
        assert_eq!(set("purchase_units[0].custom_id", "C-1").0, 200);
        let (status, refusal) = set("purchase_units[3].amount", "1");
        assert_eq!((status, &refusal["details"][0]["field"]), (400, &json!("/set/purchase_units[3].amount")));
        let (status, refusal) = simulator.posted(PATH, &json!({"event_type": "PAYMENT.CAPTURE.LOST"}));
        assert_eq!((status, &refusal["details"][0]["field"]), (400, &json!("/event_type")));
    }
}
