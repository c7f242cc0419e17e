//! Paths outside the API: PayPal's pages, and what payers and tests do under `/simulator/`.

mod ipn;
mod own;

use bytes::Bytes;
use http::Method;
use serde_json::json;

use crate::{
    base::uri::read_form,
    operations::{accounts, orders, routes},
    request::{
        answer::{Answer, Body},
        call::Call,
        refusal::Refusal,
    },
    world::World,
};

/// The last requests.
const LOG: &str = "/simulator/requests";

/// Whether a path needs no credentials.
pub(crate) fn is_public(path: &[String]) -> bool {
    let path: Vec<_> = path.iter().map(String::as_str).collect();
    matches!(*path, ["checkoutnow"] | ["simulator", ..] | ["v1", "notifications", "certs", _] | ["cgi-bin", "webscr"])
}

/// Whether a path is asked for again and again, so that the log leaves it out.
pub(crate) fn is_polled(path: &str) -> bool {
    path == LOG
}

/// Whether a request makes the simulator post to an address in it.
pub(crate) fn posts(method: &Method, path: &[String]) -> bool {
    method == Method::POST && path.iter().eq(["simulator", "ipn"])
}

/// Answers a request outside the API. Returns `None` for one to the API.
pub(crate) fn answer(
    world: &mut World,
    method: &Method,
    path: &[String],
    query: &str,
    body: &Bytes,
) -> Option<Result<Answer, Refusal>> {
    let path: Vec<_> = path.iter().map(String::as_str).collect();
    match (method.as_str(), &*path) {
        ("GET", ["checkoutnow"]) => {
            let form = read_form(query);
            let id = form.get("token").map_or("", String::as_str);
            let payer = world.payer_named(&json!(form.get("payer")));
            let approved = payer.and_then(|payer| orders::approve(world, id, &payer));
            Some(approved.map(|()| Answer::ok(json!({"approved": id}))))
        }
        ("POST", ["simulator", rest @ ..]) => Some(control(world, rest, body)),
        ("GET", ["simulator", "effects"]) => {
            let done: Vec<_> =
                world.books.done.iter().map(|((action, id), times)| json!([action, id, times])).collect();
            Some(Ok(Answer::ok(json!({"done": done}))))
        }
        ("GET", ["simulator", "requests"]) => {
            let after = read_form(query).get("after").and_then(|text| text.parse().ok()).unwrap_or(0);
            Some(Ok(Answer::ok(json!({"requests": world.log.after(after)}))))
        }
        ("GET", ["v1", "notifications", "certs", id]) => Some(certificate(world, id)),
        ("GET", ["simulator", "accounts"]) => Some(Ok(accounts::list(world))),
        ("GET", ["simulator", "authorities"]) => Some(authorities(world)),
        ("POST", ["cgi-bin", "webscr"]) => Some(Ok(ipn::confirm(world, body))),
        _ => None,
    }
}

/// Answers with the certificate of deliveries. PayPal serves it to anybody.
fn certificate(world: &mut World, id: &str) -> Result<Answer, Refusal> {
    let chain = world.chain()?;
    chain.certificate(id).map(pem).ok_or_else(Refusal::no_such_path)
}

/// Answers with its issuers: the intermediate, then the root. PayPal's are DigiCert's, and PayPal does not serve them.
fn authorities(world: &mut World) -> Result<Answer, Refusal> {
    let chain = world.chain()?;
    Ok(pem(&format!("{}{}", chain.intermediate(), chain.root())))
}

fn pem(text: &str) -> Answer {
    let body = Body::Other("application/x-pem-file".to_owned(), Bytes::from(text.to_owned()));
    Answer { status: 200, body, subject: None }
}

fn control(world: &mut World, path: &[&str], body: &Bytes) -> Result<Answer, Refusal> {
    let all = own::CONTROLS.iter().chain(routes::controls());
    let mut found = all.filter_map(|control| Some((control, control.variables(path)?)));
    let (control, variables) = found.next().ok_or_else(Refusal::no_such_path)?;
    (control.run)(world, &Call::control(body, variables)?)
}
