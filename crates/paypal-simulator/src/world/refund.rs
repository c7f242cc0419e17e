//! A refund: money that is given back.

use serde_json::{Value, json};

use crate::{
    base::{clock::Moment, links::link},
    world::{effects::Moved, money::Money, pending::Pending},
};

/// The state of a refund.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Completed,
    Pending(Pending),
    Failed(&'static str),
    Cancelled,
}

impl Status {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Completed => "COMPLETED",
            Self::Pending(_) => "PENDING",
            Self::Failed(_) => "FAILED",
            Self::Cancelled => "CANCELLED",
        }
    }
}

pub(crate) struct Refund {
    pub(crate) id: String,
    pub(crate) status: Status,
    pub(crate) details: Details,
    /// What has been refunded of the capture, including this refund, in minor units.
    pub(crate) so_far: i64,
    pub(crate) created: Moment,
    pub(crate) updated: Moment,
}

/// The details of a refund.
pub(crate) struct Details {
    pub(crate) capture: String,
    pub(crate) amount: Money,
    pub(crate) invoice_id: Option<String>,
    pub(crate) custom_id: Option<String>,
    pub(crate) note: Option<String>,
}

impl Refund {
    /// Returns what it gave back, if it is completed.
    pub(crate) fn given_back(&self) -> Option<Moved> {
        (self.status == Status::Completed).then(|| self.details.amount.moved(&self.details.capture))
    }

    pub(crate) fn document(&self) -> Value {
        let Details { capture, amount, invoice_id, custom_id, note } = &self.details;
        let mut document = json!({
            "id": self.id,
            "status": self.status.name(),
            "amount": amount.document(),
            "seller_payable_breakdown": {
                "gross_amount": amount.document(),
                "paypal_fee": amount.with(0).document(),
                "net_amount": amount.document(),
                "total_refunded_amount": amount.with(self.so_far).document(),
            },
            "create_time": self.created.rfc3339(),
            "update_time": self.updated.rfc3339(),
            "links": [
                link("self", "GET", &format!("/v2/payments/refunds/{}", self.id)),
                link("up", "GET", &format!("/v2/payments/captures/{capture}")),
            ],
        });
        if let Status::Pending(Pending { reason, .. }) | Status::Failed(reason) = self.status {
            document["status_details"] = json!({"reason": reason});
        }
        for (name, value) in [("invoice_id", invoice_id), ("custom_id", custom_id), ("note_to_payer", note)] {
            if let Some(value) = value {
                document[name] = value.as_str().into();
            }
        }
        document
    }
}
