//! The routes of the service itself.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

use super::{app::App, reply};
use crate::serve::{
    forms::problem::{Kind, Problem},
    metrics::MEDIA_TYPE,
};

/// The service's description of itself.
const OPENAPI: &str = include_str!("openapi.json");

/// `GET /healthz`: whether the database can be read.
pub(super) async fn health(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    app.store.settings(|connection| Ok(connection.query_row("SELECT 1", [], |_| Ok(()))?)).await?;
    Ok(reply::document(StatusCode::OK, &json!({"status": "ok"})))
}

/// `GET /openapi.json`.
pub(super) async fn openapi() -> Response {
    reply::text(OPENAPI)
}

/// `GET /v1/openapi.json`: the same with an operation for each action.
pub(super) async fn full_openapi(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    let described = app.actions.openapi(OPENAPI).map(reply::text);
    described.ok_or_else(|| Problem::new(Kind::UNDESCRIBED, "the connector's catalogue cannot be read"))
}

/// `GET /metrics`.
pub(super) async fn metrics(State(app): State<Arc<App>>) -> Response {
    let mut response = Response::new(app.metrics.text().into());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    response
}
