//! A webhook lookup: the tie between an account and the app that gets those of its events that belong to no app.

use serde_json::{Value, json};

use crate::base::links::link;

pub(crate) struct WebhookLookup {
    pub(crate) id: String,
    /// The id of the account.
    pub(crate) account: String,
    /// The app.
    pub(crate) client_id: String,
}

impl WebhookLookup {
    pub(crate) fn document(&self) -> Value {
        let path = format!("/v1/notifications/webhooks-lookup/{}", self.id);
        let links = [link("self", "GET", &path), link("delete", "DELETE", &path)];
        json!({"id": self.id, "client_id": self.client_id, "links": links})
    }
}
