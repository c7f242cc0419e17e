//! An order and its purchase units.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::{
    base::{
        clock::Moment,
        links::{SITE, link, page},
        packed::Packed,
    },
    world::{accounts::Payer, experience::Experience, money::Money, payment_source::PaymentSource},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Intent {
    Capture,
    Authorize,
}

impl Intent {
    /// As it stands in documents.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Capture => "CAPTURE",
            Self::Authorize => "AUTHORIZE",
        }
    }
}

/// The state of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Created,
    PayerActionRequired,
    Approved,
    Completed,
}

pub(crate) struct Order {
    pub(crate) id: String,
    pub(crate) intent: Intent,
    pub(crate) status: Status,
    pub(crate) units: Vec<Unit>,
    /// Boxed, since it is much larger than the rest.
    pub(crate) source: Option<Box<PaymentSource>>,
    /// What is to happen when the payer approves, as PayPal names it.
    pub(crate) instruction: Option<String>,
    /// Whose PayPal account pays.
    pub(crate) payer: Option<Arc<Payer>>,
    /// Whether what the payer has chosen to pay with is declined.
    pub(crate) declined: bool,
    pub(crate) experience: Experience,
    pub(crate) created: Moment,
    pub(crate) updated: Moment,
}

pub(crate) struct Unit {
    /// What the merchant has sent, with a `reference_id`.
    document: Packed,
    pub(crate) amount: Money,
    pub(crate) authorizations: Vec<String>,
    pub(crate) captures: Vec<String>,
}

impl Unit {
    pub(crate) fn new(document: &Value, amount: Money) -> Self {
        Self { document: Packed::new(document), amount, authorizations: Vec::new(), captures: Vec::new() }
    }

    pub(crate) fn document(&self) -> Value {
        self.document.read()
    }

    /// Whether PayPal holds the money for the seller.
    pub(crate) fn is_delayed(&self) -> bool {
        is_delayed(&self.document())
    }

    /// Returns a member that is a string.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.document()[name].as_str().map(str::to_owned)
    }
}

/// Whether a payment instruction has PayPal hold the money for the seller.
pub(crate) fn is_delayed(document: &Value) -> bool {
    document["payment_instruction"]["disbursement_mode"] == "DELAYED"
}

impl Order {
    pub(crate) fn path(&self) -> String {
        format!("/v2/checkout/orders/{}", self.id)
    }

    /// The page where the payer approves.
    pub(crate) fn page(&self) -> String {
        format!("{SITE}/checkoutnow?token={}", self.id)
    }

    pub(crate) fn status(&self) -> &'static str {
        match self.status {
            Status::Created => "CREATED",
            Status::PayerActionRequired => "PAYER_ACTION_REQUIRED",
            Status::Approved => "APPROVED",
            Status::Completed => "COMPLETED",
        }
    }

    /// Whether the payer can approve it: for the first time, or because what was chosen is declined.
    pub(crate) fn is_payable(&self) -> bool {
        matches!(self.status, Status::Created | Status::PayerActionRequired)
            || self.status == Status::Approved && self.declined
    }

    pub(crate) fn links(&self) -> Value {
        let path = self.path();
        let pay = page(
            if self.status == Status::PayerActionRequired { "payer-action" } else { "approve" },
            &format!("/checkoutnow?token={}", self.id),
        );
        let (action, action_path) = match self.intent {
            Intent::Capture => ("capture", format!("{path}/capture")),
            Intent::Authorize => ("authorize", format!("{path}/authorize")),
        };
        match self.status {
            Status::Completed => json!([link("self", "GET", &path)]),
            Status::PayerActionRequired => json!([link("self", "GET", &path), pay]),
            Status::Created => json!([
                link("self", "GET", &path),
                pay,
                link("update", "PATCH", &path),
                link(action, "POST", &action_path)
            ]),
            Status::Approved => {
                json!([link("self", "GET", &path), link("update", "PATCH", &path), link(action, "POST", &action_path)])
            }
        }
    }
}
