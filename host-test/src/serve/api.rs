//! The HTTP API, on axum.
//!
//! ```text
//! bounded-server ──► front: request id, sizes, host, origin ──► route ──► caller ──► body ──► handler ──► outcome or problem
//! ```
//!
//! The console's pages (`serve/console`) are the same origin, and use the same routes as programs, with a session in place of a
//! key: [`caller`] says how it is proved.

mod actions;
mod app;
mod body;
mod call;
mod caller;
mod calls;
mod connections;
mod events;
mod front;
mod hosts;
mod keys;
mod passthrough;
mod payers;
mod query;
mod reply;
mod room;
mod service;
mod session;
mod triggered;

use std::sync::Arc;

use axum::{
    Router,
    middleware::{from_fn, from_fn_with_state},
    routing::{any, delete, get, post},
};

pub(crate) use app::{App, Parts};
pub(crate) use front::serve;
pub(crate) use hosts::Hosts;

use crate::serve::{
    console,
    forms::problem::{Kind, Problem},
};

/// Returns the routes.
pub(crate) fn router(app: Arc<App>) -> Router {
    let plain = Router::new()
        .route("/v1/actions", get(actions::list))
        .route("/v1/actions/{id}", get(actions::one))
        .route("/v1/triggers", get(actions::triggers))
        .route("/v1/manifest", get(actions::manifest))
        .route("/v1/connection-form", get(connections::form))
        .route("/v1/connections", get(connections::list))
        .route("/v1/connections/{name}", get(connections::one).put(connections::put).delete(connections::delete))
        .route("/v1/connections/{name}/test", post(connections::test))
        .route("/v1/connections/{name}/actions/{id}", post(actions::run))
        .route("/v1/connections/{name}/actions/{id}/dry-run", post(actions::dry_run))
        .route("/v1/connections/{name}/actions/{id}/options", post(actions::options))
        .route("/v1/connections/{name}/calls/{call}", get(call::one))
        .route("/v1/connections/{name}/calls/{call}/fixture", get(call::fixture))
        .route("/v1/connections/{name}/calls/{call}/resolve", post(calls::resolve))
        .route("/v1/session", get(session::show).delete(session::sign_out))
        .route("/v1/connections/{name}/triggered-events", get(triggered::list).post(triggered::run))
        .route("/v1/keys", get(keys::list).post(keys::add))
        .route("/v1/keys/{key}", delete(keys::revoke))
        .route("/v1/openapi.json", get(service::full_openapi))
        .route("/metrics", get(service::metrics))
        .route_layer(from_fn(front::without_query));
    let keyed = plain
        .route("/v1/connections/{name}/calls", get(calls::list))
        .route("/v1/connections/{name}/events", get(events::list))
        .route("/v1/connections/{name}/payers", get(payers::list))
        .route("/v1/connections/{name}/paypal/{*path}", any(passthrough::run))
        .route_layer(from_fn_with_state(app.clone(), caller::authenticate));
    let open = Router::new()
        .route("/healthz", get(service::health))
        .route("/openapi.json", get(service::openapi))
        .route("/v1/connections/{name}/webhooks", post(events::webhook))
        .route("/v1/connections/{name}/ipn", post(events::ipn))
        .route("/v1/session", post(session::sign_in))
        .route_layer(from_fn(front::without_query));
    Router::new()
        .merge(keyed)
        .merge(open)
        .merge(console::router())
        .fallback(|| async { Problem::new(Kind::NO_ROUTE, "/openapi.json describes the routes") })
        .method_not_allowed_fallback(|| async { Problem::new(Kind::METHOD, "`Allow` has the methods of the route") })
        .layer(from_fn(front::note_route))
        .with_state(app)
}
