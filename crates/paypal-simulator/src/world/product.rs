//! A product of the catalogue.

use serde_json::{Value, json};

use crate::base::{clock::Moment, documents::pick, links::link, uri::encode};

pub(crate) const PATH: &str = "/v1/catalogs/products";
pub(crate) const MEMBERS: [&str; 6] = ["name", "description", "type", "category", "image_url", "home_url"];

pub(crate) struct Product {
    pub(crate) id: String,
    /// What the merchant has sent.
    pub(crate) members: Value,
    pub(crate) created: Moment,
    pub(crate) updated: Moment,
}

impl Product {
    pub(crate) fn document(&self) -> Value {
        let path = format!("{PATH}/{}", encode(&self.id));
        let mut document = json!({"id": self.id});
        for name in MEMBERS {
            if let Some(value) = self.members.get(name) {
                document[name] = value.clone();
            }
        }
        document["create_time"] = self.created.rfc3339().into();
        document["update_time"] = self.updated.rfc3339().into();
        document["links"] = json!([link("self", "GET", &path), link("edit", "PATCH", &path)]);
        document
    }

    /// Returns the short form, with the first `links` links.
    pub(crate) fn minimal(&self, links: usize) -> Value {
        let mut document = pick(&self.document(), &["id", "name", "description", "create_time", "links"]);
        if let Value::Array(all) = &mut document["links"] {
            all.truncate(links);
        }
        document
    }
}
