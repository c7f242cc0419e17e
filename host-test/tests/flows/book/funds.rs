//! The merchant's account: each movement of its money, and payouts.

use super::{Book, Currency, DAY};

/// A movement of the merchant's money, less its fee.
pub(crate) struct Movement {
    /// Seconds since the beginning.
    pub(crate) time: u64,
    pub(crate) currency: &'static str,
    pub(crate) net: i64,
}

/// The state of the one item of a payout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paid {
    Pending,
    Success,
    Unclaimed,
    Returned,
}

impl Paid {
    /// Returns PayPal's name of it.
    pub(crate) fn status(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Success => "SUCCESS",
            Self::Unclaimed => "UNCLAIMED",
            Self::Returned => "RETURNED",
        }
    }
}

/// A payout in dollars with one item.
pub(crate) struct Payout {
    pub(crate) id: String,
    pub(crate) sender_batch_id: String,
    /// The item's id, once it is paid.
    pub(crate) item: Option<String>,
    pub(crate) amount: i64,
    /// Whether the receiver has an account.
    pub(crate) known: bool,
    pub(crate) state: Paid,
    pub(crate) day: u64,
}

/// What PayPal charges for an item in dollars.
pub(crate) const PAYOUT_FEE: i64 = 25;
/// The days in which an item can be claimed.
const CLAIMABLE: u64 = 30;
/// The seconds after which a payout is paid.
const UNTIL_PAID: u64 = 5;

/// Returns what PayPal keeps of a payment: 3.49 %, and 49 cents of dollars; at most all of it.
pub(crate) fn payment_fee(currency: Currency, amount: i64) -> i64 {
    let part = (amount * 349 + 5_000) / 10_000;
    let fixed = if currency == Currency::Usd { 49 } else { 0 };
    (part + fixed).min(amount)
}

impl Book {
    /// Enters a movement.
    pub(super) fn record(&mut self, currency: &'static str, net: i64, time: u64) {
        self.movements.push(Movement { time, currency, net });
    }

    /// Enters a payment to the merchant, of which PayPal keeps its fee.
    pub(crate) fn earn(&mut self, currency: Currency, amount: i64) {
        self.record(currency.code(), amount - payment_fee(currency, amount), self.day * DAY);
    }

    /// Returns what the merchant has in a currency.
    pub(crate) fn balance(&self, currency: &str) -> i64 {
        self.movements.iter().filter(|it| it.currency == currency).map(|it| it.net).sum()
    }

    /// Returns the part of it that the merchant cannot use: what is disputed, and what is being paid out.
    pub(crate) fn withheld(&self, currency: &str) -> i64 {
        let held: i64 = self.disputes.iter().filter(|it| it.currency.code() == currency).map(|it| it.held).sum();
        let pending = self.payouts.iter().filter(|it| it.state == Paid::Pending && currency == "USD");
        held + pending.map(|it| it.amount + PAYOUT_FEE).sum::<i64>()
    }

    /// Money of an unclaimed item comes back, without its fee.
    pub(crate) fn bring_back(&mut self, at: usize, time: u64) {
        self.payouts[at].state = Paid::Returned;
        let amount = self.payouts[at].amount;
        self.record("USD", amount, time);
    }

    /// A day has passed: what was to be paid out is paid, and what nobody has claimed comes back.
    pub(super) fn pay_out(&mut self) {
        for at in 0..self.payouts.len() {
            let Payout { amount, known, state, day, .. } = self.payouts[at];
            match state {
                Paid::Pending => {
                    self.payouts[at].state = if known { Paid::Success } else { Paid::Unclaimed };
                    self.record("USD", -amount - PAYOUT_FEE, day * DAY + UNTIL_PAID);
                }
                // Seconds after the last day has begun.
                Paid::Unclaimed if self.day - day > CLAIMABLE => {
                    self.bring_back(at, (day + CLAIMABLE) * DAY + UNTIL_PAID);
                }
                _ => {}
            }
        }
    }
}
