//! A parsed request.

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use http::Request;
use serde_json::Value;

use crate::{
    base::{
        clock::Moment,
        documents::pick,
        form_data::{self, Part},
        uri::{encode, read_form},
    },
    request::refusal::Refusal,
};

/// The maximum length of a key, in characters: in general, and for creating or authorizing an order.
/// <https://developer.paypal.com/api/orders/v2/orders-create>, <https://developer.paypal.com/api/orders/v2/orders-capture>
const MAX_KEY: usize = 10_000;
const MAX_KEY_OF_ORDERS: usize = 108;

/// The media type of a form, and the path of the one operation that takes one.
const FORM: &str = "application/x-www-form-urlencoded";
const FORM_PATH: &str = "/v1/identity/openidconnect/userinfo";

/// Who sends a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Caller {
    /// The app, as an index of the merchants. Those whose books are open may be another's, for whom it acts.
    pub(crate) app: usize,
    /// What the token allows.
    pub(crate) scopes: Arc<[String]>,
    /// The id of the payer who has logged in, if the token speaks for one.
    pub(crate) payer: Option<String>,
}

/// A request to one of the operations.
pub(crate) struct Call {
    /// The variable segments of the path, decoded, in their order.
    pub(crate) path: Vec<String>,
    pub(crate) query: BTreeMap<String, String>,
    /// The JSON body, or the part `input` of a form; `null` if there is none.
    pub(crate) body: Value,
    /// The files of a form.
    pub(crate) files: Vec<Part>,
    /// The body's bytes.
    pub(crate) bytes: Bytes,
    /// Whether `Prefer` asks for the whole resource.
    pub(crate) representation: bool,
    /// `PayPal-Request-Id`.
    pub(crate) key: Option<String>,
    pub(crate) caller: Caller,
}

impl Caller {
    /// Whether the token has one of these scopes, or none is needed.
    pub(crate) fn may(&self, scopes: &[&str]) -> bool {
        scopes.is_empty() || self.scopes.iter().any(|scope| scopes.contains(&scope.as_str()))
    }
}

impl Call {
    /// `takes_files` says whether the body may be a form with files.
    pub(crate) fn read(
        request: &Request<Bytes>,
        path: Vec<String>,
        caller: Caller,
        takes_files: bool,
    ) -> Result<Self, Refusal> {
        let header = |name: &str| request.headers().get(name).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let bytes = request.body().clone();
        let content_type = header("content-type").unwrap_or_default();
        let mut files = Vec::new();
        let body = match &*bytes {
            [] => Value::Null,
            _ if request.uri().path() == FORM_PATH && content_type.starts_with(FORM) => Value::Null,
            _ if takes_files && form_data::is_form(&content_type) => {
                let parts = form_data::read(&content_type, &bytes).ok_or_else(Refusal::body)?;
                let (inputs, others): (Vec<_>, Vec<_>) = parts.into_iter().partition(|part| part.name == "input");
                files = others;
                let input = inputs.first().map(|part| serde_json::from_slice(&part.content));
                input.unwrap_or(Ok(Value::Null)).map_err(|_| Refusal::body())?
            }
            _ if !content_type.starts_with("application/json") => {
                return Err(Refusal::media_type());
            }
            bytes => serde_json::from_slice(bytes).map_err(|_| Refusal::malformed())?,
        };
        let key = header("paypal-request-id").map(|key| key.into_owned()).filter(|key| !key.is_empty());
        let of_orders = request.uri().path().strip_prefix("/v2/checkout/orders");
        let is_short = of_orders.is_some_and(|rest| rest.is_empty() || rest.ends_with("/authorize"));
        let most = if is_short { MAX_KEY_OF_ORDERS } else { MAX_KEY };
        if key.as_ref().is_some_and(|key| key.chars().count() > most) {
            let description = format!("It must not have more than {most} characters.");
            return Err(Refusal::header("PayPal-Request-Id", "INVALID_STRING_LENGTH", &description));
        }
        let representation = header("prefer").is_some_and(|it| it.contains("return=representation"));
        let query = read_form(request.uri().query().unwrap_or_default());
        Ok(Self { path, query, body, files, bytes, representation, key, caller })
    }

    /// Reads what a payer or a test sends, whatever its media type is.
    pub(crate) fn control(bytes: &Bytes, path: Vec<String>) -> Result<Self, Refusal> {
        let body = match &**bytes {
            [] => Value::Null,
            bytes => serde_json::from_slice(bytes).map_err(|_| Refusal::malformed())?,
        };
        let (query, bytes) = (BTreeMap::new(), bytes.clone());
        let caller = Caller::default();
        Ok(Self { path, query, body, files: Vec::new(), bytes, representation: false, key: None, caller })
    }

    /// A variable segment of the path.
    pub(crate) fn id(&self, index: usize) -> &str {
        self.path.get(index).map_or("", String::as_str)
    }

    /// A parameter of the query.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str)
    }

    /// Returns a resource as `Prefer` asks for it: the whole document, or only the members with these names.
    pub(crate) fn represent(&self, document: Value, minimal: &[&str]) -> Value {
        if self.representation { document } else { pick(&document, minimal) }
    }

    /// A parameter of the query that is a time.
    pub(crate) fn time(&self, name: &str) -> Result<Option<Moment>, Refusal> {
        let Some(text) = self.parameter(name) else { return Ok(None) };
        let refuse = || Refusal::query(name, text, "INVALID_PARAMETER_SYNTAX", "It must be a time.");
        Moment::parse(text).map(Some).ok_or_else(refuse)
    }

    /// Returns the pairs of the query without some parameters, escaped, for a link.
    pub(crate) fn query_without(&self, names: &[&str]) -> Vec<String> {
        let others = self.query.iter().filter(|(name, _)| !names.contains(&&***name));
        others.map(|(name, value)| format!("{name}={}", encode(value))).collect()
    }
}
