//! What every request passes first and every answer last.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Body,
    extract::{FromRequestParts, MatchedPath, Request},
    middleware::Next,
    response::Response,
};
use bounded_server::{Limits, Reading, Working};
use http::{HeaderMap, HeaderName, HeaderValue, Method, header, request::Parts};
use http_body::Body as _;
use hyper::body::Incoming;
use percent_encoding::percent_decode_str;
use tokio::net::TcpListener;
use tower::ServiceExt as _;

use super::{app::App, hosts};
use crate::serve::{
    access::Gate,
    forms::problem::{Kind, Problem},
    keys::Caller,
    random,
};

/// The longest path with its query, in bytes.
const TARGET: usize = 8 * 1024;

/// The most header fields.
const FIELDS: usize = 100;

/// The most bytes of a head. PayPal's have about 1500.
const HEAD: usize = 16 * 1024;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// 1,024 connections of 10,000 requests and 10 minutes each, and 10 seconds for a head.
const LIMITS: Limits = Limits {
    connections: 1024,
    requests: 10_000,
    life: Duration::from_secs(600),
    head_time: Duration::from_secs(10),
    head: HEAD,
};

/// The id of a request: the caller's, or a new one.
#[derive(Clone)]
pub(crate) struct RequestId(pub(crate) String);

impl<S: Sync> FromRequestParts<S> for RequestId {
    type Rejection = Infallible;

    async fn from_request_parts(head: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(head.extensions.get().cloned().unwrap_or_else(|| Self("-".to_owned())))
    }
}

/// Whether a request is still being read, or answered. Its connection may be closed for others while it is read.
#[derive(Clone)]
pub(super) struct Phase(Arc<Mutex<State>>);

enum State {
    Reading(Reading),
    Working(#[allow(dead_code, reason = "the connection stays open while it exists")] Working),
    /// The connection is being closed.
    Over,
}

impl Phase {
    fn new(reading: Reading) -> Self {
        Self(Arc::new(Mutex::new(State::Reading(reading))))
    }

    /// Marks the body as read. Returns whether the connection is still open.
    pub(super) fn read(&self) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let State::Reading(_) = &*state
            && let State::Reading(reading) = std::mem::replace(&mut *state, State::Over)
            && let Some(working) = reading.done()
        {
            *state = State::Working(working);
        }
        matches!(&*state, State::Working(_))
    }
}

/// Serves until `stop` completes, and then until the last request is answered.
pub(crate) async fn serve(
    listener: TcpListener,
    gate: Gate,
    app: Arc<App>,
    router: Router,
    stop: impl Future<Output = ()>,
) {
    let pass = move |stream| gate.clone().pass(stream);
    bounded_server::run_until(listener, LIMITS, pass, stop, move |request, reading| {
        let (app, router) = (app.clone(), router.clone());
        answer(app, router, request, Phase::new(reading))
    })
    .await;
}

/// Notes the pattern of the route, for metrics and the log.
pub(super) async fn note_route(request: Request, next: Next) -> Response {
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let mut response = next.run(request).await;
    if let Some(matched) = matched {
        response.extensions_mut().insert(matched);
    }
    response
}

/// Counts a request that has ended, and tells it in the log: no path and no query, which may have ids in them.
fn observe(app: &App, method: &Method, id: &str, began: Instant, response: &Response) {
    let extensions = response.extensions();
    let route = extensions.get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str);
    let (status, duration) = (response.status().as_u16(), began.elapsed());
    app.metrics.answered(method, route, status, duration);
    let caller = extensions.get::<Caller>().map(|it| &*it.name);
    let duration_ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let method = method.as_str();
    tracing::info!(target: "host_test::serve", request_id = id, method, route, status, caller, duration_ms, "request");
}

async fn answer(app: Arc<App>, router: Router, request: http::Request<Incoming>, phase: Phase) -> Response {
    let began = Instant::now();
    app.metrics.began();
    let (mut head, body) = request.into_parts();
    let (id, method) = (id(&head.headers), head.method.clone());
    let mut response = match check(&app, &head) {
        Ok(()) => {
            if body.is_end_stream() {
                phase.read();
            }
            head.extensions.insert(RequestId(id.clone()));
            head.extensions.insert(phase.clone());
            // A router never fails.
            let request = Request::from_parts(head, Body::new(body));
            router.oneshot(request).await.unwrap_or_else(|never| match never {})
        }
        Err(problem) => problem.into(),
    };
    observe(&app, &method, &id, began, &response);
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    // A page may say something else.
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        // A page that opens this one gets no handle of it.
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    drop(phase);
    response
}

fn check(app: &App, head: &Parts) -> Result<(), Problem> {
    let target = head.uri.path_and_query().map_or(0, |it| it.as_str().len());
    if target > TARGET {
        return Err(Problem::new(Kind::TARGET_TOO_LONG, format!("the path has at most {TARGET} bytes")));
    }
    if head.headers.len() > FIELDS {
        return Err(Problem::new(Kind::HEAD_TOO_LARGE, format!("there are at most {FIELDS} header fields")));
    }
    if !head.uri.path().split('/').all(is_segment) {
        return Err(Problem::new(Kind::MALFORMED, "the path is not one of RFC 3986, or is not UTF-8"));
    }
    app.hosts.check(head, is_delivery(head))
}

/// Whether it is for a route that PayPal delivers to: through any tunnel, and proved by its signature.
fn is_delivery(head: &Parts) -> bool {
    let segments: Vec<&str> = head.uri.path().split('/').collect();
    head.method == Method::POST && matches!(segments[..], ["", "v1", "connections", _, "webhooks" | "ipn"])
}

/// Whether a segment of a path can be decoded to text without control characters.
fn is_segment(segment: &str) -> bool {
    let bytes = segment.as_bytes();
    let is_hex = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_hexdigit);
    let escaped = |at: usize| is_hex(at + 1) && is_hex(at + 2);
    let valid = bytes.iter().enumerate().all(|(at, byte)| byte.is_ascii_graphic() && (*byte != b'%' || escaped(at)));
    let decoded = percent_decode_str(segment).decode_utf8();
    valid && decoded.is_ok_and(|it| !it.chars().any(char::is_control))
}

/// Returns the caller's id of a request, or a new one.
fn id(headers: &HeaderMap) -> String {
    let fits = |id: &&str| {
        (1..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    };
    let given = hosts::single(headers, REQUEST_ID.as_str()).ok().flatten().filter(fits).map(str::to_owned);
    given.or_else(|| random::token().ok()).unwrap_or_else(|| "-".to_owned())
}

/// Refuses a query where none is expected: a misspelled path, or a secret that would be in logs.
pub(super) async fn without_query(request: Request, next: Next) -> Response {
    match request.uri().query() {
        Some(query) if !query.is_empty() => Problem::new(Kind::MALFORMED, "the route has no query parameters").into(),
        _ => next.run(request).await,
    }
}
