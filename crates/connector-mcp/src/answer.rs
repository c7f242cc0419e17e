//! The results of tools.
//!
//! A result has the outcome as JSON twice, as clients want it: as text, where PayPal's documents are unchanged, and structured.
//! Where a model must know what to do next, a sentence comes first, and the same is in the structure.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use connector_host::{CallError, Failure, FailureKind, File, Reply, json};
use rmcp::model::{CallToolResult, ContentBlock, ResourceContents};
use serde_json::{Map, Value, json, value::RawValue};

use crate::{
    advice::{self, Advice},
    max_items,
    next_steps::Said,
    offer::{Offer, Offered},
};

/// Returns a result that is only a message, about a call that was not made.
pub(crate) fn message(text: &str) -> CallToolResult {
    let mut result = CallToolResult::structured_error(json!({"message": text}));
    result.content = vec![ContentBlock::text(text)];
    result
}

/// Returns the result of an action. `arguments` are those to repeat it with. What is `said` of the outcome comes first. Without an
/// offer it refers to no other tool.
pub(crate) fn of_outcome(
    offer: Option<&Offer>,
    offered: &Offered,
    arguments: Map<String, Value>,
    outcome: Result<Reply, Failure>,
    said: Said,
) -> CallToolResult {
    let advice = match &outcome {
        Ok(reply) => advice::after_reply(offered, reply),
        Err(failure) => advice::after_failure(offer, offered, arguments, failure),
    };
    let advice = advice.after(said);
    let (outcome, file) = match outcome {
        Ok(mut reply) => {
            let file = reply.file.take();
            reply.next = None;
            (Ok(reply), file)
        }
        Err(mut failure) => {
            let is_unknown = failure.kind == FailureKind::OutcomeUnknown;
            if !is_unknown && !advice::repeats_by_key(offered, &failure) {
                (failure.idempotency_key, failure.idempotency_retention_seconds) = (None, None);
            }
            (Err(failure), None)
        }
    };
    // A document that is not JSON must not hide the outcome.
    let text = json::outcome(&outcome).map(|text| json::single_line(&text));
    let text = text.unwrap_or_else(|_| json::undelivered(&offered.action.id, &outcome));
    let structure = without_nulls(serde_json::from_str(&text).unwrap_or_default());
    let mut result = whole(text, structure, advice, outcome.is_err());
    if let Some(file) = file {
        if let Some(structure) = &mut result.structured_content {
            structure["reply"]["file"] =
                json!({"name": file.name, "media_type": file.media_type, "bytes": file.data.len()});
        }
        result.content.push(content(offered, &file));
    }
    result
}

/// Returns the result of a call that the component did not complete.
pub(crate) fn of_stopped(offered: &Offered, arguments: Map<String, Value>, error: &CallError) -> CallToolResult {
    let structure = json!({"stopped": {
        "message": error.reason.to_string(),
        "request_sent": error.request_sent,
        "idempotency_key": error.idempotency_key,
    }});
    let advice = advice::after_stop(offered, arguments, error);
    whole(structure.to_string(), structure, advice, true)
}

/// Returns the result of reading several pages. A failure after the first of them hides nothing of what was read.
pub(crate) fn of_items(
    offered: &Offered,
    items: &[Box<RawValue>],
    missing: &[Box<RawValue>],
    next: Option<Value>,
    most: usize,
    failure: Option<String>,
) -> CallToolResult {
    let list = |items: &[Box<RawValue>]| items.iter().map(|item| item.get()).collect::<Vec<_>>().join(",");
    let text = format!(r#"{{"items":[{}],"missing":[{}]}}"#, list(items), list(missing));
    let mut structure: Value = serde_json::from_str(&text).unwrap_or_default();
    if missing.is_empty() {
        structure.as_object_mut().map(|members| members.shift_remove("missing"));
    }
    if let Some(failure) = &failure {
        structure["interrupted"] = json!({"message": failure});
    }
    let next = next.map(|mut next| {
        if let Some(members) = next.as_object_mut() {
            members.insert(max_items::ARGUMENT.to_owned(), most.into());
        }
        next
    });
    let failed = items.is_empty() && failure.is_some();
    whole(text, structure, advice::after_items(offered, next, failure.as_deref()), failed)
}

/// Puts a result together.
fn whole(text: String, mut structure: Value, advice: Advice, is_error: bool) -> CallToolResult {
    if let Some(members) = structure.as_object_mut() {
        members.extend(advice.members);
    }
    let mut result =
        if is_error { CallToolResult::structured_error(structure) } else { CallToolResult::structured(structure) };
    result.content = advice.text.into_iter().chain([text]).map(ContentBlock::text).collect();
    result
}

/// A file, as a picture if it is one.
fn content(offered: &Offered, file: &File) -> ContentBlock {
    let data = BASE64_STANDARD.encode(&file.data);
    if file.media_type.starts_with("image/") {
        return ContentBlock::image(data, file.media_type.clone());
    }
    let name = percent_encoded(&file.name);
    let uri = format!("file:///{}/{name}", offered.action.id);
    ContentBlock::resource(ResourceContents::blob(data, uri).with_mime_type(file.media_type.clone()))
}

/// Escapes what is not unreserved in a URI (RFC 3986).
fn percent_encoded(name: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    name.bytes().map(|it| if is_plain(it) { char::from(it).to_string() } else { format!("%{it:02X}") }).collect()
}

/// Leaves out the members of an outcome that say nothing. Those of PayPal's documents stay.
fn without_nulls(mut outcome: Value) -> Value {
    for record in outcome.as_object_mut().into_iter().flatten().filter_map(|(_, record)| record.as_object_mut()) {
        record.retain(|_, member| !member.is_null());
    }
    outcome
}
