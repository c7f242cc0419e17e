//! A request to a page.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::Request;
use serde_json::Value;

use crate::{
    request::{answer::Answer, refusal::Refusal},
    world::World,
};

/// Answers a request to the API, as the merchant whose books are open.
pub(crate) type Send = fn(&mut World, &Request<Bytes>) -> Result<Answer, Refusal>;

/// A request to a page.
pub(super) struct Visit {
    pub(super) query: BTreeMap<String, String>,
    /// What a form has sent; `None` for a `GET`.
    pub(super) form: Option<BTreeMap<String, String>>,
    pub(super) send: Send,
}

impl Visit {
    /// A parameter of the address; empty if it is missing.
    pub(super) fn query(&self, name: &str) -> &str {
        self.query.get(name).map_or("", String::as_str)
    }

    /// Who pays, as the controls take it: null for the first payer.
    pub(super) fn payer(&self) -> Value {
        Some(self.field("payer")).filter(|payer| !payer.is_empty()).into()
    }

    /// A field of a form; empty if it is missing.
    pub(super) fn field(&self, name: &str) -> &str {
        self.form.as_ref().and_then(|form| form.get(name)).map_or("", String::as_str)
    }
}
