//! The routes that bring about events, as `host-test trigger` does.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    response::Response,
};
use connector_host::{Failure, FailureKind, READ_ONLY, actions::Effect};
use http::{HeaderMap, StatusCode, header};
use paypal_simulator::triggers::{self, Trigger};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    actions::{check_json, connection, find},
    app::App,
    body::{DOCUMENT, Whole},
    caller::By,
    front::RequestId,
    hosts::single,
    reply,
};
use crate::{
    serve::{
        calls::Asked,
        connections::{Environment, Live, Violation},
        forms::{
            outcome,
            problem::{Kind, Problem},
        },
    },
    trigger,
};

type Answer = Result<Response, Problem>;

/// In an account with real money events come by themselves.
const NOT_IN_LIVE: Kind = Kind {
    name: "not-in-live",
    status: StatusCode::FORBIDDEN,
    title: "Nothing is brought about in an account with real money",
};

/// What is to be brought about.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    event_type: String,
    /// Changes of the first request: paths such as `purchase_units[0].amount.value`, and values.
    #[serde(default)]
    set: Map<String, Value>,
}

/// `GET /v1/connections/{name}/triggered-events`: the types that are possible there.
pub(super) async fn list(State(app): State<Arc<App>>, Path(name): Path<String>, by: By) -> Answer {
    by.covers(&name)?;
    by.allows(&[Effect::Read])?;
    let types: Vec<&str> = match connection(&app, &name)?.settings.environment {
        Environment::Simulator => triggers::event_types().collect(),
        Environment::Sandbox => trigger::event_types().collect(),
        Environment::Live => Vec::new(),
    };
    let entry = |name: &str| {
        let trigger = Trigger::new(name).ok()?;
        Some(json!({"event_type": name, "needs_time": trigger.needs_time(), "steps": trigger.steps()}))
    };
    let types: Vec<_> = types.into_iter().filter_map(entry).collect();
    Ok(reply::document(StatusCode::OK, &json!({"event_types": types})))
}

/// `POST /v1/connections/{name}/triggered-events`.
pub(super) async fn run(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    by: By,
    RequestId(request_id): RequestId,
    headers: HeaderMap,
    body: Whole<DOCUMENT>,
) -> Answer {
    by.covers(&name)?;
    by.allows(&[Effect::Write, Effect::MovesMoney])?;
    let live = connection(&app, &name)?;
    check_json(single(&headers, header::CONTENT_TYPE.as_str())?, false)?;
    let wanted: Wanted = serde_json::from_slice(&body.bytes)
        .map_err(|error| Problem::new(Kind::MALFORMED, format!("expected `event_type` and `set`: {error}")))?;
    if live.settings.environment == Environment::Live {
        return Err(Problem::new(NOT_IN_LIVE, "events of a live account are those of its payments"));
    }
    if live.settings.read_only {
        let message = "the connection is read-only: nothing is brought about".to_owned();
        let failure = Failure { name: Some(READ_ONLY.to_owned()), ..Failure::unsent(FailureKind::Denied, message) };
        return Ok(outcome::problem_of(&failure).into());
    }
    let trigger = check(&wanted, live.settings.environment).map_err(|wrong| reply::invalid(&[wrong]))?;
    let (events, resources) = if live.settings.environment == Environment::Simulator {
        in_the_simulator(&app, &live, &wanted).await?
    } else {
        by_actions(&app, &live, trigger, &by, request_id).await?
    };
    let document = json!({"event_type": wanted.event_type, "events": events, "resources": resources});
    Ok(reply::document(StatusCode::OK, &document))
}

/// Checks what is wanted before anything is done.
fn check(wanted: &Wanted, environment: Environment) -> Result<Trigger, Violation> {
    let mut trigger =
        Trigger::new(&wanted.event_type).map_err(|error| Violation::invalid("event_type", error.to_string()))?;
    if environment != Environment::Simulator && trigger.needs_the_simulator() {
        let description = "it needs a payer, or time, which only the simulator has";
        return Err(Violation::invalid("event_type", description));
    }
    for (path, value) in &wanted.set {
        trigger.set(path, value.clone()).map_err(|error| Violation::invalid("set", error.to_string()))?;
    }
    Ok(trigger)
}

/// Returns what has happened, and the ids of what was made.
async fn in_the_simulator(app: &App, live: &Live, wanted: &Wanted) -> Result<(Value, Value), Problem> {
    let body = json!({"event_type": wanted.event_type, "set": wanted.set});
    let answer = app.registry.simulated().trigger(&live.settings, &body).await;
    let answer = answer.map_err(|error| Problem::new(Kind::UNAVAILABLE, format!("the simulator: {error}")))?;
    let (status, text) = (answer.status().as_u16(), String::from_utf8_lossy(answer.body()).into_owned());
    let mut document: Value = serde_json::from_str(&text).unwrap_or_default();
    if status == 200 {
        return Ok((document["events"].take(), document["resources"].take()));
    }
    let text_of = |name: &str| document[name].as_str().map(str::to_owned);
    let kind = if status == 401 { FailureKind::Unauthorized } else { FailureKind::Unprocessable };
    let message = text_of("message").or_else(|| text_of("error_description")).unwrap_or_default();
    let (name, debug_id) = (text_of("name").or_else(|| text_of("error")), text_of("debug_id"));
    // What came before the request that was refused has happened.
    let failure = Failure {
        status: Some(status),
        name,
        debug_id,
        body: Some(text),
        request_sent: true,
        ..Failure::unsent(kind, message)
    };
    Err(outcome::problem_of(&failure))
}

/// Makes the calls, which the log has. What happened only PayPal knows.
async fn by_actions(
    app: &App,
    live: &Arc<Live>,
    trigger: Trigger,
    by: &By,
    request_id: String,
) -> Result<(Value, Value), Problem> {
    let mut calls = trigger::Calls::new(app.actions.all(), trigger);
    let stopped = |error: trigger::Stopped| Problem::new(Kind::UNDELIVERABLE, error.to_string());
    while let Some(trigger::Call { action, input, .. }) = calls.next_call().map_err(stopped)? {
        by.allows(&find(app, action)?.effects)?;
        let asked = Asked {
            connection: live.clone(),
            action: action.to_owned(),
            input: input.to_string(),
            caller: by.0.name.clone(),
            request_id: request_id.clone(),
        };
        match app.runner.run(asked).await?.result {
            Ok(reply) => calls.answered(&reply).map_err(stopped)?,
            Err(failure) => return Err(outcome::problem_of(&failure)),
        }
    }
    Ok((Value::Null, calls.resources()))
}
