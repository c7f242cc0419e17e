//! The routes of keys.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    response::Response,
};
use http::{HeaderMap, StatusCode, header};
use serde_json::json;

use super::{
    actions::check_json,
    app::App,
    body::{DOCUMENT, Whole},
    caller::By,
    hosts::single,
    reply,
};
use crate::serve::{forms::problem::Problem, keys::NewKey};

type Answer = Result<Response, Problem>;

/// `GET /v1/keys`.
pub(super) async fn list(State(app): State<Arc<App>>, by: By) -> Answer {
    by.administers()?;
    Ok(reply::document(StatusCode::OK, &json!({"keys": app.keyring.all().await?})))
}

/// `POST /v1/keys`: makes a key, which is in this one answer.
pub(super) async fn add(State(app): State<Arc<App>>, by: By, headers: HeaderMap, body: Whole<DOCUMENT>) -> Answer {
    by.administers()?;
    check_json(single(&headers, header::CONTENT_TYPE.as_str())?, body.bytes.is_empty())?;
    let new = NewKey::read(&body.bytes).map_err(|wrong| reply::invalid(&wrong))?;
    let name = new.name.clone();
    let key = app.keyring.add(new).await?;
    Ok(reply::document(StatusCode::CREATED, &json!({"name": name, "key": key.expose()})))
}

/// `DELETE /v1/keys/{name}`: revokes it.
pub(super) async fn revoke(State(app): State<Arc<App>>, Path(name): Path<String>, by: By) -> Answer {
    by.administers()?;
    app.keyring.revoke(&name).await?;
    Ok(reply::empty())
}
