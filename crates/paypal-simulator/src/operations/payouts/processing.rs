//! What becomes of a payout over time.
//!
//! Its money is on hold from the beginning (T1503). Two seconds later it is being processed, and another three seconds later
//! each item has its outcome: its part of the hold ends (T1105), and what is paid leaves the balance with its fee (T0001).
//! Unclaimed money comes back after 30 days (T1114). The codes are those of
//! <https://developer.paypal.com/payouts/use-payouts/view-transactions>.

use std::time::Duration;

use serde_json::json;

use crate::{
    base::{ids::Ids, links::link},
    operations::operation::DAY,
    world::{
        World,
        ledger::Entry,
        payout::{BatchStatus, Item, ItemStatus, Reason, RecipientType, fee},
    },
};

const UNTIL_PROCESSING: Duration = Duration::from_secs(2);
const UNTIL_COMPLETED: Duration = Duration::from_secs(5);
const CLAIMABLE: Duration = Duration::from_secs(30 * DAY);

/// Schedules the processing of a batch that was made just now.
pub(super) fn schedule(world: &mut World, batch: &str) {
    let now = world.now();
    world.schedule(now.after(UNTIL_PROCESSING), process, batch);
    world.schedule(now.after(UNTIL_COMPLETED), complete, batch);
}

/// Begins to process a batch: the fees are known.
pub(super) fn process(world: &mut World, batch: &str) {
    set_status(world, batch, BatchStatus::Processing, "PAYMENT.PAYOUTSBATCH.PROCESSING");
}

/// Pays the items of a batch.
pub(super) fn complete(world: &mut World, id: &str) {
    let Some(batch) = world.books.payouts.batches.get(id) else { return };
    for item in batch.items.clone() {
        pay(world, &item);
    }
    let payouts = &world.books.payouts;
    let Some(batch) = payouts.batches.get(id) else { return };
    let denied = payouts.items_of(batch).all(|item| item.status == ItemStatus::Failed);
    if denied {
        set_status(world, id, BatchStatus::Denied, "PAYMENT.PAYOUTSBATCH.DENIED");
    } else {
        set_status(world, id, BatchStatus::Success, "PAYMENT.PAYOUTSBATCH.SUCCESS");
    }
}

fn set_status(world: &mut World, id: &str, status: BatchStatus, event: &str) {
    let now = world.now();
    let payouts = &mut world.books.payouts;
    let Some(batch) = payouts.batches.get_mut(id) else { return };
    batch.status = status;
    batch.completed = status.is_final().then_some(now);
    if status == BatchStatus::Processing {
        for id in &batch.items {
            if let Some(item) = payouts.items.get_mut(id) {
                item.fee = fee(item.amount);
            }
        }
    }
    let Some(batch) = payouts.batches.get(id) else { return };
    let resource =
        json!({"batch_header": batch.header(payouts.fees(batch)), "links": [link("self", "GET", &batch.path())]});
    world.emit(event, "payouts", resource);
}

/// Gives an item its outcome.
fn pay(world: &mut World, id: &str) {
    let Some(item) = world.books.payouts.items.get(id) else { return };
    let reason = obstacle(world, item);
    finish(world, id, reason.map_or(ItemStatus::Success, Reason::status), reason);
}

/// Gives an item whose money is on hold its outcome.
pub(super) fn finish(world: &mut World, id: &str, status: ItemStatus, reason: Option<Reason>) {
    let Some(item) = world.books.payouts.items.get(id) else { return };
    let (amount, fee, reserved, now) = (item.amount, item.fee, item.reserved(), world.now());
    let (custom_id, payer) = (item.detail["sender_item_id"].as_str().map(str::to_owned), account(world, item));
    let told_by_mail = item.recipient != RecipientType::Phone;
    let debug_id = Ids::debug_of(id);
    let mut payment = None;
    if status != ItemStatus::OnHold {
        let release = world.ids.transaction();
        world.books.ledger.record(Entry::new(&release, "T1105", reserved, now));
    }
    if matches!(status, ItemStatus::Success | ItemStatus::Unclaimed) {
        let (transaction, activity) = (world.ids.transaction(), world.ids.transaction());
        let paid =
            Entry { fee: -fee, payer, custom_id, ..Entry::new(&transaction, "T0001", amount.with(-amount.minor), now) };
        world.books.ledger.record(paid);
        payment = Some((transaction, activity));
        world.mail(id, u32::from(told_by_mail));
    }
    if let Some(item) = world.books.payouts.items.get_mut(id) {
        (item.transaction, item.activity) = payment.unzip();
        item.reason = reason.map(|reason| (reason, debug_id));
    }
    set_item(world, id, status);
    match status {
        ItemStatus::Unclaimed => world.schedule(now.after(CLAIMABLE), return_unclaimed, id),
        ItemStatus::Success => credit(world, id),
        _ => {}
    }
}

/// Sets the status of an item, and emits its event.
pub(super) fn set_item(world: &mut World, id: &str, status: ItemStatus) {
    let now = world.now();
    let Some(item) = world.books.payouts.items.get_mut(id) else { return };
    item.status = status;
    item.processed = Some(now);
    if status == ItemStatus::Success {
        item.reason = None;
        let name = world.payers.iter().find(|payer| is(&payer.id, &payer.email, item));
        if let Some(payer) = name {
            item.detail["recipient_name"] = json!({"given_name": payer.given_name, "surname": payer.surname});
        }
    }
    let payouts = &world.books.payouts;
    let resource = payouts.items.get(id).map(|item| item.resource(payouts.sender_batch_id(item)));
    if let Some((event, resource)) = status.event().zip(resource) {
        world.emit(event, "payouts_item", resource);
    }
}

/// Whether an account is the receiver of an item.
fn is(id: &str, email: &str, item: &Item) -> bool {
    match item.recipient {
        RecipientType::Email => email.eq_ignore_ascii_case(&item.receiver),
        RecipientType::PayPalId => id == item.receiver,
        RecipientType::Phone | RecipientType::UserHandle => false,
    }
}

/// Returns the merchant who is the receiver of an item, as an index.
fn merchant(world: &World, item: &Item) -> Option<usize> {
    world.merchants.iter().position(|merchant| is(&merchant.id, &merchant.email, item))
}

/// Returns the id of the receiver's account.
fn account(world: &World, item: &Item) -> Option<String> {
    let payer = world.payers.iter().find(|payer| is(&payer.id, &payer.email, item));
    payer.map(|payer| payer.id.clone()).or_else(|| Some(world.merchants[merchant(world, item)?].id.clone()))
}

/// Returns why an item cannot be paid, or is not claimed.
fn obstacle(world: &World, item: &Item) -> Option<Reason> {
    let set = world.books.payouts.receivers.get(&item.receiver).copied();
    let unknown = match item.recipient {
        RecipientType::PayPalId => Reason::INVALID_ACCOUNT,
        _ => Reason::UNREGISTERED,
    };
    let of_itself = merchant(world, item) == Some(world.acting());
    set.or(of_itself.then_some(Reason::SELF_PAY)).or_else(|| account(world, item).is_none().then_some(unknown))
}

/// Adds a payment to the balance of a merchant who receives it.
pub(super) fn credit(world: &mut World, id: &str) {
    let Some(item) = world.books.payouts.items.get(id) else { return };
    let Some(receiver) = merchant(world, item) else { return };
    let (amount, payer, now) = (item.amount, Some(world.merchant().id.clone()), world.now());
    let (own, sender) = (world.ids.transaction(), world.acting());
    world.enter(receiver);
    world.books.ledger.record(Entry { payer, ..Entry::new(&own, "T0001", amount, now) });
    world.enter(sender);
}

/// Returns an item that nobody has claimed for 30 days.
fn return_unclaimed(world: &mut World, id: &str) {
    if world.books.payouts.items.get(id).is_some_and(|item| item.status == ItemStatus::Unclaimed) {
        bring_back(world, id, ItemStatus::Returned { cancelled: false });
    }
}

/// Brings the money of a paid item back. PayPal keeps its fee.
pub(super) fn bring_back(world: &mut World, id: &str, status: ItemStatus) {
    let Some(item) = world.books.payouts.items.get(id) else { return };
    let code = if status == ItemStatus::Refunded { "T1115" } else { "T1114" };
    let reference = item.transaction.clone().map(|id| (id, "TXN"));
    let (amount, now) = (item.amount, world.now());
    let custom_id = item.detail["sender_item_id"].as_str().map(str::to_owned);
    let own = world.ids.transaction();
    world.books.ledger.record(Entry { reference, custom_id, ..Entry::new(&own, code, amount, now) });
    set_item(world, id, status);
}
