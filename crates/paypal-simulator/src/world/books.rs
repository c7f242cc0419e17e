//! A merchant's books: all that its app has made. No app sees another's.

use std::collections::BTreeMap;

use crate::world::{
    authorization::Authorization,
    capture::Capture,
    dispute::Dispute,
    effects::Effects,
    event::Event,
    invoice::Invoice,
    keys::Keys,
    ledger::Ledger,
    order::Order,
    plan::Plan,
    product::Product,
    refund::Refund,
    subscription::{Payment, Subscription},
    tracker::Tracker,
    webhook::Webhook,
};

#[derive(Default)]
pub(crate) struct Books {
    pub(crate) keys: Keys,
    pub(crate) ledger: Ledger,
    pub(crate) orders: BTreeMap<String, Order>,
    pub(crate) authorizations: BTreeMap<String, Authorization>,
    pub(crate) captures: BTreeMap<String, Capture>,
    pub(crate) refunds: BTreeMap<String, Refund>,
    pub(crate) invoices: BTreeMap<String, Invoice>,
    pub(crate) products: BTreeMap<String, Product>,
    pub(crate) plans: BTreeMap<String, Plan>,
    pub(crate) subscriptions: BTreeMap<String, Subscription>,
    pub(crate) payments: BTreeMap<String, Payment>,
    pub(crate) trackers: BTreeMap<String, Tracker>,
    pub(crate) disputes: BTreeMap<String, Dispute>,
    pub(crate) webhooks: BTreeMap<String, Webhook>,
    pub(crate) events: Vec<Event>,
    /// How often each write has taken effect, by action and resource.
    pub(crate) done: BTreeMap<(String, String), u32>,
}

impl Books {
    pub(crate) fn add_to(&self, effects: &mut Effects) {
        let authorizations = || self.authorizations.iter();
        effects.authorized.extend(authorizations().map(|(id, it)| (id.clone(), it.reserved())));
        effects.voided.extend(authorizations().filter_map(|(id, it)| Some((id.clone(), it.released()?))));
        effects.captured.extend(self.captures.iter().filter_map(|(id, it)| Some((id.clone(), it.taken()?))));
        effects.refunded.extend(self.refunds.iter().map(|(id, it)| (id.clone(), it.given_back())));
        effects.orders.extend(self.orders.keys().cloned());
        effects.invoices.extend(self.invoices.iter().map(|(id, it)| (id.clone(), it.status().to_owned())));
        effects.invoice_payments.extend(self.invoices.values().flat_map(Invoice::taken));
        effects.invoice_refunds.extend(self.invoices.values().flat_map(Invoice::given_back));
        effects.products.extend(self.products.keys().cloned());
        effects.plans.extend(self.plans.keys().cloned());
        effects.subscriptions.extend(self.subscriptions.iter().map(|(id, it)| (id.clone(), it.status().to_owned())));
        effects.subscription_payments.extend(self.payments.iter().map(|(id, it)| (id.clone(), it.taken())));
        effects.trackers.extend(self.trackers.iter().map(|(id, it)| (id.clone(), it.status().to_owned())));
        let disputes = || self.disputes.iter();
        effects.disputes.extend(disputes().map(|(id, it)| (id.clone(), it.status().to_owned())));
        effects.held.extend(disputes().filter_map(|(id, it)| Some((id.clone(), it.held()?))));
        effects.dispute_settlements.extend(disputes().filter_map(|(id, it)| Some((id.clone(), it.settled()?))));
        effects.dispute_fees.extend(disputes().filter_map(|(id, it)| Some((id.clone(), it.fee()?))));
        effects.webhooks.extend(self.webhooks.keys().cloned());
        for (what, times) in &self.done {
            *effects.done.entry(what.clone()).or_default() += times;
        }
    }
}
