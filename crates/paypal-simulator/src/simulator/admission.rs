//! Checks credentials by the head of a request, before its body is read.

use http::{Method, header, request::Parts};
use serde_json::json;

use crate::{
    base::uri::path_of,
    control, pages,
    request::answer::Answer,
    world::{World, tokens},
};

/// The maximum sizes of a body, in bytes: outside the API, and of a call of the API.
const MAX_BODY: usize = 64 * 1024;
const MAX_API_BODY: usize = 8 * 1024 * 1024;

/// Returns the maximum size of the body, in bytes. Opens the books of the merchant whose app sends the request.
///
/// # Errors
/// The answer, if the request lacks the credentials that its path requires.
pub(crate) fn admit(world: &mut World, head: &Parts) -> Result<usize, Answer> {
    let authorization = head.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let now = world.now();
    let path = path_of(&head.uri);
    let client = tokens::client(&world.merchants, authorization);
    if control::posts(&head.method, &path) {
        let is_known = client.is_some() || world.tokens.check(authorization, now).is_ok();
        return if is_known { Ok(MAX_BODY) } else { Err(missing_credentials()) };
    }
    if control::is_public(&path) || pages::is_public(&path) {
        return Ok(MAX_BODY);
    }
    if head.uri.path() == "/v1/oauth2/token" && head.method == Method::POST {
        if let Some(merchant) = client {
            world.enter(merchant);
            return Ok(MAX_BODY);
        }
        let description = "Client Authentication failed";
        return Err(Answer::json(401, json!({"error": "invalid_client", "error_description": description})));
    }
    match world.tokens.check(authorization, now) {
        Ok(merchant) => {
            world.enter(merchant);
            Ok(MAX_API_BODY)
        }
        Err(document) => Err(Answer::json(401, document)),
    }
}

/// Does the same for a request over the network, where the tests' token is refused.
///
/// # Errors
/// As [`admit`].
pub(crate) fn admit_remote(world: &mut World, head: &Parts) -> Result<usize, Answer> {
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
