//! A movement of money.

use super::balance::Balance;
use crate::{base::clock::Moment, world::money::Money};

/// The status of a movement, by PayPal's letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// `S`: completed.
    Success,
    /// `P`: not completed yet. Money that comes is withheld, and so is money that goes.
    Pending,
    /// `D`: denied. It does not count.
    Denied,
    /// `V`: completed, and given back in full by others. It counts as they do.
    Reversed,
}

impl Status {
    /// That of a new movement.
    pub(crate) fn begun(pending: bool) -> Self {
        if pending { Self::Pending } else { Self::Success }
    }

    /// That of one that was pending.
    pub(crate) fn ended(completed: bool) -> Self {
        if completed { Self::Success } else { Self::Denied }
    }

    pub(crate) fn letter(self) -> &'static str {
        match self {
            Self::Success => "S",
            Self::Pending => "P",
            Self::Denied => "D",
            Self::Reversed => "V",
        }
    }
}

/// A movement of money, from the merchant's point of view.
#[derive(Clone)]
pub(crate) struct Entry {
    /// The id of the capture, refund, payment, payout item, and so on. Several movements may have the same.
    pub(crate) id: String,
    /// PayPal's transaction event code, such as `T0006`
    /// (<https://developer.paypal.com/reports/reference/t-codes>). It decides which balance the movement changes: see
    /// [`Entry::effect`].
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

/// Money that PayPal withholds or releases, but does not take: the hold for a dispute and its release, the release of a
/// general hold, temporary holds, holds and releases of T21.
const HOLDS: [&str; 17] = [
    "T1105", "T1110", "T1111", "T1500", "T1501", "T1502", "T1503", "T2101", "T2102", "T2103", "T2104", "T2105",
    "T2106", "T2107", "T2108", "T2111", "T2112",
];

/// Payments that are given back: by PayPal or the merchant to the payer, and payouts to the merchant.
const REFUNDS: [&str; 4] = ["T1106", "T1107", "T1114", "T1115"];

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

    /// Whether it changes the balance. Authorizations and their ends (T13) do not.
    pub(crate) fn affects_balance(&self) -> bool {
        !self.code.starts_with("T13")
    }

    /// Whether it only withholds money or releases it.
    pub(crate) fn is_hold(&self) -> bool {
        HOLDS.contains(&self.code)
    }

    /// Whether its amount and its fee are part of the total balance while it has a status.
    pub(crate) fn counts(&self, status: Status) -> bool {
        self.affects_balance() && self.effect(status).total != 0
    }

    /// Returns what it changes in the balance of its currency while it has a status. A hold is negative, its release
    /// positive: neither changes the total.
    pub(crate) fn effect(&self, status: Status) -> Balance {
        let net = self.gross.minor.saturating_add(self.fee);
        match status {
            Status::Denied => Balance::default(),
            Status::Pending if net < 0 => Balance { total: 0, withheld: net.saturating_neg() },
            Status::Pending => Balance { total: net, withheld: net },
            Status::Success | Status::Reversed if self.is_hold() => {
                Balance { total: 0, withheld: net.saturating_neg() }
            }
            Status::Success | Status::Reversed => Balance { total: net, withheld: 0 },
        }
    }

    /// Returns the id of the payment that it gives back, wholly or in part.
    pub(super) fn refunded(&self) -> Option<&str> {
        let (id, kind) = self.reference.as_ref()?;
        (REFUNDS.contains(&self.code) && *kind == "TXN").then_some(id)
    }
}
