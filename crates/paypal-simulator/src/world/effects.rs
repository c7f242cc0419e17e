//! What has happened in the simulator, to compare.

use std::collections::{BTreeMap, BTreeSet};

/// An amount of money that was authorized, taken, given back or released.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The id of what it came from: a capture's is its authorization's, or its order's where it has none; a refund's is
    /// its capture's; an authorization's its order's; any other's the invoice's or the subscription's.
    pub of: String,
    /// The currency.
    pub currency: String,
    /// The amount in minor units: cents, or whole yen.
    pub minor_units: i64,
}

/// What has happened so far. Two simulators with equal effects have done the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// Money reserved, by authorization.
    pub authorized: BTreeMap<String, Moved>,
    /// Money taken, by capture. A declined capture takes none and is not here.
    pub captured: BTreeMap<String, Moved>,
    /// Money given back, by refund.
    pub refunded: BTreeMap<String, Moved>,
    /// Reserved money released without being taken, by authorization.
    pub voided: BTreeMap<String, Moved>,
    /// The orders there are.
    pub orders: BTreeSet<String>,
    /// The invoices there are, with their status.
    pub invoices: BTreeMap<String, String>,
    /// Payments of invoices, recorded or by PayPal.
    pub invoice_payments: BTreeMap<String, Moved>,
    /// Recorded refunds of invoices.
    pub invoice_refunds: BTreeMap<String, Moved>,
    /// The products there are.
    pub products: BTreeSet<String>,
    /// The plans there are.
    pub plans: BTreeSet<String>,
    /// The subscriptions there are, with their status.
    pub subscriptions: BTreeMap<String, String>,
    /// Money taken for subscriptions, by payment.
    pub subscription_payments: BTreeMap<String, Moved>,
    /// The trackers there are, with their status.
    pub trackers: BTreeMap<String, String>,
    /// The webhooks there are.
    pub webhooks: BTreeSet<String>,
    /// E-mails sent, by the invoice, subscription or tracker that they are about.
    pub emails: BTreeMap<String, u32>,
    /// How often each write took effect, by the connector's action id and the id of the resource that it made or
    /// changed. A repeat that PayPal recognised is not counted, nor is a refusal.
    pub done: BTreeMap<(String, String), u32>,
}

impl Effects {
    /// The sum of the money taken for an order, directly or by its authorizations, in minor units.
    #[must_use]
    pub fn captured_of(&self, order: &str) -> i64 {
        let comes_from = |moved: &Moved| {
            moved.of == order || self.authorized.get(&moved.of).is_some_and(|authorization| authorization.of == order)
        };
        self.captured.values().filter(|moved| comes_from(moved)).map(|moved| moved.minor_units).sum()
    }

    /// How often a write took effect in all.
    #[must_use]
    pub fn times(&self, action: &str) -> u32 {
        self.done.iter().filter(|((it, _), _)| it == action).map(|(_, count)| count).sum()
    }
}
