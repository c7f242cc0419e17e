//! Keeps what changes the world in a file, and carries it out again.

use std::{collections::VecDeque, mem, path::Path, sync::Arc};

use bytes::Bytes;
use http::{Request, request::Parts};

use super::{admission::Admitted, respond::respond};
use crate::{
    base::{clock::Moment, local::is_local, uri::path_of},
    operations::routes,
    request::{answer::Answer, call::Caller, refusal::Refusal},
    store::{Step, Store, StoreError, Stored, conceal, reveal},
    world::{
        World,
        deliveries::Outcome,
        delivery::{Delivery, Queued},
        ipn::IpnMessage,
    },
};

/// The header fields that operations read. Credentials are not among them.
const HEADERS: [&str; 4] = ["content-type", "paypal-mock-response", "paypal-request-id", "prefer"];

/// Carries out what is in a file, and keeps the world in it from now on.
///
/// # Errors
/// If the file cannot be opened or made, another process has it open, or its world is of another seed or version.
pub(super) fn open(world: &mut World, path: &Path) -> Result<(), StoreError> {
    let mut store = Store::open(path, world.chain.seed())?;
    let mut again = Again::default();
    store.each(|stored| again.carry_out(world, stored))?;
    again.finish(world);
    // What was handed out and not kept is not in the file: the number of this step, which no other process has, keeps its ids from
    // being handed out again.
    let number = store.add(world.now().millis(), &Step::Opened, &[])?;
    if number > 1 {
        world.ids.go_on(number);
    }
    world.store = Some(store);
    Ok(())
}

/// Stores a request before it is carried out, if it may change something.
///
/// # Errors
/// The answer, if it cannot be stored. Then it must not be carried out.
pub(super) fn request(world: &mut World, head: &Parts, body: &Bytes, admitted: Admitted) -> Result<Admitted, Answer> {
    if head.method.is_safe() || world.store.is_none() {
        return Ok(admitted);
    }
    let path = head.uri.path();
    let is_secret = is_secret(path);
    let with_query = head.uri.path_and_query().map_or(path, |it| it.as_str());
    let header = |name: &&str| Some(((*name).to_owned(), head.headers.get(*name)?.to_str().ok()?.to_owned()));
    let Caller { app, scopes, payer } = &admitted.caller;
    let all = world.merchants.get(*app).map(|it| &it.scopes);
    let step = Step::Request {
        method: head.method.to_string(),
        path: if is_secret { path } else { with_query }.to_owned(),
        headers: HEADERS.iter().filter_map(header).collect(),
        app: *app,
        acting: world.acting(),
        scopes: (all != Some(scopes)).then(|| scopes.to_vec()),
        payer: payer.clone(),
    };
    let body = if is_secret { conceal(body).into() } else { body.clone() };
    if add(world, &step, &body) {
        return Ok(admitted);
    }
    let debug_id = world.ids.debug();
    Err(Answer::json(500, Refusal::internal().document(routes::family(path), &debug_id)))
}

/// Whether a request's form has tokens or secrets.
fn is_secret(path: &str) -> bool {
    path.starts_with("/v1/oauth2/") || path.starts_with("/v1/identity/openidconnect/")
}

fn add(world: &mut World, step: &Step, body: &[u8]) -> bool {
    let now = world.now().millis();
    world.store.as_mut().is_none_or(|store| store.add(now, step, body).is_ok())
}

/// Stores that a queue is taken, after what is due. Returns whether it may be.
pub(super) fn take(world: &mut World, step: Step) -> bool {
    world.clock.hold();
    world.run_due();
    let may = add(world, &step, &[]);
    world.clock.release();
    may
}

/// Stores what has happened already. If it cannot be, nothing more is: what follows might not be the same again.
pub(super) fn note(world: &mut World, step: Step) {
    if !add(world, &step, &[])
        && let Some(store) = &mut world.store
    {
        store.close();
    }
}

/// What an attempt came to, as a step.
pub(super) fn delivered(delivery: &Delivery, outcome: Outcome) -> Step {
    let status = if let Outcome::Answered(status) = outcome { Some(status) } else { None };
    Step::Delivered(delivery.transmission_id().to_owned(), status)
}

/// The steps that are carried out again.
#[derive(Default)]
struct Again {
    /// What was taken and is not over.
    posted: Vec<Queued>,
    ipn_posted: VecDeque<IpnMessage>,
    last: Option<Moment>,
}

impl Again {
    fn carry_out(&mut self, world: &mut World, stored: Stored) {
        let at = Moment::from_millis(stored.time);
        self.last = Some(at);
        world.clock.hold_at(at);
        world.enter(0);
        world.run_due();
        match stored.step {
            Step::Request { method, path, headers, app, acting, scopes, payer } => {
                let scopes = scopes.map(Arc::from).or_else(|| Some(world.merchants.get(app)?.scopes.clone()));
                let caller = Caller { app, scopes: scopes.unwrap_or_default(), payer };
                let body = if is_secret(&path) { reveal(&stored.body, &world.tokens).into() } else { stored.body };
                let mut request = Request::builder().method(&*method).uri(path);
                for (name, value) in headers {
                    request = request.header(name, value);
                }
                // It came as a request, so that it is one.
                if let Ok(request) = request.body(body) {
                    world.enter(acting);
                    let path = path_of(request.uri());
                    respond(world, &request, Ok(Admitted { limit: 0, caller, path }));
                }
            }
            Step::Taken => self.posted.extend(world.queue.drain(..)),
            Step::Delivered(transmission, status) => self.delivered(world, &transmission, status),
            Step::Returned(transmission) => {
                let again = self.take(&transmission).map(|it| Queued { attempt: it.attempt + 1, ..it });
                world.queue.extend(again);
            }
            Step::GivenUp(transmission) => _ = self.take(&transmission),
            Step::IpnTaken => {
                for message in world.ipn.drain(..) {
                    world.ipn_sent.insert(message.body.clone());
                    self.ipn_posted.push_back(message);
                }
            }
            Step::IpnDelivered | Step::IpnGivenUp => _ = self.ipn_posted.pop_front(),
            Step::Opened => {}
            Step::IpnReturned => world.ipn.extend(self.ipn_posted.pop_front().and_then(IpnMessage::next_attempt)),
        }
        world.clock.release();
    }

    fn take(&mut self, transmission: &str) -> Option<Queued> {
        let position = self.posted.iter().position(|queued| queued.transmission_id == transmission)?;
        Some(self.posted.remove(position))
    }

    fn delivered(&mut self, world: &mut World, transmission: &str, status: Option<u16>) {
        let posted = self.posted.iter().find(|queued| queued.transmission_id == transmission);
        let (url, attempt) = (posted.map(|it| &*it.url), posted.map_or(0, |it| it.attempt));
        let outcome = match status {
            Some(status) => Outcome::Answered(status),
            None if url.is_some_and(is_local) => Outcome::NoAnswer,
            None => Outcome::Elsewhere,
        };
        world.deliveries.was_attempted(transmission, attempt, outcome);
        if matches!(outcome, Outcome::Elsewhere | Outcome::Answered(200..300)) {
            self.take(transmission);
        }
    }

    /// Queues again what was being posted, and goes on from the last time.
    fn finish(self, world: &mut World) {
        let Self { posted, ipn_posted, last } = self;
        let queued = mem::take(&mut world.queue);
        world.queue = posted.into_iter().chain(queued).collect();
        let messages = mem::take(&mut world.ipn);
        world.ipn = ipn_posted.into_iter().chain(messages).collect();
        if let Some(last) = last {
            let behind = last.since(world.clock.now());
            world.clock.advance(behind);
        }
    }
}
