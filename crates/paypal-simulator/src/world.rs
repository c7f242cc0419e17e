//! The state of the simulator: [`World`], and one file for each kind of thing in it.

pub(crate) mod accounts;
pub(crate) mod agenda;
pub(crate) mod assertion;
pub(crate) mod authorization;
pub(crate) mod billing;
pub(crate) mod books;
pub(crate) mod calendar;
pub(crate) mod capture;
pub(crate) mod card;
pub(crate) mod conditional_rule;
pub(crate) mod deliveries;
pub(crate) mod delivery;
pub(crate) mod dispute;
pub(crate) mod dispute_fee;
pub(crate) mod dispute_rules;
pub(crate) mod disputed;
pub(crate) mod effects;
pub(crate) mod event;
pub(crate) mod events;
pub(crate) mod experience;
pub(crate) mod index;
pub(crate) mod integration;
pub(crate) mod invoice;
pub(crate) mod invoice_amounts;
pub(crate) mod ipn;
pub(crate) mod keys;
pub(crate) mod ledger;
pub(crate) mod log;
pub(crate) mod money;
pub(crate) mod order;
pub(crate) mod payment_link;
pub(crate) mod payment_source;
pub(crate) mod payout;
pub(crate) mod pending;
pub(crate) mod plan;
pub(crate) mod price;
pub(crate) mod product;
pub(crate) mod recurring_invoice;
pub(crate) mod referenced_payout;
pub(crate) mod referral;
pub(crate) mod refund;
pub(crate) mod reminder;
pub(crate) mod signature;
pub(crate) mod subscription;
pub(crate) mod template;
pub(crate) mod terms;
pub(crate) mod tokens;
pub(crate) mod tracker;
pub(crate) mod vault;
pub(crate) mod web_profile;
pub(crate) mod webhook;
pub(crate) mod webhook_lookup;

use std::{
    collections::{BTreeMap, VecDeque},
    mem,
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use serde_json::Value;

use crate::{
    base::{
        clock::{Clock, Moment},
        ids::Ids,
        links::PublicUrl,
    },
    request::{call::Caller, refusal::Refusal},
};

use {
    accounts::{AccountError, Accounts, Merchant, NewMerchant, NewPayer, Payer},
    agenda::Agenda,
    books::Books,
    deliveries::{Deliveries, Record},
    delivery::{Delivery, MOCK_WEBHOOK_ID, Queued},
    effects::Effects,
    event::{Event, Resource},
    ipn::{IpnMessage, Sent},
    ledger::Ledger,
    log::Log,
    pending::Pending,
    signature::{Chain, Lazy},
    tokens::Tokens,
};

/// Carries out what is due for a resource of the merchant whose books are open. It finds out itself whether there is still
/// something to do: nothing is ever taken from the agenda.
pub(crate) type Task = fn(&mut World, &str);

/// How many tasks one request for another time carries out.
pub(crate) const MAX_TASKS: usize = 50_000;

/// A task, and for what.
struct Due {
    merchant: usize,
    task: Task,
    subject: String,
}

/// How long it takes a movement of money to appear in reports: PayPal says up to three hours.
const REPORTING_LAG: Duration = Duration::from_secs(3 * 3600);

pub(crate) struct World {
    pub(crate) clock: Clock,
    /// The time that a task of the agenda sees.
    at: Option<Moment>,
    agenda: Agenda<Due>,
    pub(crate) ids: Ids,
    /// Where links lead; `None` if to PayPal's hosts.
    pub(crate) public_url: Option<PublicUrl>,
    pub(crate) tokens: Tokens,
    /// How long it takes a movement of money to appear in reports.
    pub(crate) reporting_lag: Duration,
    /// The accounts. Neither list is ever empty.
    pub(crate) merchants: Vec<Merchant>,
    pub(crate) payers: Vec<Arc<Payer>>,
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
    /// How the next capture, the next payment of a subscription, and the next refund are pending.
    pub(crate) next_capture: Option<Pending>,
    pub(crate) next_payment: Option<Pending>,
    pub(crate) next_refund: Option<Pending>,
    pub(crate) emails: BTreeMap<String, u32>,
    pub(crate) log: Log,
    pub(crate) chain: Arc<Lazy>,
    /// Where all that changes the world is kept.
    #[cfg(feature = "store")]
    pub(crate) store: Option<crate::store::Store>,
}

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        let (clock, mut ids) = (Clock::new(), Ids::new(seed));
        let merchant = Merchant::first(&mut ids);
        let mut books = Books::of(&merchant, clock.now());
        books.ledger = Ledger::opened(clock.now());
        Self {
            at: None,
            agenda: Agenda::default(),
            payers: vec![Arc::new(Payer::first())],
            tokens: Tokens::default(),
            reporting_lag: REPORTING_LAG,
            ids,
            public_url: None,
            books,
            merchants: vec![merchant],
            clock,
            acting: 0,
            closed: vec![Books::default()],
            in_progress: 0,
            queue: VecDeque::new(),
            deliveries: Deliveries::default(),
            returned: VecDeque::new(),
            ipn: VecDeque::new(),
            ipn_sent: Sent::default(),
            duplicates: 0,
            next_capture: None,
            next_payment: None,
            next_refund: None,
            emails: BTreeMap::new(),
            log: Log::default(),
            chain: Arc::new(Lazy::new(seed)),
            #[cfg(feature = "store")]
            store: None,
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
        self.run_until(self.clock.now(), usize::MAX);
    }

    /// Moves the clock forward, and carries out what becomes due. With more than [`MAX_TASKS`] tasks it moves only as far as it
    /// has come, and returns that time.
    pub(crate) fn advance(&mut self, by: Duration) -> Result<(), Moment> {
        let now = self.clock.now();
        let reached = self.run_until(now.after(by), MAX_TASKS);
        // What is carried out takes no time on the simulator's clock.
        self.clock.advance(reached.map_or(by, |at| at.since(now)));
        reached.map_or(Ok(()), Err)
    }

    /// Carries out that many tasks that are due by a time. Returns the time of the last one if there may be more.
    fn run_until(&mut self, until: Moment, most: usize) -> Option<Moment> {
        let (before, mut done) = (self.acting, 0);
        while done < most
            && let Some((at, Due { merchant, task, subject })) = self.agenda.next(until)
        {
            self.enter(merchant);
            self.at = Some(at);
            task(self, &subject);
            done += 1;
        }
        let last = self.at.take();
        self.enter(before);
        last.filter(|_| done == most)
    }

    /// Whether the books of a merchant who is not acting have something.
    pub(crate) fn is_another_s(&self, has: impl Fn(&Books) -> bool) -> bool {
        self.closed.iter().any(has)
    }

    /// Adds a merchant with new books.
    pub(crate) fn add_merchant(&mut self, new: NewMerchant) -> Result<&Merchant, AccountError> {
        let accounts = Accounts { merchants: &self.merchants, payers: &self.payers };
        let merchant = accounts.merchant(new, &mut self.ids)?;
        self.closed.push(Books::of(&merchant, self.now()));
        self.merchants.push(merchant);
        Ok(&self.merchants[self.merchants.len() - 1])
    }

    /// Adds a payer.
    pub(crate) fn add_payer(&mut self, new: NewPayer) -> Result<Arc<Payer>, AccountError> {
        let accounts = Accounts { merchants: &self.merchants, payers: &self.payers };
        let payer = Arc::new(accounts.payer(new, &mut self.ids)?);
        self.payers.push(payer.clone());
        Ok(payer)
    }

    /// Returns the payer with this id or e-mail address, or the first one if none is named.
    pub(crate) fn payer_named(&self, named: &Value) -> Result<Arc<Payer>, Refusal> {
        let accounts = Accounts { merchants: &self.merchants, payers: &self.payers };
        if named.is_null() { Ok(self.payer()) } else { accounts.payer_named(named) }
    }

    /// Returns the first merchant's app, as its own token makes it known.
    pub(crate) fn first_app(&self) -> Caller {
        Caller { scopes: self.merchants[0].scopes.clone(), ..Caller::default() }
    }

    /// Returns the merchant who is acting.
    pub(crate) fn merchant(&self) -> &Merchant {
        &self.merchants[self.acting]
    }

    /// Returns the payer who approves unless another one is named.
    pub(crate) fn payer(&self) -> Arc<Payer> {
        self.payers[0].clone()
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
        let about = ["id", "order_id", "dispute_id", "payer_id", "merchant_id"]
            .into_iter()
            .find_map(|name| resource[name].as_str())
            .unwrap_or_default();
        let summary = format!("{name} of {about}");
        let version = match resource_type {
            "sale" | "dispute" | "payouts" | "payouts_item" => "1.0",
            "authorization_consent_granted" | "authorization_consent_revoked" => "1.0",
            "merchant-onboarding" | "partner-consent" => "1.0",
            "payment_token" if name != "VAULT.PAYMENT-TOKEN.DELETION-INITIATED" => "3.0",
            _ => "2.0",
        };
        let resource = Resource { kind: resource_type, version, document: resource };
        let event = Event::new(id, name, &summary, resource, created, self.public_url.as_ref());
        let listeners = self.books.webhooks.values().filter(|webhook| webhook.listens_to(name));
        let listeners: Vec<_> = listeners.map(|webhook| (webhook.id.clone(), webhook.url.clone())).collect();
        if !listeners.is_empty() {
            let twice = self.duplicates > 0;
            self.duplicates -= u32::from(twice);
            for (webhook, url) in listeners {
                self.enqueue((&event.id, name), &webhook, url, event.body.clone(), twice);
            }
        }
        self.books.events.push(event);
    }

    /// Takes the failed deliveries, to be tried again.
    pub(crate) fn take_returned(&mut self) -> Vec<Delivery> {
        let Self { returned, deliveries, .. } = self;
        returned.drain(..).inspect(|delivery| deliveries.attempt(delivery)).collect()
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
        let transmission_id = self.ids.transmission();
        let correlation = Ids::debug_of(&transmission_id);
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
                attempt: 1,
            });
        }
    }

    /// Whether an event is still on its way to a webhook.
    pub(crate) fn is_pending(&self, event: &str, webhook: &str) -> bool {
        self.queue.iter().any(|queued| queued.event_id == event && queued.webhook_id == webhook)
            || self.returned.iter().any(|delivery| delivery.event_id == event && delivery.webhook_id == webhook)
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
        assert_eq!(world.books.events.count(), 0);
        world.clock.advance(3 * HOUR);
        world.run_due();
        world.run_due();
        let seen = |world: &World| -> Vec<_> {
            let events = world.books.events.since(0);
            events
                .map(|event| (event.document()["resource_type"].as_str().unwrap().to_owned(), event.created))
                .collect()
        };
        let at = |hours| start.after(hours * HOUR);
        let expected =
            [("a", 1), ("b", 2), ("a", 2), ("b", 3), ("a", 3)].map(|(name, hours)| (name.to_owned(), at(hours)));
        assert_eq!(seen(&world), expected);
        assert_eq!(world.now(), at(3), "the clock is back at the present");
    }

    /// Schedules itself again a second later.
    fn tick(world: &mut World, subject: &str) {
        let next = world.now().after(Duration::from_secs(1));
        world.schedule(next, tick, subject);
    }

    #[test]
    fn too_many_tasks_stop_the_clock_at_the_last_one() {
        let mut world = World::new(1);
        let start = world.now();
        world.schedule(start, tick, "");
        let reached = start.after(Duration::from_secs(MAX_TASKS as u64 - 1));
        assert_eq!(world.advance(1_000 * HOUR), Err(reached));
        assert_eq!(world.now(), reached);
        assert_eq!(world.advance(HOUR), Ok(()));
        assert_eq!(world.now(), reached.after(HOUR));
    }
}
