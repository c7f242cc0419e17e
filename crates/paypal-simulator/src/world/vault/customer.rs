//! A merchant's customer, to whom saved payment methods belong.

use serde_json::{Value, json};

use crate::request::refusal::Refusal;

#[derive(Clone, Debug)]
pub(crate) struct Customer {
    pub(crate) id: String,
    /// The merchant's own id of the customer.
    pub(crate) merchant_customer_id: Option<String>,
}

/// What a request tells about its customer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    pub(crate) id: Option<String>,
    pub(crate) merchant_customer_id: Option<String>,
}

impl Given {
    /// Reads the customer at `field`, who may be missing.
    ///
    /// # Errors
    /// If an id has a wrong form.
    pub(crate) fn read(document: &Value, field: &str) -> Result<Self, Refusal> {
        let read = |name: &str, marks: &str| -> Result<Option<String>, Refusal> {
            let Some(id) = document[name].as_str() else { return Ok(None) };
            if !id.chars().all(|letter| letter.is_ascii_alphanumeric() || marks.contains(letter)) {
                return Err(Refusal::syntax(&format!("{field}/{name}"), "It has a character that is not allowed."));
            }
            Ok(Some(id.to_owned()))
        };
        Ok(Self { id: read("id", "_-")?, merchant_customer_id: read("merchant_customer_id", "-_.^*$@#")? })
    }
}

impl Customer {
    pub(crate) fn document(&self) -> Value {
        let mut document = json!({"id": self.id});
        if let Some(id) = &self.merchant_customer_id {
            document["merchant_customer_id"] = id.as_str().into();
        }
        document
    }
}
