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

use crate::{amounts, offer::Offered, sensitive::masked};

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

/// Asks whether an action may run, if it needs that and the client can ask.
pub(crate) async fn ask(
    offered: &Offered,
    request: &CallToolRequestParams,
    label: &str,
    context: &RequestContext<RoleServer>,
) -> Consent {
    let Some(confirm) = offered.action.confirm.as_deref().filter(|_| can_ask(context)) else {
        return Consent::Given(None);
    };
    let arguments = request.arguments.clone().unwrap_or_default();
    let question = question(offered, confirm, label, &arguments);
    if context.protocol_version().is_some_and(|it| it.as_str() >= ProtocolVersion::V_2026_07_28.as_str()) {
        return in_rounds(offered, request, &arguments, question);
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

/// Answers with the question, or takes the answer to it. The question is for these arguments only: its name has their digest.
fn in_rounds(
    offered: &Offered,
    request: &CallToolRequestParams,
    arguments: &Map<String, Value>,
    question: String,
) -> Consent {
    let has_key = arguments.get("options").is_some_and(|options| !options["idempotency_key"].is_null());
    let needs_key = offered.action.idempotency.is_some() && !has_key;
    let key = request.request_state.as_deref().filter(|state| needs_key && Uuid::parse_str(state).is_ok());
    let answer = request.input_responses.as_ref();
    let answer = answer.and_then(|answers| answers.get(&name_of_question(offered, arguments, key)));
    if let Some(answer) = answer.filter(|_| key.is_some() == needs_key) {
        let action = serde_json::from_value(answer["action"].clone()).ok();
        return judged(action, key.map(str::to_owned));
    }
    let key = needs_key.then(|| Uuid::new_v4().to_string());
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
fn question(offered: &Offered, confirm: &str, label: &str, arguments: &Map<String, Value>) -> String {
    let action = &offered.action;
    let mut lines = vec![format!("{} ({}), {label}", action.summary, action.id), confirm.to_owned()];
    let amounts = amounts::of(arguments);
    if !amounts.is_empty() {
        lines.push(format!("Amounts: {}", amounts.join(", ")));
    }
    let (shown, _) = masked(arguments);
    let shown = shown.to_string();
    let cut = if shown.chars().count() > SHOWN { " …" } else { "" };
    lines.push(format!("Arguments: {}{cut}", shown.chars().take(SHOWN).collect::<String>()));
    printable(&lines.join("\n")).into_owned()
}
