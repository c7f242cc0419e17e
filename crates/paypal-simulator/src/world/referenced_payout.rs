//! Referenced payouts: payments that PayPal holds, paid out to their sellers.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    base::{documents::pick, links::link},
    world::money::Money,
};

pub(crate) const BATCHES: &str = "/v1/payments/referenced-payouts";
pub(crate) const ITEMS: &str = "/v1/payments/referenced-payouts-items";

/// What the partner sends, and gets back.
const MEMBERS: [&str; 6] =
    ["reference_id", "reference_type", "external_merchant_id", "external_reference_id", "invoice_id", "custom"];

#[derive(Default)]
pub(crate) struct ReferencedPayouts {
    pub(crate) batches: BTreeMap<String, Batch>,
    pub(crate) items: BTreeMap<String, Item>,
}

/// A batch, and the ids of its items.
pub(crate) struct Batch {
    pub(crate) id: String,
    pub(crate) items: Vec<String>,
}

/// A payment that is to be paid out.
pub(crate) struct Item {
    pub(crate) id: String,
    /// What the partner has sent.
    pub(crate) members: Value,
    pub(crate) state: State,
    /// The account id of the seller.
    pub(crate) seller: String,
}

/// What became of an item.
pub(crate) enum State {
    Pending,
    /// The transaction that released the money, and how much it was.
    Paid(String, Money),
    /// PayPal's reason.
    Failed(&'static str),
}

impl Batch {
    pub(crate) fn links(&self) -> Value {
        json!([link("self", "GET", &format!("{BATCHES}/{}", self.id))])
    }
}

impl Item {
    /// The id of the payment.
    pub(crate) fn reference(&self) -> &str {
        self.members["reference_id"].as_str().unwrap_or_default()
    }

    pub(crate) fn document(&self) -> Value {
        let mut document = pick(&self.members, &MEMBERS);
        document["item_id"] = self.id.as_str().into();
        document["processing_state"] = match &self.state {
            State::Pending => json!({"status": "PENDING"}),
            State::Paid(..) => json!({"status": "SUCCESS"}),
            State::Failed(reason) => json!({"status": "FAILED", "reason": reason}),
        };
        if let State::Paid(transaction, amount) = &self.state {
            document["payout_transaction_id"] = transaction.as_str().into();
            document["disbursement_transaction_id"] = transaction.as_str().into();
            document["payout_amount"] = amount.document();
            document["payout_destination"] = self.seller.as_str().into();
        }
        document["links"] = json!([link("self", "GET", &format!("{ITEMS}/{}", self.id))]);
        document
    }
}

impl ReferencedPayouts {
    /// Returns a whole batch.
    pub(crate) fn document(&self, batch: &Batch) -> Value {
        let items: Vec<_> = batch.items.iter().filter_map(|id| self.items.get(id)).map(Item::document).collect();
        json!({"referenced_payouts": items, "links": batch.links()})
    }

    /// Returns the item by which a payment was paid out.
    pub(crate) fn paid(&self, reference: &str) -> Option<&Item> {
        let is_paid = |item: &&Item| matches!(item.state, State::Paid(..)) && item.reference() == reference;
        self.items.values().find(is_paid)
    }
}
