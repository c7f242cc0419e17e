//! The routes of sessions.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;
use serde_json::json;

use super::{
    actions::check_json,
    app::App,
    body::{DOCUMENT, Whole},
    caller::{self, By},
    hosts::single,
    reply,
};
use crate::serve::{
    forms::problem::{Kind, Problem},
    keys::SESSION,
};

type Answer = Result<Response, Problem>;

/// The body of a request to sign in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Link {
    token: String,
}

/// `POST /v1/session`: makes a session of a link's token, once. One half of its token is the cookie, the other one the answer.
pub(super) async fn sign_in(State(app): State<Arc<App>>, headers: HeaderMap, body: Whole<DOCUMENT>) -> Answer {
    check_json(single(&headers, header::CONTENT_TYPE.as_str())?, false)?;
    // What is wrong with it may have the token in it.
    let link: Link = serde_json::from_slice(&body.bytes).map_err(|_| {
        Problem::new(Kind::MALFORMED, "the body must be {\"token\": \"...\"}, with the token of a link")
    })?;
    let session = match app.keyring.sign_in(&link.token).await? {
        Some(session) => session,
        None => {
            app.rates.check_refused().map_err(caller::too_often)?;
            let detail =
                "the link was used already, or is older than an hour: `host-test serve sign-in` prints another one";
            return Err(Problem::new(Kind::KEY_REFUSED, detail));
        }
    };
    let document = json!({"proof": session.proof.expose(), "seconds": SESSION});
    Ok(with_cookie(&app, reply::document(StatusCode::CREATED, &document), session.cookie.expose(), SESSION))
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
    if let Some((cookie, proof)) = caller::halves(&app, &headers)? {
        app.keyring.sign_out(cookie, proof).await?;
    }
    Ok(with_cookie(&app, reply::empty(), "", 0))
}

/// Sets the cookie of a session, for so many seconds.
fn with_cookie(app: &App, mut response: Response, value: &str, seconds: i64) -> Response {
    let secure = if app.hosts.is_secure() { "; Secure" } else { "" };
    let cookie = format!("{}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}", app.cookie);
    if let Ok(mut cookie) = HeaderValue::from_str(&cookie) {
        cookie.set_sensitive(true);
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}
