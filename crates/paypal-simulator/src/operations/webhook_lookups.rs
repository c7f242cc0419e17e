//! Webhook lookups (Webhooks v1). They have no effect on deliveries: everything here is made by an app, and its events go to
//! the webhooks of that app.

use serde_json::json;

use crate::{
    base::scopes,
    operations::operation::{Operation, operation},
    request::{answer::Answer, call::Call, refusal::Refusal},
    world::{World, webhook_lookup::WebhookLookup},
};

/// The operations.
pub(crate) static OPERATIONS: &[Operation] = &[
    operation("webhooks.create-lookup", "POST", "/v1/notifications/webhooks-lookup", scopes::WEBHOOKS, create),
    operation("webhooks.list-lookups", "GET", "/v1/notifications/webhooks-lookup", scopes::WEBHOOKS, list),
    operation("webhooks.get-lookup", "GET", "/v1/notifications/webhooks-lookup/*", scopes::WEBHOOKS, get),
    operation("webhooks.delete-lookup", "DELETE", "/v1/notifications/webhooks-lookup/*", scopes::WEBHOOKS, delete),
];

/// Ties the account for which the app acts, its own or another one, to the app.
fn create(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let account = world.merchant().id.clone();
    world.enter(call.caller.app);
    let (id, client_id) = (world.ids.transaction(), world.merchant().client_id.clone());
    let lookup = WebhookLookup { id: id.clone(), account, client_id };
    let document = lookup.document();
    world.books.webhook_lookups.insert(id.clone(), lookup);
    Ok(Answer::json(201, document).about(id))
}

fn list(world: &mut World, _: &Call) -> Result<Answer, Refusal> {
    let lookups: Vec<_> = world.books.webhook_lookups.values().map(WebhookLookup::document).collect();
    Ok(Answer::ok(json!({"webhooks_lookups": lookups})))
}

fn find<'a>(world: &'a World, call: &Call) -> Result<&'a WebhookLookup, Refusal> {
    let id = call.id(0);
    world.books.webhook_lookups.get(id).ok_or_else(|| Refusal::not_found("webhook_lookup_id", id))
}

fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(find(world, call)?.document()))
}

fn delete(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let id = find(world, call)?.id.clone();
    world.books.webhook_lookups.remove(&id);
    Ok(Answer::none().about(id))
}
