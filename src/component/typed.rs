//! The typed functions, all by one piece of code: `build/exports.rs` makes a row of a table and an export of each, with the
//! offsets of its arguments. The functions that wit-bindgen generates one by one make the component a third larger. The feature
//! `generated-exports` builds that component, and `host-test/tests/generated_exports` compares the two function by function.
//!
//! wasm-tools has a generator for the same purpose, `wit-dylib`. Its library for these interfaces (version 0.263) has 313 KB,
//! while all typed functions here take 125 KB: at least 13 % of the component. Linked with it, with the shared libc that it needs,
//! the component was 83 % larger and had seven core modules instead of three. The connector and the standard library would have
//! to be position-independent code, which no stable toolchain has for wasm32-wasip2.
//!
//! The memory layout is the canonical ABI's (the component model's `CanonicalABI.md`): every function here takes a pointer to
//! its arguments and returns one to its result, because neither fits the ABI's limit for plain values. The records below
//! mirror the contract's; the build asserts each field's offset.
//!
//! Every access is to memory that the host has filled by the function's type, or that this component has allocated.

use std::alloc::{Layout, dealloc};

use base64::{Engine as _, prelude::BASE64_STANDARD};

use super::platform::Imported;
use crate::{
    actions::run::run,
    base::document::{Document, quoted},
    call::{
        arguments::Arguments,
        options::{CallOptions as Options, Prefer, single_line},
    },
    catalogue::{ACTIONS, Action},
    platform::{failure, file, reply},
};

include!(concat!(env!("OUT_DIR"), "/exports.rs"));

/// Describes the world with the typed functions to the linker, which makes a component of this module by it. Not `#[used]`, which
/// would keep a second copy in the module's memory.
#[unsafe(link_section = "component-type:kosha:paypal:connector")]
#[expect(dead_code, reason = "the linker reads its section")]
static WORLD: [u8; include_bytes!(concat!(env!("OUT_DIR"), "/world.bin")).len()] =
    *include_bytes!(concat!(env!("OUT_DIR"), "/world.bin"));

/// A typed function.
struct Function {
    action: &'static Action,
    fields: &'static [Field],
    /// Of all its arguments in memory.
    size: usize,
    align: usize,
}

/// One of its arguments.
struct Field {
    role: Role,
    form: Form,
    /// Where the tag of an optional one is: 0 for none, 1 for some.
    tag: Option<u16>,
    /// Where its value is.
    at: u16,
}

/// What an argument is for.
#[derive(Clone, Copy)]
enum Role {
    Parameter(&'static str),
    Member(&'static str),
    Body,
    Files,
    Options,
}

/// The type of an argument.
#[derive(Clone, Copy)]
enum Form {
    Text,
    Whole,
    Flag,
    Texts,
    Bytes,
    Headers,
    Files,
    Options,
}

/// An argument with its value.
enum Value {
    Document(Document<'static>),
    Bytes(Vec<u8>),
    Files(Vec<file::File>),
    Options(Options),
}

impl Function {
    /// Runs the action with the arguments at an address, which it frees.
    ///
    /// # Safety
    /// The address is that of this function's arguments, and they are not used again.
    unsafe fn call(&self, arguments: *mut u8) -> *mut Returned {
        let lifted = unsafe { self.lift(arguments) };
        // The host has allocated the arguments by `cabi_realloc`, with this layout.
        if let Ok(layout) = Layout::from_size_align(self.size, self.align) {
            unsafe { dealloc(arguments, layout) };
        }
        Returned::new(run(&Imported, self.action, &lifted))
    }

    unsafe fn lift(&self, arguments: *mut u8) -> Arguments<'static> {
        let mut lifted = Arguments::default();
        let mut members = Vec::new();
        for field in self.fields {
            let Some(value) = (unsafe { field.lift(arguments) }) else { continue };
            match (field.role, value) {
                (Role::Parameter(name), Value::Document(value)) => lifted.parameters.push((name.into(), value)),
                (Role::Body, Value::Document(Document::Text(body))) => lifted.body = Some(body),
                // As it stands in JSON.
                (Role::Body, Value::Bytes(body)) => lifted.body = Some(quoted(&BASE64_STANDARD.encode(body)).into()),
                (Role::Member(name), Value::Document(Document::Text(value))) => {
                    members.push((name, value.into_owned()))
                }
                // What is not text is no JSON document either, and the check will say so.
                (Role::Member(name), Value::Bytes(value)) => {
                    members.push((name, String::from_utf8_lossy(&value).into_owned()));
                }
                (_, Value::Files(files)) => lifted.files = files,
                (_, Value::Options(options)) => lifted.options = options,
                _ => {}
            }
        }
        if !members.is_empty() {
            let members: Vec<_> =
                members.iter().map(|(name, value)| format!("{}:{}", quoted(name), quoted(value))).collect();
            lifted.body = Some(format!("{{{}}}", members.join(",")).into());
        }
        lifted
    }
}

impl Field {
    /// The value, unless it is an optional one that was left out.
    unsafe fn lift(&self, arguments: *mut u8) -> Option<Value> {
        if let Some(tag) = self.tag
            && unsafe { arguments.add(tag.into()).read() } == 0
        {
            return None;
        }
        let at = unsafe { arguments.add(self.at.into()) };
        Some(match self.form {
            Form::Text => Value::Document(unsafe { at.cast::<List<u8>>().read().into_text() }.into()),
            Form::Whole => Value::Document(unsafe { at.cast::<u32>().read() }.into()),
            Form::Flag => Value::Document((unsafe { at.read() } != 0).into()),
            Form::Texts => {
                let texts = unsafe { at.cast::<List<List<u8>>>().read().into_vec() };
                let texts = texts.into_iter().map(|it| unsafe { it.into_text() }.into()).collect();
                Value::Document(Document::Array(texts))
            }
            Form::Headers => {
                let headers = unsafe { at.cast::<List<Header>>().read().into_vec() };
                let headers = headers.into_iter().map(|header| unsafe { header.into_document() }).collect();
                Value::Document(Document::Array(headers))
            }
            Form::Bytes => Value::Bytes(unsafe { at.cast::<List<u8>>().read().into_vec() }),
            Form::Files => {
                let files = unsafe { at.cast::<List<File>>().read().into_vec() };
                Value::Files(files.into_iter().map(|file| unsafe { file.into_core() }).collect())
            }
            Form::Options => Value::Options(unsafe { at.cast::<CallOptions>().read().into_core() }),
        })
    }
}

/// `list<T>`, and `string` as `list<u8>`.
#[repr(C)]
struct List<T> {
    start: *mut T,
    length: usize,
}

impl<T> List<T> {
    /// Of what is to stay where it is until the host has read it.
    fn of(items: &[T]) -> Self {
        Self { start: items.as_ptr().cast_mut(), length: items.len() }
    }

    /// Takes over what the host has put into this component's memory.
    ///
    /// # Safety
    /// The list comes from the host and is taken over once.
    unsafe fn into_vec(self) -> Vec<T> {
        match self.length {
            // Nothing was allocated, and the address may be anything.
            0 => Vec::new(),
            length => unsafe { Vec::from_raw_parts(self.start, length, length) },
        }
    }
}

impl List<u8> {
    unsafe fn into_text(self) -> String {
        // The host has checked that strings are UTF-8, as the canonical ABI wants it.
        unsafe { String::from_utf8_unchecked(self.into_vec()) }
    }
}

/// `option<T>`: a tag of one byte and, at its own alignment, the value.
#[repr(C, u8)]
enum Maybe<T> {
    None,
    Some(T),
}

impl<T> Maybe<T> {
    fn into_option(self) -> Option<T> {
        match self {
            Self::None => None,
            Self::Some(value) => Some(value),
        }
    }
}

impl<T> From<Option<T>> for Maybe<T> {
    fn from(option: Option<T>) -> Self {
        option.map_or(Self::None, Self::Some)
    }
}

#[repr(C)]
struct CallOptions {
    idempotency_key: Maybe<List<u8>>,
    prefer: Maybe<u8>,
    deadline_ms: Maybe<u32>,
    page_link: Maybe<List<u8>>,
    auth_assertion: Maybe<List<u8>>,
    partner_attribution_id: Maybe<List<u8>>,
    client_metadata_id: Maybe<List<u8>>,
    mock_response: Maybe<List<u8>>,
}

impl CallOptions {
    unsafe fn into_core(self) -> Options {
        let text = |list: Maybe<List<u8>>| list.into_option().map(|list| unsafe { list.into_text() });
        Options {
            idempotency_key: text(self.idempotency_key),
            prefer: self.prefer.into_option().map(|prefer| match prefer {
                0 => Prefer::Minimal,
                _ => Prefer::Representation,
            }),
            auth_assertion: text(self.auth_assertion),
            partner_attribution_id: text(self.partner_attribution_id),
            client_metadata_id: text(self.client_metadata_id),
            mock_response: text(self.mock_response).as_deref().map(single_line),
            deadline_ms: self.deadline_ms.into_option(),
            page_link: text(self.page_link),
        }
    }
}

#[repr(C)]
struct File {
    name: List<u8>,
    media_type: List<u8>,
    data: List<u8>,
}

impl File {
    unsafe fn into_core(self) -> file::File {
        unsafe {
            file::File {
                name: self.name.into_text(),
                media_type: self.media_type.into_text(),
                data: self.data.into_vec(),
            }
        }
    }
}

#[repr(C)]
struct Header {
    name: List<u8>,
    value: List<u8>,
}

impl Header {
    unsafe fn into_document(self) -> Document<'static> {
        let (name, value) = unsafe { (self.name.into_text(), self.value.into_text()) };
        Document::Object(vec![("name".into(), name.into()), ("value".into(), value.into())])
    }
}

#[repr(C)]
struct Reply {
    status: u16,
    body: Maybe<List<u8>>,
    debug_id: Maybe<List<u8>>,
    idempotency_key: Maybe<List<u8>>,
    attempts: u32,
    next: Maybe<List<u8>>,
    file: Maybe<File>,
}

impl Reply {
    fn of(reply: &reply::Reply) -> Self {
        let of = |file: &file::File| File {
            name: List::of(file.name.as_bytes()),
            media_type: List::of(file.media_type.as_bytes()),
            data: List::of(&file.data),
        };
        Self {
            status: reply.status,
            body: of_text(&reply.body),
            debug_id: of_text(&reply.debug_id),
            idempotency_key: of_text(&reply.idempotency_key),
            attempts: reply.attempts,
            next: of_text(&reply.next),
            file: reply.file.as_ref().map(of).into(),
        }
    }
}

#[repr(C)]
struct Failure {
    kind: u8,
    message: List<u8>,
    status: Maybe<u16>,
    name: Maybe<List<u8>>,
    details: List<Issue>,
    debug_id: Maybe<List<u8>>,
    retryable: bool,
    retry_after_ms: Maybe<u64>,
    request_sent: bool,
    idempotency_key: Maybe<List<u8>>,
    idempotency_retention_seconds: Maybe<u32>,
    attempts: u32,
    information_link: Maybe<List<u8>>,
    body: Maybe<List<u8>>,
}

impl Failure {
    fn of(failure: &failure::Failure, details: &[Issue]) -> Self {
        Self {
            kind: failure.kind as u8,
            message: List::of(failure.message.as_bytes()),
            status: failure.status.into(),
            name: of_text(&failure.name),
            details: List::of(details),
            debug_id: of_text(&failure.debug_id),
            retryable: failure.retryable,
            retry_after_ms: failure.retry_after_ms.into(),
            request_sent: failure.request_sent,
            idempotency_key: of_text(&failure.idempotency_key),
            idempotency_retention_seconds: failure.idempotency_retention_seconds.into(),
            attempts: failure.attempts,
            information_link: of_text(&failure.information_link),
            body: of_text(&failure.body),
        }
    }
}

#[repr(C)]
struct Issue {
    field: Maybe<List<u8>>,
    value: Maybe<List<u8>>,
    location: Maybe<List<u8>>,
    issue: Maybe<List<u8>>,
    description: Maybe<List<u8>>,
}

impl Issue {
    fn of(issue: &failure::Issue) -> Self {
        Self {
            field: of_text(&issue.field),
            value: of_text(&issue.value),
            location: of_text(&issue.location),
            issue: of_text(&issue.issue),
            description: of_text(&issue.description),
        }
    }
}

fn of_text(text: &Option<String>) -> Maybe<List<u8>> {
    text.as_deref().map(|text| List::of(text.as_bytes())).into()
}

/// `result<reply, failure>`.
#[repr(C, u8)]
#[allow(dead_code, reason = "the host reads it")]
enum Outcome {
    Reply(Reply),
    Failure(Failure),
}

/// What a function returns a pointer to, with what it points to in turn. It lives until the host has read it.
#[repr(C)]
#[allow(dead_code, reason = "the host reads the outcome; the rest is what it points to")]
struct Returned {
    /// First, so that its address is that of the whole.
    outcome: Outcome,
    details: Vec<Issue>,
    owner: Result<reply::Reply, failure::Failure>,
}

impl Returned {
    fn new(owner: Result<reply::Reply, failure::Failure>) -> *mut Self {
        // What the outcome points to is on the heap: it stays where it is when its owner moves.
        let details: Vec<Issue> = owner.as_ref().err().into_iter().flat_map(|it| &it.details).map(Issue::of).collect();
        let outcome = match &owner {
            Ok(reply) => Outcome::Reply(Reply::of(reply)),
            Err(failure) => Outcome::Failure(Failure::of(failure, &details)),
        };
        Box::into_raw(Box::new(Self { outcome, details, owner }))
    }

    /// Frees what was returned.
    ///
    /// # Safety
    /// The pointer comes from [`Returned::new`] and is not used again.
    unsafe fn end(returned: *mut Self) {
        drop(unsafe { Box::from_raw(returned) });
    }
}
