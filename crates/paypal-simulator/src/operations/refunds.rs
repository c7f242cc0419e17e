//! Refunds: money that is given back (Payments v2).

use crate::{
    request::{answer::Answer, call::Call, refusal::Refusal},
    world::{
        World,
        refund::{Details, Refund},
    },
};

/// Adds a refund.
pub(crate) fn make(world: &mut World, details: Details) -> String {
    let (id, created) = (world.ids.transaction(), world.now());
    let so_far = world.captures.get(&details.capture).map_or(details.amount.minor, |capture| capture.refunded);
    let refund = Refund { id: id.clone(), details, so_far, created };
    let document = refund.document();
    world.refunds.insert(id.clone(), refund);
    world.emit("PAYMENT.CAPTURE.REFUNDED", "refund", document);
    id
}

pub(crate) fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let id = call.id(0);
    let refund = world.refunds.get(id).ok_or_else(|| Refusal::not_found("refund_id", id))?;
    Ok(Answer::ok(refund.document()))
}

/// A refund as a write shows it.
pub(crate) fn show(world: &World, call: &Call, id: &str) -> Answer {
    let Some(refund) = world.refunds.get(id) else { return Answer::none() };
    Answer::ok(call.represent(refund.document(), &["id", "status", "links"]))
}
