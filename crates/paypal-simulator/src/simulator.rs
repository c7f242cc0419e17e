//! The simulator itself.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use http::{Method, Request, Response, request::Parts};
use serde_json::Value;

use connector_host::Secret;

use crate::{
    admission,
    answer::Answer,
    call::Call,
    control,
    deliveries::{self, Delivery},
    effects::Effects,
    invoices,
    ipn::IpnMessage,
    orders,
    path::path_of,
    refusal::Refusal,
    routes,
    signature::KeyError,
    subscriptions, tokens,
    world::World,
};

/// A simulator of PayPal's sandbox. Clones are the same one.
#[derive(Clone)]
pub struct Simulator(Arc<Mutex<World>>);

impl Simulator {
    /// A simulator in which nothing has happened yet. Ids and keys follow from the seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(World::new(seed))))
    }

    /// Answers one request at once. Of its URI only path and query count.
    #[must_use]
    pub fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        let (head, body) = request.into_parts();
        let mut world = self.world();
        let debug_id = world.ids.debug();
        let family = routes::family(head.uri.path());
        let answer = match admission::admit(&mut world, &head) {
            Ok(_) => answer(&mut world, &Request::from_parts(head, body)),
            Err(refused) => Ok(refused),
        };
        match answer {
            Ok(answer) => answer,
            Err(refusal) => Answer::json(refusal.status, refusal.document(family, &debug_id)),
        }
        .response(&debug_id)
    }

    /// What has happened so far.
    #[must_use]
    pub fn effects(&self) -> Effects {
        self.world().effects()
    }

    /// Moves the clock, which stands still otherwise, unless a [`Server`](crate::Server) has set it going.
    pub fn advance(&self, by: Duration) {
        self.world().clock.advance(by);
    }

    /// Lets all tokens expire that have been granted so far, and those of the form `{token}-{number}` that have been used.
    pub fn expire_tokens(&self) {
        let mut world = self.world();
        let now = world.now();
        world.tokens.expire(now);
    }

    /// A token that is always good, for tests. So is each of `{token}-1`, `{token}-2` and so on, as
    /// [`connector_host::testing::NumberedTokens`] makes them, until [`Simulator::expire_tokens`].
    #[must_use]
    pub const fn token() -> &'static str {
        tokens::FIXED
    }

    /// The client id that tokens are granted to.
    #[must_use]
    pub fn client_id(&self) -> String {
        self.world().tokens.client_id().to_owned()
    }

    /// The secret that goes with it.
    #[must_use]
    pub fn client_secret(&self) -> Secret {
        self.world().tokens.secret().clone()
    }

    /// The payer approves an order, as by its `approve` or `payer-action` link. Returns whether there is such an order.
    pub fn approve_order(&self, id: &str) -> bool {
        orders::approve(&mut self.world(), id).is_ok()
    }

    /// Lets the next request that carries a key be told that an earlier one with it is in progress (409
    /// `PREVIOUS_REQUEST_IN_PROGRESS`), without being carried out.
    pub fn refuse_next_as_in_progress(&self) {
        self.world().in_progress += 1;
    }

    /// The subscriber approves a subscription, or the new terms of one. Returns whether there is such a subscription.
    pub fn approve_subscription(&self, id: &str) -> bool {
        subscriptions::approve(&mut self.world(), id).is_ok()
    }

    /// A payment of a subscription fails, and is owed. Returns whether there is such a subscription.
    pub fn miss_payment(&self, id: &str) -> bool {
        subscriptions::miss_payment(&mut self.world(), id).is_ok()
    }

    /// The recipient pays what is due of an invoice through PayPal. Returns whether it could be paid.
    pub fn pay_invoice(&self, id: &str) -> bool {
        invoices::pay_by_paypal(&mut self.world(), id).is_ok()
    }

    /// Takes the deliveries that wait, signed. Who takes them posts them.
    ///
    /// # Errors
    /// Where there is no key to sign with, which is made at the first call and takes a moment.
    pub fn deliveries(&self) -> Result<Vec<Delivery>, KeyError> {
        let (chain, none) = {
            let world = self.world();
            (world.chain.clone(), world.queue.is_empty())
        };
        if none {
            return Ok(self.world().returned.drain(..).collect());
        }
        // Requests are answered while keys are made.
        let chain = chain.get()?;
        let mut world = self.world();
        let mut deliveries: Vec<_> = world.returned.drain(..).collect();
        deliveries.extend(world.queue.drain(..).filter_map(|queued| queued.sign(&chain)));
        Ok(deliveries)
    }

    /// Puts back what could not be delivered, unless it was the 25th attempt.
    pub fn undelivered(&self, delivery: Delivery) {
        if delivery.attempt < deliveries::ATTEMPTS {
            self.world().returned.push_back(Delivery { attempt: delivery.attempt + 1, ..delivery });
        }
    }

    /// Lets the next event be delivered twice, as happens at PayPal.
    pub fn duplicate_next_delivery(&self) {
        self.world().duplicates += 1;
    }

    /// Takes the instant payment notifications that wait, which `POST /simulator/ipn` has queued. Who takes them posts them.
    #[must_use]
    pub fn ipn_messages(&self) -> Vec<IpnMessage> {
        let mut world = self.world();
        let messages: Vec<_> = world.ipn.drain(..).collect();
        messages.iter().for_each(|message| world.ipn_sent.insert(message.body.clone()));
        messages
    }

    /// Puts back an instant payment notification that could not be delivered, unless it was the 16th attempt.
    pub fn undelivered_ipn(&self, message: IpnMessage) {
        self.world().ipn.extend(message.again());
    }

    /// The certificates in PEM that the one of the deliveries rests on: the intermediate, then the root.
    ///
    /// # Errors
    /// Where there are no keys.
    pub fn authorities(&self) -> Result<[String; 2], KeyError> {
        let chain = self.world().chain.clone().get()?;
        Ok([chain.intermediate().to_owned(), chain.root().to_owned()])
    }

    /// The most bytes that the body of a request over the network may have. [`Simulator::token`], which anybody can know, is
    /// none of the credentials there.
    ///
    /// # Errors
    /// The answer where the head alone decides that there is nothing to be done.
    pub(crate) fn admit(&self, head: &Parts) -> Result<usize, Response<Bytes>> {
        let mut world = self.world();
        admission::admit_stranger(&mut world, head).map_err(|answer| {
            let debug_id = world.ids.debug();
            answer.response(&debug_id)
        })
    }

    /// The answer to a request that is refused, in the shape of its API.
    pub(crate) fn refuse(&self, path: &str, refusal: &Refusal) -> Response<Bytes> {
        let debug_id = self.world().ids.debug();
        Answer::json(refusal.status, refusal.document(routes::family(path), &debug_id)).response(&debug_id)
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers a request that was admitted.
fn answer(world: &mut World, request: &Request<Bytes>) -> Result<Answer, Refusal> {
    let uri = request.uri();
    let path = path_of(uri);
    if let Some(answer) =
        control::answer(world, request.method(), &path, uri.query().unwrap_or_default(), request.body())
    {
        return answer;
    }
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let now = world.now();
    if uri.path() == "/v1/oauth2/token" && request.method() == Method::POST {
        let World { tokens, ids, .. } = world;
        let (status, document) = tokens.grant(request.body(), now, ids);
        return Ok(Answer::json(status, document));
    }
    let (operation, variables) = routes::find(request.method(), &path)?.ok_or_else(Refusal::no_such_path)?;
    if let Some(code) = header("paypal-mock-response").and_then(mocked) {
        return Err(Refusal::mocked(&code));
    }
    let call = Call::read(request, variables)?;
    let repeat = operation.repeat.zip(call.key.as_deref());
    if let Some(((_, show), key)) = repeat {
        if world.in_progress > 0 {
            world.in_progress -= 1;
            return Err(Refusal::in_progress());
        }
        if let Some(subject) = world.keys.recall(operation.action, key, now) {
            return Ok(show(world, &call, subject));
        }
    }
    let answer = (operation.run)(world, &call)?;
    if let Some(subject) = answer.subject.as_ref().filter(|_| !operation.is_read()) {
        *world.done.entry((operation.action.to_owned(), subject.clone())).or_default() += 1;
        if let Some(((time, _), key)) = repeat {
            world.keys.remember(operation.action, key, subject.clone(), now, time);
        }
    }
    Ok(answer)
}

/// The code in the header of negative testing, `{"mock_application_codes": "CODE"}`.
fn mocked(header: &str) -> Option<String> {
    let document: Value = serde_json::from_str(header).ok()?;
    let codes = &document["mock_application_codes"];
    codes.as_str().or_else(|| codes[0].as_str()).map(str::to_owned)
}
