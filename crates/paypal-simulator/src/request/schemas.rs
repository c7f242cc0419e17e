//! What PayPal's schemas say of requests: `schemas.json`, which a test makes of the repository's catalogue.
//!
//! Patterns are not in it: some of PayPal's are not regular expressions, and some refuse what PayPal takes.

use std::{
    collections::{BTreeMap, HashMap},
    sync::LazyLock,
};

use serde::Deserialize;
use serde_json::{Number, Value};

#[derive(Deserialize)]
struct Catalogue {
    operations: HashMap<String, Parts>,
    schemas: HashMap<String, Schema>,
}

/// The schemas of an operation's request.
#[derive(Deserialize)]
pub(super) struct Parts {
    pub(super) query: Option<Schema>,
    pub(super) body: Option<Schema>,
    #[serde(default)]
    pub(super) body_required: bool,
    /// Whether the operation has codes of its own for numbers that are too small or too large.
    #[serde(default)]
    integer_codes: bool,
    /// Whether it has two codes for texts, that are too short or too long, instead of one.
    #[serde(default)]
    length_codes: bool,
}

impl Parts {
    /// Returns the codes for a number that is too small, and for one that is too large.
    pub(super) fn bounds(&self) -> [&'static str; 2] {
        match self.integer_codes {
            true => ["INVALID_INTEGER_MIN_VALUE", "INVALID_INTEGER_MAX_VALUE"],
            false => ["INVALID_PARAMETER_VALUE"; 2],
        }
    }

    /// Returns the codes for a text that is too short, and for one that is too long.
    pub(super) fn lengths(&self) -> [&'static str; 2] {
        match self.length_codes {
            true => ["INVALID_STRING_MIN_LENGTH", "INVALID_STRING_MAX_LENGTH"],
            false => ["INVALID_STRING_LENGTH"; 2],
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Schema {
    #[serde(rename = "$ref")]
    reference: Option<String>,
    #[serde(rename = "type")]
    pub(super) kind: Option<Kind>,
    #[serde(rename = "enum", default)]
    pub(super) values: Vec<Value>,
    pub(super) min_length: Option<usize>,
    pub(super) max_length: Option<usize>,
    pub(super) min_items: Option<usize>,
    pub(super) max_items: Option<usize>,
    pub(super) minimum: Option<Number>,
    pub(super) maximum: Option<Number>,
    #[serde(default)]
    pub(super) required: Vec<String>,
    #[serde(default)]
    pub(super) properties: BTreeMap<String, Schema>,
    pub(super) items: Option<Box<Schema>>,
    #[serde(default)]
    pub(super) all_of: Vec<Schema>,
    #[serde(default)]
    pub(super) any_of: Vec<Schema>,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Object,
    Array,
    String,
    Number,
    Integer,
    Boolean,
}

static CATALOGUE: LazyLock<Option<Catalogue>> =
    LazyLock::new(|| serde_json::from_str(include_str!("schemas.json")).ok());

/// Returns the schemas of an operation's request, by the connector's action id.
pub(super) fn of(action: &str) -> Option<&'static Parts> {
    CATALOGUE.as_ref()?.operations.get(action)
}

impl Schema {
    /// Returns the schema that a reference leads to.
    pub(super) fn resolve(&self) -> &Self {
        let named = self.reference.as_ref().zip(CATALOGUE.as_ref());
        named.and_then(|(name, catalogue)| catalogue.schemas.get(name)).map_or(self, Self::resolve)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Otherwise nothing would be checked.
    #[test]
    fn the_schemas_are_read_and_every_reference_leads_to_one() {
        let catalogue = CATALOGUE.as_ref().unwrap();
        fn visit(schema: &Schema, catalogue: &Catalogue) {
            if let Some(name) = &schema.reference {
                assert!(catalogue.schemas.contains_key(name), "{name}");
            }
            let parts = schema.properties.values().chain(schema.items.as_deref());
            parts.chain(&schema.all_of).chain(&schema.any_of).for_each(|it| visit(it, catalogue));
        }
        catalogue.schemas.values().for_each(|schema| visit(schema, catalogue));
        assert!(of("orders.create").unwrap().body_required);
    }
}
