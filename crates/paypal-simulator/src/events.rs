//! Webhook events: what has happened, to be told to whoever has asked for it.

use serde_json::{Value, json};

use crate::{
    answer::Answer,
    call::Call,
    clock::Moment,
    links::{HOST, link},
    paging::encode,
    refusal::Refusal,
    world::World,
};

/// An event.
pub(super) struct Event {
    pub(super) id: String,
    pub(super) name: String,
    resource_type: String,
    summary: String,
    resource: Value,
    pub(super) created: Moment,
}

impl Event {
    pub(super) fn document(&self) -> Value {
        let path = format!("/v1/notifications/webhooks-events/{}", self.id);
        let mut links = [link("self", "GET", &path), link("resend", "POST", &format!("{path}/resend"))];
        for link in &mut links {
            link["encType"] = "application/json".into();
        }
        json!({
            "id": self.id,
            "event_version": "1.0",
            "create_time": self.created.rfc3339_millis(),
            "resource_type": self.resource_type,
            "resource_version": if self.resource_type == "sale" { "1.0" } else { "2.0" },
            "event_type": self.name,
            "summary": self.summary,
            "resource": self.resource,
            "links": links,
        })
    }
}

/// An event that is not part of the history, as the simulator's are not.
pub(super) fn made_up(world: &mut World, name: &str) -> Event {
    let (id, created) = (world.ids.event(), world.now());
    let kind = name.split('.').rev().nth(1).unwrap_or("event").to_lowercase();
    let resource = json!({"id": world.ids.transaction(), "status": "COMPLETED", "create_time": created.rfc3339()});
    let summary = format!("A made-up {name}");
    Event { id, name: name.to_owned(), resource_type: kind, summary, resource, created }
}

/// Notes that something has happened, and queues it for every webhook that has asked for such events.
pub(super) fn emit(world: &mut World, name: &str, resource_type: &str, resource: Value) {
    let (id, created) = (world.ids.event(), world.now());
    let about = resource["id"].as_str().unwrap_or_default();
    let summary = format!("{name} of {about}");
    let event =
        Event { id, name: name.to_owned(), resource_type: resource_type.to_owned(), summary, resource, created };
    let listeners = world.webhooks.values().filter(|webhook| webhook.listens_to(name));
    let listeners: Vec<_> = listeners.map(|webhook| (webhook.id.clone(), webhook.url.clone())).collect();
    let body = event.document().to_string();
    world.events.push(event);
    let id = world.events.last().map(|event| event.id.clone()).unwrap_or_default();
    let twice = world.duplicates > 0 && !listeners.is_empty();
    world.duplicates -= u32::from(twice);
    for (webhook, url) in listeners {
        world.enqueue(&id, &webhook, url, body.clone(), twice);
    }
}

fn find<'a>(world: &'a World, call: &Call) -> Result<&'a Event, Refusal> {
    let id = call.id(0);
    world.events.iter().find(|event| event.id == id).ok_or_else(|| Refusal::not_found("event_id", id))
}

pub(super) fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(find(world, call)?.document()))
}

/// The newest first. A page is found by the last event of the page before it, so that new events do not shift it.
pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let moment = |name: &str| match call.parameter(name) {
        None => Ok(None),
        Some(text) => match Moment::parse(text) {
            Some(moment) => Ok(Some(moment)),
            None => Err(Refusal::query(name, text, "INVALID_PARAMETER_SYNTAX", "It is not a time.")),
        },
    };
    let (start, end) = (moment("start_time")?, moment("end_time")?);
    let size = match call.parameter("page_size") {
        None => 10,
        Some(text) => text
            .parse()
            .ok()
            .filter(|size| (1..=300).contains(size))
            .ok_or_else(|| Refusal::query("page_size", text, "INVALID_PARAMETER_VALUE", "It is from 1 to 300."))?,
    };
    let before = call.parameter("index_id").and_then(|text| text.parse().ok()).unwrap_or(usize::MAX);
    let fits = |event: &Event| {
        start.is_none_or(|start| event.created >= start)
            && end.is_none_or(|end| event.created <= end)
            && call.parameter("event_type").is_none_or(|name| event.name == name)
            && call.parameter("transaction_id").is_none_or(|id| event.resource["id"] == id)
    };
    let numbered = world.events.iter().enumerate().rev();
    let mut found = numbered.filter(|(index, event)| *index < before && fits(event));
    let page: Vec<_> = found.by_ref().take(size).collect();
    let documents: Vec<_> = page.iter().map(|(_, event)| event.document()).collect();
    let mut document = json!({"events": documents, "count": documents.len()});
    if let (Some((last, _)), Some(_)) = (page.last(), found.next()) {
        let own = ["move_to", "offset", "prev_offset", "index_id"];
        let others = call.query.iter().filter(|(name, _)| !own.contains(&&***name));
        let mut query: Vec<_> = others.map(|(name, value)| format!("{name}={}", encode(value))).collect();
        query.push(format!("move_to=next&offset=0&prev_offset=0&index_id={last}"));
        let href = format!("{HOST}/v1/notifications/webhooks-events/?{}", query.join("&"));
        document["links"] = json!([{"href": href, "rel": "next", "method": "GET"}]);
    }
    Ok(Answer::ok(document))
}

/// Sends an event again, to all webhooks that listen to it or to the ones named.
pub(super) fn resend(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let event = find(world, call)?;
    let (id, document) = (event.id.clone(), event.document());
    let named = call.body["webhook_ids"].as_array();
    if let Some(unknown) =
        named.into_iter().flatten().find(|id| !world.webhooks.contains_key(id.as_str().unwrap_or_default()))
    {
        let description = "There is no such webhook.";
        return Err(Refusal::invalid("/webhook_ids", unknown.clone(), "INVALID_RESOURCE_ID", description));
    }
    let to = world.webhooks.values().filter(|webhook| match named {
        Some(ids) => ids.iter().any(|id| *id == *webhook.id),
        None => webhook.listens_to(&event.name),
    });
    let to: Vec<_> = to.map(|webhook| (webhook.id.clone(), webhook.url.clone())).collect();
    for (webhook, url) in to {
        world.enqueue(&id, &webhook, url, document.to_string(), false);
    }
    Ok(Answer::json(202, document).about(id))
}
