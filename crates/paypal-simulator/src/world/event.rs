//! A webhook event.

use bytes::Bytes;
use serde_json::{Value, json};

use crate::base::{
    clock::Moment,
    links::{PublicUrl, link},
};

pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) name: Box<str>,
    /// The `id` of its resource.
    pub(crate) resource: Option<Box<str>>,
    pub(crate) created: Moment,
    /// Its document as JSON, which deliveries share.
    pub(crate) body: Bytes,
}

/// The resource of an event.
pub(crate) struct Resource<'a> {
    pub(crate) kind: &'a str,
    /// `1.0`, `2.0` or `3.0`.
    pub(crate) version: &'a str,
    pub(crate) document: Value,
}

impl Event {
    /// Links lead to `url`, or to PayPal's hosts.
    pub(crate) fn new(
        id: String,
        name: &str,
        summary: &str,
        resource: Resource,
        created: Moment,
        url: Option<&PublicUrl>,
    ) -> Self {
        let path = format!("/v1/notifications/webhooks-events/{id}");
        let mut links = [link("self", "GET", &path), link("resend", "POST", &format!("{path}/resend"))];
        for link in &mut links {
            link["encType"] = "application/json".into();
        }
        let Resource { kind, version, document } = resource;
        let about = document["id"].as_str().map(Into::into);
        let mut body = json!({
            "id": id,
            "event_version": "1.0",
            "create_time": created.rfc3339_millis(),
            "resource_type": kind,
            "resource_version": version,
            "event_type": name,
            "summary": summary,
        });
        body["resource"] = document;
        body["links"] = links.into_iter().collect();
        if let Some(url) = url {
            url.lead(&mut body);
        }
        let body = body.to_string().into_boxed_str().into_boxed_bytes().into();
        Self { id, name: name.into(), resource: about, created, body }
    }

    pub(crate) fn document(&self) -> Value {
        // It was written from a value, so that it can be read.
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}
