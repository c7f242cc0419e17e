//! Payouts (Payouts v1).

mod processing;
mod receivers;
mod refusals;
mod request;
mod test_values;

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    base::{links::link, scopes},
    operations::{
        needs::Subject,
        operation::{Control, DAY, Operation, control, operation},
    },
    request::{
        answer::Answer,
        call::Call,
        paging::Page,
        refusal::{Issue, Refusal},
    },
    world::{
        World,
        ledger::{Entry, PRIMARY_CURRENCY},
        payout::{Batch, BatchStatus, Item, ItemStatus, Payouts},
    },
};

use refusals::{mistake, not_found, refuse};
use request::Request;

/// The operations. Keys are remembered as long as PayPal's file says.
pub(crate) static OPERATIONS: &[Operation] = &[
    operation("payouts.create", "POST", "/v1/payments/payouts", scopes::PAYOUTS, create).remembered(30 * DAY, show),
    operation("payouts.get", "GET", "/v1/payments/payouts/*", scopes::PAYOUTS, get),
    operation("payouts.get-item", "GET", "/v1/payments/payouts-item/*", scopes::PAYOUTS, get_item),
    operation("payouts.cancel-item", "POST", "/v1/payments/payouts-item/*/cancel", scopes::PAYOUTS, cancel_item),
];

/// What receivers do, and PayPal's reviewers.
pub(crate) static CONTROLS: &[Control] = &[
    control("payouts/receivers", receivers::set)
        .titled("Let a receiver's payouts fail")
        .with(|_, _| json!({"receiver": "ada@example.com", "error": "RISK_DECLINE"})),
    control("payouts-items/*/claim", receivers::claim)
        .needs(&SUBJECT, &["UNCLAIMED"], |world, id| is(world, id, ItemStatus::Unclaimed))
        .takes(&[]),
    control("payouts-items/*/refund", receivers::refund)
        .needs(&SUBJECT, &["SUCCESS"], |world, id| is(world, id, ItemStatus::Success))
        .takes(&[]),
    control("payouts-items/*/release", receivers::release)
        .needs(&SUBJECT, &["ONHOLD"], |world, id| is(world, id, ItemStatus::OnHold))
        .takes(&[]),
    control("payouts-items/*/block", receivers::block)
        .needs(&SUBJECT, &["ONHOLD"], |world, id| is(world, id, ItemStatus::OnHold))
        .takes(&[]),
];

static SUBJECT: Subject = Subject {
    name: "item",
    field: "payout_item_id",
    has: |books, id| books.payouts.items.contains_key(id),
    state: |world, id| world.books.payouts.items.get(id).map(|item| item.status.name().to_owned()),
};

fn is(world: &World, id: &str, status: ItemStatus) -> bool {
    world.books.payouts.items.get(id).is_some_and(|item| item.status == status)
}

/// How long a `sender_batch_id` may not be used again.
const SENDER_BATCH_ID: Duration = Duration::from_secs(30 * DAY);

/// Accepts a batch, and sets its money aside. It is paid afterwards: see [`processing`].
fn create(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    test_values::refuse_create(&call.body)?;
    let request = Request::read(&call.body)?;
    refuse_duplicate(world, request.sender_batch_id.as_deref())?;
    let at_once = call.parameter("sync_mode") == Some("true");
    if at_once && request.items.len() > 1 {
        return Err(refuse(400, "SYNC_MODE_NOT_APPLICABLE", "Only a single item can be paid at once"));
    }
    let currency = request.amount.currency;
    if currency != PRIMARY_CURRENCY && !world.books.ledger.holds(currency) {
        return Err(refuse(400, "NON_HOLDING_CURRENCY", "The account has no balance in this currency"));
    }
    let batch = world.ids.payout();
    let items: Vec<_> = request.items.into_iter().map(|item| item.into_item(world.ids.payout(), &batch)).collect();
    let reserved = items.iter().map(|item| item.reserved().minor).sum();
    if world.books.ledger.balance(currency).available() < reserved {
        return Err(refuse(422, "INSUFFICIENT_FUNDS", "The balance is less than the payout and its fees"));
    }
    let (hold, now) = (world.ids.transaction(), world.now());
    world.books.ledger.record(Entry::new(&hold, "T1503", request.amount.with(-reserved), now));
    if let Some(id) = request.sender_batch_id {
        world.books.payouts.by_sender.insert(id, batch.clone());
    }
    let made = Batch {
        id: batch.clone(),
        header: request.header,
        amount: request.amount,
        status: BatchStatus::Pending,
        items: items.iter().map(|item| item.id.clone()).collect(),
        created: now,
        completed: None,
    };
    world.books.payouts.items.extend(items.into_iter().map(|item| (item.id.clone(), item)));
    world.books.payouts.batches.insert(batch.clone(), made);
    if at_once {
        processing::process(world, &batch);
        processing::complete(world, &batch);
        let document = document(&world.books.payouts, &batch).ok_or_else(not_found)?;
        return Ok(Answer::json(201, document).about(batch));
    }
    processing::schedule(world, &batch);
    Ok(show(world, call, &batch).status(201).about(batch))
}

fn refuse_duplicate(world: &World, sender_batch_id: Option<&str>) -> Result<(), Refusal> {
    let payouts = &world.books.payouts;
    let earlier = sender_batch_id.and_then(|id| payouts.by_sender.get(id)).and_then(|id| payouts.batches.get(id));
    match earlier {
        Some(batch) if world.now().since(batch.created) < SENDER_BATCH_ID => {
            let mistake = mistake("SENDER_BATCH_ID", "Another payout has this sender_batch_id");
            let issues = vec![Issue { link: Some(link("self", "GET", &batch.path())), ..mistake }];
            let message = "The request or the account stands against it";
            Err(Refusal { issues, ..refuse(400, "USER_BUSINESS_ERROR", message) })
        }
        _ => Ok(()),
    }
}

/// A batch as creating it answers.
fn show(world: &World, _: &Call, id: &str) -> Answer {
    world.books.payouts.batches.get(id).map_or_else(Answer::none, |batch| Answer::ok(batch.created()))
}

/// Returns a whole batch.
pub(crate) fn document(payouts: &Payouts, id: &str) -> Option<Value> {
    let batch = payouts.batches.get(id)?;
    let items: Vec<_> = payouts.items_of(batch).map(Item::listed).collect();
    let links = [link("self", "GET", &batch.path())];
    Some(json!({"batch_header": batch.header(payouts.fees(batch)), "items": items, "links": links}))
}

/// Answers with a batch and a page of its items, or the parts of it that `fields` names.
fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let page = Page::read(call, 1000, 1000, 1000)?;
    if let Some(answer) = test_values::batch(world, call.id(0)) {
        return answer;
    }
    let payouts = &world.books.payouts;
    let batch = payouts.batches.get(call.id(0)).ok_or_else(not_found)?;
    let total = batch.items.len();
    let mut document = json!({});
    if call.parameter("total_required") == Some("true") {
        document["total_items"] = total.into();
        document["total_pages"] = page.count(total).into();
    }
    let asked =
        |name: &str| call.parameter("fields").is_none_or(|fields| fields.split(',').any(|it| it.trim() == name));
    if asked("batch_header") {
        document["batch_header"] = batch.header(payouts.fees(batch));
    }
    if asked("items") {
        document["items"] = page.select(payouts.items_of(batch)).into_iter().map(Item::listed).collect();
        let query = call.query_without(&["page", "page_size"]);
        document["links"] = page.links(&batch.path(), &query, page.count(total)).into();
    }
    Ok(Answer::ok(document))
}

fn get_item(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    if let Some(answer) = test_values::item(world, call.id(0)) {
        return answer;
    }
    item_document(&world.books.payouts, call.id(0)).map(Answer::ok).ok_or_else(not_found)
}

pub(crate) fn item_document(payouts: &Payouts, id: &str) -> Option<Value> {
    let item = payouts.items.get(id)?;
    Some(item.document(payouts.sender_batch_id(item)))
}

/// Takes an unclaimed item back. The fee stays paid.
fn cancel_item(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let id = call.id(0);
    if let Some(answer) = test_values::cancelled(world, id) {
        return answer;
    }
    let payouts = &world.books.payouts;
    let item = payouts.items.get(id).ok_or_else(not_found)?;
    if !payouts.batches.get(&item.batch).is_some_and(|batch| batch.status.is_final()) {
        return Err(refuse(400, "BATCH_NOT_COMPLETED", "The batch is still being worked off"));
    }
    match item.status {
        ItemStatus::Unclaimed => {}
        ItemStatus::Returned { cancelled: true } => {
            return Err(refuse(400, "ITEM_ALREADY_CANCELLED", "The item has been cancelled already"));
        }
        _ => return Err(refuse(400, "ITEM_INCORRECT_STATUS", "Only an unclaimed item can be cancelled")),
    }
    processing::bring_back(world, id, ItemStatus::Returned { cancelled: true });
    let document = item_document(&world.books.payouts, id).ok_or_else(not_found)?;
    Ok(Answer::ok(document).about(id))
}
