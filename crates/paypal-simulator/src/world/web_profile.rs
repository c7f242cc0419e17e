//! A web experience profile.

use std::time::Duration;

use serde_json::Value;

use crate::base::{clock::Moment, documents::pick};

/// How long a temporary one lasts.
const TEMPORARY: Duration = Duration::from_secs(3 * 3600);

const MEMBERS: [&str; 5] = ["name", "temporary", "flow_config", "input_fields", "presentation"];

pub(crate) struct WebProfile {
    pub(crate) id: String,
    /// Counts up: the latest are listed.
    pub(crate) number: usize,
    /// What the merchant has sent.
    pub(crate) members: Value,
    pub(crate) created: Moment,
}

impl WebProfile {
    /// Whether it is still there.
    pub(crate) fn lasts(&self, now: Moment) -> bool {
        self.members["temporary"] != true || now.since(self.created) < TEMPORARY
    }

    pub(crate) fn document(&self) -> Value {
        let mut document = pick(&self.members, &MEMBERS);
        document["id"] = self.id.as_str().into();
        document
    }
}
