//! Asking a person before an action that moves money or cannot be undone.
//!
//! Up to the protocol's version 2025-11-25 the server sends the question as a request of its own. Since 2026-07-28 it answers the
//! call with the question, and the client calls again with the answer.

use std::{collections::BTreeMap, time::Duration};

use connector_host::printable::printable;
use rmcp::{
    model::{
        CallToolRequestParams, ElicitRequest, ElicitRequestParams, ElicitationAction, ElicitationSchema, InputRequest,
        InputRequests, InputRequiredResult, ProtocolVersion,
    },
    service::{RequestContext, RoleServer},
};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{offer::Offered, sensitive::masked};

/// How long a person may think about it.
const PATIENCE: Duration = Duration::from_secs(10 * 60);

/// How much is shown of the arguments, in characters.
const SHOWN: usize = 1500;

/// What came of asking.
pub(crate) enum Consent {
    /// The call may go on. The key is for a call that was given none: a client that sends its answer twice pays once.
    Given(Option<String>),
    /// The client is to ask, and to call again.
    Asked(Box<InputRequiredResult>),
    /// It must not go on, for this reason.
    Refused(&'static str),
}

/// Asks whether an action may run, if it needs that and the client can ask. `amounts` are found out if there is a question.
pub(crate) async fn ask(
    offered: &Offered,
    request: &CallToolRequestParams,
    label: &str,
    amounts: impl Future<Output = Option<String>>,
    context: &RequestContext<RoleServer>,
) -> Consent {
    let Some(confirm) = offered.action.confirm.as_deref().filter(|_| can_ask(context)) else {
        return Consent::Given(None);
    };
    let arguments = request.arguments.clone().unwrap_or_default();
    let in_rounds = context.protocol_version().is_some_and(|it| it.as_str() >= ProtocolVersion::V_2026_07_28.as_str());
    if in_rounds && let Some(consent) = answered(offered, request, &arguments) {
        return consent;
    }
    let question = question(offered, confirm, label, amounts.await, &arguments);
    if in_rounds {
        return pose(offered, &arguments, question);
    }
    let answer = context.peer.create_elicitation_with_timeout(form(question), Some(PATIENCE));
    let answer = tokio::select! {
        answer = answer => answer,
        () = context.ct.cancelled() => return Consent::Refused("the call was cancelled"),
    };
    match answer {
        Ok(answer) => judged(Some(answer.action), None),
        Err(_) => Consent::Refused("nobody answered whether to go on"),
    }
}

/// Whether the client can show a form.
fn can_ask(context: &RequestContext<RoleServer>) -> bool {
    let elicitation = context.client_capabilities().and_then(|capabilities| capabilities.elicitation);
    // One that names no mode means forms: the first version had no other.
    elicitation.is_some_and(|it| it.form.is_some() || it.url.is_none())
}

/// Whether a call without a key gets one from the question on.
fn needs_key(offered: &Offered, arguments: &Map<String, Value>) -> bool {
    let has_key = arguments.get("options").is_some_and(|options| !options["idempotency_key"].is_null());
    offered.action.idempotency.is_some() && !has_key
}

/// Takes the answer to the question. `None` if there is none, or none to this one: it is for these arguments only, whose digest is in
/// its name.
fn answered(offered: &Offered, request: &CallToolRequestParams, arguments: &Map<String, Value>) -> Option<Consent> {
    let needs_key = needs_key(offered, arguments);
    let key = request.request_state.as_deref().filter(|state| needs_key && Uuid::parse_str(state).is_ok());
    let answer = request.input_responses.as_ref()?.get(&name_of_question(offered, arguments, key))?;
    if key.is_some() != needs_key {
        return None;
    }
    let action = serde_json::from_value(answer["action"].clone()).ok();
    Some(judged(action, key.map(str::to_owned)))
}

/// Answers a call with the question.
fn pose(offered: &Offered, arguments: &Map<String, Value>, question: String) -> Consent {
    let key = needs_key(offered, arguments).then(|| Uuid::new_v4().to_string());
    let name = name_of_question(offered, arguments, key.as_deref());
    let request = InputRequest::Elicitation(ElicitRequest::new(form(question)));
    Consent::Asked(Box::new(InputRequiredResult::new(Some(InputRequests::from([(name, request)])), key)))
}

fn name_of_question(offered: &Offered, arguments: &Map<String, Value>, key: Option<&str>) -> String {
    // A client may send its members in another order.
    let mut arguments = Value::Object(arguments.clone());
    arguments.sort_all_objects();
    let digest = Sha256::digest([&*offered.action.id, key.unwrap_or_default(), &arguments.to_string()].join("\n"));
    digest.iter().take(16).fold("confirm-".to_owned(), |name, byte| format!("{name}{byte:02x}"))
}

fn judged(answer: Option<ElicitationAction>, key: Option<String>) -> Consent {
    match answer {
        Some(ElicitationAction::Accept) => Consent::Given(key),
        Some(ElicitationAction::Decline) => Consent::Refused("the user declined"),
        _ => Consent::Refused("the user did not agree"),
    }
}

/// A form without fields: to accept it is to agree.
fn form(message: String) -> ElicitRequestParams {
    let requested_schema = ElicitationSchema::new(BTreeMap::new());
    ElicitRequestParams::FormElicitationParams { meta: None, message, requested_schema }
}

/// What the person reads: the action, where, what it means, the amounts, and the arguments.
fn question(
    offered: &Offered,
    confirm: &str,
    label: &str,
    amounts: Option<String>,
    arguments: &Map<String, Value>,
) -> String {
    let action = &offered.action;
    let mut lines = vec![format!("{} ({}), {label}", action.summary, action.id), confirm.to_owned()];
    lines.extend(amounts.map(|amounts| format!("Amounts: {amounts}")));
    let (shown, _) = masked(arguments);
    let shown = shown.to_string();
    let cut = if shown.chars().count() > SHOWN { " …" } else { "" };
    lines.push(format!("Arguments: {}{cut}", shown.chars().take(SHOWN).collect::<String>()));
    printable(&lines.join("\n")).into_owned()
}
