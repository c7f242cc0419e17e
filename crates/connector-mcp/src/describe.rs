//! The tool that describes an action: with a sample, and with the parts of its schema that its own tool leaves out.

use std::sync::Arc;

use connector_host::{json as contract, schema::Catalogue};
use rmcp::model::{CallToolResult, Tool, ToolAnnotations};
use serde_json::{Map, Value, json};

use crate::{
    answer, name,
    offer::{Offer, Offered},
    schema::{self, cut, slim},
};

pub(crate) fn tool() -> Tool {
    let schema = json!({
        "type": "object",
        "properties": {
            "tool": {"type": "string", "description": "The name of the tool."},
            "definition": {"type": "string", "description": "Only this part of its input's schema: a definition that the schema refers to."},
        },
        "required": ["tool"],
        "additionalProperties": false,
    });
    let schema = schema.as_object().cloned().unwrap_or_default();
    let description = "Describes one of the other tools: its effects, a sample of its arguments, and the schema of its arguments, of which \
                       large tools show only a part. Sends nothing.";
    let hints = ToolAnnotations::new().read_only(true).destructive(false).idempotent(true).open_world(false);
    Tool::new_with_raw(name::DESCRIBE, Some(description.into()), Arc::new(schema))
        .with_title("Describe a tool")
        .with_annotations(hints)
}

/// Answers a call of the tool.
pub(crate) fn call(offer: &Offer, arguments: &Map<String, Value>) -> CallToolResult {
    let text = |name: &str| arguments.get(name).and_then(Value::as_str);
    let Some(tool) = text("tool") else {
        return answer::message(
            "`tool` is missing: the name of one of this server's tools, such as those of `tools/list`",
        );
    };
    let Some(offered) = offer.tool(tool) else {
        return answer::message(&match offer.refusal(tool) {
            Some(reason) => format!("Not offered: {reason}."),
            None => unknown(offer, tool),
        });
    };
    let schema = match text("definition") {
        None => whole(offer.catalogue(), offered),
        Some(wanted) => definition(offer.catalogue(), offered, wanted),
    };
    match schema {
        Ok(schema) => CallToolResult::structured(match text("definition") {
            None => described(offer.catalogue(), offered, schema),
            Some(wanted) => json!({"tool": offered.tool.name, "definition": wanted, "schema": schema}),
        }),
        Err(message) => answer::message(&message),
    }
}

/// What to say of a tool that there is not.
pub(crate) fn unknown(offer: &Offer, name: &str) -> String {
    let near = offer.near(name);
    if near.is_empty() {
        return "there is no such tool; tools/list has them all".to_owned();
    }
    format!("there is no such tool; did you mean {}?", near.join(", or "))
}

fn described(catalogue: &Catalogue, Offered { action, tool }: &Offered, schema: Map<String, Value>) -> Value {
    json!({
        "tool": tool.name,
        "action": action.id,
        "title": action.summary,
        "description": action.description,
        "effects": action.effects.iter().map(|effect| contract::effect(*effect)).collect::<Vec<_>>(),
        "idempotent_by_key": action.idempotency.is_some(),
        "sample": catalogue.at(&action.sample)["input"],
        "schema": schema,
    })
}

fn whole(catalogue: &Catalogue, offered: &Offered) -> Result<Map<String, Value>, String> {
    let schema = catalogue.json_schema(&offered.action.input_schema).map_err(|error| error.to_string())?;
    let mut schema = slim(&schema);
    cut(&mut schema, schema::DESCRIPTION, schema::HINT);
    Ok(schema)
}

fn definition(catalogue: &Catalogue, offered: &Offered, wanted: &str) -> Result<Map<String, Value>, String> {
    let schema = catalogue.json_schema(&offered.action.input_schema).map_err(|error| error.to_string())?;
    let mut schema = slim(&schema);
    let definitions = schema.shift_remove("$defs").unwrap_or_default();
    let Some(Value::Object(mut part)) = definitions.get(wanted).cloned() else {
        return Err(format!("the schema of {} has no definition of that name", offered.tool.name));
    };
    part.insert("$defs".to_owned(), definitions);
    cut(&mut part, schema::DESCRIPTION, schema::HINT);
    Ok(part)
}
