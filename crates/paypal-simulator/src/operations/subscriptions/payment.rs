//! A payment of a subscription: it is taken, or pending until it is settled.

use crate::{
    operations::{
        settlement::Settlement,
        subscriptions::state::{count, emit, set_status, terms_of},
    },
    request::{answer::Answer, call::Call, refusal::Refusal},
    world::{
        World,
        billing::Failure,
        capture::fee,
        ledger::{self, Entry},
        money::Money,
        pending::{Outcome, Pending},
        subscription::{Payment, Status},
    },
};

pub(super) static SETTLEMENT: Settlement = Settlement {
    outcomes: &[("COMPLETED", Outcome::Completed), ("DECLINED", Outcome::Failed)],
    pending: |books, id| books.payments.get(id).map(|payment| payment.pending),
    settle,
};

/// Takes a payment. Returns its id.
pub(super) fn take(world: &mut World, id: &str, amount: Money, has_setup_fee: bool) -> String {
    let payer = world.books.subscriptions.get(id).and_then(|subscription| subscription.subscriber.clone());
    let account = payer.as_ref().map(|payer| payer.id.clone());
    let (time, pending) = (world.now(), world.next_payment.take());
    let payment = Payment {
        id: world.ids.transaction(),
        subscription: id.to_owned(),
        payer,
        amount,
        has_setup_fee,
        given_back: 0,
        time,
        updated: time,
        pending,
        denied: false,
    };
    let (key, sale) = (payment.id.clone(), payment.sale());
    let movement = Entry {
        status: ledger::Status::begun(pending.is_some()),
        fee: -fee(amount).minor,
        reference: Some((id.to_owned(), "SUB")),
        payer: account,
        ..Entry::new(&key, "T0002", amount, time)
    };
    world.books.ledger.record(movement);
    world.books.payments.insert(key.clone(), payment);
    match pending {
        Some(pending) => {
            if let Some(after) = pending.after {
                world.schedule(time.after(after), |world, id| SETTLEMENT.in_time(world, id), &key);
            }
            world.emit("PAYMENT.SALE.PENDING", "sale", sale);
        }
        None => {
            paid(world, id, amount);
            world.emit("PAYMENT.SALE.COMPLETED", "sale", sale);
        }
    }
    key
}

/// Notes that money has come: no payment has failed since.
fn paid(world: &mut World, id: &str, amount: Money) {
    let now = world.now();
    let Some(subscription) = world.books.subscriptions.get_mut(id) else { return };
    subscription.failed = 0;
    if let Some(billing) = &mut subscription.billing {
        billing.last_payment = Some((amount, now));
    }
}

/// Lets the next payment of a subscription be pending: `reason`, `outcome`, and after how many `seconds` it comes.
pub(super) fn next_pending(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    world.next_payment = Some(Pending::read(&call.body, SETTLEMENT.outcomes)?);
    Ok(Answer::none())
}

fn settle(world: &mut World, id: &str, outcome: Outcome) {
    let now = world.now();
    let Some(payment) = world.books.payments.get_mut(id) else { return };
    let completed = outcome == Outcome::Completed;
    (payment.pending, payment.denied, payment.updated) = (None, !completed, now);
    let (sale, amount) = (payment.sale(), payment.amount);
    let (subscription, has_setup_fee) = (payment.subscription.clone(), payment.has_setup_fee);
    world.books.ledger.settle(id, ledger::Status::ended(completed), now);
    if completed {
        paid(world, &subscription, amount);
        return world.emit("PAYMENT.SALE.COMPLETED", "sale", sale);
    }
    world.emit("PAYMENT.SALE.DENIED", "sale", sale);
    deny(world, &subscription, amount, has_setup_fee);
}

/// A payment that was pending is denied: it has failed, and is not tried again.
fn deny(world: &mut World, id: &str, amount: Money, has_setup_fee: bool) {
    let (terms, now) = (terms_of(world, id), world.now());
    let Some(subscription) = world.books.subscriptions.get_mut(id) else { return };
    if let Some(billing) = &mut subscription.billing {
        let retry = billing.failure.as_ref().and_then(|failure| failure.retry);
        billing.failure = Some(Failure { amount, time: now, retry });
    }
    let Some(terms) = terms else { return };
    if has_setup_fee && terms.fee_or_cancel && subscription.status == Status::Active {
        emit(world, id, "BILLING.SUBSCRIPTION.PAYMENT.FAILED");
        return set_status(world, id, Status::Cancelled, None, "BILLING.SUBSCRIPTION.CANCELLED");
    }
    count(world, id, amount.minor, terms.threshold);
}
