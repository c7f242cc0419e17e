//! The routes of connections.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, State},
    response::Response,
};
use connector_host::{Failure, FailureKind, TokenInfo, actions::Effect, json};
use http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};

use super::{
    actions::{check_json, connection},
    app::App,
    body::{DOCUMENT, Whole},
    caller::By,
    hosts::single,
    reply,
};
use crate::serve::{
    connections::{Change, Live},
    forms::{
        outcome,
        problem::{Kind, Problem},
    },
};

type Answer = Result<Response, Problem>;

/// `GET /v1/connection-form`: the connector's form of a connection.
pub(super) async fn form(State(app): State<Arc<App>>) -> Response {
    reply::text(&*app.actions.manifest.connection_form)
}

/// `GET /v1/connections`: those that the caller may use.
pub(super) async fn list(State(app): State<Arc<App>>, by: By) -> Response {
    let all = app.registry.all();
    let covered: Vec<_> = all.iter().filter(|it| by.0.covers(&it.settings.name)).map(|it| it.view()).collect();
    reply::document(StatusCode::OK, &json!({ "connections": covered }))
}

/// `GET /v1/connections/{name}`.
pub(super) async fn one(State(app): State<Arc<App>>, Path(name): Path<String>, by: By) -> Answer {
    by.covers(&name)?;
    Ok(reply::document(StatusCode::OK, &connection(&app, &name)?.view()))
}

/// `PUT /v1/connections/{name}`: makes it or changes it. With `If-None-Match: *` it is only made.
pub(super) async fn put(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    by: By,
    headers: HeaderMap,
    body: Whole<DOCUMENT>,
) -> Answer {
    by.administers()?;
    let must_be_new = match single(&headers, header::IF_NONE_MATCH.as_str())? {
        None => false,
        Some("*") => true,
        Some(_) => return Err(Problem::new(Kind::MALFORMED, "If-None-Match can only be `*`")),
    };
    let (live, is_new) = app.registry.put(&name, change(&headers, &body)?, must_be_new).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok(reply::document(status, &live.view()))
}

/// `DELETE /v1/connections/{name}`.
pub(super) async fn delete(State(app): State<Arc<App>>, Path(name): Path<String>, by: By) -> Answer {
    by.administers()?;
    app.registry.delete(&name).await?;
    app.inbox.forget(&name);
    app.wire.forget(&name);
    Ok(reply::empty())
}

/// `POST /v1/connections/{name}/test`: what is set, or, with a body, what would be set by `PUT`.
pub(super) async fn test(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    by: By,
    headers: HeaderMap,
    body: Whole<DOCUMENT>,
) -> Answer {
    by.covers(&name)?;
    by.allows(&[Effect::Read])?;
    let live = if body.bytes.is_empty() {
        connection(&app, &name)?
    } else {
        by.administers()?;
        Arc::new(app.registry.draft(&name, change(&headers, &body)?)?)
    };
    let report = app.connector.test_connection(&live.tenant).await;
    let report = report.map_err(|error| Problem::new(Kind::UNAVAILABLE, error.to_string()))?;
    let report = report.map_err(|failure| advised(failure, &live));
    // The token itself never reaches the component: what it knows of it is in the report.
    let token = live.tenant.connection.token_info();
    match json::connection_report(&report).ok().filter(|_| report.is_ok()).map(|text| with_token(&text, token)) {
        Some(Ok(document)) => Ok(reply::document(StatusCode::OK, &document)),
        _ => Ok(outcome::report(&report).map(Body::from)),
    }
}

/// Adds what is known of the token to `{"report": ...}`.
fn with_token(report: &str, token: Option<TokenInfo>) -> serde_json::Result<Value> {
    let mut document: Value = serde_json::from_str(report)?;
    let shown = |it: TokenInfo| json!({"expires_in": it.expires_in.map(|it| it.as_secs()), "app_id": it.app_id});
    document["token"] = token.map(shown).into();
    Ok(document)
}

/// Says what to do where no token was obtained and asking again does not help.
fn advised(mut failure: Failure, live: &Live) -> Failure {
    if failure.kind == FailureKind::ConnectionUnavailable && !failure.retryable {
        let settings = &live.settings;
        let of = if settings.secrets.contains_key("access_token") {
            "`access_token`, and that it is"
        } else {
            "`client_id` and `client_secret`, and that both are"
        };
        let environment = settings.environment.name();
        failure.message += &format!("; check {of} of the environment `{environment}`");
    }
    failure
}

fn change(headers: &HeaderMap, body: &Whole<DOCUMENT>) -> Result<Change, Problem> {
    check_json(single(headers, header::CONTENT_TYPE.as_str())?, body.bytes.is_empty())?;
    Change::read(&body.bytes).map_err(|wrong| reply::invalid(&wrong))
}
