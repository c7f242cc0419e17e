//! A subscription as it is now: its terms, its status, and events about it.

use crate::{
    request::refusal::Refusal,
    world::{
        World,
        subscription::{Status, Subscription},
        terms::Terms,
    },
};

/// Emits an event about a subscription.
pub(super) fn emit(world: &mut World, id: &str, event: &str) {
    if let Some(document) = world.books.subscriptions.get(id).map(|subscription| subscription.document(world)) {
        world.emit(event, "subscription", document);
    }
}

/// Returns the terms of a subscription that are in force now.
pub(super) fn terms(world: &World, subscription: &Subscription) -> Result<Terms, Refusal> {
    let plan = world.books.plans.get(&subscription.plan);
    let plan = plan.ok_or_else(|| Refusal::not_found("plan_id", &subscription.plan))?;
    subscription.terms(plan, world.now())
}

/// The same by the subscription's id. In tasks of the agenda, whose subscription is always there.
pub(super) fn terms_of(world: &World, id: &str) -> Option<Terms> {
    terms(world, world.books.subscriptions.get(id)?).ok()
}

/// Sets the status of a subscription, and emits an event.
pub(super) fn set_status(world: &mut World, id: &str, status: Status, note: Option<String>, event: &str) {
    let now = world.now();
    if let Some(subscription) = world.books.subscriptions.get_mut(id) {
        // No payment is tried again once it has stopped.
        if status != Status::Active
            && let Some(billing) = &mut subscription.billing
        {
            let due = billing.give_up();
            subscription.outstanding.minor = subscription.outstanding.minor.saturating_add(due);
        }
        if subscription.status != status {
            subscription.status_changed = now;
        }
        (subscription.status, subscription.note, subscription.updated) = (status, note, now);
    }
    emit(world, id, event);
}

/// Counts a failed payment. As many in a row as the threshold suspend the subscription.
pub(super) fn count(world: &mut World, id: &str, price: i64, threshold: u32) {
    let Some(subscription) = world.books.subscriptions.get_mut(id) else { return };
    subscription.outstanding.minor = subscription.outstanding.minor.saturating_add(price);
    subscription.failed = subscription.failed.saturating_add(1);
    let suspends = threshold > 0 && subscription.failed >= threshold && subscription.status == Status::Active;
    emit(world, id, "BILLING.SUBSCRIPTION.PAYMENT.FAILED");
    if suspends {
        set_status(world, id, Status::Suspended, None, "BILLING.SUBSCRIPTION.SUSPENDED");
    }
}
