//! The routes of sessions.

use std::sync::Arc;

use axum::{
    extract::{Query, State},
    response::{IntoResponse as _, Redirect, Response},
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde::Deserialize;
use serde_json::json;

use super::{
    app::App,
    caller::{self, By},
    reply,
};
use crate::serve::{
    forms::problem::{Kind, Problem},
    keys::SESSION,
};

type Answer = Result<Response, Problem>;

/// The query of a link to sign in.
#[derive(Deserialize)]
pub(super) struct Link {
    token: Option<String>,
}

/// `GET /sign-in?token=...`: makes a session of the link's token, once.
pub(super) async fn sign_in(
    State(app): State<Arc<App>>,
    method: Method,
    link: Result<Query<Link>, axum::extract::rejection::QueryRejection>,
) -> Answer {
    let refused = || {
        let detail =
            "the link was used already, or is older than an hour: `host-test serve sign-in` prints another one";
        Problem::new(Kind::KEY_REFUSED, detail)
    };
    let Some(token) = link.ok().and_then(|Query(link)| link.token) else { return Err(refused()) };
    // A program that looks at the link before the person does must not use it up.
    if method != Method::GET {
        return Ok(reply::empty());
    }
    let session = app.keyring.sign_in(&token).await?.ok_or_else(refused)?;
    let secure = if app.hosts.is_secure() { "; Secure" } else { "" };
    let cookie =
        format!("{}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age={SESSION}{secure}", app.cookie, session.expose());
    let mut response = Redirect::to("/").into_response();
    if let Ok(mut cookie) = HeaderValue::from_str(&cookie) {
        cookie.set_sensitive(true);
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// `GET /v1/session`: who calls.
pub(super) async fn show(by: By) -> Response {
    let caller = by.0;
    let document = json!({
        "name": caller.name, "admin": caller.is_admin, "connections": caller.connections, "effects": caller.effects,
    });
    reply::document(StatusCode::OK, &document)
}

/// `DELETE /v1/session`: ends the session of the cookie.
pub(super) async fn sign_out(State(app): State<Arc<App>>, headers: HeaderMap) -> Answer {
    if let Some(token) = caller::token(&app, &headers) {
        app.keyring.sign_out(token).await?;
    }
    let mut response = reply::empty();
    if let Ok(cookie) = HeaderValue::from_str(&format!("{}=; Path=/; Max-Age=0", app.cookie)) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
