//! A billing plan.

use serde_json::{Value, json};

use crate::{
    base::{clock::Moment, links::link},
    request::refusal::Refusal,
    world::terms::{Earlier, Terms},
};

pub(crate) const PATH: &str = "/v1/billing/plans";

/// The members of the short form.
pub(crate) const MINIMAL: [&str; 7] = ["id", "product_id", "name", "status", "usage_type", "create_time", "links"];

/// The state of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Created,
    Active,
    Inactive,
}

pub(crate) struct Plan {
    pub(crate) id: String,
    pub(crate) status: Status,
    /// What the merchant has sent.
    pub(crate) members: Value,
    /// The prices that were replaced.
    pub(crate) earlier: Vec<Earlier>,
    pub(crate) created: Moment,
    pub(crate) updated: Moment,
}

impl Plan {
    pub(crate) fn product(&self) -> &str {
        self.members["product_id"].as_str().unwrap_or_default()
    }

    /// Whether subscriptions can have a quantity. With tiers they always can.
    pub(crate) fn takes_quantity(&self) -> bool {
        let cycles = self.members["billing_cycles"].as_array().into_iter().flatten();
        let mut schemes = cycles.map(|cycle| &cycle["pricing_scheme"]);
        self.members["quantity_supported"] == true || schemes.any(|scheme| !scheme["tiers"].is_null())
    }

    /// The terms for a new subscription.
    pub(crate) fn terms(&self) -> Result<Terms, Refusal> {
        Terms::read(&self.members)
    }

    /// Replaces the prices. Existing subscriptions have the old ones for some days.
    pub(crate) fn reprice(&mut self, members: Value, now: Moment) {
        Earlier::add(&mut self.earlier, self.members["billing_cycles"].take(), now);
        self.members = members;
    }

    pub(crate) fn status(&self) -> &'static str {
        match self.status {
            Status::Created => "CREATED",
            Status::Active => "ACTIVE",
            Status::Inactive => "INACTIVE",
        }
    }

    pub(crate) fn document(&self) -> Value {
        let path = format!("{PATH}/{}", self.id);
        let mut document = json!({"id": self.id, "status": self.status(), "usage_type": "LICENSED"});
        for (name, value) in self.members.as_object().into_iter().flatten() {
            if name != "status" {
                document[name.as_str()] = value.clone();
            }
        }
        document["create_time"] = self.created.rfc3339().into();
        document["update_time"] = self.updated.rfc3339().into();
        let switch = if self.status == Status::Active { "deactivate" } else { "activate" };
        document["links"] = json!([
            link("self", "GET", &path),
            link("edit", "PATCH", &path),
            link(switch, "POST", &format!("{path}/{switch}")),
        ]);
        document
    }
}
