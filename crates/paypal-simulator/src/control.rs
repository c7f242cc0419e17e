//! Paths outside the API: what payers and tests do under `/simulator/`, certificates, and the confirmation of IPN messages.

mod ipn;
mod own;

use bytes::Bytes;
use http::Method;
use serde_json::json;

use crate::{
    base::uri::read_form,
    operations::{accounts, operation::Control, routes},
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
    matches!(*path, ["simulator", ..] | ["v1", "notifications", "certs", _] | ["cgi-bin", "webscr"])
}

/// Whether a path is asked for again and again, so that the log leaves it out.
pub(crate) fn is_polled(path: &str) -> bool {
    path == LOG
}

/// Whether a request makes the simulator post to an address in it.
pub(crate) fn posts(method: &Method, path: &[String]) -> bool {
    method == Method::POST && path.iter().eq(["simulator", ipn::PATH])
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
        ("POST", ["simulator", rest @ ..]) => carry_out(world, rest, body),
        ("GET", ["simulator", "effects"]) => {
            let done: Vec<_> =
                world.books.done.iter().map(|((action, id), times)| json!([action, id, times])).collect();
            Some(Ok(Answer::ok(json!({"done": done}))))
        }
        ("GET", ["simulator", "requests"]) => {
            let after = read_form(query).get("after").and_then(|text| text.parse().ok()).unwrap_or(0);
            Some(Ok(Answer::ok(json!({"requests": world.log.after(after, routes::action)}))))
        }
        ("GET", ["v1", "notifications", "certs", id]) => Some(certificate(world, id)),
        ("GET", ["simulator", "accounts"]) => Some(Ok(accounts::list(world))),
        ("GET", ["simulator", "authorities"]) => Some(authorities(world)),
        ("POST", ["cgi-bin", "webscr"]) => Some(Ok(ipn::confirm(world, body))),
        _ => None,
    }
}

/// Returns the methods of a path outside the API; none if there is nothing under it.
pub(crate) fn methods(path: &[String]) -> &'static [&'static str] {
    let path: Vec<_> = path.iter().map(String::as_str).collect();
    match &*path {
        ["simulator", "effects" | "requests" | "accounts" | "authorities"] | ["v1", "notifications", "certs", _] => {
            &["GET"]
        }
        ["simulator", rest @ ..] if find(rest).is_some() => &["POST"],
        ["cgi-bin", "webscr"] => &["POST"],
        _ => &[],
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
    Answer::new(200, Body::Other("application/x-pem-file".to_owned(), Bytes::from(text.to_owned())))
}

/// Carries out the control with this path; `None` if there is none.
pub(crate) fn carry_out(world: &mut World, path: &[&str], body: &Bytes) -> Option<Result<Answer, Refusal>> {
    let (control, variables) = find(path)?;
    Some(Call::control(body, variables).and_then(|call| control.carry_out(world, &call)))
}

/// Returns the control with this path, and the path's variable segments.
fn find(path: &[&str]) -> Option<(&'static Control, Vec<String>)> {
    let all = own::CONTROLS.iter().chain(routes::controls());
    all.filter_map(|control| Some((control, control.variables(path)?))).next()
}

/// Returns the controls of the simulator as a whole, rather than of one resource, that need no credentials.
pub(crate) fn general() -> impl Iterator<Item = &'static Control> {
    let all = own::CONTROLS.iter().chain(routes::controls());
    all.filter(|control| control.path != ipn::PATH && !control.path.contains('*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_control_of_a_resource_says_what_it_needs() {
        // Both are possible again and again.
        let any = ["partner-referrals/*/agree", "payment-links/*/pay"];
        for control in routes::controls().filter(|control| control.path.contains('*')) {
            assert_eq!(control.needs.is_none(), any.contains(&control.path), "{}", control.path);
            let states = control.needs.as_ref().map_or(&["any"][..], |needs| needs.states);
            assert!(!states.is_empty() && states.iter().all(|state| !state.is_empty()), "{}", control.path);
        }
    }

    #[test]
    fn every_form_for_a_body_begins_with_one() {
        for control in routes::controls().chain(general()) {
            assert!(control.fields.is_some() != control.example.is_some(), "{}", control.path);
        }
    }
}
