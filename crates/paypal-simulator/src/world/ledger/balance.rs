//! A balance in one currency.

/// Amounts in minor units of the currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Balance {
    /// All of the money, with what is withheld.
    pub(crate) total: i64,
    /// What the merchant cannot use yet: holds, and payments that are pending.
    pub(crate) withheld: i64,
}

impl Balance {
    /// Returns what the merchant can use. It is negative if the merchant owes PayPal money.
    pub(crate) fn available(self) -> i64 {
        self.total.saturating_sub(self.withheld)
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        let add = i64::saturating_add;
        Self { total: add(self.total, other.total), withheld: add(self.withheld, other.withheld) }
    }

    pub(crate) fn minus(self, other: Self) -> Self {
        let subtract = i64::saturating_sub;
        Self { total: subtract(self.total, other.total), withheld: subtract(self.withheld, other.withheld) }
    }
}
