//! What the runs have shown, so that equality means something.

use std::collections::BTreeSet;

use connector_host::wasmtime::component::{Val, types::ComponentFunc};
use serde_json::Value;

use crate::{
    run::Run,
    values::{OPTIONS, is_given},
};

#[derive(Default)]
pub(crate) struct Seen {
    names: Vec<String>,
    /// The arguments with which a call has got past the local check.
    accepted: BTreeSet<String>,
    /// All of them.
    arguments: BTreeSet<String>,
    /// The fields of outcomes, with whether something was there.
    fields: BTreeSet<(String, bool)>,
    kinds: BTreeSet<String>,
}

/// The kinds of failure.
const KINDS: [&str; 15] = [
    "invalid-input",
    "unauthorized",
    "forbidden",
    "not-found",
    "conflict",
    "unprocessable",
    "rate-limited",
    "provider-error",
    "unreachable",
    "timed-out",
    "outcome-unknown",
    "malformed-reply",
    "too-large",
    "connection-unavailable",
    "denied",
];

impl Seen {
    pub(crate) fn of(id: &str, function: &ComponentFunc) -> Self {
        let names: Vec<String> = function.params().map(|(name, _)| format!("{id}: {name}")).collect();
        Self { arguments: names.iter().cloned().collect(), names, ..Self::default() }
    }

    pub(crate) fn join(&mut self, other: Self) {
        self.accepted.extend(other.accepted);
        self.arguments.extend(other.arguments);
        self.fields.extend(other.fields);
        self.kinds.extend(other.kinds);
    }

    /// What a run has shown.
    pub(crate) fn note(&mut self, run: &Run, outcome: &Value) {
        let failure = &outcome["failure"];
        let refused = failure["kind"] == "invalid-input" && failure["request_sent"] == false;
        for (name, value) in self.names.iter().zip(&run.arguments).filter(|(_, value)| !refused && is_given(value)) {
            self.accepted.insert(name.clone());
            if name.ends_with(&format!(": {OPTIONS}"))
                && let Val::Option(Some(options)) = value
                && let Val::Record(fields) = &**options
            {
                let given = fields.iter().filter(|(_, value)| is_given(value));
                self.accepted.extend(given.map(|(name, _)| format!("the option {name}")));
                self.arguments.extend(fields.iter().map(|(name, _)| format!("the option {name}")));
            }
        }
        self.kinds.extend(failure["kind"].as_str().map(str::to_owned));
        self.fields("", outcome);
    }

    fn fields(&mut self, at: &str, value: &Value) {
        match value {
            Value::Object(members) => members.iter().for_each(|(name, value)| {
                let at = format!("{at}/{name}");
                let is_there = !matches!(value, Value::Null | Value::Bool(false)) && *value != Value::Array(Vec::new());
                self.fields.insert((at.clone(), is_there));
                self.fields(&at, value);
            }),
            Value::Array(items) => items.iter().for_each(|item| self.fields(&format!("{at}/-"), item)),
            _ => {}
        }
    }

    /// What has not been shown, a line each.
    pub(crate) fn lacks(&self) -> Vec<String> {
        let arguments = self.arguments.difference(&self.accepted);
        let mut lacks: Vec<String> = arguments.map(|it| format!("{it} was never accepted")).collect();
        let kinds = KINDS.into_iter().filter(|kind| !self.kinds.contains(*kind));
        lacks.extend(kinds.map(|kind| format!("no failure was {kind}")));
        let names: BTreeSet<&str> = self.fields.iter().map(|(name, _)| name.as_str()).collect();
        let seen = |name: &str, is_there: bool| self.fields.contains(&(name.to_owned(), is_there));
        lacks.extend(names.iter().filter(|name| !seen(name, true)).map(|name| format!("{name} was never there")));
        for optional in OPTIONAL {
            if !seen(optional, false) {
                lacks.push(format!("{optional} was always there, or never"));
            }
        }
        lacks
    }
}

/// The fields that need not be there, or need not be true.
const OPTIONAL: [&str; 21] = [
    "/reply/body",
    "/reply/debug_id",
    "/reply/idempotency_key",
    "/reply/next",
    "/reply/file",
    "/failure/status",
    "/failure/name",
    "/failure/details",
    "/failure/details/-/field",
    "/failure/details/-/value",
    "/failure/details/-/location",
    "/failure/details/-/issue",
    "/failure/details/-/description",
    "/failure/debug_id",
    "/failure/retryable",
    "/failure/retry_after_ms",
    "/failure/request_sent",
    "/failure/idempotency_key",
    "/failure/idempotency_retention_seconds",
    "/failure/information_link",
    "/failure/body",
];
