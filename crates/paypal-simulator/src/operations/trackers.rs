//! Trackers of parcels (Shipment Tracking v1, and those of Orders v2).

use serde_json::{Value, json};

use crate::{
    base::documents::pick,
    base::links::link,
    base::scopes,
    operations::operation::{Operation, operation},
    operations::orders,
    request::{
        answer::Answer,
        call::Call,
        check, patch,
        refusal::{Family, Refusal},
    },
    world::{
        World,
        tracker::{PATH, Tracker},
    },
};

/// The operations.
pub(crate) static OPERATIONS: &[Operation] = &[
    operation("trackers.add-batch", "POST", "/v1/shipping/trackers-batch", scopes::TRACKERS, add_batch),
    operation("trackers.add", "POST", "/v1/shipping/trackers", scopes::TRACKERS, add),
    operation("trackers.list", "GET", "/v1/shipping/trackers", scopes::TRACKERS_READ, list),
    operation("trackers.update", "PUT", "/v1/shipping/trackers/*", scopes::TRACKERS, update),
    operation("trackers.get", "GET", "/v1/shipping/trackers/*", scopes::TRACKERS_READ, get),
    operation("orders.add-tracking", "POST", "/v2/checkout/orders/*/track", scopes::ORDERS, track_order),
    operation("orders.update-tracking", "PATCH", "/v2/checkout/orders/*/trackers/*", scopes::ORDERS, update_order),
];

/// The maximum number that can be added at once.
const MAX_TRACKERS: usize = 20;

/// Reads a tracker.
fn read(world: &World, document: &Value, field: &str) -> Result<Tracker, Refusal> {
    let text = |name: &str| document[name].as_str().map(str::to_owned);
    let transaction = text("transaction_id").ok_or_else(|| Refusal::missing(&format!("{field}/transaction_id")))?;
    text("status").ok_or_else(|| Refusal::missing(&format!("{field}/status")))?;
    if text("tracking_number").is_some() && text("carrier").is_none() {
        return Err(Refusal::missing(&format!("{field}/carrier")));
    }
    let taken = world.books.captures.get(&transaction).is_some_and(|capture| !capture.details.declined);
    if !taken && world.books.payments.get(&transaction).is_none_or(|payment| payment.denied) {
        let at = format!("{field}/transaction_id");
        return Err(Refusal::invalid(&at, transaction, "INVALID_TRANSACTION_ID", "There is no such transaction."));
    }
    let id = match text("tracking_number") {
        Some(number) => format!("{transaction}-{number}"),
        None => format!("{transaction}-NOTRACKER"),
    };
    Ok(Tracker { id, transaction, members: document.clone(), updated: world.now() })
}

/// Stores a tracker. Mails the payer if it is new and `notify` is set.
fn store(world: &mut World, tracker: Tracker, notify: bool) {
    let id = tracker.id.clone();
    let is_new = world.books.put_tracker(tracker);
    if notify && is_new {
        world.mail(&id, 1);
    }
}

fn given(call: &Call) -> Result<&[Value], Refusal> {
    match call.body["trackers"].as_array().map(Vec::as_slice) {
        None | Some([]) => Err(Refusal::missing("/trackers")),
        Some(trackers) if trackers.len() > MAX_TRACKERS => {
            Err(Refusal::invalid("/trackers", "", "INVALID_ARRAY_MAX_ITEMS", "There can be at most 20 trackers."))
        }
        Some(trackers) => Ok(trackers),
    }
}

/// Adds the valid ones; the answer is 200, with the errors of the others.
pub(crate) fn add_batch(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let (mut added, mut errors, mut ids) = (Vec::new(), Vec::new(), Vec::new());
    for (index, document) in given(call)?.iter().enumerate() {
        match read(world, document, &format!("/trackers/{index}")) {
            Ok(tracker) => {
                added.push(tracker.identifier());
                ids.push(tracker.id.clone());
                store(world, tracker, document["notify_buyer"] == true);
            }
            Err(refusal) => {
                let debug_id = world.ids.debug();
                errors.push(refusal.document(Family::Coded, &debug_id));
            }
        }
    }
    let own = link("self", "POST", "/v1/shipping/trackers-batch");
    let mut document = json!({});
    // By PayPal's file neither list is ever empty.
    for (name, list) in [("tracker_identifiers", added), ("errors", errors)] {
        if !list.is_empty() {
            document[name] = list.into();
        }
    }
    document["links"] = json!([own]);
    let answer = Answer::ok(document);
    Ok(if ids.is_empty() { answer } else { answer.about(ids.join(",")) })
}

/// Adds all or none.
pub(crate) fn add(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let documents = given(call)?;
    let trackers = documents.iter().enumerate();
    let trackers: Vec<_> = trackers
        .map(|(index, document)| read(world, document, &format!("/trackers/{index}")))
        .collect::<Result<_, _>>()?;
    let added: Vec<_> = trackers.iter().map(Tracker::identifier).collect();
    let ids: Vec<_> = trackers.iter().map(|tracker| tracker.id.clone()).collect();
    for (tracker, document) in trackers.into_iter().zip(documents) {
        store(world, tracker, document["notify_buyer"] == true);
    }
    let answer = json!({"tracker_identifiers": added, "links": [link("self", "POST", PATH)]});
    Ok(Answer::ok(answer).about(ids.join(",")))
}

pub(crate) fn list(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let Some(transaction) = call.parameter("transaction_id") else {
        let description = "This is required and missing.";
        return Err(Refusal::query("transaction_id", "", "MISSING_REQUIRED_PARAMETER", description));
    };
    let number = call.parameter("tracking_number");
    let fits = |tracker: &&Tracker| number.is_none_or(|number| tracker.members["tracking_number"] == number);
    let found: Vec<_> = world.books.trackers_of(transaction).filter(fits).map(Tracker::document).collect();
    Ok(Answer::ok(json!({"trackers": found})))
}

fn find<'a>(world: &'a World, call: &Call) -> Result<&'a Tracker, Refusal> {
    let id = call.id(0);
    world.books.trackers.get(id).ok_or_else(|| Refusal::not_found("id", id))
}

pub(crate) fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(find(world, call)?.document()))
}

/// Replaces a tracker.
pub(crate) fn update(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let id = find(world, call)?.id.clone();
    let tracker = read(world, &call.body, "")?;
    let notify = call.body["notify_buyer"] == true;
    if notify {
        world.mail(&id, 1);
    }
    world.books.put_tracker(Tracker { id: id.clone(), ..tracker });
    Ok(Answer::none().about(id))
}

/// Adds a parcel to an order.
pub(crate) fn track_order(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let id = call.id(0);
    let order = world.books.orders.get(id).ok_or_else(|| Refusal::not_found("order_id", id))?;
    let Some(capture) = call.body["capture_id"].as_str() else { return Err(Refusal::missing("/capture_id")) };
    if !order.units.iter().any(|unit| unit.captures.iter().any(|id| id == capture)) {
        let description = "The order has no such capture.";
        return Err(Refusal::business_at("/capture_id", capture, "CAPTURE_ID_NOT_FOUND", description));
    }
    let order = id.to_owned();
    let mut document = call.body.clone();
    document["transaction_id"] = capture.into();
    document["status"] = "SHIPPED".into();
    let tracker = read(world, &document, "")?;
    let tracker_id = tracker.id.clone();
    store(world, tracker, call.body["notify_payer"] == true);
    Ok(orders::show(world, call, &order).status(201).about(tracker_id))
}

/// Changes or cancels an order's tracker.
pub(crate) fn update_order(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let (order, id) = (world.books.orders.get(call.id(0)), call.id(1).to_owned());
    let captures: Vec<_> = order.iter().flat_map(|order| &order.units).flat_map(|unit| &unit.captures).collect();
    let tracker = world.books.trackers.get(&id).filter(|tracker| captures.contains(&&tracker.transaction));
    // The only 404 that PayPal documents here.
    let tracker = tracker.ok_or_else(|| Refusal::not_found("tracker_id", &id).because("TRACKER_ID_NOT_FOUND"))?;
    let mut members = tracker.members.clone();
    patch::apply(&call.body, &mut members, &patch::ORDER_TRACKER)?;
    let mut changed = pick(&members, &["items", "notify_payer"]);
    changed["capture_id"] = tracker.transaction.as_str().into();
    check::body("orders.add-tracking", &mut changed)?;
    if members["status"] != tracker.members["status"] && members["status"] != "CANCELLED" {
        let description = "It can only be set to CANCELLED.";
        let status = members["status"].take();
        return Err(Refusal::invalid("/status", status, "INVALID_PARAMETER_VALUE", description));
    }
    let now = world.now();
    if let Some(tracker) = world.books.trackers.get_mut(&id) {
        (tracker.members, tracker.updated) = (members, now);
    }
    Ok(Answer::none().about(id))
}
