//! A JSON document as its text.

use serde_json::Value;

/// A document that is kept and seldom read. Its text takes a tenth of the memory that its value takes.
pub(crate) struct Packed(Box<str>);

impl Packed {
    pub(crate) fn new(document: &Value) -> Self {
        Self(document.to_string().into())
    }

    pub(crate) fn read(&self) -> Value {
        // It was written from a value, so that it can be read.
        serde_json::from_str(&self.0).unwrap_or_default()
    }
}
