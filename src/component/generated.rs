//! The typed functions as wit-bindgen generates them, for the test that compares the component's own (`typed.rs`) with them.
//!
//! `build/generated_exports.rs` writes an implementation of each by the builders below, which take the values that wit-bindgen
//! has lifted.

use base64::{Engine as _, prelude::BASE64_STANDARD};

use super::{
    bindings::{
        Component, exports,
        kosha::{
            connector::types::{self as wit, Prefer},
            paypal::types::CallOptions,
        },
    },
    platform::Imported,
};
use crate::{
    actions::run::run,
    base::document::{Document, quoted},
    call::{
        arguments::Arguments,
        options::{self, CallOptions as Options, single_line},
    },
    catalogue::find,
    platform::{
        failure::{Failure, Kind},
        file::File,
    },
};

include!(concat!(env!("OUT_DIR"), "/generated_exports.rs"));

/// A call of a typed function.
struct Call {
    action: &'static str,
    arguments: Arguments<'static>,
    /// Of a body that is given member by member.
    members: Vec<String>,
}

impl Call {
    fn of(action: &'static str) -> Self {
        Self { action, arguments: Arguments::default(), members: Vec::new() }
    }

    fn parameter(mut self, name: &'static str, value: impl Parameter) -> Self {
        self.arguments = self.arguments.with(name, value.into_document());
        self
    }

    fn body(mut self, body: impl Body) -> Self {
        self.arguments = self.arguments.body(body.into_json());
        self
    }

    fn member(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.members.push(format!("{}:{}", quoted(name), quoted(&String::from_utf8_lossy(value.as_ref()))));
        self
    }

    fn files(mut self, files: Vec<wit::File>) -> Self {
        let core = |file: wit::File| File { name: file.name, media_type: file.media_type, data: file.data };
        self.arguments.files = files.into_iter().map(core).collect();
        self
    }

    fn options(mut self, options: Option<CallOptions>) -> Self {
        self.arguments.options = options.map(Into::into).unwrap_or_default();
        self
    }

    fn run(self) -> Result<wit::Reply, wit::Failure> {
        let Self { action, mut arguments, members } = self;
        if !members.is_empty() {
            arguments = arguments.body(format!("{{{}}}", members.join(",")));
        }
        let action =
            find(action).ok_or_else(|| Failure::unsent(Kind::InvalidInput, "the catalogue lacks the action"))?;
        Ok(run(&Imported, action, &arguments)?.into())
    }
}

impl From<CallOptions> for Options {
    fn from(options: CallOptions) -> Self {
        Self {
            idempotency_key: options.idempotency_key,
            prefer: options.prefer.map(|prefer| match prefer {
                Prefer::Minimal => options::Prefer::Minimal,
                Prefer::Representation => options::Prefer::Representation,
            }),
            auth_assertion: options.auth_assertion,
            partner_attribution_id: options.partner_attribution_id,
            client_metadata_id: options.client_metadata_id,
            mock_response: options.mock_response.as_deref().map(single_line),
            deadline_ms: options.deadline_ms,
            page_link: options.page_link,
        }
    }
}

/// What can be a parameter.
trait Parameter {
    fn into_document(self) -> Document<'static>;
}

impl<T: Parameter> Parameter for Option<T> {
    fn into_document(self) -> Document<'static> {
        self.map_or(Document::Null, T::into_document)
    }
}

impl Parameter for String {
    fn into_document(self) -> Document<'static> {
        self.into()
    }
}

impl Parameter for u32 {
    fn into_document(self) -> Document<'static> {
        self.into()
    }
}

impl Parameter for bool {
    fn into_document(self) -> Document<'static> {
        self.into()
    }
}

impl<T: Parameter> Parameter for Vec<T> {
    fn into_document(self) -> Document<'static> {
        Document::Array(self.into_iter().map(T::into_document).collect())
    }
}

impl Parameter for wit::Header {
    fn into_document(self) -> Document<'static> {
        Document::Object(vec![("name".into(), self.name.into()), ("value".into(), self.value.into())])
    }
}

/// What can be a body.
trait Body {
    fn into_json(self) -> Option<String>;
}

impl Body for String {
    fn into_json(self) -> Option<String> {
        Some(self)
    }
}

impl Body for Option<String> {
    fn into_json(self) -> Option<String> {
        self
    }
}

impl Body for Vec<u8> {
    /// As it stands in JSON.
    fn into_json(self) -> Option<String> {
        Some(quoted(&BASE64_STANDARD.encode(self)))
    }
}
