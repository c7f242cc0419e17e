//! [`Simulator`]: the simulator in memory.

mod admission;
#[cfg(test)]
mod isolation;
#[cfg(feature = "store")]
mod keeping;
mod oauth;
mod respond;
#[cfg(test)]
mod testing;
mod trigger;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response, request::Parts};
use serde_json::{Value, json};

use crate::{
    base::links::PublicUrl,
    control,
    operations::{balances, routes},
    request::{answer::Answer, refusal::Refusal},
    world::{
        World,
        accounts::{AccountError, Credentials, Merchant, NewMerchant, NewPayer},
        deliveries::Outcome,
        delivery::Delivery,
        effects::Effects,
        ipn::IpnMessage,
        signature::KeyError,
        tokens,
    },
};

use respond::respond;
#[cfg(feature = "store")]
use {
    crate::store::{Step, StoreError},
    std::path::Path,
};

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

    /// Approves an order as the first payer, as by its `approve` or `payer-action` link. Returns whether the order exists and has
    /// waited for its payer.
    pub fn approve_order(&self, id: &str) -> bool {
        self.control(&["orders", id, "approve"], &Value::Null).is_some()
    }

    /// Approves an order with something that is declined when the money is to be taken: the capture is refused
    /// (`INSTRUMENT_DECLINED`) until the payer approves again. Returns whether the order exists and has waited for its payer.
    pub fn decline_order(&self, id: &str) -> bool {
        self.control(&["orders", id, "decline"], &Value::Null).is_some()
    }

    /// Approves a setup token as the payer, as by its `approve` link. Returns whether it exists and has waited for that.
    pub fn approve_setup_token(&self, id: &str) -> bool {
        self.control(&["setup-tokens", id, "approve"], &Value::Null).is_some()
    }

    /// Refuses the next request with a `PayPal-Request-Id` as if an earlier one with it were in progress (409
    /// `PREVIOUS_REQUEST_IN_PROGRESS`).
    pub fn refuse_next_as_in_progress(&self) {
        self.world().in_progress += 1;
    }

    /// Approves a subscription, or its revision, as the subscriber. Returns whether there was something to approve.
    pub fn approve_subscription(&self, id: &str) -> bool {
        self.control(&["subscriptions", id, "approve"], &Value::Null).is_some()
    }

    /// Fails that many of the next attempts to take a payment of a subscription. PayPal tries a payment up to three times, and
    /// then counts it as failed. Returns whether the subscription exists and has not ended.
    pub fn fail_payments(&self, id: &str, times: u32) -> bool {
        self.control(&["subscriptions", id, "fail-payments"], &json!({"times": times})).is_some()
    }

    /// Fails a payment of an active subscription for good; its amount becomes outstanding. Returns whether the subscription
    /// exists and is active.
    pub fn miss_payment(&self, id: &str) -> bool {
        self.control(&["subscriptions", id, "miss-payment"], &Value::Null).is_some()
    }

    /// Pays the amount due of an invoice through PayPal, as its recipient. Returns whether it could be paid.
    pub fn pay_invoice(&self, id: &str) -> bool {
        self.control(&["invoices", id, "pay"], &Value::Null).is_some()
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
        self.control(&["payouts-items", id, "claim"], &Value::Null).is_some()
    }

    /// Disputes all that is left of a payment, as its buyer: a capture, or a payment of a subscription or an invoice. The reason is
    /// PayPal's, such as `MERCHANDISE_OR_SERVICE_NOT_RECEIVED`. Returns the dispute's id, or `None` if the payment cannot be
    /// disputed so.
    #[must_use]
    pub fn open_dispute(&self, payment: &str, reason: &str) -> Option<String> {
        self.control(&["disputes"], &json!({"disputed_transaction_id": payment, "reason": reason}))?.subject
    }

    /// Decides a claim as PayPal, for the buyer or for the merchant. Returns whether there is such a claim and it is not resolved;
    /// an inquiry has to be escalated first.
    pub fn decide_dispute(&self, id: &str, for_buyer: bool) -> bool {
        let outcome = if for_buyer { "BUYER_FAVOR" } else { "SELLER_FAVOR" };
        self.control(&["disputes", id, "adjudicate"], &json!({"adjudication_outcome": outcome})).is_some()
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

    /// Notes that a delivery is not posted any more, because too many wait for its receiver.
    pub(crate) fn given_up(&self, delivery: &Delivery) {
        let mut world = self.world();
        #[cfg(feature = "store")]
        keeping::note(&mut world, Step::GivenUp(delivery.transmission_id().to_owned()));
        world.deliveries.outcome(delivery, Outcome::GivenUp);
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
        Answer::refused(refusal, routes::family(path), &debug_id).response(&debug_id)
    }

    /// Carries out the control with this path below `/simulator/`. Returns `None` if it is refused.
    fn control(&self, path: &[&str], body: &Value) -> Option<Answer> {
        control::carry_out(&mut self.world(), path, &Bytes::from(body.to_string()))?.ok()
    }

    /// Keeps the world in a file from now on, over restarts: what is in it is carried out again first. A simulator that has made
    /// something already must not be given a file. Only what comes by requests is kept, not what methods such as
    /// [`Simulator::approve_order`] do.
    ///
    /// The file is readable by its owner only. It has no client secret and no access token, but bodies as they came, card numbers
    /// included.
    ///
    /// # Errors
    /// If the file cannot be opened or made, another process has it open, or its world is of another seed or version.
    #[cfg(feature = "store")]
    pub fn keep_in(&self, path: &Path) -> Result<(), StoreError> {
        keeping::open(&mut self.world(), path)
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
