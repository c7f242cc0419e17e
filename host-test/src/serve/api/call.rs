//! The routes of one call of the log.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    response::Response,
};
use connector_host::actions::Effect;
use http::{HeaderValue, StatusCode, header};

use super::{actions::connection, app::App, caller::By, reply};
use crate::{
    fixture::record::RecordError,
    serve::{
        calls::Record,
        forms::problem::{Kind, Problem},
    },
};

type Answer = Result<Response, Problem>;

/// The log has no such call.
const NO_CALL: Kind = Kind { name: "no-such-call", status: StatusCode::NOT_FOUND, title: "There is no such call" };

/// The log has the call, and nothing of what was on the wire.
const NOT_HELD: Kind =
    Kind { name: "call-not-held", status: StatusCode::NOT_FOUND, title: "What was on the wire is not held any more" };

/// What was on the wire is no case.
const NO_FIXTURE: Kind =
    Kind { name: "no-fixture", status: StatusCode::UNPROCESSABLE_ENTITY, title: "The call cannot be made a fixture" };

/// `GET /v1/connections/{name}/calls/{call}`, by its `id`.
pub(super) async fn one(State(app): State<Arc<App>>, Path((name, id)): Path<(String, String)>, by: By) -> Answer {
    Ok(reply::document(StatusCode::OK, &record(&app, &by, &name, &id).await?))
}

/// `GET /v1/connections/{name}/calls/{call}/fixture`: the call as the file of a case, scrubbed.
pub(super) async fn fixture(State(app): State<Arc<App>>, Path((name, id)): Path<(String, String)>, by: By) -> Answer {
    let id = record(&app, &by, &name, &id).await?.id;
    let held = app.wire.get(id).ok_or_else(|| {
        let detail = "the last 200 calls are held, 32 MiB of them, until the process ends; a call is not if it is larger, was cut off, \
                      or still runs";
        Problem::new(NOT_HELD, detail)
    })?;
    let case = format!("call-{id}");
    let text = held.fixture(&app.connector, &case).await.map_err(|error| match error {
        RecordError::Component(_) => Problem::new(Kind::UNDESCRIBED, error.to_string()),
        // Whose secret it is is of no use here.
        RecordError::Secret(_) => Problem::new(NO_FIXTURE, "a secret would be left in it"),
        other => Problem::new(NO_FIXTURE, other.to_string()),
    })?;
    let mut answer = reply::text(text);
    // Digits only.
    if let Ok(disposition) = HeaderValue::try_from(format!("attachment; filename=\"{case}.json\"")) {
        answer.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    }
    Ok(answer)
}

/// Returns what the log has of a call.
async fn record(app: &App, by: &By, name: &str, id: &str) -> Result<Record, Problem> {
    by.covers(name)?;
    by.allows(&[Effect::Read])?;
    connection(app, name)?;
    let record = match id.parse() {
        Ok(id) => app.log.one(name, id).await?,
        Err(_) => None,
    };
    let mut record = record
        .ok_or_else(|| Problem::new(NO_CALL, "GET /v1/connections/{name}/calls lists the calls, each with its `id`"))?;
    record.fixture = app.wire.get(record.id).is_some();
    Ok(record)
}
