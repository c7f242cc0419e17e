//! The route of payers.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    response::Response,
};
use connector_host::{Failure, actions::Effect};
use http::StatusCode;
use serde_json::{Value, json};

use super::{actions::connection, app::App, caller::By, query::Asked, reply};
use crate::serve::{
    connections::Live,
    forms::{
        outcome,
        problem::{Kind, Problem},
    },
    payers::{self, Filter, Payer},
};

/// The action that sums up what is credited to a payer.
const HISTORY: &str = "payers.history";

/// `GET /v1/connections/{name}/payers`: those to whom something was credited, the latest first.
pub(super) async fn list(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    by: By,
    Asked(filter): Asked<Filter>,
) -> Result<Response, Problem> {
    by.covers(&name)?;
    by.allows(&[Effect::Read])?;
    let live = connection(&app, &name)?;
    let page = payers::page(&app.store, live.settings.account(), filter).await?;
    let next = page.last().map(|it| it.number);
    let mut payers = Vec::with_capacity(page.len());
    for payer in page {
        match document(&app, &live, payer).await? {
            Ok(payer) => payers.push(payer),
            Err(failure) => return Ok(outcome::problem_of(&failure).into()),
        }
    }
    Ok(reply::document(StatusCode::OK, &json!({"payers": payers, "next": next})))
}

/// Sums up a payer's credits by the action, so that there is one way to do it.
async fn document(app: &App, live: &Live, Payer { name, last, .. }: Payer) -> Result<Result<Value, Failure>, Problem> {
    let history = app.connector.invoke(&live.tenant, HISTORY, &json!({"payer": name}).to_string()).await;
    let history = history.map_err(|error| Problem::new(Kind::UNAVAILABLE, error.to_string()))?;
    let reply = match history.result {
        Ok(reply) => reply,
        Err(failure) => return Ok(Err(failure)),
    };
    let history: Value = serde_json::from_str(&reply.body.unwrap_or_default()).unwrap_or_default();
    let credits = history["credits"].as_array().map_or(0, Vec::len);
    let sums = history["sums"].as_array().into_iter().flatten();
    let sums: Vec<_> = sums.map(|it| json!({"currency_code": it["currency"], "value": it["gross"]})).collect();
    Ok(Ok(json!({"payer": name, "credits": credits, "sums": sums, "last": last})))
}
