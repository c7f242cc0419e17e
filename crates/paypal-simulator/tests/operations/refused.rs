//! What PayPal's lists of issues say that an operation refuses, case by case: the codes that nothing else here plays.

mod billing;
mod invoices;
mod orders;
mod payments;

use paypal_simulator::bytes::Bytes;
use serde_json::Value;

use crate::sandbox::Sandbox;

/// A request with its refusal: method and path, in which `{name}` stands for an id; the body; status and issue.
pub(crate) type Case<'a> = (&'a str, Value, u16, &'a str);

/// Sends requests that are all refused, and change nothing.
fn refuse(paypal: &Sandbox, ids: &[(&str, &str)], cases: &[Case<'_>]) {
    let before = paypal.effects();
    let mut wrong = Vec::new();
    for (request, body, status, issue) in cases {
        let (method, path) = request.split_once(' ').unwrap();
        let path = ids.iter().fold(path.to_owned(), |path, (name, id)| path.replace(&format!("{{{name}}}"), id));
        let answer = paypal.send(method, &path, &[], body);
        let details = answer.body["details"].as_array().into_iter().flatten();
        if answer.status != *status || !details.clone().any(|detail| detail["issue"] == *issue) {
            let issues: Vec<_> = details.map(|detail| format!("{} {}", detail["field"], detail["issue"])).collect();
            wrong.push(format!("{request} {body}: {issue} is {} {issues:?}", answer.status));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(before == paypal.effects(), "a refused request has changed something");
}

/// Sends a body that is no JSON.
fn malformed(paypal: &Sandbox, method: &str, path: &str) {
    let headers = [("content-type", "application/json")];
    let answer = paypal.send_bytes(method, path, &headers, Bytes::from_static(b"{\"a\": "));
    assert_eq!(answer.refusal(), (400, "MALFORMED_REQUEST_JSON"), "{method} {path}");
}

/// Changes members of a document, each by its pointer. Null removes it.
fn with(document: &Value, changes: &[(&str, Value)]) -> Value {
    let mut document = document.clone();
    for (pointer, value) in changes {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let parent = document.pointer_mut(parent).unwrap();
        match (parent, value) {
            (Value::Object(members), Value::Null) => drop(members.remove(name)),
            (Value::Object(members), value) => drop(members.insert(name.to_owned(), value.clone())),
            (Value::Array(items), value) => items[name.parse::<usize>().unwrap()] = value.clone(),
            _ => panic!("{pointer}"),
        }
    }
    document
}

fn text(document: &Value, pointer: &str) -> String {
    document.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer}: {document}")).to_owned()
}
