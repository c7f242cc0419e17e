//! Outcomes, actions and manifests as JSON: names in snake_case, documents unchanged. `adapters/gateway` has this file as a module
//! too, with bindings of the same names, so that there is one form.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::Serialize;
use serde_json::{Error, Value, json, value::RawValue};

use crate::bindings::{
    Environment, Failure, FailureKind, File, Issue, Reply,
    actions::{self, Choices, ConnectionReport},
    triggers::{Operation, TriggerInfo},
};

/// `{"reply": ...}` or `{"failure": ...}`, with documents of the type `D`.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum OutcomeView<'a, D: Serialize> {
    Reply(ReplyView<'a, D>),
    Failure(FailureView<'a, D>),
}

#[derive(Serialize)]
struct ReplyView<'a, D: Serialize> {
    status: u16,
    body: Option<D>,
    debug_id: Option<&'a str>,
    idempotency_key: Option<&'a str>,
    attempts: u32,
    next: Option<D>,
    file: Option<FileView<'a>>,
}

/// A file with its bytes in base64.
#[derive(Serialize)]
struct FileView<'a> {
    name: &'a str,
    media_type: &'a str,
    data: String,
}

impl<'a> FileView<'a> {
    fn new(file: &'a File) -> Self {
        Self { name: &file.name, media_type: &file.media_type, data: BASE64_STANDARD.encode(&file.data) }
    }
}

#[derive(Serialize)]
struct FailureView<'a, D: Serialize> {
    kind: &'static str,
    message: &'a str,
    status: Option<u16>,
    name: Option<&'a str>,
    details: Vec<IssueView<'a>>,
    debug_id: Option<&'a str>,
    retryable: bool,
    retry_after_ms: Option<u64>,
    request_sent: bool,
    idempotency_key: Option<&'a str>,
    idempotency_retention_seconds: Option<u32>,
    attempts: u32,
    information_link: Option<&'a str>,
    body: Option<D>,
}

#[derive(Serialize)]
struct IssueView<'a> {
    field: Option<&'a str>,
    value: Option<&'a str>,
    location: Option<&'a str>,
    issue: Option<&'a str>,
    description: Option<&'a str>,
}

impl<'a, D: Serialize> FailureView<'a, D> {
    fn new(failure: &'a Failure, document: impl Fn(&'a str) -> Result<D, Error>) -> Result<Self, Error> {
        Ok(Self {
            kind: kind(failure.kind),
            message: &failure.message,
            status: failure.status,
            name: failure.name.as_deref(),
            details: failure.details.iter().map(IssueView::new).collect(),
            debug_id: failure.debug_id.as_deref(),
            retryable: failure.retryable,
            retry_after_ms: failure.retry_after_ms,
            request_sent: failure.request_sent,
            idempotency_key: failure.idempotency_key.as_deref(),
            idempotency_retention_seconds: failure.idempotency_retention_seconds,
            attempts: failure.attempts,
            information_link: failure.information_link.as_deref(),
            body: failure.body.as_deref().map(document).transpose()?,
        })
    }
}

impl<'a, D: Serialize> OutcomeView<'a, D> {
    fn new(result: &'a Result<Reply, Failure>, document: impl Fn(&'a str) -> Result<D, Error>) -> Result<Self, Error> {
        let optional = |text: &'a Option<String>| text.as_deref().map(&document).transpose();
        Ok(match result {
            Ok(reply) => Self::Reply(ReplyView {
                status: reply.status,
                body: optional(&reply.body)?,
                debug_id: reply.debug_id.as_deref(),
                idempotency_key: reply.idempotency_key.as_deref(),
                attempts: reply.attempts,
                next: optional(&reply.next)?,
                file: reply.file.as_ref().map(FileView::new),
            }),
            Err(failure) => Self::Failure(FailureView::new(failure, document)?),
        })
    }
}

impl<'a> IssueView<'a> {
    fn new(issue: &'a Issue) -> Self {
        Self {
            field: issue.field.as_deref(),
            value: issue.value.as_deref(),
            location: issue.location.as_deref(),
            issue: issue.issue.as_deref(),
            description: issue.description.as_deref(),
        }
    }
}

/// Takes a document unchanged.
fn raw(text: &str) -> Result<&RawValue, Error> {
    serde_json::from_str(text)
}

/// Returns an outcome for printing, with unchanged documents: `{"reply": {...}}` or `{"failure": {...}}`.
///
/// # Errors
/// If the component has returned a document that is not JSON.
pub fn outcome(result: &Result<Reply, Failure>) -> Result<String, Error> {
    serde_json::to_string_pretty(&OutcomeView::new(result, raw)?)
}

/// Returns a failure for printing, with the input of its call: `{"failure": {...}, "input": {...}}`. An input that is
/// not JSON is printed as a string.
///
/// # Errors
/// If the component has returned a document that is not JSON.
pub fn interrupted(failure: &Failure, input: &str) -> Result<String, Error> {
    #[derive(Serialize)]
    struct InterruptedView<'a, I: Serialize> {
        failure: FailureView<'a, &'a RawValue>,
        input: I,
    }
    let failure = FailureView::new(failure, raw)?;
    match raw(input) {
        Ok(input) => serde_json::to_string_pretty(&InterruptedView { failure, input }),
        Err(_) => serde_json::to_string_pretty(&InterruptedView { failure, input }),
    }
}

/// Returns one line of JSON for an action whose result cannot be delivered: enough to find out what it did, and to
/// repeat it with its key. It contains nothing of the documents.
#[must_use]
pub fn undelivered(action: &str, result: &Result<Reply, Failure>) -> String {
    let outcome = match result {
        Ok(reply) => json!({
            "outcome": "reply",
            "status": reply.status,
            "debug_id": reply.debug_id,
            "idempotency_key": reply.idempotency_key,
            "attempts": reply.attempts,
        }),
        Err(failure) => json!({
            "outcome": kind(failure.kind),
            "message": failure.message,
            "status": failure.status,
            "name": failure.name,
            "debug_id": failure.debug_id,
            "idempotency_key": failure.idempotency_key,
            "request_sent": failure.request_sent,
            "retryable": failure.retryable,
            "attempts": failure.attempts,
        }),
    };
    json!({"undelivered": {"action": action, "result": outcome}}).to_string()
}

/// Returns a document on one line: without the white space between tokens, otherwise unchanged.
#[must_use]
pub fn single_line(document: &str) -> String {
    let (mut in_string, mut escaped) = (false, false);
    let kept = |character: &char| {
        let keep = in_string || !character.is_ascii_whitespace();
        in_string ^= *character == '"' && !escaped;
        escaped = in_string && *character == '\\' && !escaped;
        keep
    };
    document.chars().filter(kept).collect()
}

/// Returns an outcome for comparisons, with its documents as strings.
///
/// # Errors
/// Never: these records are always JSON.
pub fn comparable(result: &Result<Reply, Failure>) -> Result<Value, Error> {
    serde_json::to_value(OutcomeView::new(result, Ok)?)
}

/// Returns the contract's name of a kind of failure.
#[must_use]
pub fn kind(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::InvalidInput => "invalid-input",
        FailureKind::Unauthorized => "unauthorized",
        FailureKind::Forbidden => "forbidden",
        FailureKind::NotFound => "not-found",
        FailureKind::Conflict => "conflict",
        FailureKind::Unprocessable => "unprocessable",
        FailureKind::RateLimited => "rate-limited",
        FailureKind::ProviderError => "provider-error",
        FailureKind::Unreachable => "unreachable",
        FailureKind::TimedOut => "timed-out",
        FailureKind::OutcomeUnknown => "outcome-unknown",
        FailureKind::MalformedReply => "malformed-reply",
        FailureKind::TooLarge => "too-large",
        FailureKind::ConnectionUnavailable => "connection-unavailable",
        FailureKind::Denied => "denied",
    }
}

/// An action, with schemas and a sample of the type `S`: pointers, or the values themselves.
#[derive(Serialize)]
struct ActionView<'a, S: Serialize> {
    id: &'a str,
    group: &'a str,
    method: &'a str,
    path: &'a str,
    summary: &'a str,
    description: &'a str,
    effects: Vec<&'static str>,
    confirm: Option<&'a str>,
    deprecated: bool,
    scopes: &'a [String],
    idempotency: Option<IdempotencyView<'a>>,
    lookup: Option<&'a str>,
    paged: bool,
    sandbox_only: bool,
    provider_operation_id: &'a str,
    definition: &'a str,
    input_schema: S,
    output_schema: Option<S>,
    sample: S,
}

#[derive(Serialize)]
struct IdempotencyView<'a> {
    header: &'a str,
    max_length: u32,
    retention_seconds: u32,
    required_when: Option<&'a str>,
}

impl<'a, S: Serialize> ActionView<'a, S> {
    fn new(action: &'a actions::ActionInfo, input: S, output: Option<S>, sample: S) -> Self {
        Self {
            id: &action.id,
            group: &action.group,
            method: &action.method,
            path: &action.path,
            summary: &action.summary,
            description: &action.description,
            effects: action.effects.iter().copied().map(effect).collect(),
            confirm: action.confirm.as_deref(),
            deprecated: action.deprecated,
            scopes: &action.scopes,
            idempotency: action.idempotency.as_ref().map(|it| IdempotencyView {
                header: &it.header,
                max_length: it.max_length,
                retention_seconds: it.retention_seconds,
                required_when: it.required_when.as_deref(),
            }),
            lookup: action.lookup.as_deref(),
            paged: action.paged,
            sandbox_only: action.sandbox_only,
            provider_operation_id: &action.provider_operation_id,
            definition: &action.definition,
            input_schema: input,
            output_schema: output,
            sample,
        }
    }
}

/// Returns the list of actions for printing, with pointers to their schemas and samples.
///
/// # Errors
/// Never: these records are always JSON.
pub fn actions(actions: &[actions::ActionInfo]) -> Result<String, Error> {
    let view = |it: &'_ actions::ActionInfo| {
        serde_json::to_value(ActionView::new(it, &it.input_schema, it.output_schema.as_ref(), &it.sample))
    };
    serde_json::to_string_pretty(&actions.iter().map(view).collect::<Result<Vec<_>, _>>()?)
}

/// Returns one action for printing, with its schemas and its sample.
///
/// # Errors
/// Never: these records are always JSON.
pub fn action(
    action: &actions::ActionInfo,
    input_schema: Value,
    output_schema: Option<Value>,
    sample: Value,
) -> Result<String, Error> {
    serde_json::to_string_pretty(&ActionView::new(action, input_schema, output_schema, sample))
}

/// Returns the contract's name of an effect.
#[must_use]
pub fn effect(effect: actions::Effect) -> &'static str {
    match effect {
        actions::Effect::Read => "read",
        actions::Effect::Write => "write",
        actions::Effect::MovesMoney => "moves-money",
        actions::Effect::Irreversible => "irreversible",
        actions::Effect::NotifiesCustomer => "notifies-customer",
    }
}

/// Returns the names of effects, separated by commas.
#[must_use]
pub fn effects(effects: &[actions::Effect]) -> String {
    effects.iter().copied().map(effect).collect::<Vec<_>>().join(", ")
}

#[derive(Serialize)]
struct ReportView<'a> {
    environment: &'static str,
    verdict: &'static str,
    message: &'a str,
    scopes: Option<&'a [String]>,
    uncovered: Vec<UncoveredView<'a>>,
    debug_id: Option<&'a str>,
}

#[derive(Serialize)]
struct UncoveredView<'a> {
    id: &'a str,
    scopes: &'a [String],
}

#[derive(Serialize)]
struct TriggerView<'a> {
    id: &'a str,
    group: &'a str,
    label: &'a str,
    description: &'a str,
    event_types: &'a [String],
    requires: &'a [String],
    subject_kinds: &'a [String],
    deduplication_key: &'a str,
    subscribe: OperationView<'a>,
    unsubscribe: OperationView<'a>,
    receive: OperationView<'a>,
    poll: Option<OperationView<'a>>,
    sample: Value,
}

#[derive(Serialize)]
struct OperationView<'a> {
    action: &'a str,
    input: Value,
}

impl<'a> TriggerView<'a> {
    fn new(it: &'a TriggerInfo) -> Result<Self, Error> {
        let operation = |it: &'a Operation| -> Result<_, Error> {
            Ok(OperationView { action: &it.action, input: serde_json::from_str(&it.input)? })
        };
        Ok(Self {
            id: &it.id,
            group: &it.group,
            label: &it.label,
            description: &it.description,
            event_types: &it.event_types,
            requires: &it.requires,
            subject_kinds: &it.subject_kinds,
            deduplication_key: &it.deduplication_key,
            subscribe: operation(&it.subscribe)?,
            unsubscribe: operation(&it.unsubscribe)?,
            receive: operation(&it.receive)?,
            poll: it.poll.as_ref().map(operation).transpose()?,
            sample: serde_json::from_str(&it.sample)?,
        })
    }
}

/// Returns the list of triggers for printing.
///
/// # Errors
/// If the component has returned a document that is not JSON.
pub fn triggers(triggers: &[TriggerInfo]) -> Result<String, Error> {
    serde_json::to_string_pretty(&triggers.iter().map(TriggerView::new).collect::<Result<Vec<_>, _>>()?)
}

/// Returns one trigger for printing.
///
/// # Errors
/// If the component has returned a document that is not JSON.
pub fn trigger(trigger: &TriggerInfo) -> Result<String, Error> {
    serde_json::to_string_pretty(&TriggerView::new(trigger)?)
}

/// Returns choices for printing: `{"choices": {"items", "next"}}` or `{"failure": {...}}`.
///
/// # Errors
/// If the component has returned a document that is not JSON.
pub fn choices(result: &Result<Choices, Failure>) -> Result<String, Error> {
    #[derive(Serialize)]
    struct ChoiceView<'a> {
        value: &'a str,
        label: &'a str,
    }
    let choices = match result {
        Ok(choices) => choices,
        Err(failure) => return outcome(&Err(failure.clone())),
    };
    let items: Vec<_> = choices.items.iter().map(|it| ChoiceView { value: &it.value, label: &it.label }).collect();
    let next = choices.next.as_deref().map(serde_json::from_str::<Value>).transpose()?;
    serde_json::to_string_pretty(&json!({ "choices": { "items": items, "next": next } }))
}

/// Returns the result of a connection test for printing: `{"report": {...}}` or `{"failure": {...}}`.
///
/// # Errors
/// If the component has returned a document that is not JSON.
pub fn connection_report(result: &Result<ConnectionReport, Failure>) -> Result<String, Error> {
    let report = match result {
        Ok(report) => report,
        Err(failure) => return outcome(&Err(failure.clone())),
    };
    let view = ReportView {
        environment: match report.environment {
            Environment::Sandbox => "sandbox",
            Environment::Live => "live",
        },
        verdict: match report.verdict {
            actions::Verdict::Accepted => "accepted",
            actions::Verdict::Refused => "refused",
            actions::Verdict::OtherEnvironment => "other-environment",
        },
        message: &report.message,
        scopes: report.scopes.as_deref(),
        uncovered: report.uncovered.iter().map(|it| UncoveredView { id: &it.id, scopes: &it.scopes }).collect(),
        debug_id: report.debug_id.as_deref(),
    };
    serde_json::to_string_pretty(&json!({ "report": view }))
}

/// Returns whether a tested connection works.
#[must_use]
pub fn works(result: &Result<ConnectionReport, Failure>) -> bool {
    result.as_ref().is_ok_and(|report| report.verdict == actions::Verdict::Accepted)
}

/// Returns the manifest for printing.
///
/// # Errors
/// If the component has returned a document that is not JSON.
pub fn manifest(manifest: &actions::Manifest) -> Result<String, Error> {
    #[derive(Serialize)]
    struct ManifestView<'a> {
        name: &'a str,
        label: &'a str,
        version: &'a str,
        icon: &'a str,
        categories: &'a [String],
        documentation: &'a str,
        terms: &'a str,
        changes: &'a str,
        openapi: Value,
        connection_form: Value,
    }
    serde_json::to_string_pretty(&ManifestView {
        name: &manifest.name,
        label: &manifest.label,
        version: &manifest.version,
        icon: &manifest.icon,
        categories: &manifest.categories,
        documentation: &manifest.documentation,
        terms: &manifest.terms,
        changes: &manifest.changes,
        openapi: serde_json::from_str(&manifest.openapi)?,
        connection_form: serde_json::from_str(&manifest.connection_form)?,
    })
}

#[cfg(test)]
mod tests {
    use super::single_line;

    #[test]
    fn a_line_keeps_all_but_the_white_space_between_tokens() {
        let document = "{\n  \"a b\" : [1.00, \"c \\\" d\",\t\"\\\\\" ]\r\n}";
        assert_eq!(single_line(document), r#"{"a b":[1.00,"c \" d","\\"]}"#);
    }
}
