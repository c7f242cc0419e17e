//! A webhook: an address, and the types of events that are posted to it.

use serde_json::{Value, json};

use crate::base::{event_types, links::link};

pub(crate) struct Webhook {
    pub(crate) id: String,
    pub(crate) url: String,
    pub(crate) event_types: Vec<String>,
}

impl Webhook {
    pub(crate) fn listens_to(&self, event: &str) -> bool {
        self.event_types.iter().any(|name| name == "*" || name == event)
    }

    pub(crate) fn document(&self) -> Value {
        let path = format!("/v1/notifications/webhooks/{}", self.id);
        json!({
            "id": self.id,
            "url": self.url,
            "event_types": self.types(),
            "links": [link("self", "GET", &path), link("update", "PATCH", &path), link("delete", "DELETE", &path)],
        })
    }

    pub(crate) fn types(&self) -> Vec<Value> {
        let all = |name: &str| json!({"name": name, "description": "ALL", "status": "ENABLED"});
        let types = self.event_types.iter();
        types.map(|name| if name == "*" { all(name) } else { event_types::document(name) }).collect()
    }
}
