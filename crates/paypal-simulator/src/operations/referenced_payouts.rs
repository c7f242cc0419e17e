//! Referenced payouts (Referenced Payouts v1): the money of captures that PayPal holds, because their order says
//! `disbursement_mode: DELAYED`, goes to the seller.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    base::scopes,
    operations::operation::{DAY, Operation, operation},
    request::{answer::Answer, call::Call, refusal::Refusal},
    world::{
        World,
        ledger::Entry,
        money::Money,
        referenced_payout::{BATCHES, Batch, ITEMS, Item, State},
    },
};

/// PayPal keeps keys forever.
const FOREVER: u64 = 36_500 * DAY;

/// The operations.
pub(crate) static OPERATIONS: &[Operation] = &[
    operation("referenced-payouts.create", "POST", BATCHES, scopes::REFERENCED_PAYOUTS, create)
        .remembered(FOREVER, show),
    operation(
        "referenced-payouts.get",
        "GET",
        "/v1/payments/referenced-payouts/*",
        scopes::REFERENCED_PAYOUTS_READ,
        get,
    ),
    operation("referenced-payouts.create-item", "POST", ITEMS, scopes::REFERENCED_PAYOUTS_ITEMS, create_item)
        .remembered(FOREVER, show_item),
    operation(
        "referenced-payouts.get-item",
        "GET",
        "/v1/payments/referenced-payouts-items/*",
        scopes::REFERENCED_PAYOUTS_ITEMS_READ,
        get_item,
    ),
];

/// The most items that are worked off before PayPal answers, and how long more of them take: an assumption.
const AT_ONCE: usize = 10;
const LATER: Duration = Duration::from_secs(2);

/// When PayPal pays out by itself
/// (<https://developer.paypal.com/limited-release/commerce-platform/accept-payments/delay-disbursement>).
const LONGEST: Duration = Duration::from_secs(28 * DAY);

/// Holds the money of a capture that is completed, if its order says so.
pub(crate) fn hold(world: &mut World, id: &str) {
    let Some(capture) = world.books.captures.get_mut(id).filter(|it| it.details.delayed && it.is_completed()) else {
        return;
    };
    let net = capture.net();
    capture.held = net.minor;
    record(world, id, "T2101", net.with(-net.minor));
    let by_itself = world.now().after(LONGEST);
    world.schedule(by_itself, |world, id| _ = release(world, id, i64::MAX), id);
}

/// Releases at most so much of what is held of a capture. Returns the transaction and how much it was.
pub(crate) fn release(world: &mut World, id: &str, most: i64) -> Option<(String, Money)> {
    let capture = world.books.captures.get_mut(id).filter(|capture| capture.held > 0)?;
    let released = capture.details.amount.with(capture.held.min(most));
    capture.held -= released.minor;
    Some((record(world, id, "T2102", released), released))
}

fn record(world: &mut World, capture: &str, code: &'static str, amount: Money) -> String {
    let (id, now) = (world.ids.transaction(), world.now());
    let reference = Some((capture.to_owned(), "TXN"));
    world.books.ledger.record(Entry { reference, ..Entry::new(&id, code, amount, now) });
    id
}

/// Adds an item, which is not worked off yet.
fn add(world: &mut World, members: &Value) -> String {
    let (id, seller) = (world.ids.payout(), world.merchant().id.clone());
    let item = Item { id: id.clone(), members: members.clone(), state: State::Pending, seller };
    world.books.referenced_payouts.items.insert(id.clone(), item);
    id
}

/// Works an item off.
fn process(world: &mut World, id: &str) {
    let Some(reference) = world.books.referenced_payouts.items.get(id).map(|item| item.reference().to_owned()) else {
        return;
    };
    let state = match obstacle(world, &reference) {
        Some(reason) => State::Failed(reason),
        None => match release(world, &reference, i64::MAX) {
            Some((transaction, amount)) => State::Paid(transaction, amount),
            None => State::Failed("NO_AMOUNT_AVAILABLE_TO_DISBURSE"),
        },
    };
    let event = match state {
        State::Paid(..) => "PAYMENT.REFERENCED-PAYOUT-ITEM.COMPLETED",
        _ => "PAYMENT.REFERENCED-PAYOUT-ITEM.FAILED",
    };
    let Some(item) = world.books.referenced_payouts.items.get_mut(id) else { return };
    item.state = state;
    let document = item.document();
    world.emit(event, "referenced-payout-item", document);
}

/// Returns PayPal's reason not to pay a payment out.
fn obstacle(world: &World, reference: &str) -> Option<&'static str> {
    let Some(capture) = world.books.captures.get(reference).filter(|capture| capture.details.delayed) else {
        return Some("TRANSACTION_NOT_VALID");
    };
    if world.books.referenced_payouts.paid(reference).is_some() {
        return Some("PAYOUT_ALREADY_COMPLETED_FOR_REFERENCE");
    }
    if capture.pending.is_some() {
        return Some("TRANSACTION_ON_HOLD");
    }
    if !capture.is_completed() {
        return Some("TRANSACTION_DENIED");
    }
    if world.books.holding_dispute(reference).is_some() {
        return Some("TRANSACTION_UNDER_DISPUTE");
    }
    (capture.refunded == capture.details.amount.minor).then_some("TRANSACTION_ALREADY_REVERSED")
}

fn create(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let Some(given) = call.body["referenced_payouts"].as_array().filter(|items| !items.is_empty()) else {
        return Err(Refusal::missing("/referenced_payouts"));
    };
    for (index, item) in given.iter().enumerate() {
        check(item, &format!("/referenced_payouts/{index}"))?;
    }
    let items: Vec<_> = given.iter().map(|members| add(world, members)).collect();
    let id = world.ids.payout();
    let batch = Batch { id: id.clone(), items: items.clone() };
    let links = batch.links();
    world.books.referenced_payouts.batches.insert(id.clone(), batch);
    if items.len() > AT_ONCE {
        let later = world.now().after(LATER);
        items.iter().for_each(|item| world.schedule(later, process, item));
        return Ok(Answer::json(202, json!({"links": links})).about(id));
    }
    items.iter().for_each(|item| process(world, item));
    Ok(show(world, call, &id).status(201).about(id))
}

fn check(item: &Value, field: &str) -> Result<(), Refusal> {
    for name in ["reference_id", "reference_type"] {
        if item[name].as_str().is_none_or(str::is_empty) {
            return Err(Refusal::missing(&format!("{field}/{name}")));
        }
    }
    Ok(())
}

fn show(world: &World, _: &Call, id: &str) -> Answer {
    let payouts = &world.books.referenced_payouts;
    payouts.batches.get(id).map_or_else(Answer::none, |batch| Answer::ok(payouts.document(batch)))
}

fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let payouts = &world.books.referenced_payouts;
    let batch = payouts.batches.get(call.id(0)).ok_or_else(|| Refusal::not_found("payouts_batch_id", call.id(0)))?;
    Ok(Answer::ok(payouts.document(batch)))
}

/// Pays one payment out. One that was paid out before is shown.
fn create_item(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    check(&call.body, "")?;
    let reference = call.body["reference_id"].as_str().unwrap_or_default();
    if let Some(item) = world.books.referenced_payouts.paid(reference) {
        return Ok(Answer::ok(item.document()));
    }
    if !world.books.captures.contains_key(reference) {
        return Err(Refusal::not_found_in_body("/reference_id", reference));
    }
    let id = add(world, &call.body);
    process(world, &id);
    Ok(show_item(world, call, &id).status(201).about(id))
}

fn show_item(world: &World, _: &Call, id: &str) -> Answer {
    world.books.referenced_payouts.items.get(id).map_or_else(Answer::none, |item| Answer::ok(item.document()))
}

fn get_item(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let item = world.books.referenced_payouts.items.get(call.id(0));
    let item = item.ok_or_else(|| Refusal::not_found("payouts_item_id", call.id(0)))?;
    Ok(Answer::ok(item.document()))
}
