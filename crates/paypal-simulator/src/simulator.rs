//! [`Simulator`]: the simulator in memory.

mod admission;
#[cfg(test)]
mod isolation;
#[cfg(feature = "store")]
mod keeping;
mod oauth;
mod trigger;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use http::{Method, Request, Response, request::Parts};
use serde_json::{Value, json};

use crate::{
    base::{links::PublicUrl, uri::path_of},
    control,
    operations::{balances, disputes, invoices::payments, orders, payouts, routes, subscriptions, vault::setup_tokens},
    pages,
    request::{
        answer::Answer,
        call::{Call, Caller},
        check, mock,
        refusal::Refusal,
    },
    world::{
        World,
        accounts::{AccountError, Credentials, Merchant, NewMerchant, NewPayer, Payer},
        deliveries::Outcome,
        delivery::Delivery,
        effects::Effects,
        ipn::IpnMessage,
        log::Entry,
        signature::KeyError,
        tokens,
    },
};

#[cfg(feature = "store")]
use crate::store::Step;
use admission::Admitted;

/// A simulator of PayPal's sandbox. Clones share one state.
#[derive(Clone)]
pub struct Simulator(Arc<Mutex<World>>);

impl Simulator {
    /// Returns a simulator in which nothing has happened yet. Ids, keys and credentials follow from the seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(World::new(seed))))
    }

    /// Answers a request at once. Only path and query of its URI count.
    #[must_use]
    pub fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        let (head, body) = request.into_parts();
        let mut world = self.world();
        world.clock.hold();
        // A request without credentials acts in the books of the first merchant, or of the one whose resource it names.
        world.enter(0);
        world.run_due();
        let admitted = admission::admit(&mut world, &head);
        #[cfg(feature = "store")]
        let admitted = admitted.and_then(|admitted| keeping::request(&mut world, &head, &body, admitted));
        let (answer, debug_id) = respond(&mut world, &Request::from_parts(head, body), admitted);
        world.clock.release();
        answer.leading_to(world.public_url.as_ref()).response(&debug_id)
    }

    /// Returns what has happened so far.
    #[must_use]
    pub fn effects(&self) -> Effects {
        self.world().effects()
    }

    /// Moves the clock forward, and carries out what becomes due on the way, such as the payments of subscriptions. It stands
    /// still otherwise, unless a [`Server`](crate::Server) has started it.
    pub fn advance(&self, by: Duration) {
        let mut world = self.world();
        world.clock.advance(by);
        world.run_due();
    }

    /// Carries out what is due.
    pub(crate) fn run_due(&self) {
        self.world().run_due();
    }

    /// Expires all tokens that have been granted so far, and those of the form `{token}-{number}` that have been used.
    pub fn expire_tokens(&self) {
        let mut world = self.world();
        let now = world.now();
        world.tokens.expire(now);
    }

    /// Returns a token for tests that never expires. `{token}-1`, `{token}-2` and so on, as made by `connector-host`'s
    /// `NumberedTokens`, are valid until [`Simulator::expire_tokens`]. [`Server`](crate::Server) refuses them all.
    #[must_use]
    pub const fn token() -> &'static str {
        tokens::FIXED
    }

    /// Returns the client id that tokens are granted to.
    #[must_use]
    pub fn client_id(&self) -> String {
        self.world().merchants[0].client_id.clone()
    }

    /// Returns the client secret. It follows from the seed and protects nothing.
    #[must_use]
    pub fn client_secret(&self) -> String {
        self.world().merchants[0].secret.clone()
    }

    /// Adds a merchant with an app of its own, and returns the credentials.
    ///
    /// # Errors
    /// If a member cannot be as it is given; then nothing is added.
    pub fn add_merchant(&self, new: NewMerchant) -> Result<Credentials, AccountError> {
        self.world().add_merchant(new).map(Merchant::credentials)
    }

    /// Adds a payer, and returns the account's id, which `POST /simulator/orders/ID/approve` takes as `payer`.
    ///
    /// # Errors
    /// If a member cannot be as it is given; then nothing is added.
    pub fn add_payer(&self, new: NewPayer) -> Result<String, AccountError> {
        self.world().add_payer(new).map(|payer| payer.id.clone())
    }

    /// Returns the credentials of all merchants, the first one first.
    #[must_use]
    pub fn merchants(&self) -> Vec<Credentials> {
        self.world().merchants.iter().map(Merchant::credentials).collect()
    }

    /// Approves an order as the first payer, as by its `approve` or `payer-action` link. Returns whether the order exists.
    pub fn approve_order(&self, id: &str) -> bool {
        let (mut world, payer) = self.world_and_payer();
        orders::approve(&mut world, id, &payer).is_ok()
    }

    /// Approves an order with something that is declined when the money is to be taken: the capture is refused
    /// (`INSTRUMENT_DECLINED`) until the payer approves again. Returns whether the order exists.
    pub fn decline_order(&self, id: &str) -> bool {
        let (mut world, payer) = self.world_and_payer();
        orders::decline(&mut world, id, &payer).is_ok()
    }

    /// Approves a setup token as the payer, as by its `approve` link. Returns whether it exists.
    pub fn approve_setup_token(&self, id: &str) -> bool {
        setup_tokens::approve(&mut self.world(), id, &Value::Null).is_ok()
    }

    /// Refuses the next request with a `PayPal-Request-Id` as if an earlier one with it were in progress (409
    /// `PREVIOUS_REQUEST_IN_PROGRESS`).
    pub fn refuse_next_as_in_progress(&self) {
        self.world().in_progress += 1;
    }

    /// Approves a subscription, or its revision, as the subscriber. Returns whether the subscription exists.
    pub fn approve_subscription(&self, id: &str) -> bool {
        let (mut world, payer) = self.world_and_payer();
        subscriptions::approve(&mut world, id, &payer).is_ok()
    }

    /// Fails that many of the next attempts to take a payment of a subscription. PayPal tries a payment up to three times, and
    /// then counts it as failed. Returns whether the subscription exists.
    pub fn fail_payments(&self, id: &str, times: u32) -> bool {
        subscriptions::fail_payments(&mut self.world(), id, times).is_ok()
    }

    /// Fails a payment of an active subscription for good; its amount becomes outstanding. Returns whether the subscription
    /// exists.
    pub fn miss_payment(&self, id: &str) -> bool {
        subscriptions::miss_payment(&mut self.world(), id).is_ok()
    }

    /// Pays the amount due of an invoice through PayPal, as its recipient. Returns whether it could be paid.
    pub fn pay_invoice(&self, id: &str) -> bool {
        let (mut world, payer) = self.world_and_payer();
        payments::pay_by_paypal(&mut world, id, &payer).is_ok()
    }

    /// Sets how long it takes a movement of money to appear in transaction search and balances. It is three hours at first,
    /// as PayPal says.
    pub fn set_reporting_lag(&self, lag: Duration) {
        self.world().reporting_lag = lag;
    }

    /// Funds the first merchant's balance in a currency with so many minor units: cents, or whole yen. Returns whether PayPal
    /// has the currency and the amount is more than zero.
    pub fn deposit(&self, currency: &str, minor_units: i64) -> bool {
        balances::fund(&mut self.world(), currency, minor_units)
    }

    /// Claims an unclaimed item of a payout, as its receiver. Returns whether it was one.
    pub fn claim_payout_item(&self, id: &str) -> bool {
        payouts::claim(&mut self.world(), id).is_ok()
    }

    /// Disputes all that is left of a payment, as its buyer: a capture, or a payment of a subscription or an invoice. The reason is
    /// PayPal's, such as `MERCHANDISE_OR_SERVICE_NOT_RECEIVED`. Returns the dispute's id, or `None` if the payment cannot be
    /// disputed so.
    #[must_use]
    pub fn open_dispute(&self, payment: &str, reason: &str) -> Option<String> {
        let body = json!({"disputed_transaction_id": payment, "reason": reason});
        let call = Call::control(&Bytes::from(body.to_string()), Vec::new()).ok()?;
        disputes::open::by_buyer(&mut self.world(), &call).ok()?.subject
    }

    /// Decides a claim as PayPal, for the buyer or for the merchant. Returns whether there is such a claim and it is not resolved;
    /// an inquiry has to be escalated first.
    pub fn decide_dispute(&self, id: &str, for_buyer: bool) -> bool {
        let outcome = if for_buyer { "BUYER_FAVOR" } else { "SELLER_FAVOR" };
        let body = json!({"adjudication_outcome": outcome});
        let call = Call::control(&Bytes::from(body.to_string()), vec![id.to_owned()]);
        call.is_ok_and(|call| disputes::adjudicate(&mut self.world(), &call).is_ok())
    }

    /// Takes the queued deliveries, signed. The caller posts them.
    ///
    /// # Errors
    /// If keys cannot be generated. The first call that has something to sign generates them, which takes a second or more.
    pub fn deliveries(&self) -> Result<Vec<Delivery>, KeyError> {
        let (chain, none) = {
            let world = self.world();
            (world.chain.clone(), world.queue.is_empty())
        };
        if none {
            let mut world = self.world();
            #[cfg(feature = "store")]
            if world.returned.is_empty() || !keeping::take(&mut world, Step::Taken) {
                return Ok(Vec::new());
            }
            return Ok(world.take_returned());
        }
        // Requests are answered while keys are generated.
        let chain = chain.get()?;
        let mut world = self.world();
        #[cfg(feature = "store")]
        if !keeping::take(&mut world, Step::Taken) {
            return Ok(Vec::new());
        }
        let mut deliveries = world.take_returned();
        let queued: Vec<_> = world.queue.drain(..).filter_map(|queued| queued.sign(&chain)).collect();
        queued.iter().for_each(|delivery| world.deliveries.attempt(delivery));
        deliveries.extend(queued);
        Ok(deliveries)
    }

    /// Notes what an attempt of a delivery came to, for the page of deliveries.
    pub fn delivered(&self, delivery: &Delivery, outcome: Outcome) {
        let mut world = self.world();
        #[cfg(feature = "store")]
        keeping::note(&mut world, keeping::delivered(delivery, outcome));
        world.deliveries.outcome(delivery, outcome);
    }

    /// Makes links in answers and events lead to an address of the simulator, rather than to PayPal's hosts.
    pub fn set_public_url(&self, url: PublicUrl) {
        self.world().public_url = Some(url);
    }

    /// Queues a failed delivery again, unless it was the 25th attempt.
    pub fn undelivered(&self, delivery: Delivery) {
        let mut world = self.world();
        #[cfg(feature = "store")]
        let transmission = delivery.transmission_id().to_owned();
        let next = delivery.next_attempt();
        #[cfg(feature = "store")]
        keeping::note(
            &mut world,
            if next.is_some() { Step::Returned(transmission) } else { Step::GivenUp(transmission) },
        );
        world.returned.extend(next);
    }

    /// Delivers the next event twice, as happens at PayPal.
    pub fn duplicate_next_delivery(&self) {
        self.world().duplicates += 1;
    }

    /// Takes the instant payment notifications that `POST /simulator/ipn` has queued. The caller posts them.
    #[must_use]
    pub fn ipn_messages(&self) -> Vec<IpnMessage> {
        let mut world = self.world();
        #[cfg(feature = "store")]
        if world.ipn.is_empty() || !keeping::take(&mut world, Step::IpnTaken) {
            return Vec::new();
        }
        let messages: Vec<_> = world.ipn.drain(..).collect();
        messages.iter().for_each(|message| world.ipn_sent.insert(message.body.clone()));
        messages
    }

    /// Notes that the first one of the taken instant payment notifications, that is neither noted yet nor queued again, was accepted.
    pub(crate) fn delivered_ipn(&self) {
        #[cfg(feature = "store")]
        keeping::note(&mut self.world(), Step::IpnDelivered);
    }

    /// Queues a failed instant payment notification again, unless it was the 16th attempt.
    pub fn undelivered_ipn(&self, message: IpnMessage) {
        let mut world = self.world();
        let next = message.next_attempt();
        #[cfg(feature = "store")]
        keeping::note(&mut world, if next.is_some() { Step::IpnReturned } else { Step::IpnGivenUp });
        world.ipn.extend(next);
    }

    /// Returns the issuers of the deliveries' certificate, in PEM: the intermediate, then the root.
    ///
    /// # Errors
    /// If keys cannot be generated.
    pub fn authorities(&self) -> Result<[String; 2], KeyError> {
        let chain = self.world().chain.clone().get()?;
        Ok([chain.intermediate().to_owned(), chain.root().to_owned()])
    }

    /// Returns the maximum size of the body, in bytes, of a request over the network. [`Simulator::token`] is refused there:
    /// anybody can know it.
    ///
    /// # Errors
    /// The answer, if the head is refused.
    pub(crate) fn admit(&self, head: &Parts) -> Result<usize, Response<Bytes>> {
        let mut world = self.world();
        let admitted = admission::admit_remote(&mut world, head).map(|admitted| admitted.limit);
        admitted.map_err(|answer| {
            let debug_id = world.ids.debug();
            answer.response(&debug_id)
        })
    }

    /// Returns the answer to a refused request, in the shape of its API.
    pub(crate) fn refuse(&self, path: &str, refusal: &Refusal) -> Response<Bytes> {
        let debug_id = self.world().ids.debug();
        Answer::json(refusal.status, refusal.document(routes::family(path), &debug_id)).response(&debug_id)
    }

    fn world_and_payer(&self) -> (MutexGuard<'_, World>, Arc<Payer>) {
        let world = self.world();
        let payer = world.payer();
        (world, payer)
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers a request, and notes it in the log. Returns the answer with its debug id.
fn respond(world: &mut World, request: &Request<Bytes>, admitted: Result<Admitted, Answer>) -> (Answer, String) {
    let debug_id = world.ids.debug();
    let (method, uri) = (request.method(), request.uri());
    let answered = match admitted {
        Ok(admitted) => answer(world, request, admitted.caller),
        Err(refused) => Ok(refused),
    };
    let issue = answered.as_ref().err().map(Refusal::issue).map(str::to_owned);
    let answer = answered.unwrap_or_else(|refusal| {
        Answer::json(refusal.status, refusal.document(routes::family(uri.path()), &debug_id))
    });
    if !control::is_polled(uri.path()) {
        let action = routes::find(method, &path_of(uri)).ok().flatten().map(|(operation, _)| operation.action);
        let path = uri.path_and_query().map_or("/", |it| it.as_str()).to_owned();
        let (time, method, status) = (world.now(), method.to_string(), answer.status);
        world.log.add(Entry { time, method, path, action, status, issue, debug_id: debug_id.clone() });
    }
    (answer, debug_id)
}

/// Answers a request that the simulator itself makes, for the first merchant.
fn as_first_app(world: &mut World, request: &Request<Bytes>) -> Result<Answer, Refusal> {
    let caller = world.first_app();
    answer(world, request, caller)
}

/// Answers a request that was admitted.
fn answer(world: &mut World, request: &Request<Bytes>, caller: Caller) -> Result<Answer, Refusal> {
    let uri = request.uri();
    match (request.method(), uri.path()) {
        (&Method::GET, "/simulator/triggers") => return Ok(trigger::list()),
        (&Method::POST, "/simulator/trigger") => {
            return trigger::run(world, request.body(), as_first_app);
        }
        _ => {}
    }
    let path = path_of(uri);
    if let Some(answer) =
        control::answer(world, request.method(), &path, uri.query().unwrap_or_default(), request.body())
    {
        return answer;
    }
    if let Some(answer) = pages::answer(world, request, &path, as_first_app) {
        return Ok(answer);
    }
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let now = world.now();
    if oauth::is_oauth(request.method(), &path) {
        return Ok(oauth::answer(world, caller.app, &path, request.body()));
    }
    let (operation, variables) = routes::find(request.method(), &path)?.ok_or_else(Refusal::no_such_path)?;
    if !caller.may(operation.scopes) {
        return Err(Refusal::not_permitted("The token lacks the scope that this needs."));
    }
    if let Some(refusal) = header("paypal-mock-response").and_then(|header| mock::refusal(header, operation.action)) {
        return Err(refusal);
    }
    let mut call = Call::read(request, variables, caller, operation.takes_files)?;
    let repeat = operation.repeat.zip(call.key.as_deref());
    if let Some(((_, show), key)) = repeat {
        if world.in_progress > 0 {
            world.in_progress -= 1;
            return Err(Refusal::in_progress());
        }
        if let Some(subject) = world.books.keys.recall(operation.action, key, now) {
            return Ok(show(world, &call, subject));
        }
    }
    check::query(operation.action, call.query.iter().map(|(name, value)| (name.clone(), value.clone())))?;
    check::body(operation.action, &mut call.body).map_err(|refusal| operation.restate(refusal))?;
    let answer = (operation.run)(world, &call)?;
    if let Some(subject) = answer.subject.as_ref().filter(|_| !operation.is_read()) {
        *world.books.done.entry((operation.action, subject.clone())).or_default() += 1;
        if let Some(((time, _), key)) = repeat {
            world.books.keys.remember(operation.action, key, subject.clone(), now, time);
        }
    }
    Ok(answer)
}
