//! The tool of an action.

use std::sync::Arc;

use connector_host::{
    actions::{ActionInfo, Effect},
    schema::{Catalogue, NoSchema},
};
use rmcp::model::{Tool, ToolAnnotations};
use serde_json::{Map, Value, json};

use crate::{
    max_items,
    schema::{self, cut, slim},
};

/// The argument that is an action's options.
pub(crate) const OPTIONS: &str = "options";

/// Returns the tool of an action.
///
/// # Errors
/// If the catalogue has no schema of its input.
pub(crate) fn of(action: &ActionInfo, name: &str, catalogue: &Catalogue) -> Result<Tool, NoSchema> {
    let mut input = slim(&catalogue.json_schema(&action.input_schema)?);
    if let Some(Value::Object(properties)) = input.get_mut("properties") {
        properties.shift_remove(OPTIONS);
        if let Some(options) = options(action) {
            properties.insert(OPTIONS.to_owned(), options);
        }
        if action.paged {
            properties.insert(max_items::ARGUMENT.to_owned(), max_items::schema());
        }
    }
    cut(&mut input, schema::TOOL, schema::HINT);
    let tool = Tool::new_with_raw(name.to_owned(), Some(description(action).into()), Arc::new(input));
    Ok(tool.with_title(action.summary.clone()).with_annotations(annotations(action)))
}

/// Returns the options that a model has a use for, of those that any connector has. A provider's own are the platform's.
fn options(action: &ActionInfo) -> Option<Value> {
    let mut properties = Map::new();
    if let Some(idempotency) = &action.idempotency {
        let key = json!({
            "type": "string",
            "maxLength": idempotency.max_length,
            "description": "Leave it out for a new call. To repeat a call whose outcome is unknown: the key that its answer gave.",
        });
        properties.insert("idempotency_key".to_owned(), key);
    }
    if action.effects != [Effect::Read] {
        let prefer = json!({"type": "string", "enum": ["minimal", "representation"], "description": "How much of the resource to answer with."});
        properties.insert("prefer".to_owned(), prefer);
    }
    if action.paged {
        let link = json!({"type": "string", "description": "Only as `next_call` of an earlier answer has it."});
        properties.insert("page_link".to_owned(), link);
    }
    (!properties.is_empty()).then(|| json!({"type": "object", "properties": properties}))
}

/// What the action does, and what a model must know before it calls: hints do not reach it.
fn description(action: &ActionInfo) -> String {
    let has = |effect| action.effects.contains(&effect);
    let mut description = action.description.clone();
    let notes = [
        (has(Effect::MovesMoney), "Moves money."),
        (has(Effect::Irreversible), "Cannot be undone."),
        (has(Effect::NotifiesCustomer), "The customer is notified."),
        (action.deprecated, "Deprecated."),
        (action.sandbox_only, "Works in the sandbox only."),
    ];
    for (_, note) in notes.iter().filter(|(applies, _)| *applies) {
        description.push(' ');
        description.push_str(note);
    }
    description
}

/// The hints: from the action's effects, and from its method where RFC 9110 says what that means.
fn annotations(action: &ActionInfo) -> ToolAnnotations {
    let reads = action.effects == [Effect::Read];
    let is_grave = action.effects.iter().any(|effect| matches!(effect, Effect::MovesMoney | Effect::Irreversible));
    // What is not created is changed or removed.
    let destructive = !reads && (is_grave || action.method != "POST");
    // Without the key of its first call, a POST that is repeated is another one.
    let idempotent = reads || matches!(&*action.method, "PUT" | "DELETE");
    ToolAnnotations::new().read_only(reads).destructive(destructive).idempotent(idempotent).open_world(true)
}
