//! The request that an action would send, while nothing is sent.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use connector_host::{
    CallError, Connection, Connector, Delegation, Outcome, Route, Tenant,
    bytes::Bytes,
    http::{Request, Response, header},
    testing::NumberedTokens,
    transport::{BoxFuture, Error, Timeouts, Transport, WasiBody},
};
use serde::Serialize;
use serde_json::value::RawValue;

/// Shown in place of a token.
const TOKEN: &str = "Bearer <token>";

/// Keeps the first request, and sends none: to the component each is denied.
#[derive(Clone, Default)]
struct First(Arc<Mutex<Option<Request<Bytes>>>>);

impl Transport for First {
    fn send(&self, request: Request<Bytes>, _: Timeouts) -> BoxFuture<Result<Response<WasiBody>, Error>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(request);
        Box::pin(async { Err(Error::HttpRequestDenied) })
    }
}

/// What is shown, in the terms of the fixtures.
#[derive(Serialize)]
struct Shown<'a> {
    method: &'a str,
    url: String,
    headers: BTreeMap<&'a str, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    base64: Option<String>,
}

/// Returns the first request of an action as JSON, `{"request": {...}}` in the terms of the fixtures; nothing is sent. The token
/// in it is a placeholder. Returns the outcome instead, if the action ends without a request.
///
/// `route` says where it would go, `delegation` for whom, and a tenant that is `read_only` would not send a write.
///
/// # Errors
/// If the component does not complete the call.
pub async fn request(
    connector: &Connector,
    route: Route,
    delegation: Option<Delegation>,
    read_only: bool,
    action: &str,
    input: &str,
) -> Result<Result<String, Outcome>, CallError> {
    let first = First::default();
    let connection = Connection::new(route, NumberedTokens::new("unsent"), first.clone());
    let connection = match delegation {
        Some(delegation) => connection.with_delegation(delegation),
        None => connection,
    };
    let tenant = Tenant::new(connection.with_max_attempts(1).without_throttle(), first.clone());
    let tenant = if read_only { tenant.read_only() } else { tenant };
    let outcome = connector.invoke(&tenant, action, input).await?;
    let request = first.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(request) = request else { return Ok(Err(outcome)) };
    // Records of texts are always JSON.
    Ok(Ok(serde_json::to_string_pretty(&BTreeMap::from([("request", shown(&request))])).unwrap_or_default()))
}

fn shown(request: &Request<Bytes>) -> Shown<'_> {
    let value = |(name, value): (&'_ header::HeaderName, &header::HeaderValue)| match name {
        _ if name == header::AUTHORIZATION => TOKEN.to_owned(),
        _ => String::from_utf8_lossy(value.as_bytes()).into_owned(),
    };
    let bytes = request.body();
    let text = std::str::from_utf8(bytes).ok();
    let body = text.and_then(|text| serde_json::from_str(text).ok());
    Shown {
        method: request.method().as_str(),
        url: request.uri().to_string(),
        headers: request.headers().iter().map(|it| (it.0.as_str(), value(it))).collect(),
        body,
        text: text.filter(|text| body.is_none() && !text.is_empty()),
        base64: text.is_none().then(|| BASE64_STANDARD.encode(bytes)),
    }
}
