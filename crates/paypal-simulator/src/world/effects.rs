//! What has happened in the simulator, for tests to compare.

use std::collections::{BTreeMap, BTreeSet};

/// An amount of money that was authorized, captured, refunded or released.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The id of the resource that it came from: for a capture the authorization, or the order if there is none; for a
    /// refund the capture; for an authorization the order; for an item of a payout the batch; otherwise the invoice or the subscription.
    pub of: String,
    /// The currency.
    pub currency: String,
    /// The amount in minor units: cents, or whole yen.
    pub minor_units: i64,
}

/// What has happened so far. Simulators with equal effects have done the same. The keys of the maps are ids.
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
    /// Money that PayPal holds until a referenced payout, by capture.
    pub undisbursed: BTreeMap<String, Moved>,
    /// The ids of the orders.
    pub orders: BTreeSet<String>,
    /// Invoices, with their status.
    pub invoices: BTreeMap<String, String>,
    /// Payments of invoices, recorded or by PayPal.
    pub invoice_payments: BTreeMap<String, Moved>,
    /// Recorded refunds of invoices.
    pub invoice_refunds: BTreeMap<String, Moved>,
    /// The ids of the merchants' own templates of invoices.
    pub invoice_templates: BTreeSet<String>,
    /// Recurring invoices, with their status.
    pub recurring_invoices: BTreeMap<String, String>,
    /// The ids of the products.
    pub products: BTreeSet<String>,
    /// The ids of the plans.
    pub plans: BTreeSet<String>,
    /// Subscriptions, with their status.
    pub subscriptions: BTreeMap<String, String>,
    /// Money taken for subscriptions, by payment.
    pub subscription_payments: BTreeMap<String, Moved>,
    /// Payouts, with the status of their batch.
    pub payouts: BTreeMap<String, String>,
    /// Money paid out that has not come back, by the item of the payout.
    pub payout_items: BTreeMap<String, Moved>,
    /// What the merchants have together, by currency, in minor units, with what is withheld. It starts with the first
    /// merchant's 100,000.00 USD.
    pub balances: BTreeMap<String, i64>,
    /// Trackers, with their status.
    pub trackers: BTreeMap<String, String>,
    /// Saved payment methods, by payment token: `VAULTED` or `DELETED`.
    pub payment_tokens: BTreeMap<String, String>,
    /// Disputes, with their status.
    pub disputes: BTreeMap<String, String>,
    /// Money that the merchant cannot use while it is disputed, by dispute. It comes from the disputed transaction.
    pub held: BTreeMap<String, Moved>,
    /// Money that went to the buyer by a dispute, less what an appeal brought back, by dispute. For a capture, the refunds
    /// have it too.
    pub dispute_settlements: BTreeMap<String, Moved>,
    /// PayPal's fees for disputes that it decided for the buyer, by dispute.
    pub dispute_fees: BTreeMap<String, Moved>,
    /// The ids of the webhooks.
    pub webhooks: BTreeSet<String>,
    /// Webhook lookups, with the id of the account that is tied to the app.
    pub webhook_lookups: BTreeMap<String, String>,
    /// E-mails sent, by the invoice, subscription, tracker or item of a payout that they are about.
    pub emails: BTreeMap<String, u32>,
    /// How often each write took effect, by the connector's action id and the id of the resource that it created or
    /// changed. Neither a repeat that PayPal recognised nor a refusal is counted.
    pub done: BTreeMap<(String, String), u32>,
}

impl Effects {
    /// Returns the sum captured for an order, directly or by its authorizations, in minor units.
    #[must_use]
    pub fn captured_of(&self, order: &str) -> i64 {
        let comes_from = |moved: &Moved| {
            moved.of == order || self.authorized.get(&moved.of).is_some_and(|authorization| authorization.of == order)
        };
        self.captured.values().filter(|moved| comes_from(moved)).map(|moved| moved.minor_units).sum()
    }

    /// Returns how often an action took effect on all resources together.
    #[must_use]
    pub fn times(&self, action: &str) -> u32 {
        self.done.iter().filter(|((it, _), _)| it == action).map(|(_, count)| count).sum()
    }
}
