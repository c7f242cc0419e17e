//! Authorizations: money that is reserved (Payments v2).

use serde_json::Value;

use crate::{
    base::scopes,
    operations::captures,
    operations::operation::{DAY, Operation, operation},
    request::{answer::Answer, call::Call, refusal::Refusal},
    world::{
        World,
        authorization::{Authorization, HONOR_PERIOD, Status, VALIDITY, limit},
        capture,
        card::processor::Processor,
        ledger::Entry,
        money::Money,
        order,
    },
};

/// The operations. Keys are remembered as long as PayPal's API reference says
/// (<https://developer.paypal.com/api/rest/reference/idempotency/>).
pub(crate) static OPERATIONS: &[Operation] = &[
    operation("payments.get-authorization", "GET", "/v2/payments/authorizations/*", scopes::PAYMENTS, get),
    operation(
        "payments.capture-authorization",
        "POST",
        "/v2/payments/authorizations/*/capture",
        scopes::PAYMENTS,
        capture,
    )
    .remembered(45 * DAY, captures::show),
    operation(
        "payments.reauthorize",
        "POST",
        "/v2/payments/authorizations/*/reauthorize",
        scopes::PAYMENTS,
        reauthorize,
    )
    .remembered(45 * DAY, show),
    operation("payments.void-authorization", "POST", "/v2/payments/authorizations/*/void", scopes::PAYMENTS, void)
        .remembered(45 * DAY, show_voided),
];

/// Reserves money for a purchase unit, unless the card is declined.
pub(crate) fn make(
    world: &mut World,
    order: &str,
    unit: usize,
    amount: Money,
    processor: Option<Processor>,
) -> Option<String> {
    reserve(world, order, unit, amount, processor, "T1300")
}

/// Does the same, with the code of the movement.
fn reserve(
    world: &mut World,
    order: &str,
    unit: usize,
    amount: Money,
    processor: Option<Processor>,
    code: &'static str,
) -> Option<String> {
    let denied = processor.is_some_and(|it| it.is_declined());
    let (id, now) = (world.ids.transaction(), world.now());
    let order = world.books.orders.get_mut(order)?;
    let unit_of = order.units.get_mut(unit)?;
    unit_of.authorizations.push(id.clone());
    let authorization = Authorization {
        id: id.clone(),
        order: order.id.clone(),
        unit,
        amount,
        captured: 0,
        status: if denied { Status::Denied } else { Status::Created },
        expires: now.after(VALIDITY),
        limit: limit(amount),
        processor,
        invoice_id: unit_of.text("invoice_id"),
        custom_id: unit_of.text("custom_id"),
        created: now,
        updated: now,
    };
    let document = authorization.document();
    let reference = Some((authorization.order.clone(), "ODR"));
    let movement = Entry { reference, ..movement(world, &authorization, code, amount.minor) };
    if !denied {
        world.books.ledger.record(movement);
    }
    world.books.authorizations.insert(id.clone(), authorization);
    if !denied {
        world.schedule(now.after(VALIDITY), expire, &id);
        world.emit("PAYMENT.AUTHORIZATION.CREATED", "authorization", document);
    }
    Some(id)
}

/// What happens to an authorization, as the ledger has it. No money moves.
fn movement(world: &World, authorization: &Authorization, code: &'static str, minor: i64) -> Entry {
    Entry {
        payer: world.books.payer_of(&authorization.order),
        invoice_id: authorization.invoice_id.clone(),
        custom_id: authorization.custom_id.clone(),
        ..Entry::new(&authorization.id, code, authorization.amount.with(minor), world.now())
    }
}

/// Voids what is left when it is not valid any more. A task of the agenda.
fn expire(world: &mut World, id: &str) {
    let now = world.now();
    let Some(authorization) = world.books.authorizations.get_mut(id) else { return };
    if matches!(authorization.status, Status::Created | Status::PartiallyCaptured) && now >= authorization.expires {
        (authorization.status, authorization.updated) = (Status::Expired, now);
        let document = authorization.document();
        world.emit("PAYMENT.AUTHORIZATION.VOIDED", "authorization", document);
    }
}

fn find<'a>(world: &'a World, call: &Call) -> Result<&'a Authorization, Refusal> {
    let id = call.id(0);
    world.books.authorizations.get(id).ok_or_else(|| Refusal::not_found("authorization_id", id))
}

pub(crate) fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(find(world, call)?.document()))
}

/// Captures all or part of an authorization.
pub(crate) fn capture(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let authorization = find(world, call)?;
    match authorization.status {
        Status::Created | Status::PartiallyCaptured => {}
        Status::Captured => {
            let description = "All of it has been captured already.";
            return Err(Refusal::business("AUTHORIZATION_ALREADY_CAPTURED", description));
        }
        Status::Voided => return Err(Refusal::business("AUTHORIZATION_VOIDED", "It has been voided.")),
        Status::Expired => return Err(Refusal::business("AUTHORIZATION_EXPIRED", "It lasts for 29 days.")),
        Status::Denied => return Err(Refusal::business("AUTHORIZATION_DENIED", "The card was declined.")),
    }
    let amount = match &call.body["amount"] {
        Value::Null => authorization.amount.with(authorization.left()),
        document => Money::read_positive(document, "/amount")?,
    };
    if amount.currency != authorization.amount.currency {
        let description = "The currency must be the authorization's.";
        return Err(Refusal::business("AUTH_CAPTURE_CURRENCY_MISMATCH", description));
    }
    if amount.minor > authorization.left() {
        return Err(Refusal::business("MAX_CAPTURE_AMOUNT_EXCEEDED", "It is more than what is left."));
    }
    let text = |name: &str| call.body[name].as_str().map(str::to_owned);
    let invoice_id = text("invoice_id").or_else(|| authorization.invoice_id.clone());
    // Several captures of one authorization may have the invoice id of their order.
    if let Some(invoice_id) = text("invoice_id") {
        captures::refuse_duplicate(world, &invoice_id)?;
    }
    let last = call.body["final_capture"].as_bool() == Some(true) || amount.minor == authorization.left();
    let id = authorization.id.clone();
    let unit = world.books.orders.get(&authorization.order).and_then(|order| order.units.get(authorization.unit));
    let delayed = order::is_delayed(&call.body) || unit.is_some_and(|unit| unit.is_delayed());
    let details = capture::Details {
        order: authorization.order.clone(),
        unit: authorization.unit,
        authorization: Some(id.clone()),
        amount,
        last,
        declined: false,
        delayed,
        processor: authorization.processor,
        invoice_id,
        custom_id: authorization.custom_id.clone(),
        note: text("note_to_payer"),
    };
    let now = world.now();
    if let Some(authorization) = world.books.authorizations.get_mut(&id) {
        authorization.captured += amount.minor;
        authorization.status = if last { Status::Captured } else { Status::PartiallyCaptured };
        authorization.updated = now;
    }
    let capture = captures::make(world, details);
    Ok(captures::show(world, call, &capture).status(201).about(capture))
}

/// Renews an authorization from its 4th to its 29th day: a new one takes its place, which can be renewed again. PayPal's
/// documents say both that it can be done several times and that a renewed one cannot be renewed.
pub(crate) fn reauthorize(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let authorization = find(world, call)?;
    match authorization.status {
        Status::Created => {}
        Status::PartiallyCaptured | Status::Captured => {
            let description = "All or part of it has been captured.";
            return Err(Refusal::business("AUTHORIZATION_ALREADY_CAPTURED", description));
        }
        Status::Voided | Status::Expired => {
            return Err(Refusal::business("AUTHORIZATION_VOIDED", "It has been voided, or it has expired."));
        }
        Status::Denied => {
            return Err(Refusal::business("REAUTHORIZATION_NOT_SUPPORTED", "The card was declined."));
        }
    }
    if world.now().since(authorization.created) < HONOR_PERIOD {
        return Err(Refusal::business("REAUTHORIZATION_TOO_SOON", "It can be renewed from the 4th day."));
    }
    let amount = match &call.body["amount"] {
        Value::Null => authorization.amount,
        document => Money::read_positive(document, "/amount")?,
    };
    if amount.currency != authorization.amount.currency {
        return Err(Refusal::business("AUTH_CURRENCY_MISMATCH", "The currency must be the authorization's."));
    }
    if amount.minor > authorization.limit {
        let description = "It is more than 115 % of what was authorized, or more than 75 dollars more.";
        return Err(Refusal::business("AUTHORIZATION_AMOUNT_EXCEEDED", description));
    }
    let (expires, limit) = (authorization.expires, authorization.limit);
    let (old, order, unit) = (authorization.id.clone(), authorization.order.clone(), authorization.unit);
    let processor = authorization.processor;
    let now = world.now();
    if let Some(authorization) = world.books.authorizations.get_mut(&old) {
        authorization.status = Status::Voided;
        authorization.updated = now;
    }
    let id = reserve(world, &order, unit, amount, processor, "T1301")
        .ok_or_else(|| Refusal::not_found("authorization_id", &old))?;
    if let Some(renewed) = world.books.authorizations.get_mut(&id) {
        (renewed.expires, renewed.limit) = (expires, limit);
    }
    world.schedule(expires, expire, &id);
    Ok(show(world, call, &id).status(201).about(id))
}

/// Releases what is left.
pub(crate) fn void(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let authorization = find(world, call)?;
    match authorization.status {
        Status::Created | Status::PartiallyCaptured => {}
        Status::Captured => return Err(Refusal::business("PREVIOUSLY_CAPTURED", "All of it has been captured.")),
        Status::Voided | Status::Expired => {
            return Err(Refusal::business("PREVIOUSLY_VOIDED", "It has been voided already."));
        }
        Status::Denied => return Err(Refusal::business("CANNOT_BE_VOIDED", "The card was declined.")),
    }
    let (id, now) = (authorization.id.clone(), world.now());
    let reference = Some((id.clone(), "TXN"));
    let movement = Entry { reference, ..movement(world, authorization, "T1302", -authorization.left()) };
    let own_id = world.ids.transaction();
    world.books.ledger.record(Entry { id: own_id, ..movement });
    if let Some(authorization) = world.books.authorizations.get_mut(&id) {
        authorization.status = Status::Voided;
        authorization.updated = now;
        let document = authorization.document();
        world.emit("PAYMENT.AUTHORIZATION.VOIDED", "authorization", document);
    }
    Ok(show_voided(world, call, &id).about(id))
}

/// An authorization as a write shows it.
pub(crate) fn show(world: &World, call: &Call, id: &str) -> Answer {
    let Some(authorization) = world.books.authorizations.get(id) else { return Answer::none() };
    Answer::ok(call.represent(authorization.document(), &["id", "status", "links"]))
}

/// Does the same after a void: 204, unless the whole resource is asked for.
pub(crate) fn show_voided(world: &World, call: &Call, id: &str) -> Answer {
    if call.representation { show(world, call, id) } else { Answer::none() }
}
