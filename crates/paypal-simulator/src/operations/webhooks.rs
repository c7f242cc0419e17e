//! Webhooks: addresses that events are posted to (Webhooks v1).

use http::Uri;
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};

use crate::{
    base::scopes,
    base::{event_types, local::is_local},
    operations::events,
    operations::operation::{Operation, operation},
    request::{
        answer::Answer,
        call::Call,
        patch,
        refusal::{Issue, Refusal},
    },
    world::{World, delivery::MOCK_WEBHOOK_ID, signature::Signed, webhook::Webhook},
};

/// The operations.
pub(crate) static OPERATIONS: &[Operation] = &[
    operation("webhooks.create", "POST", "/v1/notifications/webhooks", scopes::WEBHOOKS, create).restating(plainly),
    operation("webhooks.list", "GET", "/v1/notifications/webhooks", scopes::WEBHOOKS, list),
    operation("webhooks.get", "GET", "/v1/notifications/webhooks/*", scopes::WEBHOOKS, get),
    operation("webhooks.update", "PATCH", "/v1/notifications/webhooks/*", scopes::WEBHOOKS, update),
    operation("webhooks.delete", "DELETE", "/v1/notifications/webhooks/*", scopes::WEBHOOKS, delete),
    operation(
        "webhooks.list-subscribed-event-types",
        "GET",
        "/v1/notifications/webhooks/*/event-types",
        scopes::WEBHOOKS,
        list_types,
    ),
    operation(
        "webhooks.list-event-types",
        "GET",
        "/v1/notifications/webhooks-event-types",
        scopes::NONE,
        list_all_types,
    ),
    operation(
        "webhooks.verify-signature",
        "POST",
        "/v1/notifications/verify-webhook-signature",
        scopes::VERIFY,
        verify,
    ),
    operation("webhooks.simulate-event", "POST", "/v1/notifications/simulate-event", scopes::WEBHOOKS, simulate)
        .restating(of_simulation),
];

/// The versions of a resource that an event can have.
const VERSIONS: [&str; 2] = ["1.0", "2.0"];

/// The maximum number of webhooks of an app.
const MAX_WEBHOOKS: usize = 10;

/// Names the fields as this API does: not by pointers, and no deeper than the members of the body.
fn plainly(mut refusal: Refusal) -> Refusal {
    for field in refusal.issues.iter_mut().filter_map(|issue| issue.field.as_mut()) {
        if let Some(name) = field.split('/').nth(1).filter(|name| !name.is_empty()) {
            *field = name.to_owned();
        }
    }
    refusal
}

/// Names what is missing if there is neither a webhook nor an address.
fn of_simulation(refusal: Refusal) -> Refusal {
    let mut refusal = plainly(refusal);
    let is_form = |it: &&mut Issue| it.field.as_deref() == Some("/") && it.issue == "INVALID_PARAMETER_VALUE";
    for issue in refusal.issues.iter_mut().filter(is_form) {
        issue.field = Some("webhook_id".to_owned());
        "A webhook_id or a url is required".clone_into(&mut issue.description);
    }
    refusal
}

/// Reads the address, if there is one. PayPal accepts https only. Addresses on this machine may be http, so that deliveries
/// can be tried.
fn read_url(document: &Value) -> Result<Option<String>, Refusal> {
    match &document["url"] {
        Value::Null => Ok(None),
        Value::String(url) if is_local(url) => Ok(Some(url.clone())),
        Value::String(url) if url.starts_with("https://") && url.parse::<Uri>().is_ok_and(|it| it.host().is_some()) => {
            Ok(Some(url.clone()))
        }
        other => Err(Refusal::invalid("url", other.clone(), "INVALID_PARAMETER_VALUE", "Not a valid webhook URL")),
    }
}

/// Reads the address and the types.
fn read(document: &Value) -> Result<(String, Vec<String>), Refusal> {
    let url = read_url(document)?.ok_or_else(|| Refusal::missing("url"))?;
    let Some(types) = document["event_types"].as_array().filter(|types| !types.is_empty()) else {
        return Err(Refusal::missing("event_types"));
    };
    let name = |entry: &Value| match entry["name"].as_str() {
        Some(name) if name == "*" || event_types::exists(name) => Ok(name.to_owned()),
        _ => Err(Refusal::invalid("event_types", entry.clone(), "INVALID_PARAMETER_VALUE", "Not a valid event type")),
    };
    Ok((url, types.iter().map(name).collect::<Result<_, _>>()?))
}

fn refuse_taken(world: &World, url: &str, except: &str) -> Result<(), Refusal> {
    if world.books.webhooks.values().any(|webhook| webhook.url == url && webhook.id != except) {
        return Err(Refusal::named("WEBHOOK_URL_ALREADY_EXISTS", "Another webhook has this address"));
    }
    Ok(())
}

pub(crate) fn create(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let (url, event_types) = read(&call.body)?;
    refuse_taken(world, &url, "")?;
    if world.books.webhooks.len() >= MAX_WEBHOOKS {
        return Err(Refusal::named("WEBHOOK_NUMBER_LIMIT_EXCEEDED", "There can be at most ten webhooks"));
    }
    let id = world.ids.transaction();
    let webhook = Webhook { id: id.clone(), url, event_types };
    let document = webhook.document();
    world.books.webhooks.insert(id.clone(), webhook);
    Ok(Answer::json(201, document).about(id))
}

fn find<'a>(world: &'a World, call: &Call) -> Result<&'a Webhook, Refusal> {
    let id = call.id(0);
    world.books.webhooks.get(id).ok_or_else(|| Refusal::not_found("webhook_id", id))
}

pub(crate) fn list(world: &mut World, _: &Call) -> Result<Answer, Refusal> {
    let webhooks: Vec<_> = world.books.webhooks.values().map(Webhook::document).collect();
    Ok(Answer::ok(json!({"webhooks": webhooks})))
}

pub(crate) fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(find(world, call)?.document()))
}

/// Answers 200 with the webhook, unlike most changes.
pub(crate) fn update(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let webhook = find(world, call)?;
    let (id, mut document) = (webhook.id.clone(), webhook.document());
    patch::apply(&call.body, &mut document, &patch::WEBHOOK)?;
    let (url, event_types) = read(&document)?;
    refuse_taken(world, &url, &id)?;
    let webhook = Webhook { id: id.clone(), url, event_types };
    let document = webhook.document();
    world.books.webhooks.insert(id.clone(), webhook);
    Ok(Answer::ok(document).about(id))
}

pub(crate) fn delete(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let id = find(world, call)?.id.clone();
    world.books.webhooks.remove(&id);
    Ok(Answer::none().about(id))
}

pub(crate) fn list_types(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(json!({"event_types": find(world, call)?.types()})))
}

pub(crate) fn list_all_types(_: &mut World, _: &Call) -> Result<Answer, Refusal> {
    let types: Vec<_> = event_types::LISTED.iter().map(|name| event_types::document(name)).collect();
    Ok(Answer::ok(json!({"event_types": types})))
}

/// Sends a mock event to an address, or to a webhook. It is signed for `WEBHOOK_ID`, whichever webhook it goes to.
pub(crate) fn simulate(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let Some(name) = call.body["event_type"].as_str() else { return Err(Refusal::missing("event_type")) };
    if !event_types::exists(name) {
        return Err(Refusal::invalid("event_type", name, "INVALID_PARAMETER_VALUE", "Not a valid event type"));
    }
    let version = match &call.body["resource_version"] {
        Value::Null => "2.0",
        given => VERSIONS.into_iter().find(|version| given == version).ok_or_else(|| {
            let description = "Not a version of this event type";
            Refusal::invalid("resource_version", given.clone(), "INVALID_PARAMETER_VALUE", description)
        })?,
    };
    let webhook = match call.body["webhook_id"].as_str() {
        None => None,
        Some(id) => {
            let webhook = world.books.webhooks.get(id).ok_or_else(|| Refusal::not_found("webhook_id", id))?;
            Some(webhook.url.clone())
        }
    };
    let url = read_url(&call.body)?.or(webhook).ok_or_else(|| Refusal::missing("webhook_id"))?;
    let event = events::mock(world, name, version);
    world.enqueue((&event.id, name), MOCK_WEBHOOK_ID, url, event.body.clone(), false);
    Ok(Answer::json(202, event.document()).about(event.id))
}

/// Verifies that this simulator has signed an event for an existing webhook.
pub(crate) fn verify(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    #[derive(Deserialize)]
    struct Received<'a> {
        auth_algo: String,
        cert_url: String,
        transmission_id: String,
        transmission_sig: String,
        transmission_time: String,
        webhook_id: String,
        #[serde(borrow)]
        webhook_event: &'a RawValue,
    }
    let received: Received = serde_json::from_slice(&call.bytes).map_err(|_| Refusal::missing("transmission_sig"))?;
    let chain = world.chain()?;
    let signer = &chain.sandbox;
    let signed = Signed {
        transmission_id: &received.transmission_id,
        time: &received.transmission_time,
        webhook_id: &received.webhook_id,
        body: received.webhook_event.get().as_bytes(),
    };
    let genuine = received.auth_algo == "SHA256withRSA"
        && received.cert_url == signer.url()
        && signer.verifies(&signed, &received.transmission_sig);
    let known = world.books.webhooks.contains_key(&received.webhook_id);
    let status = if genuine && known { "SUCCESS" } else { "FAILURE" };
    Ok(Answer::ok(json!({"verification_status": status})))
}
