//! Webhook events: lists them, and sends them again.

use serde_json::{Value, json};

use crate::{
    base::links::HOST,
    base::scopes,
    operations::operation::{Operation, operation},
    request::{answer::Answer, call::Call, refusal::Refusal},
    world::{
        World,
        event::{Event, Resource},
    },
};

/// The operations.
pub(crate) static OPERATIONS: &[Operation] = &[
    operation("webhooks.list-events", "GET", "/v1/notifications/webhooks-events", scopes::WEBHOOKS, list),
    operation("webhooks.get-event", "GET", "/v1/notifications/webhooks-events/*", scopes::WEBHOOKS, get),
    operation("webhooks.resend-event", "POST", "/v1/notifications/webhooks-events/*/resend", scopes::WEBHOOKS, resend),
];

/// Returns a mock event, which is not part of the history.
pub(crate) fn mock(world: &mut World, name: &str, resource_version: &'static str) -> Event {
    let (id, created) = (world.ids.event(), world.now());
    let kind = name.split('.').rev().nth(1).unwrap_or("event").to_lowercase();
    let resource = json!({"id": world.ids.transaction(), "status": "COMPLETED", "create_time": created.rfc3339()});
    let summary = format!("A mock {name} event");
    let resource = Resource { kind: &kind, version: resource_version, document: resource };
    Event::new(id, name, &summary, resource, created, world.public_url.as_ref())
}

fn find<'a>(world: &'a World, call: &Call) -> Result<&'a Event, Refusal> {
    let id = call.id(0);
    world.books.events.find(id).ok_or_else(|| Refusal::not_found("event_id", id))
}

pub(crate) fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(find(world, call)?.document()))
}

/// Lists events, newest first. A page starts after the last event of the page before, so that new events do not shift it.
pub(crate) fn list(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let (start, end) = (call.time("start_time")?, call.time("end_time")?);
    let size = match call.parameter("page_size") {
        None => 10,
        Some(text) => text.parse().ok().filter(|size| (1..=300).contains(size)).ok_or_else(|| {
            Refusal::query("page_size", text, "INVALID_PARAMETER_VALUE", "It must be a number from 1 to 300.")
        })?,
    };
    let before = call.parameter("index_id").and_then(|text| text.parse().ok()).unwrap_or(usize::MAX);
    let fits = |event: &Event| {
        start.is_none_or(|start| event.created >= start)
            && end.is_none_or(|end| event.created <= end)
            && call.parameter("event_type").is_none_or(|name| *event.name == *name)
            && call.parameter("transaction_id").is_none_or(|id| event.resource.as_deref() == Some(id))
    };
    let mut found = world.books.events.before(before).filter(|(_, event)| fits(event));
    let page: Vec<_> = found.by_ref().take(size).collect();
    let documents: Vec<_> = page.iter().map(|(_, event)| event.document()).collect();
    let mut document = json!({"events": documents, "count": documents.len()});
    if let (Some((last, _)), Some(_)) = (page.last(), found.next()) {
        let mut query = call.query_without(&["move_to", "offset", "prev_offset", "index_id"]);
        query.push(format!("move_to=next&offset=0&prev_offset=0&index_id={last}"));
        let href = format!("{HOST}/v1/notifications/webhooks-events/?{}", query.join("&"));
        document["links"] = json!([{"href": href, "rel": "next", "method": "GET"}]);
    }
    Ok(Answer::ok(document))
}

/// Sends an event again, to all webhooks that subscribe to it or to the given ones; to none to which it is still on its way.
pub(crate) fn resend(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let event = find(world, call)?;
    let (id, name) = (event.id.clone(), event.name.clone());
    let (body, document) = (event.body.clone(), event.document());
    let named = match &call.body["webhook_ids"] {
        Value::Null => None,
        Value::Array(ids) => Some(ids),
        other => {
            let description = "It must be a list.";
            return Err(Refusal::invalid("/webhook_ids", other.clone(), "INVALID_PARAMETER_SYNTAX", description));
        }
    };
    if let Some(unknown) =
        named.into_iter().flatten().find(|id| !world.books.webhooks.contains_key(id.as_str().unwrap_or_default()))
    {
        let description = "There is no such webhook.";
        return Err(Refusal::invalid("/webhook_ids", unknown.clone(), "INVALID_RESOURCE_ID", description));
    }
    let to = world.books.webhooks.values().filter(|webhook| match named {
        Some(ids) => ids.iter().any(|id| *id == *webhook.id),
        None => webhook.listens_to(&event.name),
    });
    let to = to.filter(|webhook| !world.is_pending(&id, &webhook.id));
    let to: Vec<_> = to.map(|webhook| (webhook.id.clone(), webhook.url.clone())).collect();
    for (webhook, url) in to {
        world.enqueue((&id, &name), &webhook, url, body.clone(), false);
    }
    Ok(Answer::json(202, document).about(id))
}
