//! An authorization: money that is reserved.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    base::{clock::Moment, links::link},
    world::{card::processor::Processor, effects::Moved, money::Money},
};

/// How long an authorization is valid, and how long PayPal guarantees the money (the honor period).
pub(crate) const VALIDITY: Duration = Duration::from_secs(29 * 86_400);
pub(crate) const HONOR_PERIOD: Duration = Duration::from_secs(3 * 86_400);

/// Returns the largest amount that an authorization can be renewed with: 115 % of the first one, and in US dollars at most 75
/// dollars more. Other limits of regions are not known.
pub(crate) fn limit(amount: Money) -> i64 {
    let more = amount.minor.saturating_mul(15) / 100;
    amount.minor.saturating_add(if amount.currency == "USD" { more.min(75_00) } else { more })
}

/// The state of an authorization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Created,
    PartiallyCaptured,
    Captured,
    Voided,
    /// Voided by time.
    Expired,
    /// The card was declined: nothing is reserved.
    Denied,
}

pub(crate) struct Authorization {
    pub(crate) id: String,
    pub(crate) order: String,
    /// Which of the order's purchase units.
    pub(crate) unit: usize,
    pub(crate) amount: Money,
    /// Minor units that captures have taken.
    pub(crate) captured: i64,
    pub(crate) status: Status,
    /// Until when it is valid. A renewed authorization is not valid for longer than the first one.
    /// <https://developer.paypal.com/docs/checkout/advanced/authorization-honor>
    pub(crate) expires: Moment,
    /// The largest amount that it can be renewed with, in minor units.
    pub(crate) limit: i64,
    /// What the issuer of the card has answered.
    pub(crate) processor: Option<Processor>,
    pub(crate) invoice_id: Option<String>,
    pub(crate) custom_id: Option<String>,
    pub(crate) created: Moment,
    pub(crate) updated: Moment,
}

impl Authorization {
    /// Returns what is left to capture, in minor units.
    pub(crate) fn left(&self) -> i64 {
        match self.status {
            Status::Created | Status::PartiallyCaptured => self.amount.minor - self.captured,
            Status::Captured | Status::Voided | Status::Expired | Status::Denied => 0,
        }
    }

    /// Returns what it reserved, unless it was denied.
    pub(crate) fn reserved(&self) -> Option<Moved> {
        (self.status != Status::Denied).then(|| self.amount.moved(&self.order))
    }

    /// Takes back what a capture did not get after all. It can be captured again, unless it was voided meanwhile.
    pub(crate) fn give_back(&mut self, minor: i64, now: Moment) {
        self.captured -= minor;
        self.updated = now;
        if matches!(self.status, Status::Captured | Status::PartiallyCaptured) {
            self.status = match self.captured {
                _ if now >= self.expires => Status::Expired,
                0 => Status::Created,
                _ => Status::PartiallyCaptured,
            };
        }
    }

    /// Returns what a void, a final capture or time has released.
    pub(crate) fn released(&self) -> Option<Moved> {
        let released = self.amount.minor - self.captured;
        let over = matches!(self.status, Status::Captured | Status::Voided | Status::Expired);
        (over && released > 0).then(|| self.amount.with(released).moved(&self.order))
    }

    pub(crate) fn document(&self) -> Value {
        let path = format!("/v2/payments/authorizations/{}", self.id);
        let status = match self.status {
            Status::Created => "CREATED",
            Status::PartiallyCaptured => "PARTIALLY_CAPTURED",
            Status::Captured => "CAPTURED",
            Status::Voided | Status::Expired => "VOIDED",
            Status::Denied => "DENIED",
        };
        let mut links = vec![link("self", "GET", &path)];
        if self.left() > 0 {
            for rel in ["capture", "void", "reauthorize"] {
                links.push(link(rel, "POST", &format!("{path}/{rel}")));
            }
        }
        links.push(link("up", "GET", &format!("/v2/checkout/orders/{}", self.order)));
        let mut document = json!({
            "id": self.id,
            "status": status,
            "amount": self.amount.document(),
            "seller_protection": {
                "status": "ELIGIBLE",
                "dispute_categories": ["ITEM_NOT_RECEIVED", "UNAUTHORIZED_TRANSACTION"],
            },
            "supplementary_data": {"related_ids": {"order_id": self.order}},
            "expiration_time": self.expires.rfc3339(),
            "create_time": self.created.rfc3339(),
            "update_time": self.updated.rfc3339(),
            "links": links,
        });
        if self.status == Status::Denied {
            document["seller_protection"] = json!({"status": "NOT_ELIGIBLE"});
        }
        if let Some(processor) = &self.processor {
            document["processor_response"] = processor.document();
            if let Some(reference) = processor.reference(&self.id) {
                document["network_transaction_reference"] = reference;
            }
        }
        for (name, value) in [("invoice_id", &self.invoice_id), ("custom_id", &self.custom_id)] {
            if let Some(value) = value {
                document[name] = value.as_str().into();
            }
        }
        document
    }
}
