//! Orders (Orders v2).

mod document;
mod payment_source;
mod purchase_units;

use std::sync::Arc;

use serde_json::{Value, json};

use crate::{
    base::links::SITE,
    base::scopes,
    operations::operation::{Control, HOUR, Operation, control, operation},
    operations::{
        authorizations, captures,
        orders::{
            payment_source::{Source, is_rejected, kind, shown},
            purchase_units::read_units,
        },
    },
    request::{answer::Answer, call::Call, patch, refusal::Refusal},
    world::{
        World,
        accounts::Payer,
        capture,
        order::{Intent, Order, Status, Unit},
    },
};

/// The operations. Keys are remembered as long as PayPal's API reference says
/// (<https://developer.paypal.com/api/rest/reference/idempotency/>).
pub(crate) static OPERATIONS: &[Operation] = &[
    operation("orders.create", "POST", "/v2/checkout/orders", scopes::ORDERS, create).remembered(6 * HOUR, show),
    operation("orders.get", "GET", "/v2/checkout/orders/*", scopes::ORDERS, get),
    operation("orders.update", "PATCH", "/v2/checkout/orders/*", scopes::ORDERS, update),
    operation(
        "orders.confirm-payment-source",
        "POST",
        "/v2/checkout/orders/*/confirm-payment-source",
        scopes::ORDERS,
        confirm,
    ),
    operation("orders.authorize", "POST", "/v2/checkout/orders/*/authorize", scopes::ORDERS, authorize)
        .remembered(6 * HOUR, show),
    operation("orders.capture", "POST", "/v2/checkout/orders/*/capture", scopes::ORDERS, capture)
        .remembered(6 * HOUR, show),
];

/// What payers do.
pub(crate) static CONTROLS: &[Control] = &[control("orders/*/approve", |world, call| {
    let payer = world.payer_named(&call.body["payer"])?;
    approve(world, call.id(0), &payer).map(|()| Answer::none())
})];

pub(crate) fn create(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let intent = match &call.body["intent"] {
        Value::String(intent) if intent == "CAPTURE" => Intent::Capture,
        Value::String(intent) if intent == "AUTHORIZE" => Intent::Authorize,
        Value::Null => return Err(Refusal::missing("/intent")),
        other => {
            let description = "It must be CAPTURE or AUTHORIZE.";
            return Err(Refusal::invalid("/intent", other.clone(), "INVALID_PARAMETER_VALUE", description));
        }
    };
    let units = read_units(&call.body["purchase_units"])?;
    let source = &call.body["payment_source"];
    let kind = kind(source)?;
    if matches!(kind, Source::AtOnce { .. }) {
        if call.key.is_none() {
            let description = "An order that is paid at once needs a PayPal-Request-Id.";
            return Err(Refusal::header("PayPal-Request-Id", "PAYPAL_REQUEST_ID_REQUIRED", description));
        }
        refuse_paid(world, &units)?;
    }
    let (id, now) = (world.ids.transaction(), world.now());
    let order = Order {
        id: id.clone(),
        intent,
        status: match kind {
            Source::None => Status::Created,
            Source::Payer => Status::PayerActionRequired,
            Source::AtOnce { .. } => Status::Approved,
        },
        units,
        source: shown(source),
        payer: None,
        created: now,
        updated: now,
    };
    world.books.orders.insert(id.clone(), order);
    if let Source::AtOnce { declined } = kind {
        pay(world, &id, declined);
    }
    Ok(show(world, call, &id).status(201).about(id))
}

/// An order as a write shows it.
pub(crate) fn show(world: &World, call: &Call, id: &str) -> Answer {
    let Some(order) = world.books.orders.get(id) else { return Answer::none() };
    Answer::ok(if call.representation { order.document(world) } else { order.minimal(world) })
}

fn find<'a>(world: &'a World, call: &Call) -> Result<&'a Order, Refusal> {
    let id = call.id(0);
    world.books.orders.get(id).ok_or_else(|| Refusal::not_found("order_id", id))
}

pub(crate) fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(find(world, call)?.document(world)))
}

pub(crate) fn update(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let order = find(world, call)?;
    if order.status == Status::Completed {
        return Err(Refusal::business("ORDER_ALREADY_COMPLETED", "A paid order cannot be changed."));
    }
    let mut document = json!({"intent": order.intent.name(), "purchase_units": {}});
    for unit in &order.units {
        let name = unit.document["reference_id"].as_str().unwrap_or_default();
        document["purchase_units"][name] = unit.document.clone();
    }
    patch::apply(&call.body, &mut document, &patch::ORDER)?;
    let intent = match document["intent"].as_str() {
        Some("CAPTURE") => Intent::Capture,
        Some("AUTHORIZE") => Intent::Authorize,
        _ => return Err(Refusal::business("UNSUPPORTED_INTENT", "It must be CAPTURE or AUTHORIZE.")),
    };
    let changed: Vec<_> = match document["purchase_units"].take() {
        Value::Object(units) => units.into_iter().map(|(_, unit)| unit).collect(),
        _ => Vec::new(),
    };
    let units = read_units(&changed.into())?;
    let (id, now) = (order.id.clone(), world.now());
    if let Some(order) = world.books.orders.get_mut(&id) {
        (order.intent, order.units, order.updated) = (intent, units, now);
    }
    Ok(Answer::none().about(id))
}

pub(crate) fn confirm(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let order = find(world, call)?;
    if order.status == Status::Completed {
        let issue = match order.intent {
            Intent::Capture => "ORDER_ALREADY_CAPTURED",
            Intent::Authorize => "ORDER_ALREADY_AUTHORIZED",
        };
        return Err(Refusal::business(issue, "The order has been paid."));
    }
    let source = &call.body["payment_source"];
    let (id, now) = (order.id.clone(), world.now());
    let status = match kind(source)? {
        Source::None => {
            return Err(Refusal::business("NO_PAYMENT_SOURCE_PROVIDED", "A payment source is needed."));
        }
        Source::Payer => Status::PayerActionRequired,
        Source::AtOnce { .. } => Status::Approved,
    };
    if let Some(order) = world.books.orders.get_mut(&id) {
        (order.status, order.source, order.updated) = (status, shown(source), now);
    }
    Ok(show(world, call, &id).about(id))
}

/// Captures an approved order.
pub(crate) fn capture(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    settle(world, call, Intent::Capture)
}

/// Authorizes an approved order.
pub(crate) fn authorize(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    settle(world, call, Intent::Authorize)
}

fn settle(world: &mut World, call: &Call, intent: Intent) -> Result<Answer, Refusal> {
    let order = find(world, call)?;
    if order.intent != intent {
        return Err(Refusal::business("ACTION_DOES_NOT_MATCH_INTENT", "The order has another intent."));
    }
    let given = kind(&call.body["payment_source"])?;
    match (order.status, intent) {
        (Status::Completed, Intent::Capture) => {
            return Err(Refusal::business("ORDER_ALREADY_CAPTURED", "The order has been captured already."));
        }
        (Status::Completed, Intent::Authorize) => {
            return Err(Refusal::business("ORDER_ALREADY_AUTHORIZED", "The order has been authorized already."));
        }
        (Status::Created | Status::PayerActionRequired, _) if !matches!(given, Source::AtOnce { .. }) => {
            let refusal = Refusal::business("ORDER_NOT_APPROVED", "The payer has not approved the order.");
            return Err(refusal.redirect(format!("{}/checkoutnow?token={}", SITE, order.id)));
        }
        _ => {}
    }
    refuse_paid(world, &order.units)?;
    let declined = match (given, &order.source) {
        (Source::AtOnce { declined }, _) => declined,
        (_, Some(source)) => is_rejected(source),
        _ => false,
    };
    let id = order.id.clone();
    if let Source::AtOnce { .. } = given
        && let Some(order) = world.books.orders.get_mut(&id)
    {
        order.source = shown(&call.body["payment_source"]);
    }
    pay(world, &id, declined);
    Ok(show(world, call, &id).status(201).about(id))
}

/// Captures or authorizes each purchase unit.
fn pay(world: &mut World, id: &str, declined: bool) {
    let now = world.now();
    let Some(order) = world.books.orders.get_mut(id) else { return };
    (order.status, order.updated) = (Status::Completed, now);
    let intent = order.intent;
    let units: Vec<_> = order
        .units
        .iter()
        .enumerate()
        .map(|(unit, it)| capture::Details {
            order: id.to_owned(),
            unit,
            authorization: None,
            amount: it.amount,
            last: true,
            declined,
            invoice_id: it.text("invoice_id"),
            custom_id: it.text("custom_id"),
            note: None,
        })
        .collect();
    for details in units {
        match intent {
            Intent::Capture => _ = captures::make(world, details),
            Intent::Authorize => _ = authorizations::make(world, id, details.unit, details.amount),
        }
    }
    if let Some(document) = world.books.orders.get(id).filter(|_| !declined).map(|order| order.document(world)) {
        world.emit("CHECKOUT.ORDER.COMPLETED", "checkout-order", document);
    }
}

/// Approves an order, as the payer does on the page that it links to.
pub(crate) fn approve(world: &mut World, id: &str, payer: &Arc<Payer>) -> Result<(), Refusal> {
    world.enter_where(|books| books.orders.contains_key(id));
    let now = world.now();
    let order = world.books.orders.get_mut(id).ok_or_else(|| Refusal::not_found("order_id", id))?;
    if matches!(order.status, Status::Created | Status::PayerActionRequired) {
        (order.status, order.payer, order.updated) = (Status::Approved, Some(payer.clone()), now);
        let paypal = json!({
            "email_address": payer.email,
            "account_id": payer.id,
            "account_status": "VERIFIED",
            "name": payer.name(),
            "address": {"country_code": payer.country},
        });
        let own = order.source.as_ref().and_then(|it| it.as_object()?.keys().next().cloned());
        if own.is_none_or(|name| name == "paypal") {
            order.source = Some(json!({"paypal": paypal}));
        }
        if let Some(document) = world.books.orders.get(id).map(|order| order.document(world)) {
            world.emit("CHECKOUT.ORDER.APPROVED", "checkout-order", document);
        }
    }
    Ok(())
}

fn refuse_paid(world: &World, units: &[Unit]) -> Result<(), Refusal> {
    let invoices = units.iter().filter_map(|unit| unit.text("invoice_id"));
    invoices.into_iter().try_for_each(|invoice| captures::refuse_duplicate(world, &invoice))
}
