//! Responses: only the expected document of PayPal's is a success, and a write that may have been carried out is never
//! reported as refused.

use super::input::{first_line, text};
use serde_json::Value;

use crate::{
    base::document::Json,
    call::exchange::{Exchange, Expected},
    catalogue::{Action, orders, plans, webhooks},
    platform::{
        failure::{Failure, Kind},
        reply::Reply,
        response::Response,
    },
};

/// The statuses with which PayPal refuses (<https://developer.paypal.com/api/rest/responses/>).
const REFUSALS: [u16; 10] = [400, 401, 403, 404, 405, 406, 409, 415, 422, 429];

fn outcome(action: &'static Action, asked: Option<&str>, status: u16, body: &[u8]) -> Result<Reply, Failure> {
    let key = action.idempotency.as_ref().map(|_| "key-1");
    let exchange = Exchange {
        action,
        expected: asked.map_or(Expected::Any, Expected::Resource),
        idempotency_key: key,
        attempts: 1,
        sent: false,
    };
    let headers = vec![("content-type".to_owned(), b"application/json".to_vec())];
    exchange.outcome(Response { status, headers, body: Ok(body.to_vec()) })
}

/// A status of three digits, and then a body.
fn parts(input: &[u8]) -> (u16, &[u8]) {
    let (status, body) = first_line(input);
    let status = text(status).and_then(|status| status.trim().parse().ok()).unwrap_or(200);
    (status, body)
}

/// A response with a 2xx.
pub(super) fn answer(input: &[u8]) {
    let (status, body) = parts(input);
    let status = 200 + status % 100;
    for (action, asked) in [
        (orders::CREATE, None),
        (orders::CAPTURE, Some("5O190127TN364715T")),
        (orders::GET, Some("5O190127TN364715T")),
        (plans::LIST, None),
        (webhooks::DELETE, Some("5GP028458E2496506")),
    ] {
        match outcome(action, asked, status, body) {
            Ok(reply) => assert_success(action, asked, status, body, &reply),
            Err(failure) => {
                let expected = if action.is_read() { Kind::MalformedReply } else { Kind::OutcomeUnknown };
                assert_eq!(failure.kind, expected, "{} {status}", action.id);
                assert!(failure.request_sent && failure.attempts == 1);
                assert_eq!(failure.idempotency_key.is_some(), action.idempotency.is_some());
                assert_bounded(&failure, body);
            }
        }
    }
}

fn assert_success(action: &Action, asked: Option<&str>, status: u16, body: &[u8], reply: &Reply) {
    let what = format!("{} takes {status} {:?} for a success", action.id, String::from_utf8_lossy(body));
    assert!(matches!(status, 200 | 201 | 202 | 204), "{what}");
    let Some(text) = &reply.body else {
        assert!(body.iter().all(u8::is_ascii_whitespace) && !action.is_read(), "{what}");
        assert!(action.id == "webhooks.delete" || status == 202, "{what}");
        return;
    };
    assert_eq!(text.as_bytes(), body);
    assert!(Json::parse(text).is_ok_and(Json::is_object), "{what}");
    // Compared with another parser, if that can read it.
    let Ok(value) = serde_json::from_str::<Value>(text) else { return };
    let is_error = value.get("name").is_some() && value.get("debug_id").is_some();
    assert!(!is_error, "{what}");
    if action.id.starts_with("orders.") {
        let id = value["id"].as_str();
        let id = id.map(str::to_owned).or_else(|| value["id"].as_f64().map(|_| value["id"].to_string()));
        assert!(id.as_deref().is_none_or(|id| asked.is_none_or(|asked| id.eq_ignore_ascii_case(asked))), "{what}");
        assert!(id.is_some_and(|id| !id.is_empty()) || value["id"].is_boolean(), "{what}");
    }
}

/// A response with any other status.
pub(super) fn refusal(input: &[u8]) {
    let (status, body) = parts(input);
    let status = if (200..300).contains(&status) { status + 200 } else { status };
    for action in [orders::CREATE, orders::UPDATE, orders::GET] {
        let Err(failure) = outcome(action, None, status, body) else { panic!("{} {status} is a success", action.id) };
        assert!(failure.request_sent && failure.attempts == 1 && failure.status == Some(status));
        assert!(failure.message.starts_with(&format!("PayPal answered {status}")), "{}", failure.message);
        let may_have_acted = failure.kind == Kind::OutcomeUnknown;
        if action.is_read() {
            assert!(!may_have_acted);
        } else {
            assert!(may_have_acted || REFUSALS.contains(&status), "{} {status} is said to be refused", action.id);
            assert_eq!(may_have_acted, failure.message.contains("it may have acted"), "{}", failure.message);
            let is_repeated = !failure.retryable || action.idempotency.is_some() || status == 429;
            assert!(is_repeated, "{} {status} would be sent again", action.id);
        }
        assert_bounded(&failure, body);
        assert_told(&failure, body);
    }
}

/// PayPal's own error is in the failure.
fn assert_told(failure: &Failure, body: &[u8]) {
    let Ok(value) = serde_json::from_slice::<Value>(body) else { return };
    assert_eq!(failure.body.as_deref().map(str::as_bytes), Some(body), "the document is lost");
    if let Some(name) = value["name"].as_str() {
        assert_eq!(failure.name.as_deref(), Some(name));
    }
    if let Some(id) = value["debug_id"].as_str() {
        assert_eq!(failure.debug_id.as_deref(), Some(id));
    }
    if let Some(issue) = value["details"][0]["issue"].as_str() {
        assert_eq!(failure.details.first().and_then(|it| it.issue.as_deref()), Some(issue));
        let in_progress = issue == "PREVIOUS_REQUEST_IN_PROGRESS" && failure.idempotency_key.is_some();
        assert!(!in_progress || failure.kind == Kind::OutcomeUnknown, "a request in progress is said to be refused");
    }
}

/// The failure is not much larger than the response.
fn assert_bounded(failure: &Failure, body: &[u8]) {
    assert!(failure.details.len() <= 100);
    let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    let of_issue = |it: &crate::platform::failure::Issue| {
        [&it.field, &it.value, &it.location, &it.issue, &it.description].map(text).iter().sum::<usize>()
    };
    let details: usize = failure.details.iter().map(of_issue).sum();
    assert!(details <= body.len() + 100, "{details} bytes of details of {}", body.len());
    assert!(failure.message.len() <= 3 * body.len() + 1_000);
}
