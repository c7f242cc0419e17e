//! A tracker of a parcel.

use serde_json::{Value, json};

use crate::base::{clock::Moment, links::link, uri::encode};

pub(crate) const PATH: &str = "/v1/shipping/trackers";

/// A tracker. Its id is `TRANSACTION-NUMBER`.
pub(crate) struct Tracker {
    pub(crate) id: String,
    pub(crate) transaction: String,
    /// What the merchant has sent.
    pub(crate) members: Value,
    pub(crate) updated: Moment,
}

impl Tracker {
    pub(crate) fn status(&self) -> &str {
        self.members["status"].as_str().unwrap_or_default()
    }

    pub(crate) fn links(&self) -> Value {
        let path = format!("{PATH}/{}", encode(&self.id));
        json!([link("self", "GET", &path), link("replace", "PUT", &path)])
    }

    pub(crate) fn document(&self) -> Value {
        let mut document = self.members.clone();
        document["last_updated_time"] = self.updated.rfc3339().into();
        document["links"] = self.links();
        document
    }

    pub(crate) fn identifier(&self) -> Value {
        let mut document = json!({"transaction_id": self.transaction});
        if let Some(number) = self.members.get("tracking_number") {
            document["tracking_number"] = number.clone();
        }
        document["links"] = self.links();
        document
    }

    /// As an order shows it.
    pub(crate) fn of_order(&self, order: &str) -> Value {
        let path = format!("/v2/checkout/orders/{order}/trackers/{}", encode(&self.id));
        json!({
            "id": self.id,
            "status": self.status(),
            "links": [
                link("up", "GET", &format!("/v2/checkout/orders/{order}")),
                link("update", "PATCH", &path),
            ],
            "create_time": self.updated.rfc3339(),
            "update_time": self.updated.rfc3339(),
        })
    }
}
