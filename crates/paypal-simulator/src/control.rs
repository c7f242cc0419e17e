//! What happens outside the API: what a payer does, and what a test asks of the simulator, under `/simulator/`.

use std::time::Duration;

use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};

use crate::{
    answer::{Answer, Body},
    call::read_form,
    invoices, ipn, orders,
    refusal::Refusal,
    subscriptions,
    world::World,
};

/// Whether a path is one that asks for no credentials.
pub(super) fn is_for_anybody(path: &[String]) -> bool {
    let path: Vec<_> = path.iter().map(String::as_str).collect();
    matches!(*path, ["checkoutnow"] | ["simulator", ..] | ["v1", "notifications", "certs", _] | ["cgi-bin", "webscr"])
}

/// Whether a request has something posted to an address that it names.
pub(super) fn posts(method: &Method, path: &[String]) -> bool {
    method == Method::POST && path.iter().eq(["simulator", "ipn"])
}

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
        ("POST", ["simulator", rest @ ..]) => Some(control(world, rest, body)),
        ("GET", ["simulator", "effects"]) => {
            let done: Vec<_> = world.done.iter().map(|((action, id), times)| json!([action, id, times])).collect();
            Some(Ok(Answer::ok(json!({"done": done}))))
        }
        ("GET", ["v1", "notifications", "certs", id]) => Some(certificate(world, id)),
        ("GET", ["simulator", "authorities"]) => Some(authorities(world)),
        ("POST", ["cgi-bin", "webscr"]) => Some(Ok(ipn::confirm(world, body))),
        _ => None,
    }
}

/// The certificate that deliveries are signed under. PayPal serves it without asking who wants it.
fn certificate(world: &mut World, id: &str) -> Result<Answer, Refusal> {
    let chain = world.chain()?;
    chain.certificate(id).map(pem).ok_or_else(Refusal::no_such_path)
}

/// What the certificates rest on: the intermediate, then the root. PayPal's are DigiCert's, and not PayPal's to serve.
fn authorities(world: &mut World) -> Result<Answer, Refusal> {
    let chain = world.chain()?;
    Ok(pem(&format!("{}{}", chain.intermediate(), chain.root())))
}

fn pem(text: &str) -> Answer {
    let body = Body::Other("application/x-pem-file".to_owned(), Bytes::from(text.to_owned()));
    Answer { status: 200, body, subject: None }
}

fn control(world: &mut World, path: &[&str], body: &[u8]) -> Result<Answer, Refusal> {
    let body: Value = match body {
        [] => Value::Null,
        _ => serde_json::from_slice(body).map_err(|_| Refusal::malformed())?,
    };
    match path {
        ["orders", id, "approve"] => orders::approve(world, id)?,
        ["subscriptions", id, "approve"] => subscriptions::approve(world, id)?,
        ["subscriptions", id, "miss-payment"] => subscriptions::miss_payment(world, id)?,
        ["invoices", id, "pay"] => invoices::pay_by_paypal(world, id)?,
        ["deliveries", "duplicate"] => world.duplicates += 1,
        ["tokens", "expire"] => world.tokens.expire(world.clock.now()),
        ["clock"] => {
            let seconds = body["seconds"].as_u64().ok_or_else(|| Refusal::missing("/seconds"))?;
            world.clock.advance(Duration::from_secs(seconds));
        }
        ["ipn"] => return ipn::queue(world, &body),
        ["in-progress"] => world.in_progress += 1,
        _ => return Err(Refusal::no_such_path()),
    }
    Ok(Answer::none())
}
