//! The routes of actions.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, State},
    response::Response,
};
use connector_host::{
    Wanted,
    actions::{ActionInfo, Effect},
    json,
};
use http::{HeaderMap, header};

use super::{
    app::App,
    body::{INPUT, Whole},
    caller::By,
    front::RequestId,
    hosts::single,
    reply,
};
use crate::{
    dry_run,
    serve::{
        calls::Asked,
        connections::Live,
        forms::{
            input,
            media_type::is_json,
            outcome,
            problem::{Kind, Problem},
            wanted,
        },
    },
};

type Answer = Result<Response, Problem>;

/// `GET /v1/actions`, as `host-test actions --json` prints it.
pub(super) async fn list(State(app): State<Arc<App>>) -> Answer {
    json::actions(app.actions.all()).map(reply::text).map_err(|_| undescribed())
}

/// `GET /v1/actions/{id}`, as `host-test describe` prints it.
pub(super) async fn one(State(app): State<Arc<App>>, Path(id): Path<String>) -> Answer {
    app.actions.described(find(&app, &id)?).map(reply::text).map_err(|_| undescribed())
}

/// `GET /v1/triggers`, as `host-test triggers --json` prints it.
pub(super) async fn triggers(State(app): State<Arc<App>>) -> Answer {
    let triggers = app.connector.triggers().await.map_err(|_| undescribed())?;
    json::triggers(&triggers).map(reply::text).map_err(|_| undescribed())
}

/// `GET /v1/manifest`, as `host-test describe` prints it.
pub(super) async fn manifest(State(app): State<Arc<App>>) -> Answer {
    json::manifest(&app.actions.manifest).map(reply::text).map_err(|_| undescribed())
}

/// `POST /v1/connections/{name}/actions/{id}`.
pub(super) async fn run(
    State(app): State<Arc<App>>,
    Path((name, id)): Path<(String, String)>,
    by: By,
    RequestId(request_id): RequestId,
    headers: HeaderMap,
    body: Whole<INPUT>,
) -> Answer {
    by.covers(&name)?;
    by.allows(&find(&app, &id)?.effects)?;
    let input = read(&by, &headers, &body)?;
    let connection = connection(&app, &name)?;
    let asked = Asked { connection, action: id.clone(), input, caller: by.0.name, request_id };
    let done = app.runner.run(asked).await?;
    Ok(reply::of_call(done.id, outcome::answer(&id, &done.result).map(Body::from)))
}

/// `POST /v1/connections/{name}/actions/{id}/dry-run`: the request that would be sent, as `host-test call --dry-run` prints it.
pub(super) async fn dry_run(
    State(app): State<Arc<App>>,
    Path((name, id)): Path<(String, String)>,
    by: By,
    RequestId(request_id): RequestId,
    headers: HeaderMap,
    body: Whole<INPUT>,
) -> Answer {
    by.covers(&name)?;
    // Nothing is sent, so that a key that only reads may look.
    by.allows(&[Effect::Read])?;
    find(&app, &id)?;
    let connection = connection(&app, &name)?;
    let (route, delegation) = (connection.tenant.connection.route().clone(), connection.delegation());
    let read_only = connection.settings.read_only;
    let input = read(&by, &headers, &body)?;
    let asked = Asked { connection, action: id.clone(), input, caller: by.0.name, request_id };
    let input = app.runner.with_defaults(&asked)?;
    let shown = dry_run::request(&app.connector, route, delegation, read_only, &id, &input).await;
    match shown.map_err(|error| Problem::new(Kind::UNAVAILABLE, error.to_string()))? {
        Ok(request) => Ok(reply::text(request)),
        Err(ended) => Ok(outcome::answer(&id, &ended.result).map(Body::from)),
    }
}

/// `POST /v1/connections/{name}/actions/{id}/options`.
pub(super) async fn options(
    State(app): State<Arc<App>>,
    Path((name, id)): Path<(String, String)>,
    by: By,
    headers: HeaderMap,
    body: Whole<INPUT>,
) -> Answer {
    by.covers(&name)?;
    by.allows(&[Effect::Read])?;
    find(&app, &id)?;
    let wanted = wanted::Wanted::read(&text(&headers, &body)?)?;
    by.acts_for_itself(wanted.input())?;
    let live = connection(&app, &name)?;
    let wanted = Wanted {
        action: &id,
        parameter: &wanted.parameter,
        input: wanted.input(),
        search: wanted.search.as_deref(),
        page: wanted.page(),
    };
    let choices = app.connector.options(&live.tenant, &wanted).await;
    let choices = choices.map_err(|error| Problem::new(Kind::UNAVAILABLE, error.to_string()))?;
    Ok(outcome::choices(&choices).map(Body::from))
}

/// Returns the action of that id.
pub(super) fn find<'a>(app: &'a App, id: &str) -> Result<&'a ActionInfo, Problem> {
    app.actions.get(id).ok_or_else(|| Problem::new(Kind::NO_ACTION, "GET /v1/actions lists the actions"))
}

/// Returns the connection of that name.
pub(super) fn connection(app: &App, name: &str) -> Result<Arc<Live>, Problem> {
    app.registry.get(name).ok_or_else(reply::no_connection)
}

/// Returns the input of an action, with which the caller acts for no other account than it may.
pub(super) fn read<const MOST: usize>(by: &By, headers: &HeaderMap, body: &Whole<MOST>) -> Result<String, Problem> {
    let input = text(headers, body)?;
    by.acts_for_itself(&input)?;
    Ok(input)
}

/// Returns the body as a text, with the idempotency key of the header. An empty body is `{}`.
fn text<const MOST: usize>(headers: &HeaderMap, body: &Whole<MOST>) -> Result<String, Problem> {
    let malformed = |detail: &str| Problem::new(Kind::MALFORMED, detail);
    let key = single(headers, "idempotency-key")?;
    let media_type = single(headers, header::CONTENT_TYPE.as_str())?;
    check_json(media_type, body.bytes.is_empty())?;
    let input = std::str::from_utf8(&body.bytes).map_err(|_| malformed("the body is not UTF-8"))?;
    let input = if input.is_empty() { "{}" } else { input };
    match key {
        None => Ok(input.to_owned()),
        Some(key) => input::with_key(input, key).map_err(malformed),
    }
}

/// Checks that a body is JSON in UTF-8 by its media type. A form that a page of another site may send has another one.
pub(super) fn check_json(media_type: Option<&str>, is_empty: bool) -> Result<(), Problem> {
    match media_type {
        Some(it) if !is_json(it) => Err(Problem::new(Kind::MEDIA_TYPE, "expected application/json")),
        None if !is_empty => {
            let detail = "the header field Content-Type is missing: expected application/json";
            Err(Problem::new(Kind::MEDIA_TYPE, detail))
        }
        _ => Ok(()),
    }
}

fn undescribed() -> Problem {
    Problem::new(Kind::UNDESCRIBED, "the connector's catalogue cannot be read")
}
