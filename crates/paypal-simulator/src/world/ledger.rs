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

    /// The balance of a currency, in minor units.
    #[cfg(test)]
    pub(crate) fn balance(&self, currency: &str) -> i64 {
        self.balances.get(currency).copied().unwrap_or_default()
    }

    /// Ends a pending movement.
    pub(crate) fn settle(&mut self, id: &str, status: Status) {
        let pending = |entry: &&mut Entry| entry.id == id && entry.status == Status::Pending;
        let Some(entry) = self.entries.iter_mut().rev().find(pending) else { return };
        entry.status = status;
        let balance = self.balances.entry(entry.gross.currency).or_default();
        *balance = balance.saturating_add(entry.net());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pending_movement_counts_when_it_is_settled() {
        let mut ledger = Ledger::default();
        let money = Money { currency: "USD", minor: 1000 };
        let pending = |id| Entry { fee: -84, status: Status::Pending, ..Entry::new(id, "T0006", money, Moment::EPOCH) };
        ledger.record(Entry::new("A", "T0006", money, Moment::EPOCH));
        ledger.record(pending("B"));
        ledger.record(pending("C"));
        assert_eq!(ledger.balance("USD"), 1000);
        ledger.settle("B", Status::Success);
        ledger.settle("C", Status::Denied);
        assert_eq!(ledger.balance("USD"), 1916);
        for id in ["A", "B", "C", "D"] {
            ledger.settle(id, Status::Denied);
        }
        assert_eq!(ledger.balance("USD"), 1916, "nothing is settled twice");
        let states: Vec<_> = ledger.entries.iter().map(|entry| entry.status).collect();
        assert_eq!(states, [Status::Success, Status::Success, Status::Denied]);
    }
}
