//! The routes of actions and connections.

use std::time::Duration;

use http::{Response, header};
use serde_json::json;

use crate::{
    bindings::{Environment, Failure, FailureKind, Issue, actions::ActionInfo, actions::Effect},
    head::Head,
    host::{Body, Host},
    input, json as form,
    keys::Key,
    media_type::is_json,
    outcome,
    own::{self, Wrong},
    problem::{Kind, Problem},
    schema::Catalogue,
    serve::read,
};

type Answer = Result<Response<Vec<u8>>, Problem>;

/// The most bytes of an input: 50 MiB of files, in base64, and a document of 2 MiB. The connector refuses what is over its own
/// limits, by `too-large`.
const INPUT: usize = (50 * 4 / 3 + 3) * 1024 * 1024;

/// The longest time for an input to come: 70 MB at 5 Mbit/s.
const TIME: Duration = Duration::from_secs(120);

/// `GET /v1/actions`, as `host-test actions --json` prints it.
pub(crate) fn list(host: &impl Host) -> Answer {
    form::actions(&host.actions()).map(outcome::document).map_err(undescribed)
}

/// `GET /v1/actions/{id}`, as `host-test describe` prints it.
pub(crate) fn one(host: &impl Host, id: &str) -> Answer {
    let action = find(host, id)?;
    let catalogue = Catalogue::parse(&host.manifest().openapi).map_err(undescribed)?;
    let schema = |pointer: &str| catalogue.json_schema(pointer).map_err(undescribed);
    let output = action.output_schema.as_deref().map(schema).transpose()?;
    let sample = catalogue.at(&action.sample).clone();
    let described = form::action(&action, schema(&action.input_schema)?, output, sample);
    described.map(outcome::document).map_err(undescribed)
}

/// `GET /v1/triggers`, as `host-test triggers --json` prints it.
pub(crate) fn triggers(host: &impl Host) -> Answer {
    form::triggers(&host.triggers()).map(outcome::document).map_err(undescribed)
}

/// `GET /v1/manifest`, as `host-test describe` prints it.
pub(crate) fn manifest(host: &impl Host) -> Answer {
    form::manifest(&host.manifest()).map(outcome::document).map_err(undescribed)
}

/// `GET /v1/connections`: those that the key covers.
pub(crate) fn connections(host: &impl Host, key: &Key) -> Answer {
    let mut connections = host.connections().map_err(|it| Problem::new(Kind::MISCONFIGURED, it))?;
    connections.retain(|it| key.covers(&it.name));
    let view = |environment| match environment {
        Environment::Sandbox => "sandbox",
        Environment::Live => "live",
    };
    let connections: Vec<_> =
        connections.iter().map(|it| json!({"name": it.name, "environment": view(it.environment)})).collect();
    Ok(outcome::document(json!({ "connections": connections }).to_string()))
}

/// Checks that a key may test a connection, which reads.
pub(crate) fn check_test(key: &Key, connection: &str) -> Result<(), Problem> {
    covers(key, connection)?;
    allows(key, &[Effect::Read])
}

/// Checks that a key may read what can be chosen for an action, and that there is such an action.
pub(crate) fn check_options(host: &impl Host, key: &Key, connection: &str, action: &str) -> Result<(), Problem> {
    check_test(key, connection)?;
    find(host, action).map(|_| ())
}

/// Checks that a key may run an action, and that there is such an action.
pub(crate) fn check_run(host: &impl Host, key: &Key, connection: &str, action: &str) -> Result<(), Problem> {
    covers(key, connection)?;
    allows(key, &find(host, action)?.effects)
}

fn covers(key: &Key, connection: &str) -> Result<(), Problem> {
    let problem = || Problem::new(Kind::OUT_OF_SCOPE, format!("the key `{}` is not for this connection", key.name));
    key.covers(connection).then_some(()).ok_or_else(problem)
}

fn allows(key: &Key, effects: &[Effect]) -> Result<(), Problem> {
    let problem =
        |effect| Problem::new(Kind::OUT_OF_SCOPE, format!("the key `{}` does not allow `{effect}`", key.name));
    key.lacks(effects).map_or(Ok(()), |effect| Err(problem(effect)))
}

fn find(host: &impl Host, id: &str) -> Result<ActionInfo, Problem> {
    let found = host.actions().into_iter().find(|action| action.id == id);
    found.ok_or_else(|| Problem::new(Kind::NO_ACTION, "GET /v1/actions lists the actions"))
}

/// Returns the input of an action: the body, and the idempotency key of the header. An empty body is `{}`.
pub(crate) fn input(head: &Head, body: &mut impl Body) -> Result<String, Problem> {
    let malformed = |detail: &str| Problem::new(Kind::MALFORMED, detail);
    let key = head.single("idempotency-key")?;
    let key = key.map(|key| key.to_str().map_err(|_| malformed("the header field Idempotency-Key is not ASCII")));
    let key = key.transpose()?;
    let media_type = head.single(header::CONTENT_TYPE.as_str())?;
    let is_json = media_type.map(|it| it.to_str().is_ok_and(is_json));
    if is_json == Some(false) {
        return Err(Problem::new(Kind::MEDIA_TYPE, "expected application/json"));
    }
    let body = read(body, INPUT, TIME)?;
    if is_json.is_none() && !body.is_empty() {
        return Err(Problem::new(
            Kind::MEDIA_TYPE,
            "the header field Content-Type is missing: expected application/json",
        ));
    }
    let body = String::from_utf8(body).map_err(|_| malformed("the body is not UTF-8"))?;
    let input = if body.is_empty() { "{}".to_owned() } else { body };
    match key {
        None => Ok(input),
        Some(key) => input::with_key(&input, key).map_err(malformed),
    }
}

/// Returns an input with what the connection says of its deliveries, as [`own::with_own`] does. A connection that cannot be used
/// is left to its use, which says why.
pub(crate) fn with_own(host: &impl Host, connection: &str, action: &str, given: String) -> Result<String, Problem> {
    let found = if own::concerns(action) { host.connections().ok() } else { None };
    let Some(info) = found.and_then(|all| all.into_iter().find(|it| it.name == connection)) else { return Ok(given) };
    own::with_own(action, given, &info.webhooks, &info.ipn_receivers).map_err(|wrong| match wrong {
        Wrong::Unreadable(detail) => Problem::new(Kind::MALFORMED, detail),
        Wrong::Another(field) => outcome::problem_of(&another(field)),
    })
}

/// Returns the failure of an input that names what is not the connection's.
fn another(field: &str) -> Failure {
    let expected = "it is not the connection's own";
    let issue = Issue {
        field: Some(format!("/{field}")),
        value: None,
        location: Some("body".to_owned()),
        issue: Some("INVALID_PARAMETER_VALUE".to_owned()),
        description: Some(expected.to_owned()),
    };
    Failure {
        kind: FailureKind::InvalidInput,
        message: format!("`{field}`: {expected}"),
        status: None,
        name: None,
        details: vec![issue],
        debug_id: None,
        retryable: false,
        retry_after_ms: None,
        request_sent: false,
        idempotency_key: None,
        idempotency_retention_seconds: None,
        attempts: 0,
        information_link: None,
        body: None,
    }
}

fn undescribed(_: impl std::fmt::Display) -> Problem {
    Problem::new(Kind::UNDESCRIBED, "the connector's catalogue cannot be read")
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::testing::Fake;

    #[test]
    fn triggers_are_listed_with_their_documents() {
        let listed = triggers(&Fake::default()).ok().unwrap();
        let listed: Value = serde_json::from_slice(listed.body()).unwrap();
        assert_eq!((&listed[0]["id"], &listed[0]["sample"]["id"]), (&"order-approved".into(), &"WH-1".into()));
        assert_eq!((&listed[0]["receive"]["input"], &listed[0]["poll"]), (&json!({}), &Value::Null));
    }
}
