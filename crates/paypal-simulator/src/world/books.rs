//! A merchant's books: all that its app has made. No app sees another's.

use std::collections::BTreeMap;

use crate::base::clock::Moment;
use crate::world::{
    accounts::Merchant,
    authorization::Authorization,
    capture::Capture,
    dispute::Dispute,
    effects::Effects,
    event::Event,
    invoice::Invoice,
    keys::Keys,
    ledger::Ledger,
    order::Order,
    payout::Payouts,
    plan::Plan,
    product::Product,
    refund::Refund,
    subscription::{Payment, Subscription},
    template::Template,
    tracker::Tracker,
    vault::Vault,
    webhook::Webhook,
    webhook_lookup::WebhookLookup,
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
    /// The number that the last invoice was made with.
    pub(crate) last_invoice_number: String,
    pub(crate) templates: BTreeMap<String, Template>,
    /// The id of the template that new invoices start from.
    pub(crate) default_template: String,
    pub(crate) products: BTreeMap<String, Product>,
    pub(crate) plans: BTreeMap<String, Plan>,
    pub(crate) subscriptions: BTreeMap<String, Subscription>,
    pub(crate) payments: BTreeMap<String, Payment>,
    pub(crate) payouts: Payouts,
    pub(crate) trackers: BTreeMap<String, Tracker>,
    pub(crate) vault: Vault,
    pub(crate) disputes: BTreeMap<String, Dispute>,
    pub(crate) webhooks: BTreeMap<String, Webhook>,
    pub(crate) webhook_lookups: BTreeMap<String, WebhookLookup>,
    pub(crate) events: Vec<Event>,
    /// How often each write has taken effect, by action and resource.
    pub(crate) done: BTreeMap<(String, String), u32>,
}

impl Books {
    /// Returns the books of a new merchant: there are only PayPal's templates of invoices.
    pub(crate) fn of(merchant: &Merchant, now: Moment) -> Self {
        let standard = Template::standard(merchant, now);
        let default_template = standard[0].id.clone();
        let templates = standard.into_iter().map(|template| (template.id.clone(), template)).collect();
        Self { templates, default_template, ..Self::default() }
    }

    /// Returns the id of the account that pays an order; `None` for a card of somebody without one.
    pub(crate) fn payer_of(&self, order: &str) -> Option<String> {
        self.orders.get(order)?.payer.as_ref().map(|payer| payer.id.clone())
    }

    pub(crate) fn add_to(&self, effects: &mut Effects) {
        let authorizations = || self.authorizations.iter();
        effects.authorized.extend(authorizations().filter_map(|(id, it)| Some((id.clone(), it.reserved()?))));
        effects.voided.extend(authorizations().filter_map(|(id, it)| Some((id.clone(), it.released()?))));
        effects.captured.extend(self.captures.iter().filter_map(|(id, it)| Some((id.clone(), it.taken()?))));
        effects.refunded.extend(self.refunds.iter().filter_map(|(id, it)| Some((id.clone(), it.given_back()?))));
        effects.orders.extend(self.orders.keys().cloned());
        effects.invoices.extend(self.invoices.iter().map(|(id, it)| (id.clone(), it.status().to_owned())));
        effects.invoice_payments.extend(self.invoices.values().flat_map(Invoice::taken));
        effects.invoice_refunds.extend(self.invoices.values().flat_map(Invoice::given_back));
        let own = self.templates.values().filter(|template| !template.standard);
        effects.invoice_templates.extend(own.map(|template| template.id.clone()));
        effects.products.extend(self.products.keys().cloned());
        effects.plans.extend(self.plans.keys().cloned());
        effects.subscriptions.extend(self.subscriptions.iter().map(|(id, it)| (id.clone(), it.status().to_owned())));
        effects
            .subscription_payments
            .extend(self.payments.iter().filter_map(|(id, it)| Some((id.clone(), it.taken()?))));
        self.payouts.add_to(effects);
        for balance in self.ledger.balances() {
            let sum = effects.balances.entry(balance.currency.to_owned()).or_default();
            *sum = sum.saturating_add(balance.minor);
        }
        effects.trackers.extend(self.trackers.iter().map(|(id, it)| (id.clone(), it.status().to_owned())));
        let tokens = self.vault.payment_tokens.iter();
        effects.payment_tokens.extend(tokens.map(|(id, it)| (id.clone(), it.status().to_owned())));
        let disputes = || self.disputes.iter();
        effects.disputes.extend(disputes().map(|(id, it)| (id.clone(), it.status().to_owned())));
        effects.held.extend(disputes().filter_map(|(id, it)| Some((id.clone(), it.held()?))));
        effects.dispute_settlements.extend(disputes().filter_map(|(id, it)| Some((id.clone(), it.settled()?))));
        effects.dispute_fees.extend(disputes().filter_map(|(id, it)| Some((id.clone(), it.fee()?))));
        effects.webhooks.extend(self.webhooks.keys().cloned());
        let accounts = self.webhook_lookups.iter().map(|(id, it)| (id.clone(), it.account.clone()));
        effects.webhook_lookups.extend(accounts);
        for (what, times) in &self.done {
            *effects.done.entry(what.clone()).or_default() += times;
        }
    }
}
