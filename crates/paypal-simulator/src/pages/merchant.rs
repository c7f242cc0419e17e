//! What the merchant's program would ask of the API: the links of a document, and whole flows up to an event.

use bytes::Bytes;
use http::{Request, header::CONTENT_TYPE};
use maud::{Markup, html};
use serde_json::{Value, json};

use super::{
    deed::{body, title},
    visit::Visit,
};
use crate::{base::links, request::refusal::Refusal, triggers, world::World};

/// How the buttons of links are named.
const LINK: &str = "link:";

/// The button that brings about an event.
pub(super) const TRIGGER: &str = "trigger";

/// The links of a document that are requests to the API, by `POST`: names and paths.
fn requests(document: &Value) -> impl Iterator<Item = (&str, String)> {
    document["links"].as_array().into_iter().flatten().filter(|link| link["method"] == "POST").filter_map(|link| {
        let path = link["href"].as_str().filter(|href| href.starts_with(links::HOST)).and_then(links::path)?;
        Some((link["rel"].as_str()?, path))
    })
}

/// Forms for the links of a document, if it has such.
pub(super) fn forms(document: &Value) -> Markup {
    html! {
        @if requests(document).next().is_some() {
            section aria-labelledby="merchant" {
                h2 #merchant { "What the merchant's program asks of the API" }
                div .deeds {
                    @for (name, path) in requests(document) {
                        form method="post" {
                            button name="do" value={ (LINK) (name) } { (title(name)) }
                            (body(name, Some(&path), &json!({}), false))
                        }
                    }
                }
            }
        }
    }
}

/// Sends the request of a link of a document; `None` if the form has named none of them.
pub(super) fn follow(world: &mut World, visit: &Visit, document: &Value) -> Option<Result<(), Refusal>> {
    let wanted = visit.field("do").strip_prefix(LINK)?;
    let (_, path) = requests(document).find(|(name, _)| *name == wanted)?;
    let body = Bytes::from(visit.field("body").to_owned());
    Some(send(world, visit, &path, body))
}

/// A form that brings about an event by all that leads to it.
pub(super) fn trigger_form() -> Markup {
    html! {
        section aria-labelledby="trigger" {
            h2 #trigger { "Bring about an event" }
            p { "The simulator makes all requests that lead to it: creates an order, approves it, takes the money, and so on." }
            div .deeds {
                form method="post" {
                    div {
                        label for="event_type" { "Event" }
                        select id="event_type" name="event_type" {
                            @for name in triggers::event_types() { option { (name) } }
                        }
                    }
                    button name="do" value=(TRIGGER) { "Bring about" }
                }
            }
        }
    }
}

/// Brings about the event that a form has named.
///
/// # Errors
/// If there is no such event, or a request on the way is refused.
pub(super) fn trigger(world: &mut World, visit: &Visit) -> Result<(), Refusal> {
    let body = json!({"event_type": visit.field("event_type")});
    send(world, visit, "/simulator/trigger", Bytes::from(body.to_string()))
}

fn send(world: &mut World, visit: &Visit, path: &str, body: Bytes) -> Result<(), Refusal> {
    let key = world.ids.transmission();
    let request = Request::post(path).header(CONTENT_TYPE, "application/json").header("paypal-request-id", key);
    let request = request.body(body).map_err(|_| Refusal::no_such_path())?;
    (visit.send)(world, &request).map(|_| ())
}
