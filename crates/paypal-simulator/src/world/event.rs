//! A webhook event.

use serde_json::{Value, json};

use crate::base::{clock::Moment, links::link};

pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) resource_type: String,
    pub(crate) summary: String,
    pub(crate) resource: Value,
    pub(crate) created: Moment,
}

impl Event {
    pub(crate) fn document(&self) -> Value {
        let path = format!("/v1/notifications/webhooks-events/{}", self.id);
        let mut links = [link("self", "GET", &path), link("resend", "POST", &format!("{path}/resend"))];
        for link in &mut links {
            link["encType"] = "application/json".into();
        }
        json!({
            "id": self.id,
            "event_version": "1.0",
            "create_time": self.created.rfc3339_millis(),
            "resource_type": self.resource_type,
            "resource_version": if matches!(&*self.resource_type, "sale" | "dispute") { "1.0" } else { "2.0" },
            "event_type": self.name,
            "summary": self.summary,
            "resource": self.resource,
            "links": links,
        })
    }
}
