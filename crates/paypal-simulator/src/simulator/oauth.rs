//! OAuth 2.0: an app gets tokens, and terminates them.

use bytes::Bytes;
use http::Method;

use crate::{
    request::answer::{Answer, Body},
    world::World,
};

/// Whether a request is one of an app with its id and secret.
pub(crate) fn is_oauth(method: &Method, path: &[String]) -> bool {
    methods(path).iter().any(|it| method == it)
}

/// Returns the methods of a path; none if it is not one of these.
pub(crate) fn methods(path: &[String]) -> &'static [&'static str] {
    let path: Vec<_> = path.iter().map(String::as_str).collect();
    match *path {
        ["v1", "oauth2", "token"] | ["v1", "oauth2", "token", "terminate"] => &["POST"],
        _ => &[],
    }
}

/// Answers such a request of an app.
pub(crate) fn answer(world: &mut World, app: usize, path: &[String], body: &Bytes) -> Answer {
    let now = world.now();
    let World { tokens, ids, merchants, .. } = world;
    if path.last().is_some_and(|last| last == "terminate") {
        return match tokens.terminate(app, body, now) {
            Ok(()) => {
                let body = Body::Other("text/plain".to_owned(), Bytes::new());
                Answer::new(200, body)
            }
            Err((status, document)) => Answer::json(status, document),
        };
    }
    let (status, document) = tokens.grant((app, &merchants[app]), body, now, ids);
    Answer::json(status, document)
}
