//! The money of a merchant that PayPal withholds, and why.

use crate::world::{books::Books, money::Money};

/// What is withheld in one currency.
pub(super) struct Withheld {
    pub(super) all: Money,
    /// What it is withheld for, in minor units.
    parts: [(&'static str, i64); 4],
}

impl Withheld {
    pub(super) fn of(books: &Books, currency: &'static str) -> Self {
        let all = Money { currency, minor: books.ledger.balance(currency).withheld };
        let disputes = books.disputes.values().filter(|it| it.amount.currency == currency);
        let disputed = disputes.map(|it| it.held).sum();
        let captures = || books.captures.values().filter(|it| it.details.amount.currency == currency);
        let delayed = captures().map(|it| it.held).sum();
        let items = books.payouts.items.values().filter(|it| it.amount.currency == currency);
        let reserved = items.filter(|it| it.status.is_reserved()).map(|it| it.reserved().minor).sum();
        let rest = all.minor - disputed - delayed - reserved;
        let parts = [
            ("in disputes", disputed),
            ("until a referenced payout", delayed),
            ("for payouts on their way", reserved),
            ("pending", rest),
        ];
        Self { all, parts }
    }

    /// Such as `9.16 USD in disputes, 3.00 USD pending`; empty if nothing is withheld.
    pub(super) fn parts(&self) -> String {
        let shown = self.parts.iter().filter(|(_, minor)| *minor != 0);
        let text = |(why, minor): &(&str, i64)| {
            let amount = self.all.with(*minor);
            format!("{} {} {why}", amount.value(), amount.currency)
        };
        shown.map(text).collect::<Vec<_>>().join(", ")
    }
}
