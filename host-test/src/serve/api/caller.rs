//! Who has sent a request.

use std::{convert::Infallible, sync::Arc};

use axum::{
    extract::{FromRequestParts, Request, State},
    middleware::Next,
    response::Response,
};
use connector_host::actions::Effect;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts};
use serde::{Deserialize, de::IgnoredAny};

use super::{app::App, hosts};
use crate::serve::{
    forms::problem::{Kind, Problem},
    keys::Caller,
};

/// The header field of the half of a session's token that the page has.
const PROOF: &str = "x-session-proof";

/// The fewest and the most characters of a key.
const KEY: std::ops::RangeInclusive<usize> = 32..=512;

/// Lets a request pass whose caller is known, with the [`Caller`] among its extensions.
pub(super) async fn authenticate(
    State(app): State<Arc<App>>,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let caller = match caller(&app, request.method(), request.headers()).await {
        Ok(caller) => caller,
        Err(problem) => {
            if problem.status == StatusCode::UNAUTHORIZED {
                app.rates.check_refused().map_err(too_often)?;
            }
            return Err(problem);
        }
    };
    app.rates.check(&caller.name).map_err(too_often)?;
    request.extensions_mut().insert(caller.clone());
    let mut response = next.run(request).await;
    // For the log of requests.
    response.extensions_mut().insert(caller);
    Ok(response)
}

/// The caller calls too often.
const TOO_OFTEN: Kind =
    Kind { name: "too-many-requests", status: StatusCode::TOO_MANY_REQUESTS, title: "There are too many requests" };

pub(super) fn too_often(wait_ms: u64) -> Problem {
    Problem::new(TOO_OFTEN, "the caller's requests in a second are used up").retry_after_ms(wait_ms)
}

async fn caller(app: &App, method: &Method, headers: &HeaderMap) -> Result<Caller, Problem> {
    if let Some(value) = hosts::single(headers, header::AUTHORIZATION.as_str())? {
        let key = bearer(value).filter(|it| KEY.contains(&it.len()));
        let caller = match key {
            Some(key) => app.keyring.authenticate(key.as_bytes()).await?,
            None => None,
        };
        return caller.ok_or_else(|| {
            refused(Kind::KEY_REFUSED, "the key is not valid, or was revoked", "Bearer error=\"invalid_token\"")
        });
    }
    let required = || {
        refused(
            Kind::KEY_REQUIRED,
            "send the header field `Authorization: Bearer <key>`, or sign in by the link",
            "Bearer",
        )
    };
    let Some(caller) = session(app, headers).await? else { return Err(required()) };
    // Every browser says where a request comes from that may change something, and `hosts` has checked what it says. A request
    // that says nothing has not been made by a page of the console.
    let says = headers.contains_key(header::ORIGIN) || headers.contains_key("sec-fetch-site");
    if !method.is_safe() && !says {
        let detail = "with a session, a request that changes something must have Origin or Sec-Fetch-Site";
        return Err(Problem::new(Kind::ORIGIN_REFUSED, detail));
    }
    Ok(caller)
}

fn refused(kind: Kind, detail: &str, challenge: &'static str) -> Problem {
    Problem::new(kind, detail).with(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge))
}

/// Returns the token of `Bearer` credentials (RFC 6750 section 2.1).
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Returns who has the session of a request's cookie and proof.
async fn session(app: &App, headers: &HeaderMap) -> Result<Option<Caller>, Problem> {
    match halves(app, headers)? {
        Some((cookie, proof)) => Ok(app.keyring.session(cookie, proof).await?),
        None => Ok(None),
    }
}

/// Returns the halves of a session's token, from a request's cookies and from the header field of its page. No simple request of a
/// page of another site can have that field.
pub(super) fn halves<'a>(app: &App, headers: &'a HeaderMap) -> Result<Option<(&'a str, &'a str)>, Problem> {
    let Some(proof) = hosts::single(headers, PROOF)? else { return Ok(None) };
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|it| it.to_str().ok());
    let mut pairs = cookies.flat_map(|it| it.split(';')).filter_map(|it| it.trim().split_once('='));
    Ok(pairs.find(|(name, _)| *name == app.cookie).map(|(_, cookie)| (cookie, proof)))
}

/// The caller that [`authenticate`] has found.
pub(super) struct By(pub(super) Caller);

impl<S: Sync> FromRequestParts<S> for By {
    type Rejection = Infallible;

    async fn from_request_parts(head: &mut Parts, _: &S) -> Result<Self, Infallible> {
        // Without one it may do nothing: the route would not ask for one.
        let nobody =
            Caller { name: String::new(), is_admin: false, connections: Some(Vec::new()), effects: Vec::new() };
        Ok(Self(head.extensions.get::<Caller>().cloned().unwrap_or(nobody)))
    }
}

impl By {
    /// Checks that it may change connections and keys.
    pub(super) fn administers(&self) -> Result<(), Problem> {
        let detail = || format!("the key `{}` is no admin's", self.0.name);
        if self.0.is_admin { Ok(()) } else { Err(Problem::new(Kind::OUT_OF_SCOPE, detail())) }
    }

    /// Checks that it may use a connection. The answer is the same whether or not there is one.
    pub(super) fn covers(&self, connection: &str) -> Result<(), Problem> {
        let detail = || format!("the key `{}` is not for this connection", self.0.name);
        if self.0.covers(connection) { Ok(()) } else { Err(Problem::new(Kind::OUT_OF_SCOPE, detail())) }
    }

    /// Checks that a caller for some connections only acts for no other account than theirs: the option `auth_assertion` names any.
    pub(super) fn acts_for_itself(&self, input: &str) -> Result<(), Problem> {
        #[derive(Deserialize)]
        struct Input {
            options: Option<Options>,
        }
        #[derive(Deserialize)]
        struct Options {
            auth_assertion: Option<IgnoredAny>,
        }
        if self.0.connections.is_none() {
            return Ok(());
        }
        let names_another = match serde_json::from_str::<Input>(input) {
            Ok(input) => input.options.is_some_and(|it| it.auth_assertion.is_some()),
            // A member that is there twice. What is not JSON is refused by the connector.
            Err(_) => serde_json::from_str::<IgnoredAny>(input).is_ok(),
        };
        if names_another {
            let detail = format!(
                "the key `{}` may not give `auth_assertion`: the connection says for whom it acts",
                self.0.name
            );
            return Err(Problem::new(Kind::OUT_OF_SCOPE, detail));
        }
        Ok(())
    }

    /// Checks that it may run what has these effects.
    pub(super) fn allows(&self, effects: &[Effect]) -> Result<(), Problem> {
        match self.0.lacks(effects) {
            None => Ok(()),
            Some(effect) => {
                let detail = format!("the key `{}` does not allow `{effect}`", self.0.name);
                Err(Problem::new(Kind::OUT_OF_SCOPE, detail))
            }
        }
    }
}
