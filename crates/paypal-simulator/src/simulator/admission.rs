//! Checks credentials by the head of a request, before its body is read.

use http::{header, request::Parts};
use serde_json::json;

use super::{oauth, trigger};
use crate::{
    base::{form_data, uri::path_of},
    control, pages,
    request::{answer::Answer, call::Caller},
    world::{World, tokens},
};

/// The maximum sizes of a body, in bytes: outside the API, and of a call of the API.
const MAX_BODY: usize = 64 * 1024;
const MAX_API_BODY: usize = 8 * 1024 * 1024;
/// Of a call with files for a dispute: PayPal takes 50 MB of them.
const MAX_FILES_BODY: usize = 51 * 1024 * 1024;

/// A request that may come in.
pub(crate) struct Admitted {
    /// The maximum size of the body, in bytes.
    pub(crate) limit: usize,
    /// Who sends it, if it says so.
    pub(crate) caller: Caller,
    /// The segments of its path.
    pub(crate) path: Vec<String>,
}

impl Admitted {
    /// A request outside the API.
    fn outside(path: Vec<String>) -> Self {
        Self { limit: MAX_BODY, caller: Caller::default(), path }
    }
}

/// Admits a request. Opens the books of the merchant whose app sends it, or of the one for whom that app acts.
///
/// # Errors
/// The answer, if the request lacks the credentials that its path requires.
pub(crate) fn admit(world: &mut World, head: &Parts) -> Result<Admitted, Answer> {
    let header = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok());
    let authorization = header("authorization");
    let now = world.now();
    let path = path_of(&head.uri);
    let World { tokens, merchants, .. } = &mut *world;
    let client = || tokens::client(merchants, authorization);
    if control::posts(&head.method, &path) {
        let is_known = client().is_some() || tokens.check(merchants, authorization, now).is_ok();
        return if is_known { Ok(Admitted::outside(path)) } else { Err(missing_credentials()) };
    }
    // An empty field names nobody.
    let as_app = authorization.is_some_and(|it| !it.is_empty()) && trigger::is_run(&head.method, &path);
    if !as_app && (control::is_public(&path) || pages::is_public(&path)) {
        return Ok(Admitted::outside(path));
    }
    if oauth::is_oauth(&head.method, &path) {
        let description = "Client Authentication failed";
        let refuse = || Answer::json(401, json!({"error": "invalid_client", "error_description": description}));
        let app = client().ok_or_else(refuse)?;
        world.enter(app);
        return Ok(Admitted { caller: Caller { app, ..Caller::default() }, ..Admitted::outside(path) });
    }
    let caller = match client().filter(|_| as_app) {
        Some(app) => Caller { app, scopes: merchants[app].scopes.clone(), payer: None },
        None => tokens.check(merchants, authorization, now).map_err(|document| Answer::json(401, document))?,
    };
    let subject = match header("paypal-auth-assertion") {
        Some(assertion) => world.subject(caller.app, assertion).map_err(|document| Answer::json(401, document))?,
        None => caller.app,
    };
    world.enter(if is_app_s_own(&path) { caller.app } else { subject });
    Ok(Admitted { limit: if takes_files(head) { MAX_FILES_BODY } else { MAX_API_BODY }, caller, path })
}

/// Whether a path is about the app itself, whoever it acts for: its webhooks and their events, and its sellers.
fn is_app_s_own(path: &[String]) -> bool {
    let path: Vec<_> = path.iter().map(String::as_str).collect();
    match &*path {
        ["v1", "notifications", rest @ ..] => *rest != ["webhooks-lookup"],
        ["v2", "customer", "partner-referrals", ..] | ["v1", "customer", "partners", ..] => true,
        _ => false,
    }
}

/// Whether a request may have large files.
fn takes_files(head: &Parts) -> bool {
    let content_type = head.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    head.uri.path().starts_with("/v1/customer/disputes") && content_type.is_some_and(form_data::is_form)
}

/// Does the same for a request over the network, where the tests' token is refused.
///
/// # Errors
/// As [`admit`].
pub(crate) fn admit_remote(world: &mut World, head: &Parts) -> Result<Admitted, Answer> {
    let authorization = head.headers.get(header::AUTHORIZATION);
    if authorization.is_some_and(|value| tokens::is_fixed(value.as_bytes())) {
        let description = "The tests' token is valid in their process only";
        return Err(Answer::json(401, json!({"error": "invalid_token", "error_description": description})));
    }
    admit(world, head)
}

/// Otherwise anybody who reaches the simulator could make it post to any port of this machine.
fn missing_credentials() -> Answer {
    let description = "Posting a message needs the app's client id and secret, as `curl -u ID:SECRET` sends them, or one of \
                       its tokens";
    Answer::json(401, json!({"error": "invalid_client", "error_description": description}))
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    #[test]
    fn only_files_of_disputes_may_be_large() {
        let most = |path: &str, content_type: &str| {
            let request = Request::post(path)
                .header("authorization", format!("Bearer {}", tokens::FIXED))
                .header("content-type", content_type);
            admit(&mut World::new(1), &request.body(()).unwrap().into_parts().0).unwrap().limit
        };
        let (evidence, form) = ("/v1/customer/disputes/PP-R-ABC-1/provide-evidence", "multipart/form-data; boundary=b");
        assert_eq!(most(evidence, form), MAX_FILES_BODY);
        assert_eq!(most(evidence, "application/json"), MAX_API_BODY);
        assert_eq!(most("/v2/checkout/orders", form), MAX_API_BODY);
        assert_eq!(most("/simulator/disputes", form), MAX_BODY);
    }
}
