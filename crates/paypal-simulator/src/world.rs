//! The state of the simulator: [`World`], and one file for each kind of thing in it.

pub(crate) mod authorization;
pub(crate) mod capture;
pub(crate) mod delivery;
pub(crate) mod effects;
pub(crate) mod event;
pub(crate) mod invoice;
pub(crate) mod invoice_amounts;
pub(crate) mod ipn;
pub(crate) mod keys;
pub(crate) mod money;
pub(crate) mod order;
pub(crate) mod plan;
pub(crate) mod product;
pub(crate) mod refund;
pub(crate) mod signature;
pub(crate) mod subscription;
pub(crate) mod tokens;
pub(crate) mod tracker;
pub(crate) mod webhook;

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use bytes::Bytes;
use serde_json::Value;

use crate::{
    base::{
        clock::{Clock, Moment},
        ids::Ids,
    },
    request::refusal::Refusal,
};

use {
    authorization::Authorization,
    capture::Capture,
    delivery::{Delivery, Queued},
    effects::Effects,
    event::Event,
    invoice::Invoice,
    ipn::{IpnMessage, Sent},
    keys::Keys,
    order::Order,
    plan::Plan,
    product::Product,
    refund::Refund,
    signature::{Chain, Lazy},
    subscription::{Payment, Subscription},
    tokens::Tokens,
    tracker::Tracker,
    webhook::Webhook,
};

pub(crate) struct World {
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) tokens: Tokens,
    pub(crate) keys: Keys,
    /// How many of the next requests with a key are refused as in progress.
    pub(crate) in_progress: u32,
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
    pub(crate) webhooks: BTreeMap<String, Webhook>,
    pub(crate) events: Vec<Event>,
    pub(crate) queue: VecDeque<Queued>,
    /// Failed deliveries, to be tried again.
    pub(crate) returned: VecDeque<Delivery>,
    /// The messages to be sent.
    pub(crate) ipn: VecDeque<IpnMessage>,
    /// The messages that were sent, which are confirmed when they come back.
    pub(crate) ipn_sent: Sent,
    /// How many of the next events are delivered twice.
    pub(crate) duplicates: u32,
    emails: BTreeMap<String, u32>,
    pub(crate) done: BTreeMap<(String, String), u32>,
    pub(crate) chain: Arc<Lazy>,
}

impl World {
    pub(crate) fn new(seed: u64) -> Self {
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
            ipn_sent: Sent::default(),
            duplicates: 0,
            emails: BTreeMap::new(),
            done: BTreeMap::new(),
            chain: Arc::new(Lazy::new(seed)),
        }
    }

    pub(crate) fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Counts e-mails about a resource.
    pub(crate) fn mail(&mut self, about: &str, readers: u32) {
        if readers > 0 {
            *self.emails.entry(about.to_owned()).or_default() += readers;
        }
    }

    /// Adds an event to the history, and queues it for every webhook that subscribes to its type.
    pub(crate) fn emit(&mut self, name: &str, resource_type: &str, resource: Value) {
        let (id, created) = (self.ids.event(), self.now());
        let about = resource["id"].as_str().unwrap_or_default();
        let summary = format!("{name} of {about}");
        let event =
            Event { id, name: name.to_owned(), resource_type: resource_type.to_owned(), summary, resource, created };
        let listeners = self.webhooks.values().filter(|webhook| webhook.listens_to(name));
        let listeners: Vec<_> = listeners.map(|webhook| (webhook.id.clone(), webhook.url.clone())).collect();
        if !listeners.is_empty() {
            let body = Bytes::from(event.document().to_string());
            let twice = self.duplicates > 0;
            self.duplicates -= u32::from(twice);
            for (webhook, url) in listeners {
                self.enqueue(&event.id, &webhook, url, body.clone(), twice);
            }
        }
        self.events.push(event);
    }

    /// Queues an event for a webhook, once or twice.
    pub(crate) fn enqueue(&mut self, event: &str, webhook: &str, url: String, body: Bytes, twice: bool) {
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

    /// Returns the certificates of the deliveries. Refuses the request if they cannot be generated.
    pub(crate) fn chain(&self) -> Result<Arc<Chain>, Refusal> {
        self.chain.get().map_err(|_| Refusal::internal())
    }

    pub(crate) fn effects(&self) -> Effects {
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
            invoices: self.invoices.iter().map(|(id, it)| (id.clone(), it.status().to_owned())).collect(),
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
