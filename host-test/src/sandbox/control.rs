//! What happens outside the API: what a payer does, and what a test asks of the simulator, under `/sandbox/`.

use http::Method;
use serde_json::{Value, json};

use super::{answer::Answer, call::read_form, orders, refusal::Refusal, world::World};

/// Answers a request that is none to the API; nothing where it is one.
pub(super) fn answer(
    world: &mut World,
    method: &Method,
    path: &[String],
    query: &str,
    body: &[u8],
) -> Option<Result<Answer, Refusal>> {
    let path: Vec<_> = path.iter().map(String::as_str).collect();
    match (method.as_str(), &*path) {
        ("GET", ["checkoutnow"]) => {
            let form = read_form(query);
            let id = form.get("token").map_or("", String::as_str);
            Some(orders::approve(world, id).map(|()| Answer::ok(json!({"approved": id}))))
        }
        ("POST", ["sandbox", rest @ ..]) => Some(control(world, rest, body)),
        _ => None,
    }
}

fn control(world: &mut World, path: &[&str], body: &[u8]) -> Result<Answer, Refusal> {
    let body: Value = match body {
        [] => Value::Null,
        _ => serde_json::from_slice(body).map_err(|_| Refusal::malformed())?,
    };
    match path {
        ["orders", id, "approve"] => orders::approve(world, id)?,
        ["tokens", "expire"] => world.tokens.expire(world.clock.now()),
        ["clock"] => {
            let seconds = body["seconds"].as_u64().ok_or_else(|| Refusal::missing("/seconds"))?;
            world.clock.advance(std::time::Duration::from_secs(seconds));
        }
        ["in-progress"] => world.in_progress += 1,
        _ => return Err(Refusal::no_such_path()),
    }
    Ok(Answer::none())
}
