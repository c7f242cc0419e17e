//! What the receivers of a payout do, and what PayPal's review of it finds.

use super::processing::{bring_back, credit, finish, set_item};
use crate::{
    operations::balances::enter,
    request::{answer::Answer, call::Call, refusal::Refusal},
    world::{
        World,
        payout::{ItemStatus, Reason},
    },
};

/// Sets why a receiver does not get what is sent to it from now on: `{"receiver": "ada@example.com", "error": "RISK_DECLINE"}`.
/// Without `error` it gets it again.
pub(super) fn set(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let receiver = call.body["receiver"].as_str().ok_or_else(|| Refusal::missing("/receiver"))?;
    let name = call.body["error"].as_str();
    let unknown = |name| Refusal::invalid("/error", name, "INVALID_PARAMETER_VALUE", "No item has such an error.");
    let reason = name.map(|name| Reason::find(name).ok_or_else(|| unknown(name))).transpose()?;
    enter(world, call)?;
    match reason {
        Some(reason) => _ = world.books.payouts.receivers.insert(receiver.to_owned(), reason),
        None => _ = world.books.payouts.receivers.remove(receiver),
    }
    Ok(Answer::none())
}

/// The receiver opens an account and claims the money.
pub(super) fn claim(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    set_item(world, call.id(0), ItemStatus::Success);
    credit(world, call.id(0));
    Ok(Answer::none())
}

/// The receiver gives the money back.
pub(super) fn refund(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    bring_back(world, call.id(0), ItemStatus::Refunded);
    Ok(Answer::none())
}

/// PayPal's review of an item on hold lets it pass.
pub(super) fn release(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    finish(world, call.id(0), ItemStatus::Success, None);
    Ok(Answer::none())
}

/// PayPal's review of an item on hold blocks it.
pub(super) fn block(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    finish(world, call.id(0), ItemStatus::Blocked, Reason::find("REGULATORY_BLOCKED"));
    Ok(Answer::none())
}
