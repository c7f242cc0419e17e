//! The ledger: every movement of a merchant's money, and the balances that follow from them.

use std::collections::BTreeMap;

use crate::{base::clock::Moment, world::money::Money};

/// The status of a movement, by PayPal's letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// `S`: completed.
    Success,
    /// `P`: the money is not there yet. It does not count in the balance.
    Pending,
    /// `D`: denied. It never counts.
    Denied,
    /// `V`: reversed.
    Reversed,
}

/// A movement of money, from the merchant's point of view.
pub(crate) struct Entry {
    /// The id of the capture, refund, payment, payout item, and so on.
    pub(crate) id: String,
    /// PayPal's transaction event code, such as `T0006`.
    pub(crate) code: &'static str,
    pub(crate) status: Status,
    /// What was moved; negative if the merchant gave it.
    pub(crate) gross: Money,
    /// The fee in minor units of the same currency; negative if the merchant paid it.
    pub(crate) fee: i64,
    /// The id of what it belongs to, and the kind of that id: `TXN`, `ODR`, `SUB` or `PAP`.
    pub(crate) reference: Option<(String, &'static str)>,
    /// The id of the payer on the other side.
    pub(crate) payer: Option<String>,
    pub(crate) invoice_id: Option<String>,
    pub(crate) custom_id: Option<String>,
    pub(crate) note: Option<String>,
    pub(crate) time: Moment,
}

impl Entry {
    /// A completed movement without a fee.
    pub(crate) fn new(id: &str, code: &'static str, gross: Money, time: Moment) -> Self {
        Self {
            id: id.to_owned(),
            code,
            status: Status::Success,
            gross,
            fee: 0,
            reference: None,
            payer: None,
            invoice_id: None,
            custom_id: None,
            note: None,
            time,
        }
    }

    /// What it changes in the balance of its currency, in minor units.
    pub(crate) fn net(&self) -> i64 {
        match self.status {
            Status::Success | Status::Reversed => self.gross.minor.saturating_add(self.fee),
            Status::Pending | Status::Denied => 0,
        }
    }
}

/// The movements in the order of their times, and the balances by currency, in minor units.
#[derive(Default)]
pub(crate) struct Ledger {
    entries: Vec<Entry>,
    balances: BTreeMap<&'static str, i64>,
}

impl Ledger {
    pub(crate) fn record(&mut self, entry: Entry) {
        let balance = self.balances.entry(entry.gross.currency).or_default();
        *balance = balance.saturating_add(entry.net());
        self.entries.push(entry);
    }

    /// Returns the balance of each currency in which money has moved.
    pub(crate) fn balances(&self) -> impl Iterator<Item = Money> {
        self.balances.iter().map(|(currency, minor)| Money { currency, minor: *minor })
    }
}
