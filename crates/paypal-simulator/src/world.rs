//! The state of the simulator: [`World`], and one file for each kind of thing in it.

pub(crate) mod accounts;
pub(crate) mod agenda;
pub(crate) mod authorization;
pub(crate) mod books;
pub(crate) mod capture;
pub(crate) mod card;
pub(crate) mod deliveries;
pub(crate) mod delivery;
pub(crate) mod effects;
pub(crate) mod event;
pub(crate) mod experience;
pub(crate) mod invoice;
pub(crate) mod invoice_amounts;
pub(crate) mod ipn;
pub(crate) mod keys;
pub(crate) mod ledger;
pub(crate) mod log;
pub(crate) mod money;
pub(crate) mod order;
pub(crate) mod payment_source;
pub(crate) mod plan;
pub(crate) mod product;
pub(crate) mod refund;
pub(crate) mod signature;
pub(crate) mod subscription;
pub(crate) mod tokens;
pub(crate) mod tracker;
pub(crate) mod vault;
pub(crate) mod webhook;

use std::{
    collections::{BTreeMap, VecDeque},
    mem,
    sync::Arc,
};

use bytes::Bytes;
use serde_json::Value;

use crate::{
    base::{
        clock::{Clock, Moment},
        ids::Ids,
        links::PublicUrl,
    },
    request::refusal::Refusal,
};

use {
    accounts::{Merchant, Payer},
    agenda::Agenda,
    books::Books,
    deliveries::{Deliveries, Record},
    delivery::{Delivery, MOCK_WEBHOOK_ID, Queued},
    effects::Effects,
    event::Event,
    ipn::{IpnMessage, Sent},
    log::Log,
    signature::{Chain, Lazy},
    tokens::Tokens,
};

/// Carries out what is due for a resource of the merchant whose books are open. It finds out itself whether there is still
/// something to do: nothing is ever taken from the agenda.
pub(crate) type Task = fn(&mut World, &str);

/// A task, and for what.
struct Due {
    merchant: usize,
    task: Task,
    subject: String,
}

pub(crate) struct World {
    pub(crate) clock: Clock,
    /// The time that a task of the agenda sees.
    at: Option<Moment>,
    agenda: Agenda<Due>,
    pub(crate) ids: Ids,
    /// Where links lead; `None` if to PayPal's hosts.
    pub(crate) public_url: Option<PublicUrl>,
    pub(crate) tokens: Tokens,
    /// The accounts. Neither list is ever empty.
    pub(crate) merchants: Vec<Merchant>,
    pub(crate) payers: Vec<Payer>,
    /// The books of the merchant who is acting.
    pub(crate) books: Books,
    /// Whose books are open, as an index of `merchants`.
    acting: usize,
    /// The books of all merchants; empty ones stand for those that are open.
    closed: Vec<Books>,
    /// How many of the next requests with a key are refused as in progress.
    pub(crate) in_progress: u32,
    pub(crate) queue: VecDeque<Queued>,
    pub(crate) deliveries: Deliveries,
    /// Failed deliveries, to be tried again.
    pub(crate) returned: VecDeque<Delivery>,
    /// The messages to be sent.
    pub(crate) ipn: VecDeque<IpnMessage>,
    /// The messages that were sent, which are confirmed when they come back.
    pub(crate) ipn_sent: Sent,
    /// How many of the next events are delivered twice.
    pub(crate) duplicates: u32,
    pub(crate) emails: BTreeMap<String, u32>,
    pub(crate) log: Log,
    pub(crate) chain: Arc<Lazy>,
}

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        let mut ids = Ids::new(seed);
        Self {
            clock: Clock::new(),
            at: None,
            agenda: Agenda::default(),
            merchants: vec![Merchant::first(&mut ids)],
            payers: vec![Payer::first()],
            tokens: Tokens::default(),
            ids,
            public_url: None,
            books: Books::default(),
            acting: 0,
            closed: vec![Books::default()],
            in_progress: 0,
            queue: VecDeque::new(),
            deliveries: Deliveries::default(),
            returned: VecDeque::new(),
            ipn: VecDeque::new(),
            ipn_sent: Sent::default(),
            duplicates: 0,
            emails: BTreeMap::new(),
            log: Log::default(),
            chain: Arc::new(Lazy::new(seed)),
        }
    }

    /// Returns whose books are open, as an index of `merchants`.
    pub(crate) fn acting(&self) -> usize {
        self.acting
    }

    /// Opens the books of a merchant, and closes those of the one before.
    pub(crate) fn enter(&mut self, merchant: usize) {
        if merchant != self.acting && merchant < self.closed.len() {
            mem::swap(&mut self.books, &mut self.closed[self.acting]);
            mem::swap(&mut self.books, &mut self.closed[merchant]);
            self.acting = merchant;
        }
    }

    /// Opens the books that have something, such as the order that a payer approves. Otherwise the same ones stay open.
    pub(crate) fn enter_where(&mut self, has: impl Fn(&Books) -> bool) {
        if !has(&self.books)
            && let Some(merchant) = self.closed.iter().position(has)
        {
            self.enter(merchant);
        }
    }

    /// Schedules a task for a resource of the acting merchant.
    pub(crate) fn schedule(&mut self, at: Moment, task: Task, subject: &str) {
        self.agenda.add(at, Due { merchant: self.acting, task, subject: subject.to_owned() });
    }

    /// Carries out what is due by now. Each task sees the time for which it was scheduled, and may schedule others.
    pub(crate) fn run_due(&mut self) {
        let (now, before) = (self.clock.now(), self.acting);
        while let Some((at, Due { merchant, task, subject })) = self.agenda.next(now) {
            self.enter(merchant);
            self.at = Some(at);
            task(self, &subject);
        }
        self.at = None;
        self.enter(before);
    }

    /// Returns the merchant who is acting.
    pub(crate) fn merchant(&self) -> &Merchant {
        &self.merchants[self.acting]
    }

    /// Returns the payer who approves unless another one is named.
    pub(crate) fn payer(&self) -> &Payer {
        &self.payers[0]
    }

    pub(crate) fn now(&self) -> Moment {
        self.at.unwrap_or_else(|| self.clock.now())
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
        let listeners = self.books.webhooks.values().filter(|webhook| webhook.listens_to(name));
        let listeners: Vec<_> = listeners.map(|webhook| (webhook.id.clone(), webhook.url.clone())).collect();
        if !listeners.is_empty() {
            let body = self.body(event.document());
            let twice = self.duplicates > 0;
            self.duplicates -= u32::from(twice);
            for (webhook, url) in listeners {
                self.enqueue((&event.id, name), &webhook, url, body.clone(), twice);
            }
        }
        self.books.events.push(event);
    }

    /// Takes the failed deliveries, to be tried again.
    pub(crate) fn take_returned(&mut self) -> Vec<Delivery> {
        let Self { returned, deliveries, .. } = self;
        returned.drain(..).inspect(|delivery| deliveries.attempt(delivery)).collect()
    }

    /// Returns the body of an event's deliveries.
    pub(crate) fn body(&self, mut document: Value) -> Bytes {
        if let Some(url) = &self.public_url {
            url.lead(&mut document);
        }
        document.to_string().into()
    }

    /// Queues an event, with its id and its type, for a webhook, once or twice.
    pub(crate) fn enqueue(
        &mut self,
        (event, name): (&str, &str),
        webhook: &str,
        url: String,
        body: Bytes,
        twice: bool,
    ) {
        let (transmission_id, correlation) = (self.ids.transmission(), self.ids.debug());
        self.deliveries.add(Record {
            transmission: transmission_id.clone(),
            event: event.to_owned(),
            name: name.to_owned(),
            is_mock: webhook == MOCK_WEBHOOK_ID,
            url: url.clone(),
            queued: self.now(),
            attempts: 0,
            last: None,
        });
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

    /// Returns what has happened in all books.
    pub(crate) fn effects(&self) -> Effects {
        let mut effects = Effects { emails: self.emails.clone(), ..Effects::default() };
        self.closed.iter().chain([&self.books]).for_each(|books| books.add_to(&mut effects));
        effects
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    /// Notes the time, and schedules itself again an hour later.
    fn note(world: &mut World, subject: &str) {
        let now = world.now();
        world.emit("CHECKOUT.ORDER.APPROVED", subject, serde_json::json!({"id": now.rfc3339()}));
        world.schedule(now.after(HOUR), note, subject);
    }

    #[test]
    fn tasks_run_once_in_order_at_their_own_time() {
        let mut world = World::new(1);
        let start = world.now();
        world.schedule(start.after(2 * HOUR), note, "b");
        world.schedule(start.after(HOUR), note, "a");
        world.run_due();
        assert!(world.books.events.is_empty());
        world.clock.advance(3 * HOUR);
        world.run_due();
        world.run_due();
        let seen = |world: &World| -> Vec<_> {
            world.books.events.iter().map(|event| (event.resource_type.clone(), event.created)).collect()
        };
        let at = |hours| start.after(hours * HOUR);
        let expected =
            [("a", 1), ("b", 2), ("a", 2), ("b", 3), ("a", 3)].map(|(name, hours)| (name.to_owned(), at(hours)));
        assert_eq!(seen(&world), expected);
        assert_eq!(world.now(), at(3), "the clock is back at the present");
    }
}
