//! A template of invoices.

use serde_json::{Value, json};

use crate::{
    base::{clock::Moment, links::link},
    world::accounts::Merchant,
};

pub(crate) const PATH: &str = "/v2/invoicing/templates";

pub(crate) struct Template {
    pub(crate) id: String,
    pub(crate) name: String,
    /// What the merchant has sent, and what was added to it.
    pub(crate) members: Value,
    /// Whether it is one of PayPal's, which can only be read.
    pub(crate) standard: bool,
    pub(crate) created: Moment,
    pub(crate) updated: Moment,
}

/// The three templates that every merchant has from PayPal: name, unit, and whether tax and shipping are hidden.
const STANDARD: [(&str, &str, bool); 3] =
    [("Quantity", "QUANTITY", false), ("Hours", "HOURS", true), ("Amount", "AMOUNT", true)];

impl Template {
    /// Returns PayPal's templates of a merchant, the default one first.
    pub(crate) fn standard(merchant: &Merchant, created: Moment) -> [Self; 3] {
        let mut number = 0;
        STANDARD.map(|(name, unit, hidden)| {
            number += 1;
            let setting =
                |field: &str, hidden: bool| json!({"field_name": field, "display_preference": {"hidden": hidden}});
            let members = json!({
                "template_info": {
                    "detail": {"currency_code": "USD"},
                    "invoicer": {"business_name": merchant.name, "email_address": merchant.email},
                },
                "settings": {
                    "template_item_settings": [
                        setting("items.date", true), setting("items.discount", true), setting("items.tax", hidden),
                    ],
                    "template_subtotal_settings": [setting("custom", true), setting("shipping", hidden)],
                },
                "unit_of_measure": unit,
            });
            let id = format!("TEMP-{}{number:04}", merchant.id);
            Self { id, name: name.to_owned(), members, standard: true, created, updated: created }
        })
    }

    fn links(&self) -> Value {
        let path = format!("{PATH}/{}", self.id);
        let mut links = vec![link("self", "GET", &path)];
        if !self.standard {
            links.extend([link("delete", "DELETE", &path), link("replace", "PUT", &path)]);
        }
        links.into()
    }

    /// Returns the whole template.
    pub(crate) fn document(&self, is_default: bool) -> Value {
        let mut document = json!({"id": self.id, "name": self.name, "default_template": is_default});
        for (name, value) in self.members.as_object().into_iter().flatten() {
            document[name.as_str()] = value.clone();
        }
        if document["template_info"].is_object() {
            let mut metadata = json!({"create_time": self.created.rfc3339()});
            if self.updated != self.created {
                metadata["last_update_time"] = self.updated.rfc3339().into();
            }
            document["template_info"]["detail"]["metadata"] = metadata;
        }
        document["standard_template"] = self.standard.into();
        document["links"] = self.links();
        document
    }

    /// Returns the short form of lists.
    pub(crate) fn short(&self, is_default: bool) -> Value {
        json!({"id": self.id, "name": self.name, "default_template": is_default, "links": self.links()})
    }
}
