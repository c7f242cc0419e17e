//! What PayPal's lists of issues say that an operation refuses, case by case: the codes that nothing else here plays.

mod billing;
mod invoices;
mod orders;
mod payments;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use paypal_simulator::{NewMerchant, bytes::Bytes};
use serde_json::{Value, json};

use crate::{sandbox::Sandbox, schemas::operations};

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

#[test]
fn every_operation_needs_its_scope() {
    let paypal = Sandbox::new();
    let scopes = Some(vec!["openid".to_owned()]);
    let app = paypal.0.add_merchant(NewMerchant { scopes, ..NewMerchant::default() }).unwrap();
    let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("{}:{}", app.client_id, app.client_secret)));
    let headers = [("authorization", basic.as_str()), ("content-type", "application/x-www-form-urlencoded")];
    let grant = Bytes::from_static(b"grant_type=client_credentials");
    let token = paypal.send_bytes("POST", "/v1/oauth2/token", &headers, grant).ok();
    let bearer = format!("Bearer {}", text(&token, "/access_token"));
    let mut allowed = Vec::new();
    for operation in operations() {
        let path = operation.path.replace(['{', '}'], "");
        let answer = paypal.send(&operation.method, &path, &[("authorization", &bearer)], &json!({}));
        if answer.status != 403 {
            allowed.push(operation.action.as_str());
        }
    }
    // Any token will do for these.
    let any = ["webhooks.list-event-types", "identity.userinfo", "identity.generate-token", "identity.openid-userinfo"];
    assert_eq!(allowed, any);
}
