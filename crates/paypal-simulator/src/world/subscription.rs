//! A subscription and its payments.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::{
    base::{
        clock::Moment,
        links::{link, page},
    },
    request::refusal::Refusal,
    world::{
        accounts::Payer,
        billing::Billing,
        capture::fee,
        effects::Moved,
        experience::Experience,
        money::Money,
        pending::Pending,
        plan::Plan,
        terms::{Earlier, Terms},
    },
};

pub(crate) const PATH: &str = "/v1/billing/subscriptions";

/// The state of a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    ApprovalPending,
    Active,
    Suspended,
    Cancelled,
    Expired,
}

impl Status {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ApprovalPending => "APPROVAL_PENDING",
            Self::Active => "ACTIVE",
            Self::Suspended => "SUSPENDED",
            Self::Cancelled => "CANCELLED",
            Self::Expired => "EXPIRED",
        }
    }
}

pub(crate) struct Subscription {
    pub(crate) id: String,
    pub(crate) status: Status,
    pub(crate) plan: String,
    /// Since when it has this plan.
    pub(crate) since: Moment,
    pub(crate) quantity: i64,
    /// Who has approved it.
    pub(crate) subscriber: Option<Arc<Payer>>,
    /// What the merchant has sent, without an inline plan.
    pub(crate) members: Value,
    /// The whole plan as the subscription overrides it. Changes of the plan have no effect on it any more.
    pub(crate) own_plan: Option<Value>,
    /// The prices that were overridden before.
    pub(crate) earlier: Vec<Earlier>,
    /// What `revise` has proposed.
    pub(crate) proposed: Option<Revision>,
    /// Since it began.
    pub(crate) billing: Option<Billing>,
    pub(crate) note: Option<String>,
    pub(crate) outstanding: Money,
    /// Failed payments in a row.
    pub(crate) failed: u32,
    /// How many of the next attempts to take a payment fail.
    pub(crate) failing: u32,
    pub(crate) token: String,
    pub(crate) experience: Experience,
    pub(crate) created: Moment,
    pub(crate) updated: Moment,
    pub(crate) status_changed: Moment,
}

/// What becomes of a subscription if the subscriber agrees.
pub(crate) struct Revision {
    pub(crate) plan: String,
    pub(crate) quantity: i64,
    pub(crate) own_plan: Option<Value>,
    pub(crate) shipping_amount: Value,
    pub(crate) shipping_address: Value,
}

/// A payment of a subscription.
pub(crate) struct Payment {
    pub(crate) id: String,
    pub(crate) subscription: String,
    /// Who has paid; `None` for a card of somebody without an account.
    pub(crate) payer: Option<Arc<Payer>>,
    pub(crate) amount: Money,
    /// Whether the fee with which a subscription begins is in it.
    pub(crate) has_setup_fee: bool,
    /// Minor units that went back to the subscriber.
    pub(crate) given_back: i64,
    pub(crate) time: Moment,
    /// Since when it stands as it does, but for what was given back.
    pub(crate) updated: Moment,
    /// Why its money is not there yet.
    pub(crate) pending: Option<Pending>,
    /// Whether its money never came.
    pub(crate) denied: bool,
}

impl Payment {
    /// Returns the money that was taken; `None` if it is not there.
    pub(crate) fn taken(&self) -> Option<Moved> {
        self.is_there().then(|| self.amount.moved(&self.subscription))
    }

    /// Whether its money has come.
    pub(crate) fn is_there(&self) -> bool {
        self.pending.is_none() && !self.denied
    }

    /// The status of a transaction. Of a sale it is the state, with another word for one that was declined.
    pub(crate) fn status(&self) -> &'static str {
        match self.given_back {
            _ if self.pending.is_some() => "PENDING",
            _ if self.denied => "DECLINED",
            0 => "COMPLETED",
            back if back == self.amount.minor => "REFUNDED",
            _ => "PARTIALLY_REFUNDED",
        }
    }

    pub(crate) fn document(&self) -> Value {
        let fee = fee(self.amount);
        let mut document = json!({
            "status": self.status(),
            "id": self.id,
            "amount_with_breakdown": {
                "gross_amount": self.amount.document(),
                "fee_amount": fee.document(),
                "net_amount": self.amount.with(self.amount.minor - fee.minor).document(),
            },
            "time": self.time.rfc3339_millis(),
        });
        if let Some(payer) = &self.payer {
            document["payer_name"] = payer.name();
            document["payer_email"] = payer.email.as_str().into();
        }
        document
    }

    /// Returns the sale that events have as their resource.
    pub(crate) fn sale(&self) -> Value {
        let state = if self.denied { "denied".to_owned() } else { self.status().to_lowercase() };
        let mut sale = json!({
            "id": self.id,
            "state": state,
            "billing_agreement_id": self.subscription,
            "amount": {"total": self.amount.value(), "currency": self.amount.currency},
            "create_time": self.time.rfc3339(),
            "update_time": self.updated.rfc3339(),
        });
        // Payments v1 has other words than v2 for some reasons, and none for others.
        match self.pending.map(|pending| pending.reason) {
            Some("PENDING_REVIEW") => sale["reason_code"] = "PAYMENT_REVIEW".into(),
            None | Some("OTHER") => {}
            Some(reason) => sale["reason_code"] = reason.into(),
        }
        sale
    }
}

impl Subscription {
    pub(crate) fn status(&self) -> &'static str {
        self.status.name()
    }

    /// The terms that are in force at a time. `plan` is the subscription's.
    pub(crate) fn terms(&self, plan: &Plan, time: Moment) -> Result<Terms, Refusal> {
        match &self.own_plan {
            // There is no notice for cards.
            Some(own) if self.pays_by_card() => Terms::read(own),
            Some(own) => Terms::at(own, &self.earlier, Moment::EPOCH, time),
            None => Terms::at(&plan.members, &plan.earlier, self.since, time),
        }
    }

    /// Whether it is paid by a card, so that the subscriber approves nothing.
    pub(crate) fn pays_by_card(&self) -> bool {
        self.members["subscriber"]["payment_source"]["card"].is_object()
    }

    /// What is charged for shipping in each cycle that has a price, in minor units.
    pub(crate) fn shipping(&self) -> i64 {
        Money::read(&self.members["shipping_amount"], "/shipping_amount").map_or(0, |amount| amount.minor)
    }

    /// Whether there is something for the subscriber to approve: the subscription, or its revision.
    pub(crate) fn waits_for_approval(&self) -> bool {
        self.status == Status::ApprovalPending || self.proposed.is_some()
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
            Status::Expired => json!([own, action("capture")]),
        }
    }
}
