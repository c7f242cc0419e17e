//! The status of a subscription: approved, suspended, activated, cancelled.

use std::sync::Arc;

use crate::{
    operations::subscriptions::{
        billing::{begin, bill},
        read::find,
        state::{set_status, terms},
    },
    request::{answer::Answer, call::Call, refusal::Refusal},
    world::{
        World,
        accounts::Payer,
        subscription::{Revision, Status},
    },
};

/// The subscriber approves what waits for it: a new subscription begins, a revised one takes its new terms. The subscriber of a running one
/// stays the same.
pub(crate) fn approve(world: &mut World, id: &str, payer: &Arc<Payer>) -> Result<(), Refusal> {
    let subscription =
        world.books.subscriptions.get_mut(id).ok_or_else(|| Refusal::not_found("subscription_id", id))?;
    if let Some(revision) = subscription.proposed.take() {
        apply(world, id, revision)?;
    }
    match world.books.subscriptions.get_mut(id) {
        Some(subscription) if subscription.status == Status::ApprovalPending => {
            subscription.subscriber = Some(payer.clone());
            begin(world, id)
        }
        _ => Ok(()),
    }
}

/// Gives a subscription its new terms, which apply from the next billing on.
/// <https://developer.paypal.com/subscriptions/tiers/>
pub(super) fn apply(world: &mut World, id: &str, revision: Revision) -> Result<(), Refusal> {
    let now = world.now();
    let Some(subscription) = world.books.subscriptions.get_mut(id) else { return Ok(()) };
    let switches = subscription.plan != revision.plan;
    let status = subscription.status;
    (subscription.plan, subscription.quantity, subscription.since) = (revision.plan, revision.quantity, now);
    (subscription.own_plan, subscription.earlier) = (revision.own_plan, Vec::new());
    if !revision.shipping_amount.is_null() {
        subscription.members["shipping_amount"] = revision.shipping_amount;
    }
    if !revision.shipping_address.is_null() {
        if !subscription.members["subscriber"].is_object() {
            subscription.members["subscriber"] = serde_json::json!({});
        }
        subscription.members["subscriber"]["shipping_address"] = revision.shipping_address;
    }
    if switches && let Some(subscription) = world.books.subscriptions.get(id) {
        let terms = terms(world, subscription)?;
        if let Some(billing) = world.books.subscriptions.get_mut(id).and_then(|it| it.billing.as_mut()) {
            billing.switch(&terms);
        }
    }
    if status != Status::ApprovalPending {
        let note = world.books.subscriptions.get(id).and_then(|it| it.note.clone());
        set_status(world, id, status, note, "BILLING.SUBSCRIPTION.UPDATED");
    }
    Ok(())
}

pub(super) fn suspend(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    if find(world, call)?.status != Status::Active {
        let description = "Only an active subscription can be suspended.";
        return Err(Refusal::business("SUBSCRIPTION_STATUS_INVALID", description));
    }
    change(world, call, Status::Suspended, "BILLING.SUBSCRIPTION.SUSPENDED")
}

pub(super) fn cancel(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    if !matches!(find(world, call)?.status, Status::Active | Status::Suspended) {
        let description = "Only an active or a suspended subscription can be cancelled.";
        return Err(Refusal::business("SUBSCRIPTION_STATUS_INVALID", description));
    }
    change(world, call, Status::Cancelled, "BILLING.SUBSCRIPTION.CANCELLED")
}

/// Activates a suspended subscription. What was not billed while it was suspended is not billed any more.
pub(super) fn activate(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let subscription = find(world, call)?;
    if subscription.status != Status::Suspended {
        return Err(Refusal::business("SUBSCRIPTION_STATUS_INVALID", "The subscription is not suspended."));
    }
    let (id, now, terms) = (subscription.id.clone(), world.now(), terms(world, subscription)?);
    if terms.threshold > 0 && subscription.failed >= terms.threshold {
        let description = "Too many payments have failed. The outstanding balance has to be paid first.";
        return Err(Refusal::business("SUBSCRIPTION_CANNOT_BE_ACTIVATED", description));
    }
    if let Some(billing) = world.books.subscriptions.get_mut(&id).and_then(|it| it.billing.as_mut())
        && billing.next <= now
    {
        billing.skip(&terms, now);
        let next = billing.next;
        world.schedule(next, bill, &id);
    }
    change(world, call, Status::Active, "BILLING.SUBSCRIPTION.RE-ACTIVATED")
}

/// Sets the status, and mails the subscriber.
fn change(world: &mut World, call: &Call, status: Status, event: &str) -> Result<Answer, Refusal> {
    let (id, note) = (call.id(0).to_owned(), call.body["reason"].as_str().map(str::to_owned));
    if note.as_ref().is_some_and(|note| note.chars().count() > 128) {
        let description = "It must not have more than 128 characters.";
        return Err(Refusal::invalid("/reason", note, "INVALID_STRING_MAX_LENGTH", description));
    }
    set_status(world, &id, status, note, event);
    world.mail(&id, 1);
    Ok(Answer::none().about(id))
}
