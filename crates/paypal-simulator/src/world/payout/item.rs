//! An item of a payout: one receiver's share.

use serde_json::{Value, json};

use super::{reason::Reason, status::ItemStatus};
use crate::{
    base::{clock::Moment, documents::pick, links::link},
    world::money::Money,
};

/// What a receiver's address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RecipientType {
    Email,
    Phone,
    PayPalId,
    UserHandle,
}

pub(crate) struct Item {
    pub(crate) id: String,
    pub(crate) batch: String,
    pub(crate) amount: Money,
    /// PayPal's fee in minor units of the same currency, once the batch is processed.
    pub(crate) fee: i64,
    pub(crate) recipient: RecipientType,
    pub(crate) receiver: String,
    /// What the merchant has sent, as PayPal shows it.
    pub(crate) detail: Value,
    pub(crate) status: ItemStatus,
    /// Why it is not paid or not claimed, and the debug id of that.
    pub(crate) reason: Option<(Reason, String)>,
    /// The id of the payment, if it was paid.
    pub(crate) transaction: Option<String>,
    /// What the sender's and the receiver's side have in common.
    pub(crate) activity: Option<String>,
    pub(crate) processed: Option<Moment>,
}

impl Item {
    /// Whether it was paid, and the money has not come back.
    pub(crate) fn is_paid(&self) -> bool {
        matches!(self.status, ItemStatus::Success | ItemStatus::Unclaimed)
    }

    /// Returns the fee that the merchant pays, in minor units. It does not come back with the money.
    pub(crate) fn charged(&self) -> i64 {
        match self.status {
            ItemStatus::Failed | ItemStatus::Blocked => 0,
            _ => self.fee,
        }
    }

    /// Returns what is set aside for it until it is paid.
    pub(crate) fn reserved(&self) -> Money {
        self.amount.with(self.amount.minor.saturating_add(fee(self.amount)))
    }

    pub(crate) fn path(&self) -> String {
        format!("/v1/payments/payouts-item/{}", self.id)
    }

    /// Returns it as it stands in the list of its batch.
    pub(crate) fn listed(&self) -> Value {
        let mut document = json!({"payout_item_id": self.id});
        for (name, id) in [("transaction_id", &self.transaction), ("activity_id", &self.activity)] {
            if let Some(id) = id {
                document[name] = id.as_str().into();
            }
        }
        document["transaction_status"] = self.status.name().into();
        document["payout_item_fee"] = self.amount.with(self.charged()).old_document();
        document["payout_batch_id"] = self.batch.as_str().into();
        document["payout_item"] = self.detail.clone();
        if let Some(time) = self.processed {
            document["time_processed"] = time.rfc3339().into();
        }
        if let Some((reason, debug_id)) = &self.reason {
            document["errors"] = reason.document(debug_id);
        }
        document["links"] = json!([link("item", "GET", &self.path())]);
        document
    }

    /// Returns it alone.
    pub(crate) fn document(&self, sender_batch_id: Option<&str>) -> Value {
        let mut document = self.listed();
        if let Some(id) = sender_batch_id {
            document["sender_batch_id"] = id.into();
        }
        let mut links = vec![link("self", "GET", &self.path())];
        if self.status == ItemStatus::Unclaimed {
            links.push(link("cancel", "POST", &format!("{}/cancel", self.path())));
        }
        links.push(link("batch", "GET", &format!("/v1/payments/payouts/{}", self.batch)));
        document["links"] = links.into();
        document
    }

    /// Returns it as an event shows it: never with the reason.
    pub(crate) fn resource(&self, sender_batch_id: Option<&str>) -> Value {
        let document = self.document(sender_batch_id);
        let names = document.as_object().into_iter().flat_map(|members| members.keys());
        let names: Vec<_> = names.map(String::as_str).filter(|name| *name != "errors").collect();
        pick(&document, &names)
    }
}

/// Returns PayPal's fee for an item in minor units: 0.25 USD or 0.32 CAD, and 2 % to the nearest minor unit in other
/// currencies (<https://developer.paypal.com/docs/payouts/standard/reference/fees/>; the caps differ by country and are not
/// played).
pub(crate) fn fee(amount: Money) -> i64 {
    match amount.currency {
        "USD" => 25,
        "CAD" => 32,
        _ => (amount.minor * 2 + 50) / 100,
    }
}
