//! The routes of the log of calls.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, State},
    response::Response,
};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::{
    actions::{self, connection, read},
    app::App,
    body::{INPUT, Whole},
    caller::By,
    front::RequestId,
    query::Asked as Query,
    reply,
};
use crate::serve::{
    calls::{Asked, Filter},
    forms::{
        outcome,
        problem::{Kind, Problem},
    },
};
use connector_host::actions::Effect;

type Answer = Result<Response, Problem>;

/// The action that finds out what a call did.
const RESOLVE: &str = "calls.resolve";

/// `GET /v1/connections/{name}/calls`: those that were cut off first, then all, the newest first.
pub(super) async fn list(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    by: By,
    Query(filter): Query<Filter>,
) -> Answer {
    by.covers(&name)?;
    by.allows(&[Effect::Read])?;
    let live = connection(&app, &name)?;
    let unresolved = if filter.is_first_page() {
        match app.unresolved.of(&live).await? {
            Ok(calls) => Some(calls),
            Err(failure) => return Ok(outcome::problem_of(&failure).into()),
        }
    } else {
        None
    };
    let mut calls = app.log.page(&name, &filter).await?;
    for call in &mut calls {
        call.fixture = app.wire.get(call.id).is_some();
    }
    let next = calls.last().map(|it| it.id);
    Ok(reply::document(StatusCode::OK, &json!({"unresolved": unresolved, "calls": calls, "next": next})))
}

/// `POST /v1/connections/{name}/calls/{call}/resolve`, with what else `calls.resolve` takes as the body.
pub(super) async fn resolve(
    State(app): State<Arc<App>>,
    Path((name, call)): Path<(String, String)>,
    by: By,
    RequestId(request_id): RequestId,
    headers: HeaderMap,
    body: Whole<INPUT>,
) -> Answer {
    by.covers(&name)?;
    by.allows(&actions::find(&app, RESOLVE)?.effects)?;
    let given = read(&by, &headers, &body)?;
    let mut input: Value = serde_json::from_str(&given).unwrap_or_default();
    let Some(members) = input.as_object_mut() else {
        return Err(Problem::new(Kind::MALFORMED, "the body must be an object, such as {\"outcome\": \"not-done\"}"));
    };
    if members.insert("call".to_owned(), call.into()).is_some() {
        return Err(Problem::new(Kind::MALFORMED, "the path says which call it is: leave `call` out"));
    }
    let connection = connection(&app, &name)?;
    let asked =
        Asked { connection, action: RESOLVE.to_owned(), input: input.to_string(), caller: by.0.name, request_id };
    let done = app.runner.run(asked).await?;
    Ok(reply::of_call(done.id, outcome::answer(RESOLVE, &done.result).map(Body::from)))
}
