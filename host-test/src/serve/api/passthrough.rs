//! `/v1/connections/{name}/paypal/...`: PayPal's own paths, by the action of each operation: with its check, a token, a key, and
//! repeats where they are safe.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, State},
    response::Response,
};
use connector_host::{Failure, FailureKind, Reply, actions::ActionInfo};
use http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts};
use indexmap::IndexMap;
use percent_encoding::percent_decode_str;
use serde_json::{
    Value,
    value::{RawValue, to_raw_value},
};

use super::{
    actions::{check_json, connection},
    app::App,
    body::{INPUT, Whole},
    caller::By,
    front::RequestId,
    hosts::single,
    reply,
};
use crate::serve::{
    actions::Found,
    calls::Asked,
    forms::{
        outcome,
        problem::{Kind, Problem},
    },
};

/// PayPal has no such operation, or the connector has no action for it.
const NO_OPERATION: Kind =
    Kind { name: "no-such-operation", status: StatusCode::NOT_FOUND, title: "There is no such operation" };

/// The header fields that are options of a call.
const OPTIONS: [(&str, &str); 6] = [
    ("paypal-request-id", "idempotency_key"),
    ("idempotency-key", "idempotency_key"),
    ("paypal-auth-assertion", "auth_assertion"),
    ("paypal-partner-attribution-id", "partner_attribution_id"),
    ("paypal-client-metadata-id", "client_metadata_id"),
    ("paypal-mock-response", "mock_response"),
];

type Members = IndexMap<String, Box<RawValue>>;

/// Any method of `/v1/connections/{name}/paypal/{*path}`.
pub(super) async fn run(
    State(app): State<Arc<App>>,
    Path((name, _)): Path<(String, String)>,
    head: Parts,
    by: By,
    RequestId(request_id): RequestId,
    body: Whole<INPUT>,
) -> Result<Response, Problem> {
    by.covers(&name)?;
    // As it was sent: an encoded slash separates nothing.
    let path = head.uri.path().splitn(6, '/').nth(5).unwrap_or_default();
    let method = &head.method;
    let found = app.actions.operation(method, path).ok_or_else(|| {
        let detail =
            format!("the connector has no action for `{method} /{path}`; GET /v1/actions has the paths of all");
        Problem::new(NO_OPERATION, detail)
    })?;
    by.allows(&found.action.effects)?;
    let action = found.action;
    let input = input(&app, found, head.uri.query(), &head.headers, &body.bytes)?;
    by.acts_for_itself(&input)?;
    let connection = connection(&app, &name)?;
    let asked = Asked { connection, action: action.id.clone(), input, caller: by.0.name, request_id };
    let done = app.runner.run(asked).await?;
    Ok(reply::of_call(done.id, answer(action, done.result)))
}

/// Returns the input of the action.
fn input(
    app: &App,
    found: Found<'_>,
    query: Option<&str>,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<String, Problem> {
    let malformed = |detail: String| Problem::new(Kind::MALFORMED, detail);
    let raw = |value: &Value| to_raw_value(value).map_err(|error| malformed(error.to_string()));
    let mut members = Members::new();
    for (name, value) in found.path {
        members.insert(name, raw(&value.into())?);
    }
    for (name, value) in
        pairs(query.unwrap_or_default()).ok_or_else(|| malformed("the query is not UTF-8".to_owned()))?
    {
        let mut parameters = app.actions.parameters(found.action);
        let parameter = parameters.find(|it| it["in"] == "query" && it["name"] == *name);
        let Some(parameter) = parameter else {
            return Err(malformed(format!("`{}` has no query parameter `{name}`", found.action.id)));
        };
        let value = raw(&app.actions.typed(parameter, &value))?;
        if members.insert(name.clone(), value).is_some() {
            return Err(malformed(format!("the query parameter `{name}` occurs twice")));
        }
    }
    let mut options = Members::new();
    for (field, option) in OPTIONS {
        let Some(value) = single(headers, field)? else { continue };
        let value = raw(&value.into())?;
        if let Some(other) = options.insert(option.to_owned(), value.clone())
            && other.get() != value.get()
        {
            return Err(malformed("PayPal-Request-Id and Idempotency-Key differ: send one of them".to_owned()));
        }
    }
    if let Some(prefer) = single(headers, "prefer")? {
        // Other preferences are not PayPal's (RFC 7240: an unknown one is ignored).
        let returns = prefer.split(',').filter_map(|it| it.trim().strip_prefix("return=")).next();
        if let Some(returns) = returns {
            options.insert("prefer".to_owned(), raw(&returns.trim_matches('"').into())?);
        }
    }
    if !options.is_empty() {
        members.insert("options".to_owned(), to_raw_value(&options).map_err(|error| malformed(error.to_string()))?);
    }
    if !body.is_empty() {
        check_json(single(headers, header::CONTENT_TYPE.as_str())?, false).map_err(|problem| {
            Problem::new(Kind::MEDIA_TYPE, format!("{}; files go to the route of the action", problem.detail))
        })?;
        let document = serde_json::from_slice::<Box<RawValue>>(body);
        let place = |error: serde_json::Error| format!("line {}, column {}", error.line(), error.column());
        let document = document.map_err(|error| malformed(format!("the body is not JSON: {}", place(error))))?;
        members.insert("body".to_owned(), document);
    }
    serde_json::to_string(&members).map_err(|error| malformed(error.to_string()))
}

/// Splits a query into names and values, decoded as a form's
/// (<https://url.spec.whatwg.org/#concept-urlencoded-parser>).
fn pairs(query: &str) -> Option<Vec<(String, String)>> {
    let decode = |text: &str| {
        let text = text.replace('+', " ");
        percent_decode_str(&text).decode_utf8().ok().map(|it| it.into_owned())
    };
    let parts = query.split('&').filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            Some((decode(name)?, decode(value)?))
        })
        .collect()
}

/// Returns PayPal's answer. It is a problem where PayPal has given none, and where the outcome is unknown: a program must not take
/// that for a refusal.
fn answer(action: &ActionInfo, result: Result<Reply, Failure>) -> Response {
    let key = match &result {
        Ok(reply) => reply.idempotency_key.clone(),
        Err(failure) => failure.idempotency_key.clone(),
    };
    let mut response = match result {
        Ok(Reply { file: Some(file), status, debug_id, .. }) => {
            paypals(status, Some(&file.media_type), Body::from(file.data), debug_id.as_deref())
        }
        Ok(reply) => {
            let media_type = reply.body.is_some().then_some("application/json");
            paypals(reply.status, media_type, Body::from(reply.body.unwrap_or_default()), reply.debug_id.as_deref())
        }
        Err(failure) if failure.kind != FailureKind::OutcomeUnknown => match (failure.status, &failure.body) {
            (Some(status @ 400..), Some(body)) => {
                let mut response =
                    paypals(status, Some("application/json"), Body::from(body.clone()), failure.debug_id.as_deref());
                if let Some(wait) = failure.retry_after_ms {
                    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.div_ceil(1000).max(1)));
                }
                response
            }
            _ => outcome::answer(&action.id, &Err(failure)).map(Body::from),
        },
        unknown => outcome::answer(&action.id, &unknown).map(Body::from),
    };
    // With it a repeat has one effect, also if the caller has not given one.
    if let Some(Ok(key)) = key.as_deref().map(HeaderValue::from_str) {
        response.headers_mut().insert("paypal-request-id", key);
    }
    response
}

fn paypals(status: u16, media_type: Option<&str>, body: Body, debug_id: Option<&str>) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    let fields = [("content-type", media_type), ("paypal-debug-id", debug_id)];
    for (name, value) in fields {
        if let Some(Ok(value)) = value.map(HeaderValue::from_str) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_decoded_once() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            pairs("a=1&b=x%2By+z&&c&d=%2525").unwrap(),
            [pair("a", "1"), pair("b", "x+y z"), pair("c", ""), pair("d", "%25")]
        );
        assert_eq!(pairs("a=%ff"), None);
    }
}
