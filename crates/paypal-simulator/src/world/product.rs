//! A product of the catalogue.

use serde_json::{Map, Value, json};

use crate::base::{clock::Moment, links::link};

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
        let path = format!("{PATH}/{}", self.id);
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

    pub(crate) fn minimal(&self, links: usize) -> Value {
        let full = self.document();
        let mut document = Map::new();
        for name in ["id", "name", "description", "create_time"] {
            if let Some(value) = full.get(name) {
                document.insert(name.to_owned(), value.clone());
            }
        }
        let links: Vec<_> = full["links"].as_array().into_iter().flatten().take(links).cloned().collect();
        document.insert("links".to_owned(), links.into());
        document.into()
    }
}
