//! Checks credentials by the head of a request, before its body is read.

use http::{Method, header, request::Parts};
use serde_json::json;

use crate::{
    base::uri::path_of,
    control,
    request::answer::Answer,
    world::{World, tokens},
};

/// The most bytes of a body without and with credentials.
const OF_ANYBODY: usize = 64 * 1024;
const OF_THE_APP: usize = 8 * 1024 * 1024;

/// Returns the most bytes that the body may have.
///
/// # Errors
/// The answer, if the request lacks the credentials that its path requires.
pub(crate) fn admit(world: &mut World, head: &Parts) -> Result<usize, Answer> {
    let authorization = head.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let now = world.now();
    let path = path_of(&head.uri);
    if control::posts(&head.method, &path) {
        let is_known = world.tokens.is_client(authorization) || world.tokens.refusal(authorization, now).is_none();
        return if is_known { Ok(OF_ANYBODY) } else { Err(unknown_sender()) };
    }
    if control::is_for_anybody(&path) {
        return Ok(OF_ANYBODY);
    }
    if head.uri.path() == "/v1/oauth2/token" && head.method == Method::POST {
        if world.tokens.is_client(authorization) {
            return Ok(OF_ANYBODY);
        }
        let description = "Client Authentication failed";
        return Err(Answer::json(401, json!({"error": "invalid_client", "error_description": description})));
    }
    match world.tokens.refusal(authorization, now) {
        Some(document) => Err(Answer::json(401, document)),
        None => Ok(OF_THE_APP),
    }
}

/// The same for a request over the network, where the token of tests is refused.
///
/// # Errors
/// As [`admit`].
pub(crate) fn admit_stranger(world: &mut World, head: &Parts) -> Result<usize, Answer> {
    let authorization = head.headers.get(header::AUTHORIZATION);
    if authorization.is_some_and(|value| tokens::is_fixed(value.as_bytes())) {
        let description = "The token of tests is good in their process alone";
        return Err(Answer::json(401, json!({"error": "invalid_token", "error_description": description})));
    }
    admit(world, head)
}

/// Otherwise anybody who reaches the simulator could make it post to any port of this machine.
fn unknown_sender() -> Answer {
    let description = "A message is posted for the app alone: send its client id and secret, as `curl -u ID:SECRET` does, \
                       or a token of its";
    Answer::json(401, json!({"error": "invalid_client", "error_description": description}))
}
