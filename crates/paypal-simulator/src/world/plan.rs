//! A billing plan.

use serde_json::{Value, json};

use crate::{
    base::{clock::Moment, links::link},
    request::refusal::Refusal,
    world::money::Money,
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
    pub(crate) created: Moment,
    pub(crate) updated: Moment,
}

impl Plan {
    pub(crate) fn product(&self) -> &str {
        self.members["product_id"].as_str().unwrap_or_default()
    }

    pub(crate) fn takes_quantity(&self) -> bool {
        self.members["quantity_supported"].as_bool() == Some(true)
    }

    /// Returns what is charged when a subscription begins: the set-up fee, and the first cycle's price for that quantity.
    pub(crate) fn first_price(&self, quantity: i64) -> Result<Money, Refusal> {
        let price = self.price(quantity, true)?;
        match &self.members["payment_preferences"]["setup_fee"] {
            Value::Null => Ok(price),
            fee => {
                let fee = Money::read(fee, "/payment_preferences/setup_fee")?;
                Ok(price.with(price.minor + fee.minor))
            }
        }
    }

    /// Returns the price of the first cycle, or of the regular one, for that quantity.
    pub(crate) fn price(&self, quantity: i64, first: bool) -> Result<Money, Refusal> {
        let mut cycles: Vec<_> = self.members["billing_cycles"].as_array().into_iter().flatten().collect();
        cycles.sort_by_key(|cycle| cycle["sequence"].as_i64());
        let regular = |cycle: &&Value| cycle["tenure_type"] == "REGULAR";
        let price = |cycle: &Value| -> Result<Option<Money>, Refusal> {
            let scheme = &cycle["pricing_scheme"];
            let fixed = match &scheme["fixed_price"] {
                Value::Null => &scheme["tiers"][0]["amount"],
                fixed => fixed,
            };
            let field = "/billing_cycles/0/pricing_scheme/fixed_price";
            if fixed.is_null() { Ok(None) } else { Money::read(fixed, field).map(Some) }
        };
        let last = match cycles.iter().copied().find(regular) {
            Some(cycle) => price(cycle)?,
            None => None,
        };
        let last = last.ok_or_else(|| {
            Refusal::business("MISSING_REGULAR_BILLING_CYCLE", "One regular cycle with a price is needed.")
        })?;
        let chosen = match cycles.first().filter(|_| first) {
            // A trial without a price is free.
            Some(cycle) => price(cycle)?.unwrap_or(last.with(0)),
            None => last,
        };
        Ok(chosen.with(chosen.minor * quantity))
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
