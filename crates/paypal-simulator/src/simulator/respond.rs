//! Answers a request: what is done by whom, and once.

use bytes::Bytes;
use http::{Method, Request};

use super::{admission::Admitted, oauth, trigger};
use crate::{
    base::uri::path_of,
    control,
    operations::routes,
    pages,
    request::{
        answer::Answer,
        call::{Call, Caller},
        check, mock,
        refusal::Refusal,
    },
    world::{World, log::Entry},
};

/// Answers a request, and notes it in the log. Returns the answer with its debug id.
pub(super) fn respond(
    world: &mut World,
    request: &Request<Bytes>,
    admitted: Result<Admitted, Answer>,
) -> (Answer, String) {
    let debug_id = world.ids.debug();
    let uri = request.uri();
    let answered = match admitted {
        Ok(Admitted { path, caller, .. }) => answer(world, request, &path, caller),
        Err(refused) => Ok(refused),
    };
    let issue = answered.as_ref().err().map(Refusal::issue).map(str::to_owned);
    let family = routes::family(uri.path());
    let answer = answered.unwrap_or_else(|refusal| Answer::refused(&refusal, family, &debug_id));
    if !control::is_polled(uri.path()) {
        let (time, method, uri, status) = (world.now(), request.method().clone(), uri.clone(), answer.status);
        world.log.add(Entry { time, method, uri, status, issue, debug_id: debug_id.clone() });
    }
    (answer, debug_id)
}

/// Answers a request that the simulator itself makes, for the first merchant.
fn as_first_app(world: &mut World, request: &Request<Bytes>) -> Result<Answer, Refusal> {
    let caller = world.first_app();
    answer(world, request, &path_of(request.uri()), caller)
}

/// Refuses a request that is for nothing of the API, nor for what is beside it.
fn unknown(path: &[String]) -> Refusal {
    let known = [oauth::methods(path), trigger::methods(path), control::methods(path), pages::methods(path)];
    match known.into_iter().find(|methods| !methods.is_empty()) {
        Some(methods) => Refusal::method(methods.to_vec()),
        None => Refusal::no_such_path(),
    }
}

/// Answers a request that was admitted.
fn answer(world: &mut World, request: &Request<Bytes>, path: &[String], caller: Caller) -> Result<Answer, Refusal> {
    let uri = request.uri();
    match (request.method(), uri.path()) {
        (&Method::GET, trigger::LIST) => return Ok(trigger::list()),
        (&Method::POST, trigger::RUN) => {
            // Without credentials the first app asks.
            let app = if caller.scopes.is_empty() { world.first_app() } else { caller };
            let send = |world: &mut World, request: &Request<Bytes>| {
                answer(world, request, &path_of(request.uri()), app.clone())
            };
            return trigger::run(world, request.body(), send);
        }
        _ => {}
    }
    if let Some(answer) =
        control::answer(world, request.method(), path, uri.query().unwrap_or_default(), request.body())
    {
        return answer;
    }
    if let Some(answer) = pages::answer(world, request, path, as_first_app) {
        return Ok(answer);
    }
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let now = world.now();
    if oauth::is_oauth(request.method(), path) {
        return Ok(oauth::answer(world, caller.app, path, request.body()));
    }
    let (operation, variables) = routes::find(request.method(), path)?.ok_or_else(|| unknown(path))?;
    if !caller.may(operation.scopes) {
        return Err(Refusal::not_permitted("The token lacks the scope that this needs."));
    }
    if let Some(refusal) = header("paypal-mock-response").and_then(|header| mock::refusal(header, operation.action)) {
        return Err(refusal);
    }
    let mut call = Call::read(request, variables, caller, operation.takes_files)?;
    let repeat = operation.repeat.zip(call.key.as_deref());
    if let Some(((_, show), key)) = repeat {
        if world.in_progress > 0 {
            world.in_progress -= 1;
            return Err(Refusal::in_progress());
        }
        if let Some(subject) = world.books.keys.recall(operation.action, key, now) {
            return Ok(show(world, &call, subject));
        }
    }
    check::query(operation.action, &call.query)?;
    check::body(operation.action, &mut call.body).map_err(|refusal| operation.restate(refusal))?;
    let answer = (operation.run)(world, &call)?;
    if let Some(subject) = answer.subject.as_ref().filter(|_| !operation.is_read()) {
        *world.books.done.entry((operation.action, subject.clone())).or_default() += 1;
        if let Some(((time, _), key)) = repeat {
            world.books.keys.remember(operation.action, key, subject.clone(), now, time);
        }
    }
    Ok(answer)
}
