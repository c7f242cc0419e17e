//! What a model is told to do next, in words and as arguments to call with.

use connector_host::{CallError, Failure, FailureKind, Reply};
use serde_json::{Map, Value, json};

use crate::{
    next_steps::Said,
    offer::{Offer, Offered},
    sensitive::masked,
    tool::OPTIONS,
};

/// What to do next.
#[derive(Default)]
pub(crate) struct Advice {
    /// In words.
    pub(crate) text: Option<String>,
    /// The same as members of the structured result.
    pub(crate) members: Map<String, Value>,
}

impl Advice {
    /// Puts what is said of an outcome before the advice.
    pub(crate) fn after(mut self, said: Said) -> Self {
        let mut text = said.text.join(" ");
        if let Some(link) = said.link {
            text = format!("{text} The link for the payer: {link}");
            self.members.insert("payer_link".to_owned(), link.into());
        }
        if text.is_empty() {
            return self;
        }
        self.members.insert("next_step".to_owned(), text.clone().into());
        self.text = Some(match self.text {
            Some(more) => format!("{text}\n{more}"),
            None => text,
        });
        self
    }

    fn new(text: String, members: Value) -> Self {
        let members = if let Value::Object(members) = members { members } else { Map::new() };
        Self { text: Some(text), members }
    }
}

/// After a reply: how to read the next page.
pub(crate) fn after_reply(offered: &Offered, reply: &Reply) -> Advice {
    let next = reply.next.as_deref().and_then(|next| serde_json::from_str(next).ok());
    next.map(|next| next_call(offered, next)).unwrap_or_default()
}

/// After several pages.
pub(crate) fn after_items(offered: &Offered, next: Option<Value>, failure: Option<&str>) -> Advice {
    let mut advice = next.map(|next| next_call(offered, next)).unwrap_or_default();
    if let Some(failure) = failure {
        let goes_on = advice.text.unwrap_or_default();
        advice.text = Some(format!("Reading stopped here: {failure}. What was read is below. {goes_on}"));
    }
    advice
}

fn next_call(offered: &Offered, arguments: Value) -> Advice {
    let tool = &offered.tool.name;
    let text = format!("There is more: for the next page call {tool} with exactly these arguments: {arguments}");
    Advice::new(text, json!({"next_call": {"tool": tool, "arguments": arguments}}))
}

/// Whether a failed call may be repeated with its key. Corrected input is a new call, and its key another one.
pub(crate) fn repeats_by_key(offered: &Offered, failure: &Failure) -> bool {
    failure.retryable && offered.action.idempotency.is_some() && failure.idempotency_key.is_some()
}

/// After a failure: whether the call may be repeated, and exactly how.
pub(crate) fn after_failure(
    offer: Option<&Offer>,
    offered: &Offered,
    arguments: Map<String, Value>,
    failure: &Failure,
) -> Advice {
    let is_unknown = failure.kind == FailureKind::OutcomeUnknown;
    let wait = match failure.retry_after_ms {
        Some(milliseconds) => format!(" after {} s", milliseconds.div_ceil(1000)),
        None => String::new(),
    };
    let key = failure.idempotency_key.as_deref();
    match key.filter(|_| repeats_by_key(offered, failure)) {
        Some(key) => repeat(offered, arguments, key, is_unknown, &wait, failure.idempotency_retention_seconds),
        None if is_unknown => look_up(offer, offered),
        None if failure.retryable => Advice::new(
            format!("The same call may be made again{wait}."),
            json!({"repeat": {"tool": offered.tool.name, "same_arguments": true}}),
        ),
        None if !failure.request_sent && !failure.details.is_empty() => Advice::new(
            "Nothing was sent. Correct the arguments that `details` names, and call again.".to_owned(),
            Value::Null,
        ),
        None => Advice::default(),
    }
}

/// After a call that the component did not complete.
pub(crate) fn after_stop(offered: &Offered, arguments: Map<String, Value>, error: &CallError) -> Advice {
    match &error.idempotency_key {
        Some(key) if error.request_sent && offered.action.idempotency.is_some() => {
            repeat(offered, arguments, key, true, "", None)
        }
        _ if error.request_sent => look_up(None, offered),
        _ => Advice::new("Nothing was sent.".to_owned(), Value::Null),
    }
}

/// The very same call, with the key of the first one. Card numbers and the like are not repeated.
fn repeat(
    offered: &Offered,
    mut arguments: Map<String, Value>,
    key: &str,
    is_unknown: bool,
    wait: &str,
    seconds: Option<u32>,
) -> Advice {
    let tool = &offered.tool.name;
    let begin = if is_unknown {
        "It is NOT known whether this was done. It may have been. Do not report it as failed, and do not start a new call: \
         repeat this very call with its key"
    } else {
        "This was not done. It may be repeated with its key"
    };
    let until = seconds.map(|it| format!(", within {} hours", it / 3600)).unwrap_or_default();
    let once = "so that it happens once, however often it is repeated";
    let (_, has_secrets) = masked(&arguments);
    if has_secrets {
        let added = json!({OPTIONS: {"idempotency_key": key}});
        let text = format!(
            "{begin}{wait}{until}, {once}: call {tool} with the same arguments as before, and in addition {added}"
        );
        return Advice::new(text, json!({"repeat": {"tool": tool, "same_arguments": true, "and": added}}));
    }
    let options = arguments.entry(OPTIONS).or_insert(Value::Null);
    match options {
        Value::Object(options) => _ = options.insert("idempotency_key".to_owned(), key.into()),
        other => *other = json!({"idempotency_key": key}),
    }
    let arguments = Value::Object(arguments);
    let text = format!("{begin}{wait}{until}, {once}: call {tool} with exactly these arguments: {arguments}");
    Advice::new(text, json!({"repeat": {"tool": tool, "arguments": arguments}}))
}

/// A call without a key must not be repeated before it is known what it did.
fn look_up(offer: Option<&Offer>, offered: &Offered) -> Advice {
    let lookup = offered.action.lookup.as_deref();
    let tool = lookup.map(|action| match offer.and_then(|offer| offer.action(action)) {
        Some(offered) => offered.tool.name.to_string(),
        None => action.to_owned(),
    });
    let how = tool.as_ref().map(|tool| format!(" Find out with {tool} first.")).unwrap_or_default();
    let text = format!(
        "It is NOT known whether this was done. It may have been. Do not report it as failed, and do not call {} again \
         before you know: a second call would do it twice.{how}",
        offered.tool.name
    );
    Advice::new(text, tool.map_or(Value::Null, |tool| json!({"look_up": {"tool": tool}})))
}
