//! Fixtures: the input of an action, the HTTP exchanges that follow, and the outcome. The format is described in
//! `host-test/fixtures/README.md`.

mod body;
mod case;
mod expectation;
mod history;
mod parts;
mod playback;
pub mod record;

use std::sync::{Arc, LazyLock};

use serde_json::Value;

use connector_host::{
    Client, Connection, Connector, Delegation, Route, Tenant, json, testing::NumberedTokens, transport::Transport,
};

pub use case::{Case, CaseError, DIRECTORY, load};
pub use playback::answers;

use case::OnBehalfOf;
use expectation::Generated;
use history::History;
use playback::{Playback, TOKEN};

/// A connection needs a client to obtain tokens. The fixtures never use theirs.
static CLIENT: LazyLock<Client> = LazyLock::new(Client::new);

/// Runs a case by `invoke`, and by the typed function too unless the case is for `invoke` only. Returns the problems, with
/// differences; empty if everything is as expected.
pub async fn run(connector: &Connector, case: &Case) -> Vec<String> {
    let mut problems = attempt(connector, case, "invoke").await;
    if !case.invoke_only() {
        problems.extend(attempt(connector, case, "typed").await);
    }
    problems
}

async fn attempt(connector: &Connector, case: &Case, way: &str) -> Vec<String> {
    let (tenant, playback, history) = match tenant(case) {
        Ok(parts) => parts,
        Err(error) => return vec![error.to_string()],
    };
    // Cases do not share fetched certificates.
    let connector = &connector.with_own_certificates();
    let result = match way {
        "invoke" => invoke(connector, &tenant, case).await,
        _ => connector.call_typed(&tenant, &case.action, case.input()).await.map_err(|error| error.to_string()),
    };
    let mut generated = Generated::default();
    let mut problems = playback.finish(&mut generated);
    problems.extend(history.finish(case, &mut generated));
    match result {
        Ok(actual) => problems.extend(expectation::compare(case, &actual, &mut generated)),
        Err(error) => problems.push(error),
    }
    problems.into_iter().map(|problem| format!("by {way}: {problem}")).collect()
}

async fn invoke(connector: &Connector, tenant: &Tenant, case: &Case) -> Result<Value, String> {
    let outcome = connector.invoke(tenant, &case.action, case.input()).await.map_err(|error| error.to_string())?;
    if !outcome.output.is_empty() {
        return Err(format!("the component printed:\n{}", outcome.output));
    }
    json::comparable(&outcome.result).map_err(|error| error.to_string())
}

/// Returns a tenant whose requests are answered by a case's exchanges, in order.
fn tenant(case: &Case) -> Result<(Tenant, Arc<Playback>, History), CaseError> {
    let (playback, history) = (Arc::new(Playback::new(case)), History::new(case));
    let tenant = tenant_by(case, playback.clone())?.with_journal(history.clone()).without_call_records();
    Ok((tenant, playback, history))
}

/// The tenant of a case, with the journal that the case begins with. Its requests go out by `transport`.
///
/// # Errors
/// If the case's present is no moment.
pub fn tenant_by(case: &Case, transport: impl Transport + 'static) -> Result<Tenant, CaseError> {
    let route = Route::paypal(case.environment());
    let connection = Connection::new(route, NumberedTokens::new(TOKEN), CLIENT.clone());
    let connection = connection.with_max_attempts(case.max_attempts()).without_throttle();
    let mut connection = connection.with_authorities(case.authorities.clone());
    if let Some(OnBehalfOf { client_id, account_id }) = case.content.on_behalf_of.clone() {
        connection = connection.with_delegation(Delegation { client_id, account_id });
    }
    Ok(Tenant::new(connection, transport).at(case.present()?).with_journal(History::new(case)).without_call_records())
}

/// Runs a case by `invoke` with another input, and returns the outcome. The requests are still compared with the case.
///
/// # Errors
/// If the component fails, or its requests differ from the case.
pub async fn play(connector: &Connector, case: &Case, input: &str) -> Result<connector_host::Outcome, String> {
    let (tenant, playback, _) = tenant(case).map_err(|error| error.to_string())?;
    let outcome = connector
        .with_own_certificates()
        .invoke(&tenant, &case.action, input)
        .await
        .map_err(|error| error.to_string())?;
    let problems = playback.finish(&mut Generated::default());
    if problems.is_empty() { Ok(outcome) } else { Err(problems.join("\n")) }
}
