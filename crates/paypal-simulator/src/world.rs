//! Everything that the simulator knows.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use crate::{
    authorizations::Authorization,
    captures::Capture,
    clock::{Clock, Moment},
    deliveries::{Delivery, Queued},
    effects::Effects,
    events::Event,
    ids::Ids,
    invoices::Invoice,
    ipn::{self, IpnMessage},
    keys::Keys,
    orders::Order,
    plans::Plan,
    products::Product,
    refunds::Refund,
    refusal::Refusal,
    signature::{Chain, Lazy},
    subscriptions::{Payment, Subscription},
    tokens::Tokens,
    trackers::Tracker,
    webhooks::Webhook,
};

/// The state.
pub(super) struct World {
    pub(super) clock: Clock,
    pub(super) ids: Ids,
    pub(super) tokens: Tokens,
    pub(super) keys: Keys,
    /// How many of the next requests with a key are told that an earlier one is in progress.
    pub(super) in_progress: u32,
    pub(super) orders: BTreeMap<String, Order>,
    pub(super) authorizations: BTreeMap<String, Authorization>,
    pub(super) captures: BTreeMap<String, Capture>,
    pub(super) refunds: BTreeMap<String, Refund>,
    pub(super) invoices: BTreeMap<String, Invoice>,
    pub(super) products: BTreeMap<String, Product>,
    pub(super) plans: BTreeMap<String, Plan>,
    pub(super) subscriptions: BTreeMap<String, Subscription>,
    pub(super) payments: BTreeMap<String, Payment>,
    pub(super) trackers: BTreeMap<String, Tracker>,
    pub(super) webhooks: BTreeMap<String, Webhook>,
    pub(super) events: Vec<Event>,
    pub(super) queue: VecDeque<Queued>,
    /// What came back undelivered.
    pub(super) returned: VecDeque<Delivery>,
    /// The messages that wait.
    pub(super) ipn: VecDeque<IpnMessage>,
    /// The messages that were taken, which are confirmed when they come back.
    pub(super) ipn_sent: ipn::Sent,
    /// How many of the next events are delivered twice.
    pub(super) duplicates: u32,
    emails: BTreeMap<String, u32>,
    pub(super) done: BTreeMap<(String, String), u32>,
    pub(super) chain: Arc<Lazy>,
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let mut ids = Ids::new(seed);
        Self {
            clock: Clock::new(),
            tokens: Tokens::new(&mut ids),
            ids,
            keys: Keys::default(),
            in_progress: 0,
            orders: BTreeMap::new(),
            authorizations: BTreeMap::new(),
            captures: BTreeMap::new(),
            refunds: BTreeMap::new(),
            invoices: BTreeMap::new(),
            products: BTreeMap::new(),
            plans: BTreeMap::new(),
            subscriptions: BTreeMap::new(),
            payments: BTreeMap::new(),
            trackers: BTreeMap::new(),
            webhooks: BTreeMap::new(),
            events: Vec::new(),
            queue: VecDeque::new(),
            returned: VecDeque::new(),
            ipn: VecDeque::new(),
            ipn_sent: ipn::Sent::default(),
            duplicates: 0,
            emails: BTreeMap::new(),
            done: BTreeMap::new(),
            chain: Arc::new(Lazy::new(seed)),
        }
    }

    pub(super) fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Counts e-mails about a resource.
    pub(super) fn mail(&mut self, about: &str, readers: u32) {
        if readers > 0 {
            *self.emails.entry(about.to_owned()).or_default() += readers;
        }
    }

    /// Queues an event for a webhook, once or twice.
    pub(super) fn enqueue(&mut self, event: &str, webhook: &str, url: String, body: String, twice: bool) {
        let (transmission_id, correlation) = (self.ids.transmission(), self.ids.debug());
        for _ in 0..=u32::from(twice) {
            self.queue.push_back(Queued {
                event_id: event.to_owned(),
                webhook_id: webhook.to_owned(),
                url: url.clone(),
                body: body.clone(),
                transmission_id: transmission_id.clone(),
                time: self.now(),
                correlation: correlation.clone(),
            });
        }
    }

    /// The certificates of the deliveries, for an answer.
    pub(super) fn chain(&self) -> Result<Arc<Chain>, Refusal> {
        self.chain.get().map_err(|_| Refusal::internal())
    }

    pub(super) fn effects(&self) -> Effects {
        let authorized = self.authorizations.iter().map(|(id, it)| (id.clone(), it.reserved()));
        let released = self.authorizations.iter().filter_map(|(id, it)| Some((id.clone(), it.released()?)));
        let captured = self.captures.iter().filter_map(|(id, it)| Some((id.clone(), it.taken()?)));
        let refunded = self.refunds.iter().map(|(id, it)| (id.clone(), it.given_back()));
        Effects {
            authorized: authorized.collect(),
            captured: captured.collect(),
            refunded: refunded.collect(),
            voided: released.collect(),
            orders: self.orders.keys().cloned().collect(),
            invoices: self.invoices.iter().map(|(id, it)| (id.clone(), it.state())).collect(),
            invoice_payments: self.invoices.values().flat_map(Invoice::taken).collect(),
            invoice_refunds: self.invoices.values().flat_map(Invoice::given_back).collect(),
            products: self.products.keys().cloned().collect(),
            plans: self.plans.keys().cloned().collect(),
            subscriptions: self.subscriptions.iter().map(|(id, it)| (id.clone(), it.status().to_owned())).collect(),
            subscription_payments: self.payments.iter().map(|(id, it)| (id.clone(), it.taken())).collect(),
            trackers: self.trackers.iter().map(|(id, it)| (id.clone(), it.status().to_owned())).collect(),
            webhooks: self.webhooks.keys().cloned().collect(),
            emails: self.emails.clone(),
            done: self.done.clone(),
        }
    }
}
