//! The ledger: every movement of a merchant's money, and the balances that follow from them.

mod balance;
mod entry;

use std::collections::{BTreeMap, HashMap};

pub(crate) use balance::Balance;
pub(crate) use entry::{Entry, Status};

use crate::{base::clock::Moment, world::money::Money};

/// The currency of merchants' accounts.
pub(crate) const PRIMARY_CURRENCY: &str = "USD";

/// A movement in the ledger, with what has become of it.
pub(crate) struct Record {
    pub(crate) entry: Entry,
    /// The balance in its currency right after it.
    pub(crate) after: Balance,
    /// Later statuses, each with its time.
    changes: Vec<(Moment, Status)>,
    /// What refunds and reversals have given back of it, in minor units.
    given_back: i64,
}

impl Record {
    /// Returns its status at a time.
    pub(crate) fn status(&self, at: Moment) -> Status {
        self.changes_until(at).last().map_or(self.entry.status, |(_, status)| *status)
    }

    /// Returns when it was last changed, at a time.
    pub(crate) fn updated(&self, at: Moment) -> Moment {
        self.changes_until(at).last().map_or(self.entry.time, |(time, _)| *time)
    }

    /// Returns when its amount and fee have come to count in the total balance (1), and when they have ceased to (-1).
    pub(crate) fn counts(&self) -> Vec<(Moment, i64)> {
        let (mut turns, mut counted) = (Vec::new(), 0);
        for (time, status) in [(self.entry.time, self.entry.status)].iter().chain(&self.changes) {
            let counts = i64::from(self.entry.counts(*status));
            if counts != counted {
                turns.push((*time, counts - counted));
                counted = counts;
            }
        }
        turns
    }

    fn changes_until(&self, at: Moment) -> &[(Moment, Status)] {
        &self.changes[..self.changes.partition_point(|(time, _)| *time <= at)]
    }

    fn present(&self) -> Status {
        self.changes.last().map_or(self.entry.status, |(_, status)| *status)
    }
}

/// The movements in the order of their times, and the balances by currency.
#[derive(Default)]
pub(crate) struct Ledger {
    records: Vec<Record>,
    /// The first record with each id.
    by_id: HashMap<String, usize>,
    /// The balance after each change of it.
    history: BTreeMap<&'static str, Vec<(Moment, Balance)>>,
}

impl Ledger {
    /// The ledger of the first merchant, who has 100,000.00 USD from the beginning and can pay out. The id of that movement
    /// does not follow from the seed.
    pub(crate) fn opened(at: Moment) -> Self {
        let mut ledger = Self::default();
        let amount = Money { currency: PRIMARY_CURRENCY, minor: 10_000_000 };
        ledger.record(Entry::new("1DEP0S1T0PEN1NGBX", "T0300", amount, at));
        ledger
    }

    /// Records a movement. A payment that refunds or reversals, whose reference it is, have given back in full becomes
    /// [`Status::Reversed`].
    pub(crate) fn record(&mut self, entry: Entry) {
        let after = self.change(&entry, entry.effect(entry.status), entry.time);
        if entry.status == Status::Success {
            self.give_back(&entry, entry.time);
        }
        self.by_id.entry(entry.id.clone()).or_insert(self.records.len());
        self.records.push(Record { entry, after, changes: Vec::new(), given_back: 0 });
    }

    /// Settles a pending movement: its money arrives, or it is denied. Does nothing if no movement with this id is pending.
    pub(crate) fn settle(&mut self, id: &str, status: Status, at: Moment) {
        let Some(position) = self.by_id.get(id).copied() else { return };
        let Some(record) = self.records.get(position).filter(|it| it.present() == Status::Pending) else { return };
        let (before, after) = (record.entry.effect(Status::Pending), record.entry.effect(status));
        let currency = record.entry.gross.currency;
        self.add(currency, after.minus(before), at);
        let record = &mut self.records[position];
        record.changes.push((at, status));
        if status == Status::Success {
            let refund = record.entry.clone();
            self.give_back(&refund, at);
        }
    }

    /// Notes what a refund or a reversal gives back of its payment.
    fn give_back(&mut self, entry: &Entry, at: Moment) {
        let refunded = entry.refunded().and_then(|id| self.by_id.get(id));
        let Some(payment) = refunded.and_then(|position| self.records.get_mut(*position)) else { return };
        payment.given_back = payment.given_back.saturating_sub(entry.gross.minor);
        if payment.given_back == payment.entry.gross.minor && payment.present() == Status::Success {
            payment.changes.push((at, Status::Reversed));
        }
    }

    pub(crate) fn records(&self) -> &[Record] {
        &self.records
    }

    /// Whether the merchant has a balance in a currency, be it zero.
    pub(crate) fn holds(&self, currency: &str) -> bool {
        self.history.contains_key(currency)
    }

    /// Returns the balance in a currency.
    pub(crate) fn balance(&self, currency: &str) -> Balance {
        self.history.get(currency).and_then(|changes| changes.last()).map_or_else(Balance::default, |(_, it)| *it)
    }

    /// Returns the total balance in each currency.
    pub(crate) fn balances(&self) -> impl Iterator<Item = Money> {
        self.history.keys().map(|currency| Money { currency, minor: self.balance(currency).total })
    }

    /// Returns the balances in all currencies held at a time.
    pub(crate) fn balances_at(&self, at: Moment) -> BTreeMap<&'static str, Balance> {
        let of = |changes: &[(Moment, Balance)]| {
            let known = changes.partition_point(|(time, _)| *time <= at);
            known.checked_sub(1).map(|last| changes[last].1)
        };
        self.history.iter().filter_map(|(currency, changes)| Some((*currency, of(changes)?))).collect()
    }

    fn change(&mut self, entry: &Entry, effect: Balance, at: Moment) -> Balance {
        if entry.affects_balance() {
            self.add(entry.gross.currency, effect, at)
        } else {
            self.balance(entry.gross.currency)
        }
    }

    fn add(&mut self, currency: &'static str, effect: Balance, at: Moment) -> Balance {
        let after = self.balance(currency).plus(effect);
        self.history.entry(currency).or_default().push((at, after));
        after
    }

    #[cfg(test)]
    pub(crate) fn entries(&self) -> Vec<&Entry> {
        self.records.iter().map(|record| &record.entry).collect()
    }
}

#[cfg(test)]
mod tests;
