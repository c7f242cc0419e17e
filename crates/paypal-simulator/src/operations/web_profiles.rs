//! Web experience profiles (Payment Experience v1). Nothing that is played here refers to them.

use serde_json::Value;

use crate::{
    base::scopes,
    operations::operation::{HOUR, Operation, operation},
    request::{answer::Answer, call::Call, patch, refusal::Refusal},
    world::{World, web_profile::WebProfile},
};

const PATH: &str = "/v1/payment-experience/web-profiles";
const ONE: &str = "/v1/payment-experience/web-profiles/*";

/// The operations. Keys are remembered as long as PayPal's file says.
pub(crate) static OPERATIONS: &[Operation] = &[
    operation("web-profiles.create", "POST", PATH, scopes::WEB_PROFILES, create).remembered(3 * HOUR, show),
    operation("web-profiles.list", "GET", PATH, scopes::WEB_PROFILES, list),
    operation("web-profiles.get", "GET", ONE, scopes::WEB_PROFILES, get),
    operation("web-profiles.replace", "PUT", ONE, scopes::WEB_PROFILES, replace),
    operation("web-profiles.update", "PATCH", ONE, scopes::WEB_PROFILES, update),
    operation("web-profiles.delete", "DELETE", ONE, scopes::WEB_PROFILES, delete),
];

/// How many are listed.
const LISTED: usize = 20;

/// Refuses a name that another profile has.
fn refuse_duplicate(world: &World, id: Option<&str>, name: &Value) -> Result<(), Refusal> {
    let now = world.now();
    let mut others = world.books.web_profiles.values().filter(|it| it.lasts(now) && Some(&*it.id) != id);
    if others.any(|other| other.members["name"] == *name) {
        let description = "A profile with this name is there already.";
        return Err(Refusal::invalid("name", name.clone(), "VALIDATION_ERROR", description));
    }
    Ok(())
}

fn create(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    if call.key.is_none() {
        let description = "A profile needs a PayPal-Request-Id.";
        return Err(Refusal::header("PayPal-Request-Id", "MISSING_REQUIRED_PARAMETER", description));
    }
    refuse_duplicate(world, None, &call.body["name"])?;
    let (id, created) = (world.ids.web_profile(), world.now());
    let number = world.books.web_profiles.values().map(|it| it.number + 1).max().unwrap_or(0);
    let profile = WebProfile { id: id.clone(), number, members: call.body.clone(), created };
    world.books.web_profiles.insert(id.clone(), profile);
    Ok(show(world, call, &id).status(201).about(id))
}

fn show(world: &World, _: &Call, id: &str) -> Answer {
    world.books.web_profiles.get(id).map_or_else(Answer::none, |profile| Answer::ok(profile.document()))
}

fn find<'a>(world: &'a World, call: &Call) -> Result<&'a WebProfile, Refusal> {
    let found = world.books.web_profiles.get(call.id(0)).filter(|profile| profile.lasts(world.now()));
    found.ok_or_else(|| Refusal::not_found("id", call.id(0)))
}

fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    find(world, call).map(|profile| Answer::ok(profile.document()))
}

/// Lists the latest ones, the newest first.
fn list(world: &mut World, _: &Call) -> Result<Answer, Refusal> {
    let now = world.now();
    let mut profiles: Vec<_> = world.books.web_profiles.values().filter(|it| it.lasts(now)).collect();
    profiles.sort_by_key(|profile| std::cmp::Reverse(profile.number));
    Ok(Answer::ok(profiles.into_iter().take(LISTED).map(WebProfile::document).collect()))
}

fn replace(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    store(world, call, call.body.clone())
}

fn update(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let mut members = find(world, call)?.members.clone();
    patch::apply(&call.body, &mut members, &patch::WEB_PROFILE)?;
    store(world, call, members)
}

fn store(world: &mut World, call: &Call, members: Value) -> Result<Answer, Refusal> {
    let id = find(world, call)?.id.clone();
    if members["name"].as_str().is_none_or(str::is_empty) {
        return Err(Refusal::missing("name"));
    }
    refuse_duplicate(world, Some(&id), &members["name"])?;
    if let Some(profile) = world.books.web_profiles.get_mut(&id) {
        profile.members = members;
    }
    Ok(Answer::none().about(id))
}

fn delete(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let id = find(world, call)?.id.clone();
    world.books.web_profiles.remove(&id);
    Ok(Answer::none().about(id))
}
