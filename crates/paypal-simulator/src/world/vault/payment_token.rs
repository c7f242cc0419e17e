//! A payment token: a saved payment method, which is charged by its id.

use serde_json::{Value, json};

use crate::{
    base::links::link,
    world::vault::{customer::Customer, instrument::Instrument},
};

pub(crate) const PATH: &str = "/v3/vault/payment-tokens";

pub(crate) struct PaymentToken {
    pub(crate) id: String,
    pub(crate) customer: Customer,
    pub(crate) instrument: Instrument,
    /// The setup token that it was made of.
    pub(crate) setup_token: Option<String>,
    /// How many there were before it.
    pub(crate) number: usize,
    pub(crate) deleted: bool,
}

impl PaymentToken {
    /// Its status, for [`Effects`](crate::Effects). Answers do not have it.
    pub(crate) fn status(&self) -> &'static str {
        if self.deleted { "DELETED" } else { "VAULTED" }
    }

    pub(crate) fn links(&self) -> Vec<Value> {
        let path = format!("{PATH}/{}", self.id);
        vec![link("self", "GET", &path), link("delete", "DELETE", &path)]
    }

    pub(crate) fn document(&self) -> Value {
        json!({
            "id": self.id,
            "customer": self.customer.document(),
            "payment_source": self.instrument.document(),
            "links": self.links().into_iter().map(encoded).collect::<Value>(),
        })
    }
}

/// A link as the vault writes it.
pub(crate) fn encoded(mut link: Value) -> Value {
    link["encType"] = "application/json".into();
    link
}
