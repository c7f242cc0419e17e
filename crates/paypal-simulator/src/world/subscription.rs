//! A subscription and its payments.

use serde_json::{Value, json};

use crate::{
    base::{
        clock::Moment,
        links::{link, page},
    },
    world::{capture::fee, effects::Moved, experience::Experience, money::Money},
};

pub(crate) const PATH: &str = "/v1/billing/subscriptions";

/// The state of a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    ApprovalPending,
    Active,
    Suspended,
    Cancelled,
}

impl Status {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ApprovalPending => "APPROVAL_PENDING",
            Self::Active => "ACTIVE",
            Self::Suspended => "SUSPENDED",
            Self::Cancelled => "CANCELLED",
        }
    }
}

pub(crate) struct Subscription {
    pub(crate) id: String,
    pub(crate) status: Status,
    pub(crate) plan: String,
    pub(crate) quantity: i64,
    /// What the merchant has sent.
    pub(crate) members: Value,
    /// What `revise` has proposed: plan and quantity.
    pub(crate) proposed: Option<(String, i64)>,
    pub(crate) note: Option<String>,
    pub(crate) outstanding: Money,
    pub(crate) failed: u32,
    pub(crate) token: String,
    pub(crate) experience: Experience,
    pub(crate) created: Moment,
    pub(crate) updated: Moment,
    pub(crate) status_changed: Moment,
}

/// A payment of a subscription.
pub(crate) struct Payment {
    pub(crate) id: String,
    pub(crate) subscription: String,
    pub(crate) amount: Money,
    pub(crate) time: Moment,
}

impl Payment {
    pub(crate) fn taken(&self) -> Moved {
        self.amount.moved(&self.subscription)
    }

    pub(crate) fn document(&self) -> Value {
        let fee = fee(self.amount);
        json!({
            "status": "COMPLETED",
            "id": self.id,
            "amount_with_breakdown": {
                "gross_amount": self.amount.document(),
                "fee_amount": fee.document(),
                "net_amount": self.amount.with(self.amount.minor - fee.minor).document(),
            },
            "payer_name": {"given_name": "Alex", "surname": "Example"},
            "payer_email": "payer@example.com",
            "time": self.time.rfc3339_millis(),
        })
    }

    /// Returns the sale that events have as their resource.
    pub(crate) fn sale(&self) -> Value {
        json!({
            "id": self.id,
            "state": "completed",
            "billing_agreement_id": self.subscription,
            "amount": {"total": self.amount.value(), "currency": self.amount.currency},
            "create_time": self.time.rfc3339(),
            "update_time": self.time.rfc3339(),
        })
    }
}

impl Subscription {
    pub(crate) fn status(&self) -> &'static str {
        self.status.name()
    }

    pub(crate) fn links(&self) -> Value {
        let path = format!("{PATH}/{}", self.id);
        let action = |name: &str| link(name, "POST", &format!("{path}/{name}"));
        let approve = page("approve", &format!("/webapps/billing/subscriptions?ba_token={}", self.token));
        let (own, edit) = (link("self", "GET", &path), link("edit", "PATCH", &path));
        match self.status {
            Status::ApprovalPending => json!([approve, edit, own]),
            Status::Active => json!([action("cancel"), edit, own, action("suspend"), action("capture")]),
            Status::Suspended => json!([action("cancel"), edit, own, action("activate"), action("capture")]),
            Status::Cancelled => json!([own]),
        }
    }
}
