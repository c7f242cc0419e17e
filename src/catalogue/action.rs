//! One action.

use super::{limits::Limits, relation::Relation, schema::Schema, trace::Trace};
use crate::platform::{failure::Location, request::Method};

/// One action: an operation of the catalogue. What many actions have in common, and what few have, are references.
#[derive(Debug)]
pub(crate) struct Action {
    /// `resource.verb`, kebab-case.
    pub id: &'static str,
    /// The resource.
    pub group: &'static str,
    /// What it does, in one line.
    pub summary: &'static str,
    /// What it does, in some sentences.
    pub description: &'static str,
    /// What a person is asked before it runs, if it moves money or is irreversible.
    pub confirm: Option<&'static str>,
    /// Whether PayPal will give it up.
    pub deprecated: bool,
    /// The HTTP method.
    pub method: Method,
    /// The path with its `{parameters}`.
    pub path: &'static str,
    /// The parameters in path, query and form.
    pub parameters: &'static [Parameter],
    /// Rules between the parameters.
    pub rules: &'static [Relation],
    /// The JSON document it takes, if any.
    pub body: Option<Body>,
    /// Which limits of its schemas are checked.
    pub limits: &'static Limits,
    /// The files it takes, if any.
    pub files: Option<&'static Files>,
    /// The member of the body that may be given as text and is sent unchanged.
    pub raw_member: Option<&'static str>,
    /// The form of PayPal's response.
    pub answer: Answer,
    /// The statuses that mean success.
    pub successes: &'static [Success],
    /// The members of the response document by its schema; empty if the schema has none.
    pub answer_members: &'static [&'static str],
    /// Where the response has the id of its resource.
    pub answer_id: Option<AnswerId>,
    /// Its possible effects.
    pub effects: &'static [Effect],
    /// The OAuth 2.0 scopes it needs.
    pub scopes: &'static [&'static str],
    /// Whether PayPal takes an assertion of on whose behalf it is done (`PayPal-Auth-Assertion`).
    pub on_behalf: bool,
    /// How PayPal recognises a repeated request.
    pub idempotency: Option<&'static Idempotency>,
    /// The action that shows its outcome, if PayPal does not recognise a repeat.
    pub lookup: Option<&'static str>,
    /// What it writes to the platform's journal.
    pub trace: Option<&'static Trace>,
    /// How to get the next page, if its responses are paged.
    pub paging: Option<Paging>,
    /// Whether PayPal offers it in the sandbox only.
    pub sandbox_only: bool,
    /// Whether the connector composes it from other actions or runs it by itself, instead of sending one request to
    /// PayPal.
    pub composed: bool,
    /// PayPal's own id of the operation.
    pub provider_operation_id: &'static str,
    /// JSON Pointer to the operation in the catalogue.
    pub definition: &'static str,
    /// JSON Pointer to the schema of the response body, if there is one.
    pub output_schema: Option<&'static str>,
}

impl Action {
    /// Whether running it changes nothing, so that it may be repeated freely.
    #[must_use]
    pub(crate) fn is_read(&self) -> bool {
        self.effects == [Effect::Read]
    }

    /// The success that this status means, if it means one. PayPal answers 201 for what it has just created, and 200
    /// for what an earlier call with the same key created.
    /// <https://developer.paypal.com/api/rest/responses/>
    #[must_use]
    pub(crate) fn success(&self, status: u16) -> Option<Success> {
        let of = |status| self.successes.iter().find(|success| success.status == status).copied();
        let made = |other| of(other).filter(|it| it.document).map(|it| Success { status, ..it });
        of(status).or_else(|| match status {
            200 => made(201),
            201 if self.method == Method::Post => made(200),
            _ => None,
        })
    }

    /// JSON Pointer, in [`openapi`](super::openapi), to the schema of the input that `invoke` takes.
    #[must_use]
    pub(crate) fn input_schema(&self) -> String {
        format!("{}/x-input-schema", self.definition)
    }

    /// JSON Pointer, in the same document, to a sample of its input and its reply.
    #[must_use]
    pub(crate) fn sample(&self) -> String {
        format!("{}/x-sample", self.definition)
    }
}

/// A parameter in the path, the query or the form.
#[derive(Debug)]
pub(crate) struct Parameter {
    /// PayPal's name for it.
    pub name: &'static str,
    /// The part of the request that it is in.
    pub location: Location,
    /// Whether a call without it is refused.
    pub required: bool,
    /// The schema of its value.
    pub schema: &'static Schema,
}

/// The JSON document of a request.
#[derive(Debug)]
pub(crate) struct Body {
    /// Whether a call without it is refused.
    pub required: bool,
    /// Its schema.
    pub schema: &'static Schema,
}

/// The files of a request, which make its body `multipart/form-data`.
#[derive(Debug)]
pub(crate) struct Files {
    /// PayPal's name for the part of each file.
    pub part: &'static str,
    /// The most files.
    pub max_count: u32,
    /// The most bytes of one file.
    pub max_bytes: u32,
    /// The media types that PayPal takes.
    pub media_types: &'static [&'static str],
    /// Whether a request without files is sent as plain JSON.
    pub or_json: bool,
    /// Whether a request needs at least a file or a document.
    pub or_body: bool,
}

/// The form of a successful response.
#[derive(Debug)]
pub(crate) enum Answer {
    /// A JSON document, which is an object, or nothing.
    Document,
    /// A JSON document which is an array.
    List,
    /// A file in base64, in a part of `multipart/form-data`.
    File {
        /// The name of the part.
        part: &'static str,
        /// The media type of the file, which PayPal does not send.
        media_type: &'static str,
    },
}

/// A status that means success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Success {
    /// The status, 200 to 299.
    pub status: u16,
    /// Whether the response has a document, or a file in place of one.
    pub document: bool,
}

/// Where a response has the id of its resource (`x-answer-id`).
#[derive(Debug)]
pub(crate) struct AnswerId {
    /// The path to the id: names of members, from the outside in.
    pub path: &'static [&'static str],
    /// The parameter with the same id; `None` if PayPal assigns it.
    pub parameter: Option<&'static str>,
}

/// How to get the next page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paging {
    /// By a link in the response whose `rel` is `next`.
    NextLink,
    /// By page number: the response's `total_pages` is the last one.
    PageCount,
    /// A composed action says itself where its next call begins.
    Cursor,
}

/// A possible effect of an action; see `kosha:connector/actions.effect`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Read,
    Write,
    MovesMoney,
    Irreversible,
    NotifiesCustomer,
}

/// How PayPal recognises a repeated request.
#[derive(Debug)]
pub(crate) struct Idempotency {
    /// The header that carries the key.
    pub header: &'static str,
    /// The longest key, in characters.
    pub max_length: u32,
    /// How long PayPal remembers a key, in seconds.
    pub retention_seconds: u32,
    /// When PayPal refuses a request without a key.
    pub required_when: Option<&'static str>,
}

/// A minimal read, for tests to build on.
#[cfg(test)]
pub(crate) const PLAIN: Action = Action {
    id: "things.get",
    group: "things",
    summary: "",
    description: "",
    confirm: None,
    deprecated: false,
    method: Method::Get,
    path: "/v1/things",
    parameters: &[],
    rules: &[],
    body: None,
    limits: &Limits { too_short: None, too_long: None, too_few: None, too_many: None, below: None, above: None },
    files: None,
    raw_member: None,
    answer: Answer::Document,
    successes: &[Success { status: 200, document: true }],
    answer_members: &[],
    answer_id: None,
    effects: &[Effect::Read],
    scopes: &[],
    on_behalf: false,
    idempotency: None,
    lookup: None,
    trace: None,
    paging: None,
    sandbox_only: false,
    composed: false,
    provider_operation_id: "",
    definition: "",
    output_schema: None,
};
