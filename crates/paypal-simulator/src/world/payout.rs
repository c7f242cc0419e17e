//! Payouts: batches of payments to receivers.

mod item;
mod reason;
mod status;

use std::collections::BTreeMap;

use serde_json::{Value, json};

pub(crate) use item::{Item, RecipientType, fee};
pub(crate) use reason::Reason;
pub(crate) use status::ItemStatus;

use crate::{
    base::{clock::Moment, links::link},
    world::{effects::Effects, money::Money},
};

/// The status of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BatchStatus {
    Pending,
    Processing,
    Success,
    /// No item could be paid.
    Denied,
}

impl BatchStatus {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Processing => "PROCESSING",
            Self::Success => "SUCCESS",
            Self::Denied => "DENIED",
        }
    }

    pub(crate) fn is_final(self) -> bool {
        matches!(self, Self::Success | Self::Denied)
    }
}

pub(crate) struct Batch {
    pub(crate) id: String,
    /// `sender_batch_header`, as the merchant has sent it.
    pub(crate) header: Value,
    /// The sum of all items.
    pub(crate) amount: Money,
    pub(crate) status: BatchStatus,
    /// The ids of the items, in their order.
    pub(crate) items: Vec<String>,
    pub(crate) created: Moment,
    pub(crate) completed: Option<Moment>,
}

/// A merchant's payouts.
#[derive(Default)]
pub(crate) struct Payouts {
    pub(crate) batches: BTreeMap<String, Batch>,
    pub(crate) items: BTreeMap<String, Item>,
    /// The last batch with each `sender_batch_id`.
    pub(crate) by_sender: BTreeMap<String, String>,
    /// Why receivers do not get what is sent to them, as a test has set it.
    pub(crate) receivers: BTreeMap<String, Reason>,
}

impl Batch {
    pub(crate) fn path(&self) -> String {
        format!("/v1/payments/payouts/{}", self.id)
    }

    /// Returns what creating it answers.
    pub(crate) fn created(&self) -> Value {
        json!({
            "batch_header": {
                "payout_batch_id": self.id,
                "batch_status": self.status.name(),
                "sender_batch_header": self.header,
                "time_created": self.created.rfc3339(),
            },
            "links": [link("self", "GET", &self.path())],
        })
    }

    /// Returns its header, with the fees in minor units.
    pub(crate) fn header(&self, fees: i64) -> Value {
        let mut header = self.created()["batch_header"].take();
        if let Some(time) = self.completed {
            header["time_completed"] = time.rfc3339().into();
            header["time_closed"] = time.rfc3339().into();
        }
        header["funding_source"] = "BALANCE".into();
        header["amount"] = self.amount.old_document();
        header["fees"] = self.amount.with(fees).old_document();
        header
    }
}

impl Payouts {
    /// Returns the items of a batch, in their order.
    pub(crate) fn items_of<'a>(&'a self, batch: &'a Batch) -> impl Iterator<Item = &'a Item> {
        batch.items.iter().filter_map(|id| self.items.get(id))
    }

    /// Returns the `sender_batch_id` of an item's batch.
    pub(crate) fn sender_batch_id(&self, item: &Item) -> Option<&str> {
        self.batches.get(&item.batch)?.header["sender_batch_id"].as_str()
    }

    /// Returns the fees of a batch, in minor units. They are not known while it is pending.
    pub(crate) fn fees(&self, batch: &Batch) -> i64 {
        self.items_of(batch).map(Item::charged).sum()
    }

    pub(crate) fn add_to(&self, effects: &mut Effects) {
        effects.payouts.extend(self.batches.iter().map(|(id, batch)| (id.clone(), batch.status.name().to_owned())));
        let paid = self.items.values().filter(|item| item.is_paid());
        effects.payout_items.extend(paid.map(|item| (item.id.clone(), item.amount.moved(&item.batch))));
    }
}
