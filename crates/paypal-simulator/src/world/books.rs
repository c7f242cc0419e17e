//! A merchant's books: all that its app has made. No app sees another's.

use std::collections::BTreeMap;

use crate::base::clock::Moment;
use crate::world::{
    accounts::Merchant,
    authorization::Authorization,
    capture::Capture,
    dispute::Dispute,
    effects::Effects,
    events::Events,
    index::Index,
    integration::Integration,
    invoice::Invoice,
    keys::Keys,
    ledger::Ledger,
    order::Order,
    payment_link::PaymentLink,
    payout::Payouts,
    plan::Plan,
    product::Product,
    recurring_invoice::RecurringInvoice,
    referenced_payout::ReferencedPayouts,
    referral::Referral,
    refund::Refund,
    reminder::Reminder,
    subscription::{Payment, Subscription},
    template::Template,
    tracker::Tracker,
    vault::Vault,
    web_profile::WebProfile,
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
    captures_by_invoice_id: Index,
    pub(crate) refunds: BTreeMap<String, Refund>,
    refunds_by_capture: Index,
    refunds_by_invoice_id: Index,
    pub(crate) invoices: BTreeMap<String, Invoice>,
    /// The number that the last invoice was made with.
    pub(crate) last_invoice_number: String,
    pub(crate) templates: BTreeMap<String, Template>,
    /// The id of the template that new invoices start from.
    pub(crate) default_template: String,
    pub(crate) recurring_invoices: BTreeMap<String, RecurringInvoice>,
    /// The automatic reminders of invoices, at most one of each kind.
    pub(crate) reminders: BTreeMap<String, Reminder>,
    /// Whether the agenda has the next day of reminders.
    pub(crate) reminding: bool,
    pub(crate) products: BTreeMap<String, Product>,
    pub(crate) plans: BTreeMap<String, Plan>,
    pub(crate) subscriptions: BTreeMap<String, Subscription>,
    pub(crate) payments: BTreeMap<String, Payment>,
    pub(crate) payment_links: BTreeMap<String, PaymentLink>,
    pub(crate) payouts: Payouts,
    pub(crate) referenced_payouts: ReferencedPayouts,
    /// As a partner: the sellers that were invited, and those who have agreed, by their account ids.
    pub(crate) referrals: BTreeMap<String, Referral>,
    pub(crate) integrations: BTreeMap<String, Integration>,
    pub(crate) trackers: BTreeMap<String, Tracker>,
    trackers_by_transaction: Index,
    pub(crate) vault: Vault,
    pub(crate) disputes: BTreeMap<String, Dispute>,
    disputes_by_transaction: Index,
    pub(crate) web_profiles: BTreeMap<String, WebProfile>,
    pub(crate) webhooks: BTreeMap<String, Webhook>,
    pub(crate) webhook_lookups: BTreeMap<String, WebhookLookup>,
    pub(crate) events: Events,
    /// How often each write has taken effect, by action and resource.
    pub(crate) done: BTreeMap<(&'static str, String), u32>,
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

    pub(crate) fn add_capture(&mut self, capture: Capture) {
        if let Some(invoice_id) = &capture.details.invoice_id {
            self.captures_by_invoice_id.add(invoice_id, &capture.id);
        }
        self.captures.insert(capture.id.clone(), capture);
    }

    /// Returns the captures that were given an invoice id.
    pub(crate) fn captures_with(&self, invoice_id: &str) -> impl Iterator<Item = &Capture> {
        self.captures_by_invoice_id.of(invoice_id).filter_map(|id| self.captures.get(id))
    }

    pub(crate) fn add_refund(&mut self, refund: Refund) {
        if let Some(invoice_id) = &refund.details.invoice_id {
            self.refunds_by_invoice_id.add(invoice_id, &refund.id);
        }
        self.refunds_by_capture.add(&refund.details.capture, &refund.id);
        self.refunds.insert(refund.id.clone(), refund);
    }

    /// Returns the refunds that have an invoice id.
    pub(crate) fn refunds_with(&self, invoice_id: &str) -> impl Iterator<Item = &Refund> {
        self.refunds_by_invoice_id.of(invoice_id).filter_map(|id| self.refunds.get(id))
    }

    pub(crate) fn refunds_of(&self, capture: &str) -> impl Iterator<Item = &Refund> {
        self.refunds_by_capture.of(capture).filter_map(|id| self.refunds.get(id))
    }

    /// Adds a tracker or replaces it. Returns whether it is new.
    pub(crate) fn put_tracker(&mut self, tracker: Tracker) -> bool {
        let before = self.trackers.get(&tracker.id).map(|it| &it.transaction);
        let is_new = before.is_none();
        if before != Some(&tracker.transaction) {
            if let Some(before) = before {
                self.trackers_by_transaction.remove(before, &tracker.id);
            }
            self.trackers_by_transaction.add(&tracker.transaction, &tracker.id);
        }
        self.trackers.insert(tracker.id.clone(), tracker);
        is_new
    }

    pub(crate) fn trackers_of(&self, transaction: &str) -> impl Iterator<Item = &Tracker> {
        self.trackers_by_transaction.of(transaction).filter_map(|id| self.trackers.get(id))
    }

    pub(crate) fn add_dispute(&mut self, dispute: Dispute) {
        self.disputes_by_transaction.add(&dispute.transaction, &dispute.id);
        self.disputes.insert(dispute.id.clone(), dispute);
    }

    pub(crate) fn disputes_of(&self, transaction: &str) -> impl Iterator<Item = &Dispute> {
        self.disputes_by_transaction.of(transaction).filter_map(|id| self.disputes.get(id))
    }

    pub(crate) fn add_to(&self, effects: &mut Effects) {
        let authorizations = || self.authorizations.iter();
        effects.authorized.extend(authorizations().filter_map(|(id, it)| Some((id.clone(), it.reserved()?))));
        effects.voided.extend(authorizations().filter_map(|(id, it)| Some((id.clone(), it.released()?))));
        effects.captured.extend(self.captures.iter().filter_map(|(id, it)| Some((id.clone(), it.taken()?))));
        effects.refunded.extend(self.refunds.iter().filter_map(|(id, it)| Some((id.clone(), it.given_back()?))));
        effects.undisbursed.extend(self.captures.iter().filter_map(|(id, it)| Some((id.clone(), it.undisbursed()?))));
        effects.orders.extend(self.orders.keys().cloned());
        effects.invoices.extend(self.invoices.iter().map(|(id, it)| (id.clone(), it.status().to_owned())));
        effects.invoice_payments.extend(self.invoices.values().flat_map(Invoice::taken));
        effects.invoice_refunds.extend(self.invoices.values().flat_map(Invoice::given_back));
        let own = self.templates.values().filter(|template| !template.standard);
        effects.invoice_templates.extend(own.map(|template| template.id.clone()));
        let series = self.recurring_invoices.iter();
        effects.recurring_invoices.extend(series.map(|(id, it)| (id.clone(), it.status().to_owned())));
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
        for ((action, subject), times) in &self.done {
            *effects.done.entry(((*action).to_owned(), subject.clone())).or_default() += times;
        }
    }
}
